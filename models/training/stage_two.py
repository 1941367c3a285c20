"""What stage 2 learns from a batch: patches where it is unknown what is whose, along masks that are wrong there."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from models.matting.edges import begun
from models.matting.trimap import MASK_LEVEL, band_radius, band_trimap
from models.networks.patches import REACH, SIDE
from models.networks.refiner import STEP, Edges, Refiner

from . import losses, matte
from .batches import Batch, flat, joined
from .planning import Plan
from .stage_one import picture

PATCHES = 8  # of a sample: to draw one takes longer than to learn from it
_WIDEST = 3.0  # times the usual band: masks err, and the band is then wide
_DRAWN = 0.5  # of the samples: the unknown is drawn round all that is soft, as hands do, and not along the mask


@dataclass(frozen=True)
class Patches(Edges):
    """Edges (patches, T, C, SIDE, SIDE), of the pictures and the truth of `batch`, `trimap` 0, 128 / 255 or 1."""

    batch: Batch
    trimap: Tensor


class StageTwo:
    """The refiner as it is trained; `network` holds what learns."""

    def __init__(self, network: Refiner) -> None:
        self.network = network

    def losses(self, batch: Batch, plan: Plan) -> Iterator[tuple[dict[str, Tensor], Patches]]:
        """The means over all patches by name, and what the refiner answers."""
        trimaps = _trimaps(batch)
        solved = _solved(batch, trimaps)
        corners = [(place, *at) for place in range(len(batch.given)) for at in _corners(batch, trimaps, place)]
        cut = joined([batch.cut(place, top, left, SIDE) for place, top, left in corners])
        alpha_before, trimap = (_patches(plane, corners) for plane in (solved, trimaps))
        edges = self.network(flat(picture(cut)), flat(alpha_before), flat(trimap))
        alpha, foreground = (plane.float().unflatten(0, trimap.shape[:2]) for plane in (edges.alpha, edges.foreground))
        height, width = batch.picture.shape[-2:]
        seen = torch.stack([inner(top, left, height, width) for _, top, left in corners]).to(trimap)
        band = ((trimap > 0) & (trimap < 1)) * seen[:, None, None]
        yield matte.of_matte(alpha, foreground, cut, band), Patches(alpha, foreground, cut, trimap)


def _trimaps(batch: Batch) -> Tensor:
    """(B, T, 1, H, W) of 0, 128 / 255 and 1: along masks, or round all that is soft.

    Masks are the priors along the true edge, in the usual band, and the truth elsewhere: where there is no edge round
    about nothing can be learnt of edges.
    """
    truth = batch.person >= MASK_LEVEL / 255
    near = 2 * band_radius(*truth.shape[-2:]) + 1
    edge = losses.edge(flat(truth.float()), near).unflatten(0, truth.shape[:2]) > 0
    masks = torch.where(edge, batch.prior >= 0.5, truth).float()
    some = zip(_levels(masks), _levels(batch.person), batch.chance.tolist(), strict=True)
    trimaps = np.stack([_of_film(mask, person, np.random.default_rng(seed)) for mask, person, seed in some])
    return torch.from_numpy(trimaps).to(batch.person) / 255


def _solved(batch: Batch, trimaps: Tensor) -> Tensor:
    """Alpha (B, T, 1, H, W) as stage 2 is given it in use."""
    pictures = batch.picture.flatten(0, 1).permute(0, 2, 3, 1).cpu().numpy()
    levels = (trimaps.flatten(0, 2) * 255).round().to(torch.uint8).cpu().numpy()
    alphas = np.stack([begun(*pair) for pair in zip(pictures, levels, strict=True)])
    return torch.from_numpy(alphas).to(trimaps).view(trimaps.shape)


def _levels(planes: Tensor) -> np.ndarray:
    """(B, T, H, W) uint8 of (B, T, 1, H, W) in 0..1; only what is nobody's is 0, only what is somebody's whole 255."""
    levels = planes[:, :, 0].cpu().numpy() * np.float32(255)
    return np.where(levels < 128, np.ceil(levels), np.floor(levels)).astype(np.uint8)


def _of_film(masks: np.ndarray, person: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Of one film (T, 1, H, W) uint8, from its masks or alpha (T, H, W) uint8.

    The band by chance up to three times as wide as usual.
    """
    usual = band_radius(*masks.shape[-2:])
    radius = round(usual * float(rng.uniform(1, _WIDEST)))
    if rng.random() >= _DRAWN:
        return np.stack([band_trimap(mask, radius)[None] for mask in masks])
    return np.stack([_drawn(alpha, radius)[None] for alpha in person])


def _drawn(alpha: np.ndarray, radius: int) -> np.ndarray:
    """Unknown is what lies within `radius` pixels of soft alpha; the rest is as it is."""
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    soft = ((alpha > 0) & (alpha < 255)).astype(np.uint8)
    return np.where(cv2.dilate(soft, disc) > 0, np.uint8(128), np.where(alpha < 128, np.uint8(0), np.uint8(255)))


def _corners(batch: Batch, trimaps: Tensor, place: int) -> list[tuple[int, int]]:
    """Top and left of a sample's patches: round places that are unknown in its first frame, all over where none is.

    Alike in all frames, so that what flickers can be seen. Where there are few places some are seen twice.
    """
    rng = np.random.default_rng([int(batch.chance[place]), 1])
    first = trimaps[place, 0, 0]
    unknown = torch.nonzero((first > 0) & (first < 1)).cpu().numpy()
    height, width = first.shape
    middles = unknown if len(unknown) else rng.integers(0, [height, width], (PATCHES, 2))
    chosen = middles[rng.integers(len(middles), size=PATCHES)]
    return [(_start(row, height), _start(column, width)) for row, column in chosen.tolist()]


def _start(middle: int, length: int) -> int:
    """Of a patch's side round `middle`, moved to lie within 0..length, a multiple of STEP."""
    return min(max(middle - SIDE // 2, 0), length - SIDE) // STEP * STEP


def _patches(planes: Tensor, corners: list[tuple[int, int, int]]) -> Tensor:
    return torch.stack([planes[place, ..., top : top + SIDE, left : left + SIDE] for place, top, left in corners])


def inner(top: int, left: int, height: int, width: int) -> Tensor:
    """(SIDE, SIDE), of a patch in a picture of that size: 1 where all that the refiner looks at is in the patch, as it
    is in use, or not in the picture."""
    seen = torch.ones(SIDE, SIDE)
    for start, length, plane in ((top, height, seen), (left, width, seen.T)):
        plane[: REACH if start else 0] = 0
        plane[SIDE - (REACH if start + SIDE < length else 0) :] = 0
    return seen
