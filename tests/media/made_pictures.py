"""Pictures written by the letter of their formats, and by other programs than ours."""

import base64
import struct
import zlib
from fractions import Fraction

import av
import numpy as np

RNG = np.random.default_rng(4)
# 48 × 40, half, PIZ, written by OpenEXR 3.5.3: R = x / 47, G = y / 39, B = a quarter on every other 8 × 8 field.
PIZ = zlib.decompress(base64.b85decode(
    r"c-"
    r"kw|H)LdDU|>kjNX*Mi%_#;lax#lc7|elUP7I6;5Won<?ieCL7$OYG`MCu}sl~;a`FSX8kR(e=Vo73nW?o8uIYUx@g;6Gh00RQ(1F<>~r(_lv"
    r"<Rn%SRF{*Pm+D`Xl3Iks0z07~vm!OevA7^Lxg;pDBr~5OEhj&*gn<RDyTQIVxhOR?4`RG?YF-IYTbWTB0|$~7$V$R9Q%W+>j3}urNM$H4Day"
    r"=CXW#{^Ps{^3A~QEJJ(VF18YrufjI?2AU|7e}z|O)z7%(!>4$#7W2i#Hu6xiQDwEZkNt;TIXildo`v>&Kj0n@ce_5)=(Fzx4nOCsBk<mx6A%"
    r"TerSLUt^Q{Tu=){%2}{+Yi#i2(ce*76%j9IH>(BVB?_nYar|w0K1kE?%)Q5+Z_;Lr+{!3#D2y^7KGcc0=4fFhVa-"
    r"w813iQzqDUY|Nkf$f?&Dw2d2H+AA&qpm}*oCPsk*)a5yzEBxrnKW~_gpZJ_@Dga7{r6U6^9{XY=<0LYyG|Db~YAJ#C21sWe%|Nq@~I~R;{Dn"
    r"33w-Y;hZq@W_X+YZ%p{!#xhA4DzH^a`4SAnfG%+Ydkd@S_IAfU7@H{~v-"
    r"7CVbeV&y679;s^h;|B?St52Ua;;1se|OEn!VxNI2z|A*<l4ORnI`VD5_hI+V(c$EP|1B^bQSl|@^@d(sMa1&r|{3DMr0lP{DHVrKgQ4u8#j!"
    r"A+dJY8Iq7y_M^BozDjT5u(lLDZZpp7TJnvD<Ue#Y~eZUA1nHXLBw$EMtdy{<-"
    r"BjrWq0oR+<EKY?;upB_L#$Mo3>~=W<3LK8W_4K>e%+h7i53OD<;0T%J`Ra^Nk*1#_NT9tdU@5mn*p5)^|tVX`aN#KyCRCO}J}j<h^i+^~!dq"
    r"CI2FEM4VU#ePgPWFaPOp7R{&)}*E-7oC(YIVoLq49Zv-WVuWYXsI<sd%ER0poK>vdc`KYE-CiQ1X>CWg5o*P8NCmHik%Er;_Fa`0j@(Cs8@$"
    r"lVt)f=_6v|;KNIoxW2-"
    r"~4$|Bj%fz^H%toAcvvmd_=4hS<aYdEwjk%eHD2tptY3J?ukU=0os4Ujs#0ipp~hcosvA>4i*sNItlT8D1h&#2LV!0QjodLSWCw12c(8iL^O!"
    r"viWzt^x`t|1<yp$Nv8hAM5|d(8hY!KjI(a57x6HYAPEfkSuY`um?fFDvS^H@Vf3W5<payOcSOws46&3;8>!nAnD=d;51>PLr8#>8moaZ44B<"
    r"E&}{Ts7OXktRI1TTpKjMh3Bk;8+1$-c(;EO-9(n="
))  # fmt: skip


def noise(shape, dtype=np.uint8):
    return RNG.integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)


def tiff(samples, order="<", next_page=0, **changed):
    """An uncompressed TIFF by the letter of TIFF 6.0; ``changed`` sets tags by their number, as t274=6."""
    rows, columns, *channels = samples.shape
    count = channels[0] if channels else 1
    bits = samples.dtype.itemsize * 8
    data = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
    start = 8
    tags = {
        256: columns,
        257: rows,
        259: 1,
        262: 2 if count > 1 else 1,
        273: start,
        277: count,
        278: rows,
        279: len(data),
    }
    tags |= {338: 2} if count == 4 else {}
    tags |= {int(name[1:]): value for name, value in changed.items()}
    at = start + len(data)
    # Bits of each sample do not fit into the tag itself.
    depths = struct.pack(f"{order}{count}H", *[bits] * count)
    entries = {tag: struct.pack(order + "HHII", tag, 4, 1, value) for tag, value in tags.items()}
    entries[258] = struct.pack(order + "HHI", 258, 3, count) + (
        depths.ljust(4, b"\0") if count < 3 else struct.pack(order + "I", at)
    )
    at += len(depths)
    folder = struct.pack(order + "H", len(entries)) + b"".join(entries[tag] for tag in sorted(entries))
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", at)
    return head + data + depths + folder + struct.pack(order + "I", next_page)


def coded(array, codec, pixel_format, **options):
    """One picture by one of FFmpeg's encoders."""
    context = av.CodecContext.create(codec, "w")
    context.height, context.width = array.shape[:2]
    context.pix_fmt, context.time_base, context.options = pixel_format, Fraction(1, 25), options
    frame = av.VideoFrame.from_ndarray(array, format=pixel_format)
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


def exr(*planes, half=False, compression="zip16"):
    """An EXR of float planes R, G, B and perhaps A, or Y."""
    context = av.CodecContext.create("exr", "w")
    context.height, context.width = planes[0].shape
    context.pix_fmt = {1: "grayf32le", 3: "gbrpf32le", 4: "gbrapf32le"}[len(planes)]
    context.time_base = Fraction(1, 25)
    context.options = {"compression": compression, "format": "half" if half else "float"}
    frame = av.VideoFrame(context.width, context.height, context.pix_fmt)
    for plane, values in zip(
        frame.planes, (planes[1], planes[2], planes[0], *planes[3:]) if len(planes) > 1 else planes, strict=True
    ):
        rows = np.zeros((frame.height, plane.line_size // 4), np.float32)
        rows[:, : frame.width] = values
        plane.update(rows.tobytes())
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])
