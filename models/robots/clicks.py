"""The NoC robot: clicks into the largest error until the mask is good (number of clicks; Sofiiuk et al., RITM, ICIP
2022), by a hand that may tremble."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from models.backends.prompt import Prompt, check_picture

from .aiming import Click, next_click
from .correcting import SURE, Annotator, Corrected, correct
from .truths import Truth

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


def click_until(
    answer: Answer,
    image: np.ndarray,
    truth: Truth,
    start: np.ndarray | None = None,
    annotator: Annotator = SURE,
    slips: Slips | None = None,
) -> Corrected[Click]:
    """Click at one frame until `annotator` is content or gives up; `slips` are those of a hand that errs.

    `answer` gets `image` (H, W, 3) uint8 RGB and all points so far with its own last answer (or `start`) as mask, and
    returns the probability (H, W) in 0..1. `start` is a pre-label as `Prompt` takes masks; None is from nothing.
    Raises ValueError where the sizes differ or an answer is none, and BadInput, a ValueError, from what is asked.
    """
    if check_picture(image) != truth.mask.shape:
        raise ValueError(f"the picture is {image.shape[:2]} and the truth {truth.mask.shape}: give both the same size")
    return click_frame(partial(answer, image), truth, start, annotator, slips)


def click_frame(
    ask: Callable[[Prompt], np.ndarray],
    truth: Truth,
    start: np.ndarray | None = None,
    annotator: Annotator = SURE,
    slips: Slips | None = None,
) -> Corrected[Click]:
    """`click_until` with a callable that knows the picture."""
    hand = _Hand(ask, truth, slips)
    return correct(truth, start, annotator, hand.click, hand.asked, lambda made: annotator.costs.clicking(len(made)))


class _Hand:
    """Clicks at a frame, and knows where it has clicked."""

    def __init__(self, ask: Callable[[Prompt], np.ndarray], truth: Truth, slips: Slips | None) -> None:
        self._ask, self._truth, self._slips = ask, truth, slips
        # RITM never clicks the same pixel twice; a network that did not listen is asked beside it.
        self._fresh = truth.judged
        self._clicks: list[Click] = []

    def click(self, mask: np.ndarray) -> Click | None:
        click = next_click(mask, self._truth.mask, self._fresh)
        if click is None:
            return None
        self._fresh[int(click.y), int(click.x)] = False
        return click if self._slips is None else self._slips.of(click)

    def asked(self, click: Click, prior: np.ndarray) -> np.ndarray:
        self._clicks.append(click)
        points = [(each.x, each.y) for each in self._clicks]
        labels = [int(each.inside) for each in self._clicks]
        # Nothing is no opinion: a network is not to hold on to it.
        return self._ask(Prompt(points, labels, mask=prior if prior.any() else None))
