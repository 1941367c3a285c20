"""Subtitles: bright thin strokes in the upper or lower part that come together, stay, and go together.

For every pixel it is kept since which frame it has been part of a stroke. Pixels that go in the same frame and
came in the same frame are a group; a group shaped like lines of writing is a subtitle, unless it came and went
with the shot, as a railing in the sun does.
"""

from collections import deque
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from koutu.clips.media.survey.report import Box, Overlay

SHORTEST, LONGEST = 14, 320
# Shares of the height in which they are looked for.
_UPPER, _LOWER = 0.27, 0.7
# Strokes are thinner than this share of the height, and lighter than what is around them by so many levels.
_STROKE = 1 / 30
_LIGHTER, _LIGHT = 45, 140
# A stroke may be lost to the codec for one frame.
_PATIENCE = 2
# Frames in which a line comes, or goes.
_TOGETHER = 2
_LEAST_AREA = 0.0005
_CUT = 12.0
_STANDS_OUT = 2.5
_OFF_CENTRE = 0.2
_HIGHEST = 0.2


@dataclass
class _Group:
    """Stroke pixels, bool (rows, columns), that came in frame ``first`` and went after ``last``."""

    first: int
    last: int
    strokes: NDArray[np.bool_]


class Subtitles:
    """Finds subtitles; keeps three numbers a pixel and one a frame."""

    def __init__(self) -> None:
        self._since = np.zeros(0, np.int32)
        self._missed = np.zeros(0, np.uint8)
        self._count = 0
        self._changes: list[float] = []
        self._middle: NDArray[np.uint8] | None = None
        self._pending: list[_Group] = []
        self._found: list[Overlay] = []
        self._recent: deque[NDArray[np.uint8]] = deque(maxlen=_PATIENCE + 2)

    def push(self, luma: NDArray[np.uint8]) -> None:
        """Take the next frame's luma, uint8 (height, width)."""
        self._note_change(luma)
        self._recent.append(luma)
        gone = self._track(_strokes(luma))
        if int(gone.sum()) > self._least(luma) // 4:
            self._gather(gone)
        self._since[gone] = -1
        self._count += 1
        self._settle(self._count - _PATIENCE - 2 * _TOGETHER)

    def finish(self) -> list[Overlay]:
        """Return the subtitles found, in order."""
        if self._count:
            self._count += _PATIENCE - 1
            self._gather(self._since >= 0)
            self._settle(self._count + 1)
        return sorted(self._found, key=lambda overlay: overlay.first)

    def _note_change(self, luma: NDArray[np.uint8]) -> None:
        """Keep how much the middle of the picture changed, where no subtitle is."""
        rows = luma.shape[0]
        middle = luma[round(_UPPER * rows) : round(_LOWER * rows)]
        middle = np.asarray(cv2.resize(middle, (48, 16), interpolation=cv2.INTER_AREA), np.uint8)
        self._changes.append(0.0 if self._middle is None else float(cv2.absdiff(self._middle, middle).mean()))
        self._middle = middle

    def _least(self, luma: NDArray[np.uint8]) -> int:
        return round(_LEAST_AREA * luma.size)

    def _track(self, strokes: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Bring up to date since when each pixel is a stroke; return those that are none any more."""
        if not self._count:
            self._since = np.full(strokes.shape, -1, np.int32)
            self._missed = np.zeros(strokes.shape, np.uint8)
        self._missed = np.where(strokes, 0, self._missed + 1).astype(np.uint8)
        self._since[strokes & (self._since < 0)] = self._count
        return np.asarray((self._since >= 0) & (self._missed == _PATIENCE), np.bool_)

    def _gather(self, gone: NDArray[np.bool_]) -> None:
        """Put pixels that went into groups by the frame they came in."""
        last = self._count - _PATIENCE
        came, counts = np.unique(self._since[gone], return_counts=True)
        lasted = (last - came + 1 >= SHORTEST) & (last - came + 1 <= LONGEST)
        came, counts = came[lasted], counts[lasted]
        while len(came) and counts.max() > 8:
            first = int(came[counts.argmax()])
            self._join(_Group(first, last, gone & (np.abs(self._since - first) <= _TOGETHER)))
            rest = np.abs(came - first) > _TOGETHER
            came, counts = came[rest], counts[rest]

    def _join(self, new: _Group) -> None:
        for group in self._pending:
            if abs(group.first - new.first) <= _TOGETHER and abs(group.last - new.last) <= _TOGETHER:
                group.strokes |= new.strokes
                return
        self._pending.append(new)

    def _settle(self, before: int) -> None:
        """Judge the groups that nothing can join any more."""
        for group in [group for group in self._pending if group.last < before]:
            self._pending.remove(group)
            box = self._judge(group)
            if box:
                self._keep(Overlay("subtitle", group.first, group.last, box))

    def _keep(self, new: Overlay) -> None:
        """Keep the widest of those that are parts of one line."""
        rivals = [old for old in self._found if _meet(old, new)]
        if all(_width(new) > _width(old) for old in rivals):
            self._found = [old for old in self._found if old not in rivals] + [new]

    def _judge(self, group: _Group) -> Box | None:
        luma = self._recent[0]
        if int(group.strokes.sum()) < self._least(luma) or not self._is_apart(group):
            return None
        box = _writing(group.strokes)
        if box is None:
            return None
        rows, columns = luma.shape
        left, top, right, bottom = box
        fractions = Box(left / columns, top / rows, right / columns, bottom / rows)
        return fractions if _is_placed(fractions) else None

    def _is_apart(self, group: _Group) -> bool:
        """Whether it did not come and go with the shot, or outlived one."""
        if group.first == 0 and group.last >= self._count - _PATIENCE:
            return False
        if not (self._is_cut(group.first) and self._is_cut(group.last + 1)):
            return True
        return any(self._is_cut(at) for at in range(group.first + 4, group.last - 2))

    def _is_cut(self, at: int) -> bool:
        """Whether the middle of the picture changes about a frame as it does nowhere near."""
        here = max(self._changes[max(0, at - 1) : at + 2], default=0.0)
        return here > max(_CUT, _STANDS_OUT * float(np.median(self._changes[max(0, at - 6) : at + 7])))


def _meet(one: Overlay, other: Overlay) -> bool:
    in_time = one.first <= other.last and other.first <= one.last
    return in_time and one.box.top < other.box.bottom and other.box.top < one.box.bottom


def _width(overlay: Overlay) -> float:
    return overlay.box.right - overlay.box.left


def _strokes(luma: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where bright thin strokes are, bool (height, width), false in the middle of the picture."""
    rows = luma.shape[0]
    size = max(5, round(_STROKE * rows) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (size, size))
    found = np.zeros(luma.shape, np.bool_)
    for part in (slice(0, round(_UPPER * rows)), slice(round(_LOWER * rows), rows)):
        lighter = cv2.morphologyEx(luma[part], cv2.MORPH_TOPHAT, kernel)
        found[part] = (lighter > _LIGHTER) & (luma[part] > _LIGHT)
    return found


def _writing(strokes: NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Return the box (left, top, right, bottom) of strokes shaped like one to three lines of writing."""
    height, width = strokes.shape
    size = (max(3, width // 30) | 1, max(3, height // 45) | 1)
    near = cv2.dilate(strokes.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_RECT, size))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(near)
    weights = np.bincount(labels[strokes], minlength=len(stats))
    main = int(weights.argmax())
    # What went with it elsewhere, a lamp or a letter's shadow, must be the lesser part.
    if weights[main] < 0.6 * weights.sum():
        return None
    own = strokes & (labels == main)
    left, top, wide, high = cv2.boundingRect(own.astype(np.uint8))
    return (
        (left, top, left + wide, top + high) if _is_writing(own[top : top + high, left : left + wide], width) else None
    )


def _is_placed(box: Box) -> bool:
    """Whether a box is where subtitles are: about the middle column, free of the border, one or two lines high."""
    free = min(box.left, box.top, 1 - box.right, 1 - box.bottom) > 0.008
    return free and abs((box.left + box.right) / 2 - 0.5) < _OFF_CENTRE and box.bottom - box.top < _HIGHEST


def _is_writing(strokes: NDArray[np.bool_], picture_width: int) -> bool:
    """Whether a box of strokes is wide, and filled as writing is, with many letters."""
    high, wide = strokes.shape
    letters = cv2.connectedComponents(strokes.astype(np.uint8))[0] - 1
    crossings = np.abs(np.diff(strokes.astype(np.int8), axis=1)).sum(axis=1).max()
    return bool(
        wide >= 0.08 * picture_width
        and wide >= 2.5 * high
        and 0.08 <= strokes.mean() <= 0.7
        and strokes.any(axis=0).mean() >= 0.5
        and letters >= 5
        and crossings >= 8
    )
