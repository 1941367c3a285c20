"""Telling whether two clips show the same moments, from their fingerprints alone.

Being alike is not enough: two takes before one locked camera are alike in nearly every pixel. So once it is known
*where* the pictures of one clip lie in those of the other (`place`), it is asked *when*: what changes
within half a second must be the same in both, at one shift of time. The picture is cut into 4 × 4 blocks of cells,
and each block in which anything moves, in either clip, has one vote: the correlation of its change in both, and of
its detail before and after. So neither a cut nor a flash nor one big movement outvotes the rest, and a logo, which
does not change, has no vote. (Temporal change as the mark of a copy: Kim & Vasudev, "Spatiotemporal sequence
matching for efficient video copy detection", IEEE TCSVT 15(1), 2005.)

What anybody would change before this camera proves nothing: that a wall grows dark when a person comes before it,
and that its pattern goes. So each block's mean change is left out, and what is like the block's lasting picture, its
median over the clip. What stays are outlines and the pattern of what came.

Where nothing moves there is no evidence and no match: an empty room, a title card. Only what is shorter than three
samples, such as a picture, is judged by its looks.
"""

from dataclasses import dataclass, replace
from heapq import nlargest

import numpy as np

from koutu.clips.media.likeness.fingerprint import COLUMNS, RATE, ROWS, Fingerprint
from koutu.clips.media.likeness.place import Array, Place, Seen, agreement, blurred, moved, places, seen, settled

# The least score of a match, set on the development half of bench [duplicates.recall]: of 240 copies 5 lie below, of
# 2,400 pairs of other parts of one locked-camera clip 2 above.
LEAST = 0.72
LEAST_PICTURE = 0.9
# Correlation of relief below which two pictures are not of the same place.
SAME_PLACE = 0.75

_BLOCK = 4
# Luma is brought to this deviation; a change of so many levels then counts half, as does detail of so many.
_CONTRAST = 40.0
_STIR = 3.0
_DETAIL = 1.0
# So many voices are held back: few steps that stir are weak evidence.
_DOUBT = 0.6
_QUARTERS = 4
_SHIFTS = 6
# Steps that must overlap: of the shorter clip two fifths, but no less than 3 and no more than 12 (3 seconds).
_LEAST_STEPS, _MOST_NEEDED = 3, 12
_LEAST_SHARE = 0.4


@dataclass(frozen=True)
class Match:
    """Two clips show the same moments.

    ``score``: 0 to 1, how far their changes agree; ``shift``: the time in b less the time in a of one moment, in
    seconds; ``overlap``: seconds they share; ``a_time`` and ``b_time``: the pair of samples most alike, in seconds;
    ``mirrored``: left and right are exchanged.
    """

    score: float
    shift: float
    overlap: float
    a_time: float
    b_time: float
    mirrored: bool = False


@dataclass(frozen=True)
class _Shift:
    """``samples`` to add to an index of the first clip to have the second's, and the score."""

    samples: float
    score: float


@dataclass(frozen=True)
class _Motion:
    """What is new in a clip ``lag`` samples after each, and its detail at each sample: float32 (…, 16, 28)."""

    change: Array
    detail: Array
    lag: int


def likeness(a: Fingerprint, b: Fingerprint) -> Match | None:
    """Return how two clips match, or None.

    For clips of some seconds it takes 20 ms where the places differ, about 0.1 s where they are the same.
    """
    if len(a.grids) > len(b.grids):
        found = likeness(b, a)
        return found and replace(found, shift=-found.shift, a_time=found.b_time, b_time=found.a_time)
    one, other = seen(a), seen(b)
    judge = _as_pictures if len(a.grids) < _LEAST_STEPS else _as_clips
    likely = [place for place in places(one, other) if place.worth >= SAME_PLACE]
    found_at = [judge(one, other, place) for place in likely]
    return max((match for match in found_at if match), key=lambda match: match.score, default=None)


def _as_pictures(one: Seen, other: Seen, place: Place) -> Match | None:
    laid, inside = moved(one.relief[[place.here]], place.window)
    theirs = other.relief[[place.there]] * inside
    agreed, weights = _agreed(laid, theirs), _stirred(laid, theirs, inside, 0.3)
    score = float((agreed * weights).sum() / max(float(weights.sum()), 1e-6))
    return _match(one, other, place, _Shift(place.there - place.here, score)) if score >= LEAST_PICTURE else None


def _as_clips(one: Seen, other: Seen, place: Place) -> Match | None:
    shift = _best_shift(one, other, place)
    if shift is None or shift.score < LEAST / 2:
        return None
    # The window was found with one pair of pictures; with all of them it lies better.
    place = settled(one, other, place, shift.samples)
    shift = _best_shift(one, other, place)
    if shift is None or shift.score < LEAST or place.worth < SAME_PLACE:
        return None
    return _match(one, other, place, shift)


def _match(one: Seen, other: Seen, place: Place, shift: _Shift) -> Match:
    pairs = _pairs(one, other, shift.samples) or [(place.here, place.there)]
    worth = [agreement(one.relief[[i]], other.relief[[j]], place.window) for i, j in pairs]
    here, there = pairs[int(np.argmax(worth))]
    a, b = one.of, other.of
    seconds = shift.samples / RATE + b.start - a.start
    begin, end = max(a.start, b.start - seconds), min(a.start + a.length, b.start + b.length - seconds)
    mirrored = place.window[2] > place.window[3]
    score = min(max(shift.score, 0.0), 1.0)
    return Match(score, seconds, max(end - begin, 0.0), a.time(here), b.time(there), mirrored)


def _pairs(one: Seen, other: Seen, shift: float) -> list[tuple[int, int]]:
    near = [(here, round(here + shift)) for here in range(len(one.luma))]
    return [(here, there) for here, there in near if 0 <= there < len(other.luma)]


def _best_shift(one: Seen, other: Seen, place: Place) -> _Shift | None:
    """Return the shift of time, to a quarter of a sample, at which the changes agree best."""
    laid, inside = moved(one.luma, place.window)
    mine, theirs = _evened(laid, inside), _evened(other.luma, inside)
    lag = 2 if len(mine) > _LEAST_STEPS else 1
    still = _motion(mine, mine, _detail(mine, inside), lag)
    detail = _detail(theirs, inside)
    parts = [part / _QUARTERS for part in range(_QUARTERS)]
    moving = [_motion(theirs, _later(theirs, part), _later(detail, part), lag) for part in parts]
    found = []
    for whole in _likely_shifts(still.change, moving[0].change):
        for quarter in range(-_QUARTERS + 1, _QUARTERS):
            shift, part = whole + quarter // _QUARTERS, quarter % _QUARTERS
            score = _compared(still, moving[part], shift, inside)
            found.append(_Shift(shift + part / _QUARTERS, score))
    return max(found, key=lambda shift: shift.score, default=None)


def _evened(luma: Array, inside: Array) -> Array:
    """Bring a clip to one contrast, and smooth it over time, so that half a sample more or less matters little."""
    even = luma * inside * (_CONTRAST / (float(luma[:, inside > 0].std()) + 1.0))
    padded = np.concatenate([even[:1], even, even[-1:]])
    return (padded[:-2] + 2 * padded[1:-1] + padded[2:]) / 4


def _later(luma: Array, part: float) -> Array:
    return luma[:-1] + (luma[1:] - luma[:-1]) * np.float32(part) if part else luma


def _detail(luma: Array, inside: Array) -> Array:
    return (luma - blurred(luma)) * inside


def _motion(whole: Array, luma: Array, detail: Array, lag: int) -> _Motion:
    change = _in_blocks(luma[lag:] - luma[:-lag])
    lasting = _in_blocks(np.median(whole, axis=0)[None])
    change -= change.mean(axis=-1, keepdims=True)
    lasting -= lasting.mean(axis=-1, keepdims=True)
    share = (change * lasting).sum(axis=-1, keepdims=True) / ((lasting**2).sum(axis=-1, keepdims=True) + _BLOCK**2)
    return _Motion(_in_cells(change - share * lasting), detail, lag)


def _in_blocks(cells: Array) -> Array:
    """Return (samples, 16, 28) as (samples, 4, 7, 16): the cells of each block side by side."""
    blocks = cells.reshape(len(cells), ROWS // _BLOCK, _BLOCK, COLUMNS // _BLOCK, _BLOCK).swapaxes(2, 3)
    return blocks.reshape(*blocks.shape[:3], _BLOCK**2)


def _in_cells(blocks: Array) -> Array:
    cells = blocks.reshape(*blocks.shape[:3], _BLOCK, _BLOCK).swapaxes(2, 3)
    return cells.reshape(len(blocks), ROWS, COLUMNS)


def _likely_shifts(mine: Array, theirs: Array) -> list[int]:
    """Return the few whole shifts worth a closer look: all are correlated at once, in the frequency domain."""
    one, other = _directions(mine), _directions(theirs)
    length = len(one) + len(other)
    spectrum = np.conj(np.fft.rfft(one, length, axis=0)) * np.fft.rfft(other, length, axis=0)
    shared = np.fft.irfft(spectrum.sum(axis=1), length)
    sums = [np.concatenate([[0.0], np.cumsum((part**2).sum(axis=1))]) for part in (one, other)]
    ranked = []
    for shift in range(-(len(one) - 1), len(other)):
        begin, end = _overlap(len(one), len(other), shift)
        if begin < end:
            change = sums[0][end] - sums[0][begin] + sums[1][end + shift] - sums[1][begin + shift]
            ranked.append((2 * shared[shift] / (change + _DOUBT), shift))
    return [shift for _, shift in nlargest(_SHIFTS, ranked)]


def _directions(change: Array) -> Array:
    """Return each step's change, four cells in one, (steps, 112), with a length of 0 (still) to 1 (much)."""
    coarse = _pooled(change, 2) / 4
    energy = (coarse**2).mean(axis=1, keepdims=True)
    return coarse / np.sqrt((energy + 1.0) * coarse.shape[1])


def _overlap(mine: int, theirs: int, shift: int) -> tuple[int, int]:
    """Return the steps of the first clip that have one in the second; none where those are too few."""
    begin, end = max(0, -shift), min(mine, theirs - shift)
    shorter = min(mine, theirs)
    needed = max(min(_LEAST_STEPS, shorter), min(_MOST_NEEDED, int(_LEAST_SHARE * shorter)))
    return (begin, end) if end - begin >= needed else (0, 0)


def _compared(still: _Motion, moving: _Motion, shift: int, inside: Array) -> float:
    """Return the score 0 … 1 of a whole shift: the mean vote, less some doubt where there are few."""
    begin, end = _overlap(len(still.change), len(moving.change), shift)
    if begin == end:
        return 0.0
    here, there = slice(begin, end), slice(begin + shift, end + shift)
    mine, theirs = still.change[here], moving.change[there]
    weights = _stirred(mine, theirs, inside, _STIR)
    votes = (2 * _agreed(mine, theirs) + _same_detail(still, moving, here, there)) / 3
    stirred = weights.sum(axis=1)
    # However much moves in it, a step has one voice.
    voices = stirred / (stirred + 0.5)
    means = (votes * weights).sum(axis=1) / np.maximum(stirred, 1e-6)
    return float((means * voices).sum() / (voices.sum() + _DOUBT))


def _same_detail(still: _Motion, moving: _Motion, here: slice, there: slice) -> Array:
    before = _agreed(still.detail[here], moving.detail[there], _DETAIL)
    here, there = (slice(part.start + still.lag, part.stop + still.lag) for part in (here, there))
    return np.minimum(before, _agreed(still.detail[here], moving.detail[there], _DETAIL))


def _agreed(mine: Array, theirs: Array, level: float = 1e-4) -> Array:
    """Return the correlation of each block, float32 (steps, 28); blocks without that level on both sides agree."""
    floor = _BLOCK**2 * level**2
    both, my, their = (_pooled(cells, _BLOCK) + floor for cells in (mine * theirs, mine**2, theirs**2))
    return both / np.sqrt(my * their)


def _stirred(mine: Array, theirs: Array, inside: Array, level: float) -> Array:
    """Return each block's weight 0 … 1: half where one of both has the level; 0 where half the block is outside."""
    cells = np.maximum(_pooled(inside[None], _BLOCK), 1.0)
    energy = np.maximum(_pooled(mine**2, _BLOCK), _pooled(theirs**2, _BLOCK)) / cells
    return energy / (energy + level**2) * (cells >= _BLOCK**2 / 2)


def _pooled(cells: Array, side: int) -> Array:
    blocks = cells.reshape(len(cells), ROWS // side, side, COLUMNS // side, side)
    return blocks.sum(axis=(2, 4)).reshape(len(cells), -1)
