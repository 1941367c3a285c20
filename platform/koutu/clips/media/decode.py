"""The frames of a clip, once, in the order a player presents them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av import VideoFrame
from av.container import InputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from koutu.clips.media.colour import Converter
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.fields import treated
from koutu.clips.media.pictures.files import frame_file, read_picture
from koutu.clips.media.pictures.folders import numbered
from koutu.clips.media.probing import Kind, Probe, open_video, rate_of, tick_of, video_stream


@dataclass(frozen=True)
class RawFrame:
    """A frame before its pixels are RGB: a decoder's picture, or a picture file's bytes.

    ``pts`` is in ticks of the clip's time base, as the file has it; ``time`` is seconds since the first frame.
    """

    index: int
    pts: int
    time: float
    source: VideoFrame | bytes


@dataclass(frozen=True)
class DecodedFrame:
    """One frame: ``image`` is RGB uint8 (height, width, 3), upright.

    ``data`` and ``media_type`` are the frame file of a picture clip, as `frame_file` says; None for video.
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
        if isinstance(raw.source, VideoFrame):
            yield DecodedFrame(raw.index, raw.pts, raw.time, convert.rgb(raw.source), None, None)
        else:
            data, media_type = frame_file(raw.source)
            yield DecodedFrame(raw.index, raw.pts, raw.time, picture_of(data, raw.index, about), data, media_type)


def picture_of(data: bytes, index: int, about: Probe) -> NDArray[np.uint8]:
    """Return the pixels of a picture clip's frame file as RGB uint8 (height, width, 3). Raises `MediaError`."""
    image = read_picture(data)
    if image.shape[:2] != (about.height, about.width):
        raise MediaError(MediaFault.SIZE_CHANGES, f"frame {index} is not {about.width}×{about.height}")
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
        yield RawFrame(index, index, float(index / rate), data)


def _video_frames(path: Path, about: Probe) -> Iterator[RawFrame]:
    first, count = Fraction(0), 0
    with open_video(path) as container:
        stream = video_stream(container)
        decoded = _whole_frames(container, stream, about)
        if about.fields != "plain":
            decoded = treated(decoded, about.fields, about.field_order, about.cadence, rate_of(stream))
        for count, frame in enumerate(decoded, 1):
            time = Fraction(frame.pts or 0) * Fraction(frame.time_base or about.time_base)
            first = time if count == 1 else first
            yield RawFrame(count - 1, round(time / about.time_base), float(time - first), frame)
    if count == 0:
        raise MediaError(MediaFault.NO_FRAMES, "the video stream holds no frames")


def _whole_frames(container: InputContainer, stream: VideoStream, about: Probe) -> Iterator[VideoFrame]:
    """Pass on what the decoder gives, checked and stamped: pts in the stream's ticks, rising from frame to frame."""
    # AVI holds no presentation times; what FFmpeg gives as such runs back and forth where frames are reordered.
    by_dts = container.format.name == "avi"
    tick = tick_of(stream)
    step, index, last = max(1, round(1 / rate_of(stream) / tick)), 0, None
    decoded = container.decode(stream)
    while (frame := _next_frame(decoded, index)) is not None:
        if (frame.width, frame.height) != (about.coded_width, about.coded_height):
            raise MediaError(
                MediaFault.SIZE_CHANGES,
                f"frame {index} is {frame.width}×{frame.height} after {about.coded_width}×{about.coded_height}",
            )
        last = _stamp(frame.dts if by_dts else frame.pts, frame.dts, last, step)
        frame.pts, frame.time_base = last, tick
        index += 1
        yield frame


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
