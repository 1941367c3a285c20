"""Pictures with alpha as one file that other programs open: PNGs in a ZIP, ProRes 4444 in MOV, VP9 in WebM.

Alpha is straight, not premultiplied, as all three formats have it.
"""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

_BT709 = 1  # H.273: primaries, transfer and matrix
_VP9 = {"deadline": "good", "cpu-used": "4", "row-mt": "1", "crf": "18", "b": "0", "auto-alt-ref": "0"}
_PRORES = {"profile": "4444", "vendor": "apl0"}
Pictures = Iterable[np.ndarray]


@dataclass(frozen=True)
class Showing:
    """The size of all pictures, (width, height), and when each is shown, in ticks of `tick` seconds."""

    size: tuple[int, int]
    times: Sequence[int]
    tick: Fraction


def png_zip(path: Path, pictures: Pictures, showing: Showing) -> None:
    """00000.png, 00001.png, … of the pictures (H, W, 4) uint8 RGBA; the same pictures give the same file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for index, picture in enumerate(pictures):
            data = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))[1].tobytes()
            archive.writestr(zipfile.ZipInfo(f"{index:05d}.png"), data)  # ZipInfo's date is the first of 1980


def prores(path: Path, pictures: Pictures, showing: Showing) -> None:
    """ProRes 4444, ten bits and alpha, for editing."""
    _film(path, pictures, showing, "mov", "prores_ks", "yuva444p10le", _PRORES)


def vp9(path: Path, pictures: Pictures, showing: Showing) -> None:
    """VP9 with alpha, small, for browsers."""
    _film(path, pictures, showing, "webm", "libvpx-vp9", "yuva420p", _VP9)


WRITERS: dict[str, Callable[[Path, Pictures, Showing], None]] = {"png": png_zip, "prores": prores, "vp9": vp9}


def write(path: Path, kind: str, pictures: Pictures, showing: Showing) -> None:
    """Write pictures (H, W, 4) uint8 RGBA one at a time, as the writer `kind` of `WRITERS` does."""
    WRITERS[kind](path, pictures, showing)


def _film(
    path: Path, pictures: Pictures, showing: Showing, container: str, codec: str, pixels: str, options: dict[str, str]
) -> None:
    with av.open(str(path), "w", format=container, options={"fflags": "bitexact"}) as film:
        stream = film.add_stream(codec, rate=1 / showing.tick, options=options)
        stream.width, stream.height = showing.size
        stream.pix_fmt, context = pixels, stream.codec_context
        context.time_base = showing.tick
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        context.color_range = ColorRange.MPEG
        for picture, time in zip(pictures, showing.times, strict=True):
            frame = VideoFrame.from_ndarray(picture, format="rgba")
            frame = frame.reformat(format=pixels, dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG)
            frame.pts, frame.time_base = time, showing.tick
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))
