"""The frames of a video file as a player presents them, turned upright, in the file's own colours."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from .errors import Fault, PredictError
from .sources import RATE, Frame, file_digest

# ITU-T H.273 table 4 to FFmpeg's scaler (SWS_CS_...): BT.709, FCC, BT.601 twice, SMPTE 240M, BT.2020 twice.
_MATRICES = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
_LIMITED, _FULL = 1, 2
# What a file says of its length may be wrong by so many seconds, or so much of it, whatever is less.
_SLACK, _SLACK_SHARE = Fraction(1, 2), Fraction(1, 20)


@dataclass(frozen=True)
class Video:
    """A video file as `Source`. Frames are counted as presented, whatever their times: 00000, 00001, ...

    HDR is not tone-mapped.
    """

    path: Path
    in_time: bool = True

    @property
    def count(self) -> int | None:
        """What the file says, or its length times its rate."""
        with self._opened() as container:
            stream = container.streams.video[0]
            if stream.frames:
                return int(stream.frames)
            length = Fraction(container.duration or 0, 1_000_000)
        return round(length * self.rate) or None

    @property
    def rate(self) -> Fraction:
        """The mean rate."""
        with self._opened() as container:
            stream = container.streams.video[0]
            return Fraction(stream.average_rate or stream.guessed_rate or RATE)

    def frames(self) -> Iterator[Frame]:
        """See `Source`."""
        with self._opened() as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            convert, times = _Converter(), _Times(1 / Fraction(stream.average_rate or RATE))
            shape, index = None, 0
            decoded = container.decode(stream)
            while (frame := self._next(decoded, index)) is not None:
                shape = shape or _shape(frame)
                if _shape(frame) != shape:
                    raise PredictError(
                        Fault.SIZES, f"the size of {self.path} changes at frame {index}: cut the video there first"
                    )
                time = times.of(frame)
                yield Frame(index, f"{index:05d}", time, lambda frame=frame: convert.rgb(frame))  # type: ignore[misc]
                index += 1
            self._check_end(index, times, _declared_end(container, stream))

    def digest(self) -> str:
        """See `Source`: length and both ends of the file."""
        return file_digest(self.path)

    def pictures(self) -> dict[str, str]:
        """See `Source`."""
        return {}

    def _opened(self) -> Any:
        import av

        try:
            container = av.open(str(self.path))
        except (av.FFmpegError, OSError) as error:
            reason = getattr(error, "strerror", None) or error
            raise PredictError(Fault.NOT_A_VIDEO, f"{self.path} is no video that can be read ({reason})") from error
        if not container.streams.video:
            container.close()
            raise PredictError(Fault.NOT_A_VIDEO, f"{self.path} holds no pictures, only sound or data: give a video")
        return container

    def _check_end(self, frames: int, times: "_Times", declared: Fraction | None) -> None:
        """FFmpeg reads a film that was cut short to its last byte and ends without a word."""
        if not frames:
            raise PredictError(Fault.NOT_A_VIDEO, f"{self.path} holds no frames: give another copy")
        if declared is not None and times.end < declared - max(min(_SLACK, _SLACK_SHARE * declared), times.longest):
            raise PredictError(
                Fault.DAMAGED,
                f"{self.path} ends after {frames} frames at {float(times.end):.2f} s, but says it has "
                f"{float(declared):.2f} s: give a whole copy",
            )

    def _next(self, decoded: Iterator[Any], index: int) -> Any:
        import av

        try:
            frame = next(decoded, None)
        except av.FFmpegError as error:
            raise PredictError(
                Fault.DAMAGED, f"{self.path} breaks at frame {index} ({error.strerror}): give a whole copy"
            ) from error
        if frame is not None and frame.is_corrupt:
            raise PredictError(Fault.DAMAGED, f"{self.path} is damaged at frame {index}: give a whole copy")
        return frame


class _Times:
    """When frames are shown, in seconds; a `step` after the last one where the file says nothing or runs backwards."""

    def __init__(self, step: Fraction) -> None:
        self.step = self.longest = step
        self.last: Fraction | None = None
        self.first = Fraction(0)

    def of(self, frame: Any) -> Fraction:
        """The next frame's."""
        known = frame.pts is not None and frame.time_base is not None
        time = Fraction(frame.pts) * Fraction(frame.time_base) if known else None
        if self.last is None:
            self.first = self.last = time or Fraction(0)
            return self.last
        time = time if time is not None and time > self.last else self.last + self.step
        self.longest, self.last = max(self.longest, time - self.last), time
        return time

    @property
    def end(self) -> Fraction:
        """When the last frame is over, counted from the first."""
        return (self.last or Fraction(0)) - self.first + self.step


def _declared_end(container: Any, stream: Any) -> Fraction | None:
    """How long the file says that its pictures are, in seconds."""
    if stream.duration:
        return Fraction(stream.duration) * Fraction(stream.time_base)
    # Matroska's own note, as its writers leave it: 00:00:02.500000000.
    said = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if said:
        hours, minutes, seconds = map(Fraction, said.groups())
        return 3600 * hours + 60 * minutes + seconds
    alone = len(container.streams) == 1 and container.duration
    return Fraction(container.duration, 1_000_000) if alone else None


def _shape(frame: Any) -> tuple[int, int, int]:
    return frame.width, frame.height, frame.rotation


class _Converter:
    """Frames to RGB by their own matrix and range, exact to half a level; BT.709 from 720 lines on if untagged."""

    def __init__(self) -> None:
        from av.video.reformatter import VideoReformatter

        self._scaler = VideoReformatter()
        # Frames may be wanted by several threads, and the scaler keeps tables between calls.
        self._lock = threading.Lock()

    def rgb(self, frame: Any) -> np.ndarray:
        """(height, width, 3) uint8, turned as a player turns it."""
        from av.video.reformatter import Interpolation

        matrix = _MATRICES.get(int(frame.colorspace), 1 if frame.height >= 720 else 5)
        full = int(frame.color_range) == _FULL or frame.format.name.startswith("yuvj") or frame.format.is_rgb
        with self._lock:
            scaled = self._scaler.reformat(
                frame, format="rgb24", src_colorspace=matrix, dst_colorspace=matrix,
                src_color_range=_FULL if full else _LIMITED, dst_color_range=_FULL,
                interpolation=Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT | Interpolation.BILINEAR,
            )  # fmt: skip
        return np.ascontiguousarray(np.rot90(scaled.to_ndarray(), frame.rotation // 90 % 4))
