"""A small film of the stored frames, for smooth playback: one picture for each frame, at the frame's own time."""

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import simplejpeg
from av import VideoFrame

from koutu.clips.media.pictures.files import read_picture

HEIGHT = 720
# WebM counts milliseconds (Matroska's default timestamp scale).
TICK = Fraction(1, 1000)
_JPEG = b"\xff\xd8"
_OPTIONS = {"deadline": "realtime", "cpu-used": "8", "row-mt": "1", "crf": "34", "b": "0", "lag-in-frames": "0"}
_KEY_EVERY = 24


def proxy_size(width: int, height: int, pixel_aspect: Fraction) -> tuple[int, int]:
    """Return (width, height) in even numbers, square pixels, at most `HEIGHT` lines."""
    scale = min(1.0, HEIGHT / height)
    across, down = width * float(pixel_aspect) * scale, height * scale
    return max(2, round(across / 2) * 2), max(2, round(down / 2) * 2)


def write(path: Path, files: Iterable[bytes], times: list[int], size: tuple[int, int], rate: Fraction) -> None:
    """Write frame files (JPEG or PNG) to ``path`` as VP9 in WebM, one at a time.

    ``times`` are in milliseconds and never stand still, ``size`` of `proxy_size`. Raises `MediaError` for a file
    that is no picture.
    """
    with av.open(str(path), "w", format="webm", options={"fflags": "bitexact"}) as container:
        stream = container.add_stream("libvpx-vp9", rate=rate, options=_OPTIONS)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = TICK
        stream.codec_context.gop_size = _KEY_EVERY
        for index, data in enumerate(files):
            frame = VideoFrame.from_ndarray(_picture(data, size), format="rgb24")
            frame.pts, frame.time_base = times[index], TICK
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _picture(data: bytes, size: tuple[int, int]) -> np.ndarray:
    """The file's picture at ``size``. A JPEG is decoded at the nearest larger eighth, which costs a fraction."""
    if data.startswith(_JPEG):
        image = simplejpeg.decode_jpeg(data, "RGB", min_width=size[0], min_height=size[1], fastdct=True)
    else:
        image = read_picture(data)
    return np.ascontiguousarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA))


def times_of(path: Path) -> list[int]:
    """Return the times a written proxy really holds, decoded picture by picture, in milliseconds."""
    with av.open(str(path)) as container:
        return [round(frame.pts * frame.time_base * 1000) for frame in container.decode(video=0)]
