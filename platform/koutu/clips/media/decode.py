"""The frames of a clip, once, in the order a player presents them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import VideoFrame
from numpy.typing import NDArray

from koutu.clips.media.colour import Converter
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.pictures import MEDIA_TYPES, numbered, read_picture
from koutu.clips.media.probing import Kind, Probe, open_video, video_stream


@dataclass(frozen=True)
class RawFrame:
    """A frame before its pixels are RGB: a decoder's picture, or a picture file's bytes with their type.

    ``pts`` is in ticks of the clip's time base, as the file has it; ``time`` is seconds since the first frame.
    """

    index: int
    pts: int
    time: float
    source: VideoFrame | bytes
    media_type: str | None


@dataclass(frozen=True)
class DecodedFrame:
    """One frame: ``image`` is RGB uint8 (height, width, 3), upright.

    ``data`` and ``media_type`` are the original file of a picture clip, None for video.
    """

    index: int
    pts: int
    time: float
    image: NDArray[np.uint8]
    data: bytes | None
    media_type: str | None


def frames(path: Path, about: Probe) -> Iterator[DecodedFrame]:
    """Decode a clip in one pass, holding one frame at a time.

    Frames come as a player presents them: the edit list applied, by presentation time whatever order they are
    coded in, turned upright, in the file's own matrix and range. Their index counts them; a variable rate never
    skips or repeats one. Raises `MediaError` in mid-way where the file is broken (CORRUPT, SIZE_CHANGES), so a
    caller keeps nothing until the last frame came.
    """
    convert = Converter(about.colour, about.rotation)
    for raw in raw_frames(path, about):
        yield DecodedFrame(
            index=raw.index,
            pts=raw.pts,
            time=raw.time,
            image=picture_of(raw, convert, about),
            data=raw.source if isinstance(raw.source, bytes) else None,
            media_type=raw.media_type,
        )


def picture_of(raw: RawFrame, convert: Converter, about: Probe) -> NDArray[np.uint8]:
    """Return a raw frame's pixels as RGB uint8 (height, width, 3). Raises `MediaError`."""
    if isinstance(raw.source, VideoFrame):
        return convert.rgb(raw.source)
    image = read_picture(raw.source)
    if image.shape[:2] != (about.height, about.width):
        raise MediaError(MediaFault.SIZE_CHANGES, f"frame {raw.index} is not {about.width}×{about.height}")
    return image


def raw_frames(path: Path, about: Probe) -> Iterator[RawFrame]:
    """Yield the frames of a clip without turning them into RGB. Raises `MediaError`."""
    path = Path(path).absolute()
    if about.kind is Kind.VIDEO:
        return _video_frames(path, about)
    return _picture_frames(numbered(path) if about.kind is Kind.FOLDER else [path], about.rate)


def _picture_frames(paths: list[Path], rate: Fraction) -> Iterator[RawFrame]:
    for index, path in enumerate(paths):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise MediaError(MediaFault.MISSING, f"{path.name} cannot be read") from error
        yield RawFrame(index, index, float(index / rate), data, MEDIA_TYPES[path.suffix.lower()])


def _video_frames(path: Path, about: Probe) -> Iterator[RawFrame]:
    step = max(1, round(1 / about.rate / about.time_base))
    index, first, last = 0, None, None
    with open_video(path) as container:
        # AVI holds no presentation times; what FFmpeg gives as such runs back and forth where frames are reordered.
        by_dts = container.format.name == "avi"
        decoded = container.decode(video_stream(container))
        while (frame := _next_frame(decoded, index)) is not None:
            if (frame.width, frame.height) != (about.coded_width, about.coded_height):
                raise MediaError(
                    MediaFault.SIZE_CHANGES,
                    f"frame {index} is {frame.width}×{frame.height} after {about.coded_width}×{about.coded_height}",
                )
            pts = _stamp(frame.dts if by_dts else frame.pts, frame.dts, last, step)
            first = pts if first is None else first
            yield RawFrame(index, pts, float((pts - first) * about.time_base), frame, None)
            index, last = index + 1, pts
    if index == 0:
        raise MediaError(MediaFault.NO_FRAMES, "the video stream holds no frames")


def _next_frame(decoded: Iterator[VideoFrame], index: int) -> VideoFrame | None:
    try:
        frame = next(decoded, None)
    except av.FFmpegError as error:
        raise MediaError(MediaFault.CORRUPT, f"the video breaks at frame {index}: {error.strerror}") from error
    if frame is not None and frame.is_corrupt:
        # What a decoder patches over losses is no picture anybody should draw on.
        raise MediaError(MediaFault.CORRUPT, f"the video is damaged at frame {index}")
    return frame


def _stamp(stamp: int | None, dts: int | None, last: int | None, step: int) -> int:
    """Presentation time in ticks; one frame after the last where the file has none or runs backwards."""
    stamp = dts if stamp is None else stamp
    if stamp is None:
        return 0 if last is None else last + step
    return stamp if last is None or stamp > last else last + step
