"""One prediction from the request to the last file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.backends import registry

from . import files
from .backdrops import Backdrop, open_backdrop
from .composites import Composite
from .cutouts import Cutouts
from .devices import check_device
from .edges import Edges
from .errors import Fault, PredictError
from .flight import in_flight
from .journal import Journal, Made, open_journal
from .mattes import ByMatter, BySegmenter, Job, Way
from .sources import Source, open_source

# The best that runs without a download: each frame is looked at whole and close, plain and mirrored, whatever the
# back end, so that selfie-zoomed reaches the same J (0.911, 0.976, 0.989, 0.986 on the four sequences of the samples,
# 0.935 on 60 photographs) at two to four times the cost.
DEFAULT = "selfie"
_LINE = "{desc}: {percentage:3.0f}%|{bar}| {n:.0f}/{total_fmt} [{elapsed}<{remaining}, {rate_fmt}]"


@dataclass(frozen=True)
class Request:
    """What somebody asks for. `weights` is the source of the back end's weights, `composite` a colour or a file."""

    source: Path
    out: Path
    stills: bool = False
    backend: str = DEFAULT
    weights: str | None = None
    device: str = "cpu"
    composite: str | None = None
    foreground: bool = False
    batch: int = 2


@dataclass(frozen=True)
class Result:
    """How many frames there are, how many of them were worked on now, and where the composite is, if asked for."""

    frames: int
    new: int
    composite: Path | None = None


def predict(request: Request) -> Result:
    """Do what is missing of a request, telling how far it is. Raises PredictError, UnknownBackend, WeightsMissing,
    BadInput, MattingError: all say what to do."""
    source = open_source(request.source, request.stills)
    backdrop = None if request.composite is None else open_backdrop(request.composite)
    way = way_of(request)
    # A film that cannot be read is told before a folder is begun for it.
    next(source.frames(), None)
    with files.alone_in(request.out):
        journal = open_journal(request.out, _made(request, source, way))
        job = Job(source, request.out, request.batch)
        cutouts = Cutouts(job, request.foreground)
        frames, new = _write(job, way, cutouts)
        made = None if backdrop is None else _composite(job, cutouts, backdrop, journal)
    return Result(frames, new, made)


def way_of(request: Request) -> Way:
    """How the back end of a request comes to mattes. Raises UnknownBackend, WeightsMissing, PredictError."""
    entry = registry.find(request.backend)
    check_device(request.device)
    if entry.task in ("point", "track"):
        fit = ", ".join(one.name for one in registry.BACKENDS if one.task in ("segment", "matte"))
        raise PredictError(Fault.USAGE, f"{entry.name} waits for somebody to point; by themselves find people: {fit}")
    opened: Any = entry.open(request.weights, request.device)
    if hasattr(opened, "opinions"):
        return BySegmenter(opened, Edges())
    if opened.guide is None:
        return ByMatter(opened)
    return BySegmenter(registry.open_backend(DEFAULT), Edges(opened))


def _made(request: Request, source: Source, way: Way) -> Made:
    return Made(source.digest(), request.stills, way.name, way.version, way.licence, way.matting)


def _write(job: Job, way: Way, cutouts: Cutouts) -> tuple[int, int]:
    """Write everything but the composite; (frames, those worked on)."""
    frames = new = 0
    # A frame that is looked at first is half done then.
    half = 0.5 if isinstance(way, BySegmenter) and job.source.in_time else 0
    with _bar("mattes", job.source) as bar:
        for worked in in_flight(cutouts.write, way.run(job, lambda: bar.update(half)), job.batch):
            frames += 1
            new += worked
            bar.update(1 - half)
        # What a file says of its length is not always so, and what is there already is not looked at.
        bar.n = bar.total = frames
    return frames, new


def _composite(job: Job, cutouts: Cutouts, backdrop: Backdrop, journal: Journal) -> Path:
    with _bar("composite", job.source) as bar:
        return Composite(job, cutouts, backdrop, bar.update).make(journal)


def _bar(name: str, source: Source) -> Any:
    """A line on standard error with rate and time left."""
    from tqdm import tqdm

    return tqdm(desc=name, total=source.count, unit="frame", bar_format=_LINE)
