"""The people of a source before another background: one video of a shot, one picture of each still."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from . import files
from .backdrops import Backdrop, covering
from .cutouts import Cutouts
from .flight import in_flight
from .journal import Journal
from .mattes import Job
from .sources import Frame

VIDEO, PICTURES = "composite.webm", "composite"
# Near what the eye can tell from the original.
_QUALITY = {"crf": "18", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
_MILLISECOND = Fraction(1, 1000)  # WebM counts in these


@dataclass(frozen=True)
class Composite:
    """A composite of a job whose mattes are there, but for stills that are broken. `written` is told of each frame."""

    job: Job
    cutouts: Cutouts
    backdrop: Backdrop
    written: Callable[[], object]

    def make(self, journal: Journal) -> Path:
        """Make what is missing and answer where it is; another backdrop than last time begins anew.

        Raises PredictError.
        """
        place = self.job.out / (VIDEO if self.job.source.in_time else PICTURES)
        if journal.said.get("composite") != self.backdrop.name:
            _clear(place)
            journal.note("composite", self.backdrop.name)
        if not self.job.source.in_time:
            self._pictures(place)
        elif not place.exists():
            self._video(place)
        return place

    def _images(self) -> Iterator[tuple[Frame, np.ndarray]]:
        work = zip(self.job.source.frames(), self.backdrop.pictures(), strict=False)
        return in_flight(lambda pair: (pair[0], self._joined(*pair)), work, self.job.batch)

    def _joined(self, frame: Frame, behind: np.ndarray) -> np.ndarray:
        from models.matting import composite

        colours, alpha = self.cutouts.of(frame)
        return composite(colours, alpha, covering(behind, *alpha.shape))

    def _pictures(self, folder: Path) -> None:
        for frame, behind in zip(self.job.source.frames(), self.backdrop.pictures(), strict=False):
            place = folder / f"{frame.name}.png"
            if not (place.exists() or self.job.missing(frame)):
                files.write(place, files.png(self._joined(frame, behind)))
            self.written()

    def _video(self, place: Path) -> None:
        part = place.with_name(f"{place.name}{files.PART}")
        try:
            with _Film(part, self.job.source.rate) as film:
                for frame, image in self._images():
                    film.add(image, frame.time)
                    self.written()
            part.replace(place)
        except OSError as error:
            raise files.unwritable(place, error) from error
        finally:
            part.unlink(missing_ok=True)


def _clear(place: Path) -> None:
    for old in place.glob("*.png") if place.is_dir() else [place]:
        old.unlink(missing_ok=True)


class _Film:
    """A VP9 video in WebM, BT.709: every browser plays it, and its encoder is free."""

    def __init__(self, path: Path, rate: Fraction) -> None:
        import av

        self._container = av.open(str(path), "w", format="webm")
        self._rate = rate
        self._stream: Any = None
        self._first, self._last = Fraction(0), -1

    def __enter__(self) -> "_Film":
        return self

    def __exit__(self, fault: type[BaseException] | None, *_: object) -> None:
        if fault is None and self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def add(self, image: np.ndarray, time: Fraction) -> None:
        """One more picture (height, width, 3) uint8 RGB, shown from `time` in seconds on."""
        from av import VideoFrame
        from av.video.reformatter import ColorRange, Colorspace

        if self._stream is None:
            self._begin(*image.shape[:2])
            self._first = time
        frame = VideoFrame.from_ndarray(image, format="rgb24").reformat(
            format="yuv420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        )
        frame.colorspace, frame.color_range = Colorspace.ITU709, ColorRange.MPEG
        # No two pictures share a millisecond.
        self._last = max(self._last + 1, round((time - self._first) / _MILLISECOND))
        frame.pts, frame.time_base = self._last, _MILLISECOND
        self._container.mux(self._stream.encode(frame))

    def _begin(self, height: int, width: int) -> None:
        stream: Any = self._container.add_stream("libvpx-vp9", rate=self._rate, options=_QUALITY)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = _MILLISECOND
        stream.codec_context.colorspace, stream.codec_context.color_range = 1, 1
        stream.thread_type = "AUTO"
        self._stream = stream
