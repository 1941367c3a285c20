"""The mattes of a source, frame by frame, by whatever back end; those that are there already are passed over."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from models import planes
from models.backends import Matter, Segmenter, VideoMatter
from models.backends.protocol import Named

from .edges import Edges
from .errors import Fault, PredictError
from .flight import in_flight
from .looks import Looks
from .sources import Frame, Source

Told = Callable[[], object]


@dataclass(frozen=True)
class Job:
    """What is to be done: the source, the folder `out` whose alpha/ the mattes go to, and how many frames may be in
    work at once."""

    source: Source
    out: Path
    batch: int

    def place(self, frame: Frame) -> Path:
        """Where a frame's matte goes."""
        return self.out / "alpha" / f"{frame.name}.png"

    def missing(self, frame: Frame) -> bool:
        """Whether its matte is still to be made."""
        return not self.place(frame).exists()

    def stored(self, frame: Frame) -> np.ndarray:
        """Its matte (height, width) uint8 from the file. Raises PredictError where the file is damaged."""
        place = self.place(frame)
        try:
            return planes.decode(place.read_bytes())
        except planes.PlaneError as error:
            raise PredictError(Fault.DAMAGED, f"{place} is damaged ({error}): remove it and call again") from error

    def any_missing(self) -> bool:
        """Whether there is work at all. Frames are decoded for it at most, which is quick beside a look."""
        return any(self.missing(frame) for frame in self.source.frames())


@dataclass(frozen=True)
class Done:
    """A frame that has come by: with its picture and its new matte (height, width) uint8, or with neither.

    `broken` says why a still cannot be read.
    """

    frame: Frame
    image: np.ndarray | None = None
    matte: np.ndarray | None = None
    broken: str = ""


class Way(Named, Protocol):
    """A way to mattes. `name`, `version`, `licence` and `matting` go on record."""

    @property
    def matting(self) -> str: ...

    def run(self, job: Job, looked: Told) -> Iterator[Done]:
        """Every frame in order. `looked` is told of frames that are looked at before their matte is made.

        Raises PredictError, BadInput, WeightsMissing.
        """
        ...


@dataclass(frozen=True)
class BySegmenter:
    """A hard mask of everybody, then its edges."""

    segmenter: Segmenter
    edges: Edges

    @property
    def name(self) -> str:
        return self.segmenter.name

    @property
    def version(self) -> str:
        return self.segmenter.version

    @property
    def licence(self) -> str:
        return self.segmenter.licence

    @property
    def matting(self) -> str:
        """How edges are solved."""
        return self.edges.name

    def run(self, job: Job, looked: Told) -> Iterator[Done]:
        """See `Way`."""
        if not job.source.in_time:
            return _each(job, self._alone)
        return self._shot(job, looked) if job.any_missing() else (Done(frame) for frame in job.source.frames())

    def _alone(self, image: np.ndarray) -> np.ndarray:
        from .people import mask_alone

        return self.edges.matte(image, mask_alone(image, self.segmenter), None)

    def _shot(self, job: Job, looked: Told) -> Iterator[Done]:
        from .people import masks_of

        masks = masks_of(job.source, self.segmenter, Looks(job.out), looked)
        last = None
        for frame, mask in zip(job.source.frames(), masks, strict=True):
            done = Done(frame)
            if job.missing(frame):
                image = frame.image()
                done = Done(frame, image, self.edges.matte(image, mask, _before(job, last)))
            yield done
            last = done


@dataclass(frozen=True)
class ByMatter:
    """A network that mattes everybody by itself."""

    matter: Matter
    matting: str = "by the network itself"

    @property
    def name(self) -> str:
        return self.matter.name

    @property
    def version(self) -> str:
        return self.matter.version

    @property
    def licence(self) -> str:
        return self.matter.licence

    def run(self, job: Job, looked: Told) -> Iterator[Done]:
        """See `Way`."""
        if job.source.in_time and isinstance(self.matter, VideoMatter) and self.matter.remembers:
            return self._remembering(job, self.matter)
        return _each(job, lambda image: planes.snap(self.matter.matte(image).alpha))

    def _remembering(self, job: Job, matter: VideoMatter) -> Iterator[Done]:
        """What it remembers is not kept between calls: frames before a missing one are gone through again."""
        reel, missing = matter.start(), job.any_missing()
        for frame in job.source.frames():
            if not missing:
                yield Done(frame)
                continue
            image = frame.image()
            matte = planes.snap(reel.step(image).alpha)
            yield Done(frame, image, matte) if job.missing(frame) else Done(frame)


def _each(job: Job, matte: Callable[[np.ndarray], np.ndarray]) -> Iterator[Done]:
    """Frames that have nothing to do with one another, several at a time."""

    def one(frame: Frame) -> Done:
        if not job.missing(frame):
            return Done(frame)
        try:
            image = frame.image()
        except PredictError as error:
            if job.source.in_time:
                raise
            return Done(frame, broken=str(error))  # the other stills have nothing to do with it
        return Done(frame, image, matte(image))

    return in_flight(one, job.source.frames(), job.batch)


def _before(job: Job, last: Done | None) -> np.ndarray | None:
    """The matte of the frame before, from the file if an earlier call made it."""
    if last is None:
        return None
    return job.stored(last.frame) if last.matte is None else last.matte
