"""What just came into sight: nothing can be carried there, so it is as what looks like it round about."""

import cv2
import numpy as np

_DOUBTED = 0.7  # of trust: below, pixels are told by their surroundings
_RADII = (0.006, 0.012, 0.024, 0.048)  # of the diagonal: how far away is looked
_WAYS = 12
_ALIKE = 30.0  # levels of colour by which what belongs together may differ
_AGREED = 4  # power of how far those alike agree on who is there
_LEAST = 0.05  # of all weight round about that makes an answer


def told_by_surroundings(
    image: np.ndarray, trust: np.ndarray, mask: np.ndarray, other: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """`mask` and `other` whose doubted pixels are as trusted ones round about, as far as colours are alike.

    `image` is (H, W, 3) uint8 RGB, `trust` and `mask` (H, W) float32 in 0..1, `other` (H, W) float32. Pixels stay as
    they are where nothing round about is alike, and where those alike are not of one mind about the mask: near colours
    tell nothing.
    """
    at = np.nonzero(trust < _DOUBTED)
    found_mask, found_other, weight = _round_about(image, trust, mask, other, at)
    enough = np.minimum(1, weight / np.float32(_LEAST * _WAYS * len(_RADII)))
    share = (1 - trust[at]) * enough * (2 * found_mask - 1) ** _AGREED
    return _drawn(mask, at, found_mask, share), _drawn(other, at, found_other, share)


def _round_about(
    image: np.ndarray, trust: np.ndarray, mask: np.ndarray, other: np.ndarray, at: tuple[np.ndarray, ...]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Means (N,) of both planes round the N pixels `at` (rows, columns), and the weight that they are means by."""
    smooth = cv2.GaussianBlur(image, (0, 0), 1.0)
    own = smooth[at].astype(np.float32)
    total, masks, others = np.zeros((3, len(own)), np.float32)
    for x, y in _places(*trust.shape):
        there = np.clip(at[0] + y, 0, trust.shape[0] - 1), np.clip(at[1] + x, 0, trust.shape[1] - 1)
        apart = np.square(smooth[there] - own).sum(1)
        weight = trust[there] ** 2 * np.exp(-apart / np.float32(2 * _ALIKE**2))
        total += weight
        masks += weight * mask[there]
        others += weight * other[there]
    some = np.maximum(total, np.float32(1e-6))
    return masks / some, others / some, total


def _places(height: int, width: int) -> list[tuple[int, int]]:
    """(x, y) in pixels: where is looked, on circles."""
    diagonal = float(np.hypot(height, width))
    circles = [(max(2.0, share * diagonal), place * np.pi / _WAYS) for place, share in enumerate(_RADII)]
    turns = np.arange(_WAYS) * 2 * np.pi / _WAYS
    return [
        (round(radius * np.cos(turn)), round(radius * np.sin(turn)))
        for radius, offset in circles
        for turn in turns + offset  # each circle looks between those within it
    ]


def _drawn(plane: np.ndarray, at: tuple[np.ndarray, ...], to: np.ndarray, share: np.ndarray) -> np.ndarray:
    drawn = plane.copy()
    drawn[at] += share * (to - plane[at])
    return drawn
