"""What is compared: back ends as they answer, with finished edges, asked as pre-labels are, and controls."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from models.backends import registry
from models.backends.grouping import TellsApart, spread
from models.matting import METHODS
from models.predict.edges import Edges

from .cases import Case
from .once import Once, Opened

_REFINER = "koutu-s-refiner="
FREE = (
    "selfie", "guided:selfie", "selfie-zoomed", "guided:selfie-zoomed", "mean4", "guided:mean4", "empty", "frozen",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What a row says of a picture: `alpha` (H, W) float32 in 0..1 of everybody.

    `apart`, called, gives (H, W) uint8 with everybody's own number from 1, 0 for nobody, where the row tells people
    apart by more than where they hang together.
    """

    alpha: np.ndarray
    apart: Callable[[], np.ndarray] | None = None

    @property
    def mask(self) -> np.ndarray:
        """(H, W) bool."""
        return self.alpha >= 0.5

    def people(self) -> list[np.ndarray]:
        """Everybody's own region, (H, W) bool each."""
        from models.prelabel.people import SMALLEST
        from models.prelabel.regions import join_specks

        if self.apart is None:
            return join_specks(self.mask, SMALLEST)
        numbers = self.apart()
        return [numbers == number for number in np.unique(numbers) if number]


# None where the row has nothing to say.
Finder = Callable[[Case], Answer | None]


class UnknownRow(ValueError):
    """There is no such row. The message says what there is."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    find: Finder


def rows_of(names: list[str], device: str = "cpu") -> list[Row]:
    """A row for each of `names`: a back end, or NAME=WEIGHTS. Before it may stand, with a colon,

    "prelabel": asked as pre-labels are, with a close look at each person and nobody where both looks doubt it;
    a method of `models.matting`, such as "guided": the band along the mask's edge is solved by it;
    "koutu-s-refiner=WEIGHTS": by stage 2 of ours.

    Controls: "empty" finds nobody; "frozen" holds what is true of a film's first frame, and says nothing of that frame.
    Raises UnknownRow, UnknownBackend, WeightsMissing.
    """
    opened = Opened(device)
    return [Row(name, _finder(name, opened, device)) for name in names]


def _finder(name: str, opened: Opened, device: str) -> Finder:
    if name == "empty":
        return lambda case: Answer(np.zeros(case.truth.shape, np.float32))
    if name == "frozen":
        return _Frozen()
    before, plain = _parted(name)
    return partial(_way(before, device), opened[plain])


def _parted(name: str) -> tuple[str, str]:
    """What stands before the back end, and the rest: a path of weights may hold colons too."""
    if name.startswith(_REFINER):
        before, _, plain = name.partition(":")
        return before, plain
    plain, equals, weights = name.partition("=")
    before, _, backend = plain.rpartition(":")
    return before, backend + equals + weights


def _way(before: str, device: str) -> Callable[[Once, Case], Answer]:
    """How a back end is asked."""
    if before == "":
        return _as_it_is
    if before == "prelabel":
        return _as_prelabelled
    if before in METHODS:
        return partial(_with_edges, Edges(method=before))
    if before.startswith(_REFINER):
        matter = registry.open_backend("koutu-s-refiner", before.removeprefix(_REFINER), device)
        return partial(_with_edges, Edges(matter))
    raise UnknownRow(f"{before} is no way to ask a back end: prelabel, {', '.join(METHODS)} or {_REFINER}WEIGHTS")


class _Frozen:
    """The control that never moves: it scores as far as the people stand still."""

    def __init__(self) -> None:
        self._first: Answer | None = None

    def __call__(self, case: Case) -> Answer | None:
        if case.follows:
            return self._first
        people = case.people
        self._first = Answer(case.truth.astype(np.float32), None if people is None else lambda: people)
        return None


def _as_it_is(segmenter: Once, case: Case) -> Answer:
    return _told(segmenter, case, segmenter.person_probability(case.image))


def _told(once: Once, case: Case, alpha: np.ndarray) -> Answer:
    """With whom the segmenter knows in it, if it does."""
    segmenter = once.segmenter
    if not isinstance(segmenter, TellsApart):
        return Answer(alpha)
    return Answer(alpha, lambda: spread(segmenter.instances(case.image), alpha >= 0.5))


def _as_prelabelled(segmenter: Once, case: Case) -> Answer:
    from models.predict.people import mask_alone

    found = mask_alone(case.image, segmenter)
    return Answer(np.zeros(case.truth.shape, np.float32) if found is None else found.astype(np.float32))


def _with_edges(edges: Edges, segmenter: Once, case: Case) -> Answer:
    """As `koutu predict --edges` solves them."""
    mask = segmenter.person_probability(case.image) >= 0.5
    return _told(segmenter, case, edges.matte(case.image, mask, None) / np.float32(255))
