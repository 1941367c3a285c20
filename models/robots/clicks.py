"""The NoC robot: clicks into the largest error until the mask is good (number of clicks; Sofiiuk et al., RITM, ICIP
2022), by a hand that may tremble."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from models.backends.prompt import Prompt, check_picture, unit

from .aiming import Click, next_click
from .costs import Costs
from .truths import State, Truth

LIMIT = 20  # clicks, as NoC counts

Answer = Callable[[np.ndarray, Prompt], np.ndarray]  # the `mask` of a models.backends.Interactive


@dataclass(frozen=True)
class Slips:
    """How a hand errs: each click lands `jitter` pixels off (standard deviation), a share `wrong` says the opposite.

    `chance` is drawn from click by click. Raises ValueError where jitter is below 0 or `wrong` not in 0..1.
    """

    chance: np.random.Generator
    jitter: float = 3.0
    wrong: float = 0.05

    def __post_init__(self) -> None:
        if not 0 <= self.jitter < np.inf:
            raise ValueError(f"a jitter of {self.jitter}: give pixels, at least 0")
        if not 0 <= self.wrong <= 1:
            raise ValueError(f"a share of {self.wrong} wrong clicks: give 0..1")

    def of(self, click: Click) -> Click:
        """The click as it was made, within the frame."""
        height, width = click.error.shape
        x, y = self.chance.normal((click.x, click.y), self.jitter)
        inside = click.inside != (self.chance.random() < self.wrong)
        return click._replace(x=_within(x, width), y=_within(y, height), inside=bool(inside))


def _within(place: float, length: int) -> float:
    return float(np.clip(place, 0.5, length - 0.5))


@dataclass(frozen=True)
class Annotator:
    """How somebody clicks: when to stop and to give up, how surely, and what it takes.

    Stops at an IoU of at least `iou`, None for *good*, and gives up after `limit` clicks on one frame. Raises
    ValueError.
    """

    iou: float | None = None
    limit: int = LIMIT
    slips: Slips | None = None
    costs: Costs = Costs()

    def __post_init__(self) -> None:
        if self.iou is not None and not 0 < self.iou <= 1:
            raise ValueError(f"an IoU of {self.iou} to stop at: give one above 0 and at most 1, or None for good")
        if self.limit < 1:
            raise ValueError(f"a limit of {self.limit} clicks: give at least 1")

    def done(self, state: State) -> bool:
        """Whether nothing more is to be done about it."""
        return state.reached(self.iou)


SURE = Annotator()


@dataclass(frozen=True, eq=False)
class Round:
    """A click as it was made, and how the mask that answers it stands."""

    click: Click
    state: State


@dataclass(frozen=True, eq=False)
class ClickedFrame:
    """All that happened on one frame: how it stood before, round by round, and in the end.

    `seconds` by the cost model: a look at the frame, and where it was clicked at, going there and the clicks.
    `given_up`: it is not as it should be. NoC counts such a frame as the limit.
    """

    before: State
    rounds: tuple[Round, ...]
    seconds: float
    given_up: bool

    @property
    def clicks(self) -> list[Click]:
        """As they were made."""
        return [each.click for each in self.rounds]

    @property
    def states(self) -> list[State]:
        """Before any click, and after each."""
        return [self.before, *(each.state for each in self.rounds)]

    @property
    def iou(self) -> np.ndarray:
        """(clicks + 1,) float64, the first before any click."""
        return np.array([state.iou for state in self.states])

    @property
    def good(self) -> np.ndarray:
        """(clicks + 1,) bool, the first before any click."""
        return np.array([state.good for state in self.states])

    @property
    def best(self) -> State:
        """What a person keeps, with undo at hand: the last, and after giving up the good or that of highest IoU."""
        return max(self.states, key=lambda state: (state.good, state.iou)) if self.given_up else self.states[-1]


def click_until(
    answer: Answer,
    image: np.ndarray,
    truth: Truth,
    start: np.ndarray | None = None,
    annotator: Annotator = SURE,
) -> ClickedFrame:
    """Click at one frame until `annotator` is content or gives up.

    `answer` gets `image` (H, W, 3) uint8 RGB and all points so far with its own last answer (or `start`) as mask, and
    returns the probability (H, W) in 0..1. `start` is a pre-label as `Prompt` takes masks; None is from nothing.
    Raises ValueError where the sizes differ or an answer is none, and BadInput, a ValueError, from what is asked.
    """
    if check_picture(image) != truth.mask.shape:
        raise ValueError(f"the picture is {image.shape[:2]} and the truth {truth.mask.shape}: give both the same size")
    return click_frame(partial(answer, image), truth, start, annotator)


def click_frame(
    ask: Callable[[Prompt], np.ndarray], truth: Truth, start: np.ndarray | None, annotator: Annotator
) -> ClickedFrame:
    """`click_until` with a callable that knows the picture."""
    prior = np.zeros(truth.mask.shape, np.float32) if start is None else unit(start, *truth.mask.shape)
    state = before = truth.state(prior >= 0.5)
    made: list[Round] = []
    if not annotator.done(before):
        for each in islice(_rounds(ask, truth, prior, annotator.slips), annotator.limit):
            made.append(each)
            state = each.state
            if annotator.done(state):
                break
    seconds = annotator.costs.inspection(1) + (annotator.costs.clicking(len(made)) if made else 0)
    return ClickedFrame(before, tuple(made), seconds, not annotator.done(state))


def _rounds(
    ask: Callable[[Prompt], np.ndarray], truth: Truth, prior: np.ndarray, slips: Slips | None
) -> Iterator[Round]:
    """Click after click until nothing is wrong."""
    points: list[tuple[float, float]] = []
    labels: list[int] = []
    # RITM never clicks the same pixel twice; a network that did not listen is asked beside it.
    fresh = truth.judged
    while (click := next_click(prior >= 0.5, truth.mask, fresh)) is not None:
        fresh[int(click.y), int(click.x)] = False
        click = click if slips is None else slips.of(click)
        points.append((click.x, click.y))
        labels.append(int(click.inside))
        # Nothing is no opinion: a network is not to hold on to it.
        mask = prior if prior.any() else None
        prior = unit(ask(Prompt(list(points), list(labels), mask=mask)), *truth.mask.shape)
        yield Round(click, truth.state(prior >= 0.5))
