"""Some dozens of steps on four painted pictures: every head of stage 1 learns them by heart, alone or with a prior."""

import cv2
import numpy as np
import pytest
import torch
from torch.nn import functional

from models.networks.config import PRESETS
from models.networks.hints import Hints
from models.networks.koutu_s import KoutuS

SIZE = (64, 64)
STEPS = 120


def painted():
    """(images, masks) of three ellipses on speckled ground and one picture of nobody, in 0..1."""
    images, masks = [], []
    for seed, person in enumerate([(20, 30), (40, 34), (30, 24), None]):
        random = np.random.default_rng(seed)
        image = cv2.resize(random.integers(0, 160, (8, 8, 3), np.uint8), SIZE, interpolation=cv2.INTER_CUBIC)
        mask = np.zeros(SIZE, np.uint8)
        if person:
            cv2.ellipse(mask, person, (9, 20), 0, 0, 360, 255, -1)
            image[mask > 0] = (220, 60 + 40 * seed, 90)
        images.append(image)
        masks.append(mask)
    pictures = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
    return pictures, torch.from_numpy(np.stack(masks))[:, None].float() / 255


def instances(masks):
    """Centre heat (N, 1, h, w), offsets (N, 2, h, w) in cells and the cells that have one, at 1/4."""
    cells = functional.avg_pool2d(masks, 4).round()
    rows, columns = torch.meshgrid(*(torch.arange(side // 4).float() for side in SIZE), indexing="ij")
    place = torch.stack([columns, rows])
    count = cells.sum((2, 3), keepdim=True).clamp(min=1)
    centre = (place * cells).sum((2, 3), keepdim=True) / count
    heat = (-((place - centre) ** 2).sum(1, keepdim=True) / 4).exp() * cells.amax((2, 3), keepdim=True)
    return heat, centre - place, cells


def losses(answer, images, masks):
    """Each head's own loss by name."""
    bce = functional.binary_cross_entropy_with_logits
    heat, offset, cells = instances(masks)
    edge = functional.max_pool2d(masks, 5, 1, 2) + functional.max_pool2d(-masks, 5, 1, 2)
    wrong = ((answer.mask.sigmoid() - masks).abs() > 0.1).float().detach()
    found = {
        "mask": bce(answer.mask, masks),
        "boundary": bce(answer.boundary, edge),
        "error": bce(answer.error, wrong),
        "centre": bce(answer.centre, heat) - bce(heat.clamp(1e-4, 1 - 1e-4).logit(), heat),
        "offset": ((answer.offset - offset).abs() * cells).sum() / cells.sum(),
        "presence": bce(answer.presence, masks.amax((2, 3))),
    }
    if answer.alpha is not None:
        found["alpha"] = (answer.alpha - masks).abs().mean()
        found["foreground"] = ((answer.foreground - 0.5).abs() * masks).sum() / masks.sum()
    return found


def spoilt(masks):
    """A prior that is wrong: the person moved to the side, and never sure."""
    return masks.roll(8, 3) * 0.8 + 0.1


@pytest.mark.parametrize(("preset", "prior"), [("koutu-s-tiny-one-stage", False), ("koutu-s-tiny", True)])
def test_every_head_learns_four_pictures_by_heart(preset, prior):
    torch.manual_seed(0)
    images, masks = painted()
    network = KoutuS(PRESETS[preset]).train()
    hints = Hints(spoilt(masks)) if prior else Hints()
    steps = torch.optim.Adam(network.parameters(), 1e-2)
    history = []
    for step in range(STEPS):
        for group in steps.param_groups:
            group["lr"] = 1e-2 * min(1, 2 - 2 * step / STEPS)
        found = losses(network(images, hints)[0], images, masks)
        steps.zero_grad()
        sum(found.values()).backward()
        steps.step()
        history.append({name: float(loss.detach()) for name, loss in found.items()})
    for name, loss in history[-1].items():
        assert loss < 0.35 * history[0][name], f"{name} went from {history[0][name]:.3f} to {loss:.3f}"
    with torch.no_grad():
        answer = network.eval()(images, hints)[0]
    overlap = ((answer.mask > 0) & (masks > 0.5)).sum() / ((answer.mask > 0) | (masks > 0.5)).sum()
    assert overlap > 0.9
