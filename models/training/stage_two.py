"""What stage 2 learns from a batch: patches along the band of the masks that stage 1, at rest, gives."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from models.matting.trimap import band_radius, band_trimap
from models.networks.hints import Hints
from models.networks.koutu_s import KoutuS
from models.networks.patches import REACH, SIDE
from models.networks.refiner import STEP, Edges, Refiner

from . import matte
from .batches import Batch, flat, joined
from .planning import Plan
from .stage_one import picture

PATCHES = 8  # of a sample: to draw one takes longer than to learn from it
_WIDEST = 3.0  # times the usual band: masks err, and the band is then wide


class StageTwo:
    """The refiner as it is trained; `network` holds what learns, `stage_one` gives masks and does not change."""

    def __init__(self, network: Refiner, stage_one: KoutuS) -> None:
        self.network, self.stage_one = network, stage_one.eval().requires_grad_(False)

    def losses(self, batch: Batch, plan: Plan) -> Iterator[tuple[dict[str, Tensor], Edges]]:
        """The means over all patches by name, and what the refiner answers, (patches, T, C, SIDE, SIDE)."""
        masks, trimaps = self._guides(batch)
        corners = [(place, *at) for place in range(len(batch.given)) for at in _corners(batch, trimaps, place)]
        cut = joined([batch.cut(place, top, left, SIDE) for place, top, left in corners])
        mask, trimap = (_patches(plane, corners) for plane in (masks, trimaps))
        edges = self.network(flat(picture(cut)), flat(mask), flat(trimap))
        alpha, foreground = (plane.float().unflatten(0, mask.shape[:2]) for plane in (edges.alpha, edges.foreground))
        height, width = batch.picture.shape[-2:]
        seen = torch.stack([inner(top, left, height, width) for _, top, left in corners]).to(trimap)
        band = ((trimap > 0) & (trimap < 1)) * seen[:, None, None]
        yield matte.of_matte(alpha, foreground, cut, band), Edges(alpha, foreground)

    def _guides(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Masks of 0 and 1, and trimaps of 0, 128 / 255 and 1, (B, T, 1, H, W), as the back end makes them."""
        with torch.no_grad():
            hints = Hints(batch.prior, given=batch.given[:, None].expand(-1, batch.frames))
            found = self.stage_one(picture(batch), hints)[0].mask > 0
        masks = found.cpu().numpy().astype(np.uint8) * np.uint8(255)
        trimaps = np.stack([_trimaps(some, int(seed)) for some, seed in zip(masks, batch.chance, strict=True)])
        return found.to(batch.person), torch.from_numpy(trimaps).to(batch.person) / 255


def _trimaps(masks: np.ndarray, seed: int) -> np.ndarray:
    """Of one film (T, 1, H, W) uint8, the band by chance up to three times as wide as usual."""
    usual = band_radius(*masks.shape[-2:])
    radius = round(usual * float(np.random.default_rng(seed).uniform(1, _WIDEST)))
    return np.stack([band_trimap(mask[0], radius)[None] for mask in masks])


def _corners(batch: Batch, trimaps: Tensor, place: int) -> list[tuple[int, int]]:
    """Top and left of a sample's patches: round places in the band of its first frame, all over where that has none.

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
