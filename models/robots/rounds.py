"""Rounds over a shot, offline and online, after SAM 2 (Ravi et al., 2024, interactive evaluation): a frame that is
corrected becomes an anchor, and what is propagated from the anchors is looked at again.

SAM 2 clicks. With `scribble_frame`, `ROUNDS` and an annotator of one round on a frame, offline rounds are those of
DAVIS interactive (Caelles et al., 2018), and any way to correct a frame will do. One change to both: a person stops
where the mask is good, and does not turn to the same frame twice.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np

from models.backends.prompt import unit

from .clicks import click_frame
from .correcting import Annotator, Corrected
from .standing import Choose, Standing, lowest_iou
from .truths import State, Truth

ROUNDS = 8
THREE = Annotator(limit=3)
PAUSE = 0.75  # IoU

# The masks of all frames in order, from those of some by frame, (H, W) bool. The results may be as `Prompt` takes
# masks: bool, 0/255, or probabilities.
Propagate = Callable[[Mapping[int, np.ndarray]], Iterable[np.ndarray]]
# How one frame is corrected: `click_frame`, `scribble_frame`, `paint_frame`.
By = Callable[[Callable[..., np.ndarray], Truth, np.ndarray, Annotator], Corrected[Any]]
# What that asks, with the frame's number before all else.
AnswerAt = Callable[..., np.ndarray]


def offline(
    shot: Sequence[Truth],
    propagate: Propagate,
    answer: AnswerAt,
    start: Sequence[np.ndarray] | None = None,
    rounds: int = ROUNDS,
    choose: Choose = lowest_iou,
    annotator: Annotator = THREE,
    by: By = click_frame,
) -> list[Standing]:
    """How the shot stands before the first round and after each, until all is done or nothing is left to choose.

    A round is: look all frames through, go to one, correct it, propagate anew. It costs all of that, also where a
    prediction named the frame: somebody has to see what became of the shot. `start` are pre-labels, one a frame, as
    `Prompt` takes masks; None is from nothing. Frames are corrected `by` a robot of one frame; what that asks goes to
    `answer`, after the frame's number. All masks are held in memory. Raises ValueError where the sizes or numbers of
    masks do not fit.
    """
    work = _Work(shot, start, annotator)
    found = [work.standing()]
    for _ in range(rounds):
        index = None if found[-1].done.all() else choose(found[-1], [state.mask for state in work.states])
        if index is None:
            break
        work.correct(index, by, answer)
        work.see_all(propagate(work.anchors))
        found.append(work.standing())
    return found


def online(
    shot: Sequence[Truth],
    propagate: Propagate,
    answer: AnswerAt,
    start: Sequence[np.ndarray] | None = None,
    pause: float | None = PAUSE,
    annotator: Annotator = THREE,
    by: By = click_frame,
) -> Standing:
    """How the shot stands after one pass over it.

    It pauses to correct a frame where the IoU is below `pause` (None: where the annotator is not content), and goes
    on from there; frames before stay as they are. The rest is as in `offline`. Of what `propagate` gives only frames
    up to the next pause are asked for.
    """
    work = _Work(shot, start, annotator)
    coming: Iterator[np.ndarray] = iter(())
    for index in range(len(shot)):
        if work.anchors:
            work.see(index, next(coming, None))
        state = work.states[index]
        if not (annotator.done(state) if pause is None else state.iou >= pause):
            work.correct(index, by, answer)
            coming = islice(propagate(work.anchors), index + 1, None)
    work.look_through()
    return work.standing()


class _Work:
    """A shot while it is worked on: every frame's state, the anchors, and what it took."""

    def __init__(self, shot: Sequence[Truth], start: Sequence[np.ndarray] | None, annotator: Annotator) -> None:
        if not len(shot):
            raise ValueError("the shot has no frame: give one Truth a frame")
        if start is not None and len(start) != len(shot):
            raise ValueError(f"{len(start)} masks for {len(shot)} frames: give every frame one")
        masks = [np.zeros(truth.mask.shape, bool) for truth in shot] if start is None else start
        self.shot, self.annotator = shot, annotator
        self.states = [_state(truth, mask) for truth, mask in zip(shot, masks, strict=True)]
        self.anchors: dict[int, np.ndarray] = {}
        self.actions, self.seconds = 0, 0.0

    def correct(self, index: int, by: By, answer: AnswerAt) -> None:
        """Turn to a frame, and make the best of it an anchor."""
        frame = by(partial(answer, index), self.shot[index], self.states[index].mask, self.annotator)
        self.states[index], self.anchors[index] = frame.best, frame.best.mask
        self.actions += len(frame.rounds)
        self.seconds += frame.work

    def see_all(self, masks: Iterable[np.ndarray]) -> None:
        """Take what was propagated to all frames, and look it through."""
        coming = iter(masks)
        for index in range(len(self.shot)):
            self.see(index, next(coming, None))
        self.look_through()

    def see(self, index: int, mask: np.ndarray | None) -> None:
        """Take what was propagated to a frame; an anchor stays as it is."""
        if mask is None:
            raise ValueError(f"the propagation ends before frame {index}: give a mask for each of {len(self.shot)}")
        if index not in self.anchors:
            self.states[index] = _state(self.shot[index], mask)

    def look_through(self) -> None:
        self.seconds += self.annotator.costs.inspection(len(self.shot))

    def standing(self) -> Standing:
        iou, good = (np.array([getattr(state, name) for state in self.states]) for name in ("iou", "good"))
        done = np.array([self.annotator.done(state) for state in self.states])
        given_up = tuple(index for index in self.anchors if not done[index])
        return Standing(tuple(self.anchors), given_up, self.actions, self.seconds, iou, good, done)


def _state(truth: Truth, mask: np.ndarray) -> State:
    return truth.state(unit(mask, *truth.mask.shape) >= 0.5)
