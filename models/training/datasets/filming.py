"""From labelled pictures to samples: a take is chosen, framed and toned by chance."""

from collections.abc import Sequence

import numpy as np

from models.training.generator.looks import finished
from models.training.generator.motion import played
from models.training.samples import Draw, Sample

from .framing import Framing, draw_framing
from .labelled import Labelled, Take
from .tone import Tone, draw_tone


def generator_of(seed: int, index: int) -> np.random.Generator:
    """Random numbers of one sample, unlike those of any other seed or index."""
    return np.random.default_rng([seed, index])


def filmed(takes: Sequence[Take], exact: bool) -> Draw:
    """The data set of such takes; `exact` says that their people are true alpha.

    A long take is drawn more often than a still, by the square root of its length. A still becomes a film by a window
    that moves over it, and a take that is too short is played to and fro. What is drawn raises DatasetError where a
    file cannot be read.
    """
    ends = np.cumsum([np.sqrt(len(take.frames)) for take in takes])

    def draw(seed: int, index: int, frames: int, size: int) -> Sample:
        rng = generator_of(seed, index)
        take = takes[int(np.searchsorted(ends, rng.random() * ends[-1], side="right"))]
        still = len(take.frames) == 1
        shown = take.read([0] if still else played(len(take.frames), frames, rng).tolist())
        framing = draw_framing(rng, shown[0].person.shape, frames, size)
        return _sample(shown * frames if still else shown, framing, draw_tone(rng), exact, rng)

    return draw


def _sample(shown: list[Labelled], framing: Framing, tone: Tone, exact: bool, rng: np.random.Generator) -> Sample:
    people = [_person(frame, framing, tone, place) for place, frame in enumerate(shown)]
    pictures = [tone.softened(framing.colours(frame.picture, place)) for place, frame in enumerate(shown)]
    film = np.stack([tone.coloured(picture) for picture in pictures])
    film, hidden = finished(film, tone.finish, int(rng.integers(2**31)))
    voids = [framing.colours(frame.void.astype(np.float32), place) > 0 for place, frame in enumerate(shown)]
    still = all(frame is shown[0] for frame in shown)
    return Sample(
        film, np.stack(people), exact, hidden | np.stack(voids),
        _numbers([frame.instances for frame in shown], framing),
        _numbers([frame.parts for frame in shown], framing),
        None, framing.flow() if still else None,
    )  # fmt: skip


def _person(frame: Labelled, framing: Framing, tone: Tone, place: int) -> np.ndarray:
    return tone.softened(framing.colours(frame.person, place)).clip(0, 1)


def _numbers(planes: list[np.ndarray | None], framing: Framing) -> np.ndarray | None:
    """(T, size, size) uint8; None where one frame has none."""
    known = [plane for plane in planes if plane is not None]
    if len(known) < len(planes):
        return None
    return np.stack([framing.numbers(plane, place) for place, plane in enumerate(known)])
