"""A region that several people share, parted between them by where each should be and by what each looks like."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .appearance import BANDS, Colours, bands_of, rarity
from .tracks import Track

if TYPE_CHECKING:
    from .flow import Flow

_NEAR = 0.15  # nats a pixel of `WIDTH` further away counts, of somebody just seen
_FAR = 12.0  # pixels from which further away is no less likely
_STAYS = 6.0  # nats for pixels that were theirs on the frame before, as far as the flow from there is trusted
_TWINS = 0.95  # likeness from which colours do not tell two people apart
_BLUR = 5  # pixels over which colours are averaged: one thread is no evidence


def divided(
    index: int, region: np.ndarray, tracks: Sequence[Track], colours: Colours | None, flow: "Flow | None" = None
) -> list[np.ndarray]:
    """The part (height, width) bool of a region (height, width) bool that is each one's, on frame `index`; `flow` is
    from the frame before."""
    import cv2

    if len(tracks) == 1:
        return [region]
    told = colours if _unlike(tracks) else None
    costs = [_cost(index, track, told, flow) for track in tracks]
    large = [cv2.resize(cost, region.shape[::-1], interpolation=cv2.INTER_LINEAR) for cost in costs]
    whose = np.argmin(np.stack(large), axis=0)
    return [region & (whose == place) for place in range(len(tracks))]


def _unlike(tracks: Sequence[Track]) -> bool:
    """Whether looks tell everybody from everybody else: between people in one dress place alone decides."""
    pairs = [one.likeness(other.look) for place, one in enumerate(tracks) for other in tracks[place + 1 :]]
    return all(alike is not None and alike < _TWINS for alike in pairs)


def _cost(index: int, track: Track, colours: Colours | None, flow: "Flow | None") -> np.ndarray:
    """How unlikely each pixel is this person's, (rows, WIDTH) float32 in nats."""
    import cv2

    expected = track.expected(index, flow)
    stays = _stays(index, track, flow)
    mask = expected.view(np.uint8)
    away = cv2.distanceTransform(1 - mask, cv2.DIST_L2, 5) - cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    if colours is None or track.look is None:
        return np.asarray(_NEAR * away - stays)
    # Who was hidden may be further from where she should be.
    near = _NEAR / max(1, index - track.last) * np.clip(away, -_FAR, _FAR)
    return np.asarray(near - stays + cv2.blur(_strangeness(track.look, expected, colours), (_BLUR, _BLUR)))


def _stays(index: int, track: Track, flow: "Flow | None") -> np.ndarray:
    """(rows, WIDTH) float32 in nats: what was theirs a frame ago is theirs still."""
    if flow is None or track.last != index - 1:
        return np.zeros(track.mask.shape, np.float32)
    return np.asarray(np.float32(_STAYS) * flow.trust * flow.carried(track.mask.astype(np.float32)))


def _strangeness(look: np.ndarray, expected: np.ndarray, colours: Colours) -> np.ndarray:
    """(rows, WIDTH) float32: how rare each pixel's colour is on somebody who stands where `expected` is."""
    rows = np.flatnonzero(expected.any(axis=1))
    top, bottom = (int(rows[0]), int(rows[-1])) if rows.size else (0, len(expected) - 1)
    band = bands_of(np.arange(len(expected)), top, bottom)
    return rarity(look)[np.clip(band, 0, BANDS - 1)[:, None], colours.bins].astype(np.float32)
