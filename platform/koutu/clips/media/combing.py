"""Are the two fields of a picture of one moment? Flags lie often, moving edges do not.

Of each frame and the next three weaves are compared: the frame's own two fields (*own*), its bottom field with the
next frame's top (*next top*), its top with the next bottom (*next bottom*). A weave of two moments has combs, and the
more the further the moments are apart; their strength is the mean second difference from line to line, where fields
of one parity moved. So, with the time between two frames as 1:

    frame            own   next top  next bottom
    progressive       0       1          1
    top field first   ½       ½         1½
    bottom first      ½      1½          ½
    crossed           1       0          …      half of the picture lies in the next frame: film in fields,
                                                top field first (bottom first with the last two exchanged)

What stands still or is all noise makes the three equal and counts for nothing. Telecine (3:2 pulldown, SMPTE RP 197) is
told by its cadence: in each five frames the same two are crossed or, for the 2:3:3:2 of DV, one is.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from av import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

Luma = NDArray[np.int16]

# A change between fields of one parity that noise does not make, in levels, and how many samples it must take in.
_MOVED = 12
_LEAST = 300
_LEAST_SHARE = 0.002
# How much stronger the combs of one weave are than those of another that is taken for cleaner.
_CLEARLY = 1.25
# About so many columns are looked at: combs lie along the lines.
_COLUMNS = 240
# One letter for each two neighbouring frames; capitals are crossed ones.
_PLAIN, _TOP, _BOTTOM, _TOP_CROSSED, _BOTTOM_CROSSED, _UNTOLD = "ptbTB."
_PULLDOWNS = ("pfxxp", "pfxpp")
# The second pair of a pulldown shares one field; compression makes it look progressive.
_FITS = {"p": "p", "f": "tbp", "x": "TB"}


@dataclass(frozen=True)
class Verdict:
    """What a stretch of frames shows.

    ``order`` is progressive, tff, bff, mixed, or unseen where too little moves to tell; ``cadence`` is telecine (film
    at 4 of 5 pictures), shifted (each picture's fields lie in two frames), or empty. ``decided`` frames told.
    """

    order: str
    cadence: str
    decided: int

    @property
    def combed(self) -> bool:
        """Whether pictures hold two moments."""
        return self.order not in ("progressive", "unseen")


# Frames of a stream that calls itself interlaced: so many must tell, among so many at most.
_ENOUGH, _MOST = 40, 300
# Frames of any other stream. Combs in two of them make it suspect.
_GLANCE = 6
# The share of combed frames that makes a stream interlaced: by its own word, and against it.
_SHARE, _SHARE_AGAINST = 0.15, 0.4


def look_for_combs(frames: Iterator[VideoFrame], flagged: bool) -> Verdict:
    """Judge the beginning of a stream. ``flagged`` says that it calls itself interlaced.

    A stream that does is looked at until 40 pairs of frames told, at most 300; another for 6 frames, and as far as
    the first only if two of these have combs. What moves only later is not seen, and the whole clip is taken for what
    its beginning is.
    """
    letters = ""
    for letter in combs(frames):
        letters += letter
        told = len(letters) - letters.count(_UNTOLD)
        glanced = not flagged and len(letters) == _GLANCE - 1 and told - letters.count(_PLAIN) < 2
        if glanced or told >= _ENOUGH or len(letters) >= _MOST:
            break
    return judge(letters, _SHARE if flagged else _SHARE_AGAINST)


def combs(frames: Iterator[VideoFrame]) -> Iterator[str]:
    """Yield a letter for each two neighbouring frames: p(rogressive), t(op first), b(ottom first), T and B if they are
    crossed, or a dot where nothing can be told."""
    grey = VideoReformatter()
    before: Luma | None = None
    for frame in frames:
        luma = _luma(frame, grey)
        if before is not None and before.shape == luma.shape:
            yield _letter(before, luma)
        before = luma


def _luma(frame: VideoFrame, grey: VideoReformatter) -> Luma:
    """Some columns of an even number of lines, in levels of 8 bits."""
    kind = frame.format
    if kind.is_planar and not kind.is_rgb and kind.components[0].bits == 8:
        plane = frame.planes[0]
        image = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
    else:
        image = np.asarray(grey.reformat(frame, format="gray").to_ndarray(), np.uint8)
    return image[: len(image) // 2 * 2, :: max(1, image.shape[1] // _COLUMNS)].astype(np.int16)


def _letter(now: Luma, then: Luma) -> str:
    if len(now) < 8:
        return _UNTOLD
    top, bottom, next_top, next_bottom = now[0::2], now[1::2], then[0::2], then[1::2]
    change = cv2.max(cv2.absdiff(next_top, top), cv2.absdiff(next_bottom, bottom))[1:-1]
    moved = np.greater(change, _MOVED).astype(np.uint8)
    count = cv2.countNonZero(moved)
    if count < max(_LEAST, _LEAST_SHARE * moved.size):
        return _UNTOLD
    own, later_top, later_bottom = (
        _strength(*weave, moved) for weave in ((top, bottom), (next_top, bottom), (top, next_bottom))
    )
    least = min(later_top, later_bottom)
    if own > _CLEARLY * least:
        return _TOP_CROSSED if later_top < later_bottom else _BOTTOM_CROSSED
    if least > _CLEARLY * own:
        return _PLAIN
    if later_bottom > _CLEARLY * later_top:
        return _TOP
    return _BOTTOM if later_top > _CLEARLY * later_bottom else _UNTOLD


def _strength(top: Luma, bottom: Luma, where: NDArray) -> float:
    """Mean second difference across the lines of the woven picture."""
    below = cv2.absdiff(top[1:-1] + top[2:], 2 * bottom[1:-1])
    above = cv2.absdiff(bottom[:-2] + bottom[1:-1], 2 * top[1:-1])
    return cv2.mean(below, where)[0] + cv2.mean(above, where)[0] + 0.1


def judge(letters: str, least: float) -> Verdict:
    """Say what the letters of `combs` mean; combs in fewer than the share ``least`` of the decided are none."""
    counts = Counter(letters)
    decided = len(letters) - counts[_UNTOLD]
    combed = decided - counts[_PLAIN]
    if decided < 3:
        return Verdict("unseen", "", decided)
    if combed < 2 or combed < least * decided:
        return Verdict("progressive", "", decided)
    order = _order(letters)
    if decided >= 10 and _is_pulldown(letters):
        return Verdict(order, "telecine", decided)
    shifted = decided >= 5 and counts[_TOP_CROSSED] + counts[_BOTTOM_CROSSED] >= 0.8 * decided
    return Verdict(order, "shifted" if shifted else "", decided)


def _order(letters: str) -> str:
    folded = letters.lower()
    top, bottom = folded.count(_TOP), folded.count(_BOTTOM)
    if min(top, bottom) > 0.25 * max(top, bottom) or top == bottom:
        return "mixed"
    return "tff" if top > bottom else "bff"


def _is_pulldown(letters: str) -> bool:
    """Whether the letters are those of one pulldown at one of its five places, all but a few."""
    decided = [(place, letter) for place, letter in enumerate(letters) if letter != _UNTOLD]
    best = max(
        sum(letter in _FITS[pattern[(place + shift) % 5]] for place, letter in decided)
        for pattern in _PULLDOWNS
        for shift in range(5)
    )
    return best >= 0.85 * len(decided)
