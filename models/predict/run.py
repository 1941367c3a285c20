"""One prediction from the request to the last file."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from models.backends.registry import finder

from . import files
from .backdrops import Backdrop, open_backdrop
from .composites import Composite
from .cutouts import Cutouts
from .edges import METHOD
from .flight import in_flight
from .journal import Journal, Made, open_journal
from .mattes import BySegmenter, Done, Job, Way
from .sources import Source, open_source
from .ways import way_of

_LINE = "{desc}: {percentage:3.0f}%|{bar}| {n:.0f}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}]"


@dataclass(frozen=True)
class Request:
    """What somebody asks for.

    `weights` is the source of the back end's weights; `edges` a method of models.matting or a back end that mattes
    along a mask, with its own weights; `composite` a colour or a file.
    """

    source: Path
    out: Path
    stills: bool = False
    backend: str = field(default_factory=lambda: finder().name)
    weights: str | None = None
    device: str = "cpu"
    edges: str = METHOD
    edges_weights: str | None = None
    composite: str | None = None
    foreground: bool = False
    batch: int = 2


@dataclass(frozen=True)
class Result:
    """How many frames there are, how many of them were worked on now, and where the composite is, if asked for.

    `broken` tells of each still that could not be read.
    """

    frames: int
    new: int
    broken: tuple[str, ...] = ()
    composite: Path | None = None


def predict(request: Request) -> Result:
    """Do what is missing of a request, telling how far it is. Raises PredictError, UnknownBackend, WeightsMissing,
    BadInput, MattingError: all say what to do."""
    source = open_source(request.source, request.stills)
    backdrop = None if request.composite is None else open_backdrop(request.composite)
    way = way_of(request.backend, request.weights, request.device, request.edges, request.edges_weights)
    # A film that cannot be read is told before a folder is begun for it.
    next(source.frames(), None)
    with files.alone_in(request.out):
        journal = open_journal(request.out, _made(request, source, way))
        job = Job(source, request.out, request.batch)
        cutouts = Cutouts(job, request.foreground)
        done = _write(job, way, cutouts)
        if backdrop is None:
            return done
        return replace(done, composite=_composite(job, cutouts, backdrop, journal))


def _made(request: Request, source: Source, way: Way) -> Made:
    return Made(source.digest(), source.pictures(), request.stills, way.name, way.version, way.licence, way.matting)


def _write(job: Job, way: Way, cutouts: Cutouts) -> Result:
    """Write everything but the composite."""
    frames = new = 0
    broken: list[str] = []

    def write(done: Done) -> bool:
        if done.broken:
            broken.append(done.broken)
        return cutouts.write(done)

    # A frame that is looked at first is half done then.
    half = 0.5 if isinstance(way, BySegmenter) and job.source.in_time else 0
    with _bar("mattes", job.source) as bar:
        for worked in in_flight(write, way.run(job, lambda: bar.update(half)), job.batch):
            frames += 1
            new += worked
            bar.update(1 - half)
        # What a file says of its length is not always so, and what is there already is not looked at.
        bar.n = bar.total = frames
    return Result(frames, new, tuple(broken))


def _composite(job: Job, cutouts: Cutouts, backdrop: Backdrop, journal: Journal) -> Path:
    with _bar("composite", job.source) as bar:
        return Composite(job, cutouts, backdrop, bar.update).make(journal)


def _bar(name: str, source: Source) -> Any:
    """A line on standard error with rate and time left."""
    from tqdm import tqdm

    return tqdm(desc=name, total=source.count, unit="frame", bar_format=_LINE)
