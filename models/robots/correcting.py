"""One frame corrected, look by look, until its annotator is content or gives up: what clicks, scribbles and strokes
share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from models.backends.prompt import unit

from .costs import Costs
from .truths import State, Truth

LIMIT = 20  # as NoC counts clicks

Made = TypeVar("Made")  # what a hand does after one look: a Click, a Stroke, some Scribbles


@dataclass(frozen=True)
class Annotator:
    """When somebody stops and when they give up, and what their work takes.

    Stops at an IoU of at least `iou`, None for *good*, and gives up one frame after `limit` rounds of it. Raises
    ValueError.
    """

    iou: float | None = None
    limit: int = LIMIT
    costs: Costs = Costs()

    def __post_init__(self) -> None:
        if self.iou is not None and not 0 < self.iou <= 1:
            raise ValueError(f"an IoU of {self.iou} to stop at: give one above 0 and at most 1, or None for good")
        if self.limit < 1:
            raise ValueError(f"a limit of {self.limit} rounds on a frame: give at least 1")

    def done(self, state: State) -> bool:
        """Whether nothing more is to be done about it."""
        return state.reached(self.iou)


SURE = Annotator()


@dataclass(frozen=True, eq=False)
class Round(Generic[Made]):
    """What was `made` after one look, and how the mask that answers it stands."""

    made: Made
    state: State


@dataclass(frozen=True, eq=False)
class Corrected(Generic[Made]):
    """All that happened on one frame: how it stood before, round by round, and in the end.

    By the cost model `look` is the seconds to see the frame, `work` those to go there and do what was made.
    `given_up`: it is not as it should be. NoC counts such a frame as the limit.
    """

    before: State
    rounds: tuple[Round[Made], ...]
    look: float
    work: float
    given_up: bool

    @property
    def seconds(self) -> float:
        """Of the frame by itself: nobody goes where nothing is to be done."""
        return self.look + (self.work if self.rounds else 0)

    @property
    def made(self) -> list[Made]:
        """In order, one a round."""
        return [each.made for each in self.rounds]

    @property
    def states(self) -> list[State]:
        """Before any round, and after each."""
        return [self.before, *(each.state for each in self.rounds)]

    @property
    def iou(self) -> np.ndarray:
        """(rounds + 1,) float64, the first before any."""
        return np.array([state.iou for state in self.states])

    @property
    def good(self) -> np.ndarray:
        """(rounds + 1,) bool, the first before any."""
        return np.array([state.good for state in self.states])

    @property
    def best(self) -> State:
        """What a person keeps, with undo at hand: the last, and after giving up the good or that of highest IoU."""
        return max(self.states, key=lambda state: (state.good, state.iou)) if self.given_up else self.states[-1]


def correct(
    truth: Truth,
    start: np.ndarray | None,
    annotator: Annotator,
    make: Callable[[np.ndarray], Made | None],
    answer: Callable[[Made, np.ndarray], np.ndarray],
    price: Callable[[Sequence[Made]], float],
) -> Corrected[Made]:
    """Round after round until `annotator` is content or gives up, or there is nothing more to make.

    `make` says what a hand does about a mask (H, W) bool, None where nothing; `answer` gives what comes of it and the
    last answer (H, W) float32 in 0..1, as `Prompt` takes masks, and so is `start`, None for nothing. `price` is the
    seconds of all that was made, the way to the frame among them. Raises ValueError where an answer is none.
    """
    prior = np.zeros(truth.mask.shape, np.float32) if start is None else unit(start, *truth.mask.shape)
    states, rounds = [truth.state(prior >= 0.5)], list[Round[Made]]()
    while not annotator.done(states[-1]) and len(rounds) < annotator.limit:
        made = make(prior >= 0.5)
        if made is None:
            break
        prior = unit(answer(made, prior), *truth.mask.shape)
        states.append(truth.state(prior >= 0.5))
        rounds.append(Round(made, states[-1]))
    work = price([each.made for each in rounds])
    return Corrected(states[0], tuple(rounds), annotator.costs.inspection(1), work, not annotator.done(states[-1]))
