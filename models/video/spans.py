"""Which frames a propagation may change: the gaps between anchors, and no others."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

_Gap = tuple[int, int, int | None, int | None]  # a span but for its things


class Reach(StrEnum):
    """How far a propagation from one anchor goes: to the next ones, between all there are, or where anchors changed."""

    EARLIER = "earlier"
    LATER = "later"
    BOTH = "both"
    ALL = "all"
    CHANGED = "changed"


@dataclass(frozen=True, order=True)
class Span:
    """Frames `first` to `last` of a shot, both with it, without an anchor of `things`.

    `left` and `right` are the anchors just before and just after, None where the shot begins or ends.
    """

    first: int
    last: int
    left: int | None
    right: int | None
    things: tuple[int, ...]

    def __len__(self) -> int:
        return self.last - self.first + 1


def spans(anchors: Mapping[int, Collection[int]], first: int, last: int) -> list[Span]:
    """All gaps of a shot's frames `first` to `last`, in order; `anchors` are the frames of each thing's.

    Things that share a gap share a span. A thing without an anchor has none: nothing is known of it. Raises ValueError
    for an anchor outside the shot.
    """
    found = []
    for thing, frames in sorted(anchors.items()):
        if frames and not first <= min(frames) <= max(frames) <= last:
            raise ValueError(f"thing {thing} has an anchor outside frames {first} to {last}: {sorted(set(frames))}")
        found += [Span(*gap, (thing,)) for gap in _gaps(sorted(set(frames)), first, last)]
    return _joined(found)


def nearest(anchors: Collection[int], span: Span, most: int) -> list[int]:
    """Of the frames `anchors` the `most` that lie nearest to the span, in order."""
    return sorted(sorted(anchors, key=lambda index: max(span.first - index, index - span.last))[:most])


def reached(spans: Collection[Span], anchor: int, reach: Reach = Reach.BOTH) -> list[Span]:
    """Those of `spans` that a change of the anchor at this frame can reach; all of them where that is asked for.

    Raises ValueError for `Reach.CHANGED`: see `changed`.
    """
    if reach == Reach.CHANGED:
        raise ValueError("what anchors that changed reach needs to know how they were: ask changed()")
    if reach == Reach.ALL:
        return list(spans)
    later = [span for span in spans if span.left == anchor and reach != Reach.EARLIER]
    earlier = [span for span in spans if span.right == anchor and reach != Reach.LATER]
    return earlier + later


def within(spans: Collection[Span], first: int, last: int) -> list[Span]:
    """What of `spans` lies in the frames `first` to `last`. An anchor whose neighbour is cut off says nothing more;
    where both are, nothing is known, and there is no span."""
    found = [
        Span(
            max(span.first, first), min(span.last, last), span.left if span.first >= first else None,
            span.right if span.last <= last else None, span.things,
        )
        for span in spans
        if span.first <= last and span.last >= first
    ]  # fmt: skip
    return [span for span in found if (span.left, span.right) != (None, None)]


def changed(
    before: Mapping[int, Mapping[int, str]], now: Mapping[int, Mapping[int, str]], first: int, last: int
) -> list[Span]:
    """The spans of `now` that have to be run anew: `before` and `now` tell each thing's anchors by frame and digest.

    An anchor that is new or changed reaches both its gaps, one that is gone the gap it leaves: the outermost where it
    lay beyond the frames, which a cut has made fewer.
    """
    found = []
    for thing, anchors in sorted(now.items()):
        old = before.get(thing, {})
        gone = {frame for frame in {*anchors, *old} if anchors.get(frame) != old.get(frame)}
        differ = {min(max(frame, first - 1), last + 1) for frame in gone}
        found += [span for span in spans({thing: anchors}, first, last) if _touched(span, differ)]
    return _joined(found)


def _touched(span: Span, frames: Collection[int]) -> bool:
    return any(span.first - 1 <= frame <= span.last + 1 for frame in frames)


def _joined(found: list[Span]) -> list[Span]:
    """Things that share a gap in one span."""
    things: dict[_Gap, tuple[int, ...]] = defaultdict(tuple)
    for span in found:
        things[span.first, span.last, span.left, span.right] += span.things
    return sorted((Span(*gap, some) for gap, some in things.items()), key=lambda span: (span.first, span.last))


def _gaps(anchors: list[int], first: int, last: int) -> list[_Gap]:
    """What is between anchors; nothing where there is none."""
    if not anchors:
        return []
    ends: list[tuple[int | None, int | None]] = [(None, anchors[0])]
    ends += list(zip(anchors, anchors[1:], strict=False))
    ends.append((anchors[-1], None))
    gaps = [(_after(left, first), _before(right, last), left, right) for left, right in ends]
    return [gap for gap in gaps if gap[0] <= gap[1]]


def _after(anchor: int | None, first: int) -> int:
    return first if anchor is None else anchor + 1


def _before(anchor: int | None, last: int) -> int:
    return last if anchor is None else anchor - 1
