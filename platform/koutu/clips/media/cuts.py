"""Finding hard cuts, in one pass with a short look ahead.

Two neighbouring frames of one shot are the same things moved a little; two across a cut are different things in
different places. Two measures say so, and their geometric mean is the difference:

* *structure*: the picture is cut into 12 × 12 blocks at 96 × 54, and each looks for itself within 6 pixels in
  the other frame by normalised cross-correlation. Moving cameras, moving people and changing light leave it low.
* *tone*: the Hellinger distance of joint Lab histograms. Motion, however fast, leaves it low.

A cut is a boundary whose difference is high *and* stands out from the boundaries around it. It is measured as
the least difference between any of the 3 frames before it and any of the 3 after, so a flash of one or two
frames, after which the old picture is back, is none. Dissolves and fades are not looked for.

The floor lies between what fast film motion reaches (0.30) and what cuts between set-ups begin at (0.42), both
measured on the film clip of bench [cuts.f1]; the rule for cuts within one set-up asks for no absolute height but
for a lone peak.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 96, 54
BLOCK = 12
REACH = 6
_MARGIN = (HEIGHT % BLOCK) // 2
_ROWS, _COLUMNS = HEIGHT // BLOCK, WIDTH // BLOCK
_CORNERS = [(_MARGIN + row * BLOCK, column * BLOCK) for row in range(_ROWS) for column in range(_COLUMNS)]
_WINDOW = BLOCK + 2 * REACH
# Grey levels of texture at which a block counts half: flat blocks correlate with anything.
_TEXTURE = 4.0
# Tone stands in for structure with the weight of this many blocks, so that flat pictures are not undecided.
_TONE_BLOCKS = 2.0
# Below this mean change of luma (in levels) the pictures are the same: nothing is searched.
_STILL = 0.8

FLOOR = 0.36
OVER_MEAN = 1.8
LONE_FLOOR = 0.18
LONE_OVER_MOST = 3.0
_NOISE = 0.02
SIDE = 3
AROUND = 6


@dataclass(frozen=True)
class Look:
    """What is kept of a frame for comparison: its blocks, where each may have come from, texture and tone."""

    luma: Picture
    blocks: tuple[Picture, ...]
    windows: tuple[Picture, ...]
    texture: NDArray[np.float32]
    tone: NDArray[np.float32]


def look(rgb: Picture) -> Look:
    """Reduce RGB uint8 (height, width, 3) of any size to what cuts are judged by."""
    lab = cv2.cvtColor(cv2.resize(rgb, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    luma = np.ascontiguousarray(lab[..., 0], np.uint8)
    padded = np.pad(luma, REACH, mode="edge")
    inner = luma[_MARGIN : _MARGIN + _ROWS * BLOCK].reshape(_ROWS, BLOCK, _COLUMNS, BLOCK)
    # Half the range of a and b holds nearly all that film shows.
    tone = cv2.calcHist([lab], [0, 1, 2], None, [8, 8, 8], [0, 256, 64, 192, 64, 192]).ravel()
    return Look(
        luma=luma,
        blocks=tuple(luma[y : y + BLOCK, x : x + BLOCK] for y, x in _CORNERS),
        windows=tuple(padded[y : y + _WINDOW, x : x + _WINDOW] for y, x in _CORNERS),
        texture=inner.astype(np.float32).std(axis=(1, 3)).ravel(),
        tone=np.asarray(tone / max(float(tone.sum()), 1.0), np.float32),
    )


def difference(before: Look, after: Look) -> float:
    """Return how different two frames are, 0 (the same) to 1."""
    if cv2.norm(before.luma, after.luma, cv2.NORM_L1) < _STILL * WIDTH * HEIGHT:
        return 0.0
    tone = float(np.sqrt(max(0.0, 1.0 - float(np.sqrt(before.tone * after.tone).sum()))))
    texture = np.maximum(before.texture, after.texture)
    weights = texture / (texture + _TEXTURE)
    unlike = [1.0 - _likeness(b, w, t) for b, w, t in zip(before.blocks, after.windows, before.texture, strict=True)]
    missed = float(weights @ np.array(unlike)) + _TONE_BLOCKS * tone
    return float(np.sqrt(missed / (float(weights.sum()) + _TONE_BLOCKS) * tone))


def _likeness(block: Picture, window: Picture, texture: float) -> float:
    # A flat block divides nothing by nothing: OpenCV then answers 1, infinity or not a number.
    if texture < 0.5:
        return 0.0
    best = cv2.minMaxLoc(cv2.matchTemplate(window, block, cv2.TM_CCOEFF_NORMED))[1]
    return min(max(best, 0.0), 1.0) if math.isfinite(best) else 0.0


class CutDetector:
    """Finds cuts in a stream of frames; it decides `AROUND` frames late, so hold that many back.

    Push every frame in order, small or full size. `push` and `finish` return the cuts that became certain, each
    as the index of the later shot's first frame; `decided` says how many frames from the start are settled.
    Memory is that of 15 small pictures.
    """

    def __init__(self) -> None:
        self._looks: deque[Look] = deque(maxlen=AROUND + SIDE + 1)
        self._differences: deque[float] = deque(maxlen=2 * AROUND + 1)
        self._count = 0
        self._judged = 1
        self._last_cut = -SIDE

    @property
    def decided(self) -> int:
        """How many frames from the start are known to begin a shot or not to."""
        return min(self._judged, self._count)

    def push(self, rgb: Picture) -> list[int]:
        """Take the next frame, RGB uint8 (height, width, 3); return the cuts now certain, usually none."""
        return self.push_look(look(rgb))

    def push_look(self, new: Look) -> list[int]:
        """Take the next frame, reduced by `look` in another thread."""
        self._differences.append(difference(self._looks[-1], new) if self._looks else 0.0)
        self._looks.append(new)
        self._count += 1
        return self._judge_to(self._count - AROUND)

    def finish(self) -> list[int]:
        """End the stream; return the cuts among the last frames, judged by what came."""
        return self._judge_to(self._count)

    def _judge_to(self, end: int) -> list[int]:
        found = []
        while self._judged < end:
            if self._judged - self._last_cut >= SIDE and self._is_cut(self._judged):
                self._last_cut = self._judged
                found.append(self._judged)
            self._judged += 1
        return found

    def _is_cut(self, at: int) -> bool:
        differences = list(self._differences)
        place = at - (self._count - len(differences))
        here = differences[place]
        around = differences[max(0, place - AROUND) : place] + differences[place + 1 : place + 1 + AROUND]
        mean, most = (float(np.mean(around)), max(around)) if around else (0.0, 0.0)
        needed = min(
            max(FLOOR, OVER_MEAN * mean),
            max(LONE_FLOOR, LONE_OVER_MOST * (most + _NOISE)),
        )
        return here >= needed and self._stays_apart(at, needed)

    def _stays_apart(self, at: int, needed: float) -> bool:
        """Whether every frame shortly before differs from every frame shortly after."""
        place = at - (self._count - len(self._looks))
        looks = list(self._looks)
        before, after = looks[max(0, place - SIDE) : place], looks[place : place + SIDE]
        return all(difference(a, b) >= needed for a in before for b in after)


def find_cuts(pictures: Iterable[Picture]) -> list[int]:
    """Return the first frame of every shot but the first, for pictures RGB uint8 (height, width, 3)."""
    detector = CutDetector()
    found = [cut for picture in pictures for cut in detector.push(picture)]
    return found + detector.finish()
