"""Picture clips: JPEG and PNG keep their bytes, TIFF its samples, EXR becomes the sRGB picture of its light."""

import io
import struct
from fractions import Fraction

import cv2
import numpy as np
import pytest
from PIL import Image

from koutu.clips import media
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.reading import DEFAULT, Reading
from tests.media.made_pictures import PIZ, RNG, coded, exr, noise, tiff


def read(tmp_path, name, data, reading=DEFAULT):
    """The one frame of a picture clip, as kept, and what the probe says of it."""
    path = tmp_path / name
    path.write_bytes(data)
    about = media.probe(path, reading)
    [record] = media.decode_clip(path, about, reading)
    [frame] = media.frames(path, about)
    assert (frame.data, frame.media_type) == (record.data, record.media_type)
    assert np.array_equal(frame.image, media.read_picture(record.data))
    return about, record


def samples(png):
    """The samples of a PNG as they stand in it, R first."""
    image = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    return (
        image
        if image.ndim == 2
        else cv2.cvtColor(image, cv2.COLOR_BGRA2RGBA if image.shape[2] == 4 else cv2.COLOR_BGR2RGB)
    )


def fault_of(tmp_path, name, data):
    with pytest.raises(MediaError) as caught:
        read(tmp_path, name, data)
    assert name in caught.value.detail or caught.value.code in (MediaFault.CORRUPT, MediaFault.TOO_LARGE)
    return caught.value.code


def srgb(light):
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


@pytest.mark.parametrize("compression", ["raw", "lzw", "deflate", "packbits"])
@pytest.mark.parametrize(
    ("dtype", "channels", "pixel_format"),
    [
        (np.uint8, (), "gray"),
        (np.uint8, (3,), "rgb24"),
        (np.uint8, (4,), "rgba"),
        (np.uint16, (), "gray16le"),
        (np.uint16, (3,), "rgb48le"),
        (np.uint16, (4,), "rgba64le"),
    ],
)
def test_a_tiff_becomes_a_png_of_the_same_samples(tmp_path, dtype, channels, pixel_format, compression):
    picture = noise((33, 47, *channels), dtype)
    about, record = read(tmp_path, "plate.tif", coded(picture, "tiff", pixel_format, compression_algo=compression))
    assert (about.codec, about.width, about.height, about.kind) == ("tiff", 47, 33, "picture")
    assert record.media_type == "image/png"
    kept = samples(record.data)
    assert kept.dtype == dtype
    assert np.array_equal(kept, picture)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("channels", [(), (3,), (4,)])
def test_a_tiff_by_the_letter_of_the_standard(tmp_path, channels, order, dtype):
    picture = noise((21, 30, *channels), dtype)
    assert np.array_equal(samples(read(tmp_path, "1.tiff", tiff(picture, order))[1].data), picture)


@pytest.mark.parametrize("library", ["pillow lzw", "pillow deflate", "opencv 16 bit"])
def test_tiffs_of_other_programs(tmp_path, library):
    picture = noise((64, 80, 3), np.uint16 if "16" in library else np.uint8)
    if library.startswith("pillow"):
        file = io.BytesIO()
        Image.fromarray(picture).save(
            file, "TIFF", compression="tiff_" + library.split()[1].replace("deflate", "adobe_deflate")
        )
        data = file.getvalue()
    else:
        data = cv2.imencode(".tiff", picture[..., ::-1])[1].tobytes()
    assert np.array_equal(samples(read(tmp_path, "1.tif", data)[1].data), picture)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_tiff_stands_upright(tmp_path, orientation):
    """Pillow turns a PNG by its EXIF mark; ours must stand the same way."""
    picture = noise((20, 31, 3))
    mark = Image.Exif()
    mark[0x0112] = orientation
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", exif=mark)
    about, record = read(tmp_path, "1.tif", tiff(picture, t274=orientation))
    upright = media.read_picture(file.getvalue())
    assert np.array_equal(samples(record.data), upright)
    assert (about.height, about.width) == upright.shape[:2]


def test_white_as_zero_and_colour_times_alpha_are_undone(tmp_path):
    grey = noise((10, 12))
    assert np.array_equal(samples(read(tmp_path, "1.tif", tiff(grey, t262=0))[1].data), 255 - grey)
    deep = noise((10, 12), np.uint16)
    assert np.array_equal(samples(read(tmp_path, "1.tif", tiff(deep, t262=0))[1].data), 65535 - deep)
    alpha = noise((16, 16, 1)) // 2 + 128
    colour = noise((16, 16, 3))
    times = np.rint(colour * (alpha / 255)).astype(np.uint8)
    kept = samples(read(tmp_path, "1.tif", tiff(np.dstack([times, alpha]), t338=1))[1].data)
    assert np.abs(kept[..., :3].astype(int) - colour).max() <= 1
    assert np.array_equal(kept[..., 3:], alpha)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (tiff(noise((8, 8)), t256=100_000, t257=100_000), MediaFault.TOO_LARGE),
        (tiff(noise((8, 8, 3)), next_page=8), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8, 3)), t322=8), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8, 3)), t284=2), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8, 4)), t262=5), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8)), t262=3), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8), np.uint32)), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8), np.uint16), t339=3), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8)), t259=7), MediaFault.UNSUPPORTED),
        (b"II+\0" + bytes(40), MediaFault.UNSUPPORTED),
        (tiff(noise((8, 8)))[:80], MediaFault.NOT_MEDIA),
        (b"II*\0\x08\0\0\0\xff\xff", MediaFault.NOT_MEDIA),
        (b"II*\0", MediaFault.NOT_MEDIA),
    ],
)
def test_a_tiff_we_do_not_read_says_why(tmp_path, data, code):
    assert fault_of(tmp_path, "1.tif", data) == code


def damaged(data):
    """Some bytes in the middle are others."""
    middle = len(data) // 2
    return data[:middle] + bytes(byte ^ 0x55 for byte in data[middle : middle + 40]) + data[middle + 40 :]


SMOOTH = np.linspace(0, 1, 60 * 60, dtype=np.float32).reshape(60, 60)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("1.tif", tiff(noise((60, 60, 3)), t257=90, t278=90, t279=90 * 60 * 3)),
        (
            "1.tif",
            damaged(
                coded(np.repeat(np.uint8(SMOOTH * 255)[..., None], 3, 2), "tiff", "rgb24", compression_algo="deflate")
            ),
        ),
        ("1.exr", exr(*RNG.random((3, 60, 60)))[:-6000]),
        ("1.exr", exr(SMOOTH, SMOOTH, SMOOTH, compression="none")[:-100]),
        ("1.exr", damaged(exr(SMOOTH, SMOOTH, SMOOTH, compression="zip16"))),
    ],
)
def test_a_picture_with_missing_or_damaged_parts_is_no_picture_with_holes(tmp_path, name, data):
    """The header stands, so only decoding tells."""
    (tmp_path / name).write_bytes(data)
    about = media.probe(tmp_path / name)
    with pytest.raises(MediaError) as caught:
        list(media.decode_clip(tmp_path / name, about))
    assert caught.value.code is MediaFault.CORRUPT


@pytest.mark.parametrize("compression", ["none", "rle", "zip1", "zip16"])
@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("count", [1, 3])
def test_an_exr_becomes_the_srgb_picture_of_its_light(tmp_path, count, half, compression):
    light = [
        np.linspace(-0.2, 1.6, 40 * 48, dtype=np.float32).reshape(40, 48)[:: 1 - 2 * (n % 2)] for n in range(count)
    ]
    about, record = read(tmp_path, "render.exr", exr(*light, half=half, compression=compression))
    assert (about.codec, about.width, about.height) == ("exr", 48, 40)
    assert record.media_type == "image/png"
    kept = samples(record.data)
    assert kept.dtype == np.uint8
    expected = srgb(np.stack(light * (3 if count == 1 else 1), axis=2))
    assert np.abs(kept - expected).max() <= 0.75
    assert media.clip_encoder(about).endswith("of exr")


def test_piz_which_most_programs_write(tmp_path):
    _, record = read(tmp_path, "1.exr", PIZ)
    y, x = np.mgrid[0:40, 0:48]
    light = np.stack([x / 47, y / 39, (x // 8 + y // 8) % 2 * 0.25], axis=2).astype(np.float16)
    assert np.abs(samples(record.data) - srgb(light.astype(np.float64))).max() <= 0.75


def test_light_is_taken_out_of_its_alpha(tmp_path):
    alpha = np.repeat(np.linspace(0, 1, 32, dtype=np.float32)[None], 8, axis=0)
    colour = np.full((8, 32), 0.4, np.float32)
    _, record = read(tmp_path, "1.exr", exr(colour * alpha, colour * alpha, 0 * alpha, alpha))
    kept = samples(record.data)
    assert kept.shape == (8, 32, 4)
    assert np.abs(kept[:, 1:, :2] - srgb(0.4)).max() <= 1
    assert np.array_equal(kept[..., 3], np.rint(alpha * 255))


def window(data, name, box):
    at = data.index(name + b"\0box2i\0") + len(name) + 11
    return data[:at] + struct.pack("<4i", *box) + data[at + 16 :]


def test_the_window_that_is_shown_is_cut_out_or_padded(tmp_path):
    """Renders keep a margin for lenses and blurs, or only the part that has something."""
    whole = samples(read(tmp_path, "1.exr", PIZ)[1].data)
    cut = samples(read(tmp_path, "1.exr", window(PIZ, b"displayWindow", (4, 6, 35, 31)))[1].data)
    assert np.array_equal(cut, whole[6:32, 4:36])
    wide = samples(read(tmp_path, "1.exr", window(PIZ, b"displayWindow", (-2, -3, 60, 50)))[1].data)
    assert wide.shape == (54, 63, 3)
    assert np.array_equal(wide[3:43, 2:50], whole)
    assert not wide[:3].any()
    apart = samples(read(tmp_path, "1.exr", window(PIZ, b"displayWindow", (100, 100, 109, 104)))[1].data)
    assert apart.shape == (5, 10, 3)
    assert not apart.any()


def test_wide_primaries_become_those_of_srgb(tmp_path):
    """A BT.2020 grey stays that grey, and its pure green lies outside of what sRGB has."""
    wide = struct.pack("<8f", 0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
    data = exr(
        *np.stack([np.full((8, 16), 0.5)] * 3).astype(np.float32) * np.r_[np.ones(8), np.zeros(8)], compression="none"
    )
    green = exr(*(np.full((8, 16), level, np.float32) for level in (0, 0.5, 0)), compression="none")

    def marked(plain):
        at = plain.index(b"compression\0")
        # The table of lines points behind the header, which grows.
        extra = b"chromaticities\0chromaticities\0" + struct.pack("<i", 32) + wide
        end = plain.index(b"\0", plain.index(b"writer\0string\0") + 14 + 4 + 4) + 1
        lines = struct.unpack_from("<8Q", plain, end)
        table = struct.pack("<8Q", *(line + len(extra) for line in lines))
        return plain[:at] + extra + plain[at:end] + table + plain[end + 64 :]

    grey = samples(read(tmp_path, "1.exr", marked(data))[1].data)
    assert np.abs(grey[:, :8] - srgb(0.5)).max() <= 1
    pure = samples(read(tmp_path, "1.exr", marked(green))[1].data)
    assert (pure[..., 0].max(), pure[..., 2].max()) == (0, 0)
    assert np.abs(pure[..., 1] - srgb(0.5 * 1.1329)).max() <= 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (window(PIZ, b"displayWindow", (0, 0, 99_999, 99_999)), MediaFault.TOO_LARGE),
        (window(PIZ, b"dataWindow", (0, 0, 99_999, 99_999)), MediaFault.TOO_LARGE),
        (window(PIZ, b"displayWindow", (9, 9, 0, 0)), MediaFault.NOT_MEDIA),
        (window(PIZ, b"dataWindow", (-(2**31), 0, 2**31 - 1, 2)), MediaFault.TOO_LARGE),
        (
            PIZ.replace(b"compression\0compression\0\1\0\0\0\4", b"compression\0compression\0\1\0\0\0\x08"),
            MediaFault.UNSUPPORTED,
        ),
        (PIZ.replace(b"\0R\0\1\0\0\0", b"\0Q\0\1\0\0\0"), MediaFault.UNSUPPORTED),
        (PIZ.replace(b"\0R\0\1\0\0\0", b"\0R\0\0\0\0\0"), MediaFault.UNSUPPORTED),
        (PIZ[:4] + b"\2\x10\0\0" + PIZ[8:], MediaFault.UNSUPPORTED),
        (PIZ[:100], MediaFault.NOT_MEDIA),
        (PIZ[:4], MediaFault.NOT_MEDIA),
        (PIZ[:900], MediaFault.CORRUPT),
    ],
)
def test_an_exr_we_do_not_read_says_why(tmp_path, data, code):
    assert fault_of(tmp_path, "1.exr", data) == code


def test_a_folder_of_tiffs_plays_at_the_rate_of_the_reading(tmp_path):
    pictures = [noise((12, 16, 3)) for _ in range(4)]
    for number, picture in enumerate(pictures, 7):
        (tmp_path / f"a.{number}.TIF").write_bytes(tiff(picture))
    reading = Reading(picture_rate=Fraction(24000, 1001))
    about = media.probe(tmp_path, reading)
    records = list(media.decode_clip(tmp_path, about, reading))
    assert (about.kind, about.rate, about.frame_count, about.time_base) == (
        "folder",
        Fraction(24000, 1001),
        4,
        Fraction(1001, 24000),
    )
    assert [record.time for record in records] == pytest.approx([n * 1001 / 24000 for n in range(4)])
    assert all(np.array_equal(samples(r.data), p) for r, p in zip(records, pictures, strict=True))
    assert media.clip_encoder(about, reading) == f"opencv {cv2.__version__} png level 1 of tiff"


@pytest.mark.parametrize("names", [("1.png", "2.tif"), ("1.jpg", "2.png"), ("1.exr", "2.tif"), ("1.png", "2.png")])
def test_a_folder_holds_one_type(tmp_path, names):
    """By what is in the files: the last two only call themselves the same."""
    makers = {
        "png": lambda: cv2.imencode(".png", noise((40, 48, 3)))[1].tobytes(),
        "jpg": lambda: media.encode_jpeg(noise((40, 48, 3))),
        "tif": lambda: tiff(noise((40, 48, 3))),
        "exr": lambda: PIZ,
    }
    for name in names:
        (tmp_path / name).write_bytes(makers[name[2:]]())
    if names == ("1.png", "2.png"):
        (tmp_path / "2.png").write_bytes(makers["jpg"]())
    with pytest.raises(MediaError) as caught:
        media.probe(tmp_path)
    assert caught.value.code is MediaFault.FOLDER_MIXED_TYPES
    assert names[1] in caught.value.detail


def test_jpeg_by_any_of_its_endings_is_one_type_and_keeps_its_bytes(tmp_path):
    files = {name: media.encode_jpeg(noise((10, 10, 3))) for name in ("1.jpg", "2.JPEG", "3.jpeg")}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    records = list(media.decode_clip(tmp_path, media.probe(tmp_path), Reading(frames="png")))
    assert [record.data for record in records] == list(files.values())
    assert {record.media_type for record in records} == {"image/jpeg"}
