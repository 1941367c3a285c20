"""Writing video files of every awkward kind, for tests, benches and stand-ins."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from koutu.samples.figures import draw_shots

_CODECS = {".webm": "libvpx-vp9", ".mp4": "mpeg4", ".mov": "mpeg4", ".mkv": "ffv1", ".avi": "mpeg4"}
_OPTIONS = {
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "24", "b": "0"},
    "mpeg4": {"b": "6000000"},
    "libx264": {"preset": "veryfast", "crf": "16"},
}
# H.273 code points by name: (matrix for the tag, matrix for the scaler).
MATRICES = {"bt601": (6, Colorspace.ITU601), "bt709": (1, Colorspace.ITU709)}


def make_clip(
    path: Path,
    frames: int = 48,
    size: tuple[int, int] = (320, 180),
    fps: Fraction | int = 24,
    *,
    images: Iterable[NDArray[np.uint8]] | None = None,
    shots: Sequence[tuple[int, int]] | None = None,
    seed: int = 0,
    codec: str | None = None,
    pixel_format: str = "yuv420p",
    matrix: str | None = None,
    full_range: bool = False,
    stamps: Sequence[int] | None = None,
    time_base: Fraction | None = None,
    rotation: int = 0,
    bframes: int = 0,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a clip and return its path.

    Without ``images`` (RGB uint8) it draws one shot of ``frames`` frames with one figure, or ``shots`` as
    `draw_shots` takes them. The codec follows the ending: VP9 in .webm, MPEG-4 part 2 in .mp4, lossless FFV1 in
    .mkv. ``stamps`` gives each frame's time in ticks of ``time_base`` (a variable rate); ``matrix`` bt601 or
    bt709 writes the tag, None leaves it out; ``rotation`` in degrees counter-clockwise is written as a display
    matrix (.mp4, .mov); ``bframes`` is the most B-frames in a row.
    """
    if images is None:
        images = (drawn.image for drawn in draw_shots(list(shots or [(frames, 1)]), size, seed))
    tick = time_base or 1 / Fraction(fps)
    step = Fraction(1) / Fraction(fps) / tick
    with av.open(str(path), "w", options={"fflags": "bitexact"}) as container:
        stream = None
        for index, image in enumerate(images):
            frame = _frame(image, pixel_format, matrix, full_range)
            if stream is None:
                stream = _stream(container, codec or _CODECS[path.suffix], Fraction(fps), frame, bframes, options)
                stream.codec_context.time_base = tick
                if rotation:
                    stream.set_display_rotation(rotation)
            frame.pts = stamps[index] if stamps else round(index * step)
            frame.time_base = tick
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))
    return path


def _stream(
    container: av.container.OutputContainer,
    codec: str,
    fps: Fraction,
    frame: VideoFrame,
    bframes: int,
    options: dict[str, str] | None,
) -> av.VideoStream:
    stream = container.add_stream(codec, rate=fps, options={**_OPTIONS.get(codec, {}), **(options or {})})
    if not isinstance(stream, av.VideoStream):
        raise ValueError(f"{codec} is no video codec")
    stream.width, stream.height, stream.pix_fmt = frame.width, frame.height, frame.format.name
    context = stream.codec_context
    context.colorspace, context.color_range = int(frame.colorspace), int(frame.color_range)
    context.max_b_frames = bframes
    # One thread: the same drawing gives the same bytes everywhere.
    context.thread_count = 1
    return stream


def _frame(image: NDArray[np.uint8], pixel_format: str, matrix: str | None, full_range: bool) -> VideoFrame:
    tag, scaler = MATRICES[matrix or "bt601"]
    span = ColorRange.JPEG if full_range else ColorRange.MPEG
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(image), format="rgb24").reformat(
        format=pixel_format,
        src_colorspace=scaler,
        dst_colorspace=scaler,
        src_color_range=ColorRange.JPEG,
        dst_color_range=span,
        interpolation=Interpolation.BILINEAR | Interpolation.ACCURATE_RND,
        threads=1,
    )
    frame.colorspace = tag if matrix else 2  # 2: not said
    frame.color_range = span
    return frame
