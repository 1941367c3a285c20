"""From what people said on some frames to all frames between: there and back, and one answer out of both.

A span that lies between two anchors is gone through from both. The first pass gives every frame at once, so that a
person sees something; the second gives the last word, weighed by how sure either is of each pixel.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from models.backends.prompt import BadInput, Prompt
from models.backends.protocol import Remembering, Resumable, Track, VideoTracker

from .carrier import logits, probability
from .session import Session, SessionError
from .shelf import Shelf
from .spans import Span, nearest

Frames = Callable[[int], np.ndarray]  # the picture (H, W, 3) uint8 RGB of a frame of the shot, read anew
MOST = 8  # anchors that a tracker is shown of a span
_LEAST = 1e-3  # of a weight, so that somebody answers where nobody is sure


@dataclass(frozen=True)
class Belief:
    """Of one thing on one frame: `probability` and `confidence`, planes (H, W) float32 in 0..1."""

    probability: np.ndarray
    confidence: np.ndarray

    @property
    def sure(self) -> float:
        """From 0 to 1: mean confidence on the thing; on all of the frame where it is not seen."""
        mask = self.probability >= 0.5
        return float(self.confidence[mask].mean() if mask.any() else self.confidence.mean())


@dataclass(frozen=True)
class Followed:
    """What is believed of each thing on frame `index`; `final` says that no further word on it will come."""

    index: int
    things: dict[int, Belief]
    final: bool


@dataclass(frozen=True)
class Pass:
    """One way through a span: from the anchor at `start` over `order`."""

    start: int
    order: range

    @property
    def reverse(self) -> bool:
        return self.order.step < 0


def passes(span: Span, back_first: bool = False) -> list[Pass]:
    """From the left anchor, then from the right one, as far as there are any; the other way round on request."""
    found = []
    if span.left is not None:
        found.append(Pass(span.left, range(span.first, span.last + 1)))
    if span.right is not None:
        found.append(Pass(span.right, range(span.last, span.first - 1, -1)))
    return found[::-1] if back_first else found


class Propagation:
    """Follow the things of a span over its frames, from `anchors`: masks (H, W) by frame and thing.

    Gone through frame by frame: whoever stops asking keeps what came. A tracker that remembers is shown the `anchors`
    nearest to the span, of others only the span's ends are looked up; only the span's own frames are given, each once a
    pass. Frames are read one at a time and not held. Stepping raises BadInput and WeightsMissing.
    """

    def __init__(
        self,
        span: Span,
        frames: Frames,
        anchors: Mapping[int, Mapping[int, np.ndarray]],
        tracker: VideoTracker,
        back_first: bool = False,
    ) -> None:
        self.span, self.back_first = span, back_first
        self._frames, self._anchors, self._tracker = frames, anchors, tracker
        self._ways = passes(span, back_first)
        self._number = self._place = 0
        self._track: Track | None = None
        self._shelf = Shelf()

    def __len__(self) -> int:
        """Steps in all, of all passes."""
        return len(self._ways) * len(self.span)

    @property
    def early(self) -> int:
        """Steps before those of the last pass."""
        return len(self) - len(self.span)

    @property
    def taken(self) -> int:
        """Steps that were made, or that who was resumed need not make."""
        return self._number * len(self.span) + self._place

    def __iter__(self) -> Iterator[Followed]:
        while self._number < len(self._ways):
            yield self.step()

    def step(self) -> Followed:
        """The next frame of this pass, or the first of the next. Raises IndexError after the last."""
        way, final = self._ways[self._number], self._number == len(self._ways) - 1
        track = self._track or self._begun(way)
        index = way.order[self._place]
        things = beliefs(track, track.step(index, self._frames(index), way.reverse))
        if self._number:
            things = {thing: joined(_taken(self._shelf, index, thing), belief) for thing, belief in things.items()}
        elif not final:
            _lay(self._shelf, index, things)
        self._go_on()
        return Followed(index, things, final)

    def saved(self) -> Session:
        """All that is needed to go on from here in another process, with the same frames, anchors and tracker; later
        steps do not change it.

        Of a tracker that cannot be put down the pass it is in will begin anew: the answers stay the same.
        """
        held = self._track.state() if isinstance(self._track, Resumable) else {}
        place = self._place if held else 0
        shelf, tracker, said = self._shelf.contents(), _named(self._tracker), _digest(self._anchors)
        return Session(self.span, self.back_first, self._number, place, held, shelf, tracker, said)

    @classmethod
    def resumed(
        cls,
        session: Session,
        frames: Frames,
        anchors: Mapping[int, Mapping[int, np.ndarray]],
        tracker: VideoTracker,
    ) -> "Propagation":
        """The run that was `saved`. Raises SessionError where the tracker cannot take it up or `anchors` are others."""
        if session.tracker != _named(tracker):
            there = f"{session.tracker} began this, and {_named(tracker)} is here"
            raise SessionError(f"{there}: start the propagation anew")
        if session.anchors != _digest(anchors):
            raise SessionError("people say otherwise by now: start the propagation anew")
        self = cls(session.span, frames, anchors, tracker, session.back_first)
        self._number, self._place, self._shelf = session.number, session.place, Shelf(session.shelf)
        if session.track:
            track = self._empty(self._ways[self._number])
            if not isinstance(track, Resumable):
                raise SessionError(f"{tracker.name} cannot go on where another left off: start the propagation anew")
            try:
                track.resume(session.track)
            except (BadInput, KeyError) as error:  # a state that this release of the tracker would not give
                raise SessionError(str(error)) from error
            self._track = track
        return self

    def _empty(self, way: Pass) -> Track:
        return self._tracker.start(*self._frames(way.start).shape[:2])

    def _begun(self, way: Pass) -> Track:
        self._track = track = self._empty(way)
        if isinstance(track, Remembering):
            self._show(track)
        for thing in self.span.things:
            track.add(way.start, thing, Prompt(mask=self._anchors[way.start][thing]))
        track.step(way.start, self._frames(way.start), way.reverse)
        return track

    def _show(self, track: Remembering) -> None:
        things = set(self.span.things)
        known = [index for index, masks in self._anchors.items() if things & masks.keys()]
        for index in nearest(known, self.span, MOST):
            masks = self._anchors[index]
            track.remember(index, self._frames(index), {thing: masks[thing] for thing in things & masks.keys()})

    def _go_on(self) -> None:
        self._place += 1
        if self._place == len(self.span):
            self._number, self._place, self._track = self._number + 1, 0, None


def _named(tracker: VideoTracker) -> str:
    return f"{tracker.name} {tracker.version}"


def _digest(anchors: Mapping[int, Mapping[int, np.ndarray]]) -> str:
    """Of frames, things and their masks: where it is the same, so is what follows from them."""
    digest = hashlib.sha256()
    for index, masks in sorted(anchors.items()):
        for thing, mask in sorted(masks.items()):
            digest.update(f"{index} {thing} {mask.shape} {mask.dtype}".encode())
            digest.update(np.ascontiguousarray(mask).data)
    return digest.hexdigest()


def beliefs(track: Track, found: Mapping[int, np.ndarray]) -> dict[int, Belief]:
    """What a track `found` in its last step, with its confidence."""
    sure = track.confidence()
    return {thing: Belief(plane, sure[thing]) for thing, plane in found.items()}


def joined(one: Belief, other: Belief) -> Belief:
    """Out of two of the same thing and frame: logits weighed by squared confidence, pixel by pixel."""
    first, second = (np.square(belief.confidence) + np.float32(_LEAST) for belief in (one, other))
    logit = (first * logits(one.probability) + second * logits(other.probability)) / (first + second)
    return Belief(probability(logit), np.maximum(one.confidence, other.confidence))


def _lay(shelf: Shelf, index: int, things: Mapping[int, Belief]) -> None:
    for thing, belief in things.items():
        shelf.put((index, thing, 0), belief.probability)
        shelf.put((index, thing, 1), belief.confidence)


def _taken(shelf: Shelf, index: int, thing: int) -> Belief:
    return Belief(shelf.get((index, thing, 0)), shelf.get((index, thing, 1)))
