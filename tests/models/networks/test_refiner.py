"""Koutu-S, stage 2: patches along the band become alpha and foreground; where they are cut changes nothing."""

import cv2
import numpy as np
import pytest
import torch

from models.matting.edges import begun
from models.matting.trimap import band_trimap
from models.networks import patches
from models.networks.config import REFINERS, ConfigError, RefinerConfig
from models.networks.graphs import StageTwoGraph
from models.networks.refiner import Refiner
from models.networks.series import ShapeError
from tests.models.matting.painted_heads import head
from tests.models.networks.contract import NetworkContract


def small(seed=0):
    """A tiny refiner that was pushed off its start, as training does."""
    torch.manual_seed(seed)
    refiner = Refiner(REFINERS["koutu-s-refiner-tiny"]).eval()
    torch.nn.init.normal_(refiner.gate.weight)
    return refiner


def scene(height, width, radius=6):
    """Noise (3, H, W), an ellipse's mask (1, H, W) and its trimap, in 0..1."""
    mask = np.zeros((height, width), np.uint8)
    cv2.ellipse(mask, (width // 2, height // 2), (width // 3, height // 3), 20, 0, 360, 255, -1)
    trimap = band_trimap(mask, radius)
    torch.manual_seed(1)
    image = torch.rand(3, height, width)
    return image, *(torch.from_numpy(plane)[None].float() / 255 for plane in (mask, trimap))


def whole(refiner, image, mask, trimap):
    """The refiner on the whole picture at once, made up to multiples of 4 by repeating rows and columns."""
    height, width = image.shape[1:]
    padding = (0, -width % 4, 0, -height % 4)
    inputs = [torch.nn.functional.pad(one[None], padding, mode="replicate") for one in (image, mask, trimap)]
    with torch.no_grad():
        edges = refiner(*inputs)
    return edges.alpha[0, :, :height, :width], edges.foreground[0, :, :height, :width]


class TestRefiner(NetworkContract):
    asleep = ("first", "down", "deep", "lift", "mix")
    sizes = ((64, 96), (48, 76))
    free_batch = True

    def network(self):
        return Refiner(REFINERS["koutu-s-refiner-tiny"])

    def inputs(self, batch, height, width):
        trimap = torch.randint(0, 3, (batch, 1, height, width)) / 2
        return torch.rand(batch, 3, height, width), torch.rand(batch, 1, height, width), trimap

    def shapes(self, batch, height, width):
        return {"alpha": (batch, 1, height, width), "foreground": (batch, 3, height, width)}

    def exported(self):
        graph = StageTwoGraph(small())
        return graph.eval(), dict(zip(graph.inputs, self.inputs(2, 48, 76), strict=True)), graph.outputs


def test_it_is_as_small_as_it_says():
    parameters = sum(parameter.numel() for parameter in Refiner().parameters())
    assert 1e5 < parameters < 2e5


def test_what_the_trimap_knows_stays_and_the_rest_is_between():
    image, mask, trimap = scene(150, 131)
    edges = patches.refine(small(), image, mask, trimap)
    unknown = (trimap > 0) & (trimap < 1)
    assert torch.equal(edges.alpha[~unknown], trimap[~unknown])
    assert ((edges.alpha >= 0) & (edges.alpha <= 1)).all()
    assert edges.alpha[unknown].std() > 0.01
    assert ((edges.foreground >= 0) & (edges.foreground <= 1)).all()


def test_before_any_training_what_was_solved_comes_back():
    image, mask, trimap = scene(150, 131)
    solved = torch.where(trimap == 128 / 255, torch.rand_like(trimap), trimap)
    edges = patches.refine(Refiner(), image, solved, trimap)
    assert (edges.alpha - solved).abs().max() < 0.006
    assert torch.equal(edges.foreground, image)


@pytest.mark.parametrize("size", [(150, 131), (256, 320), (301, 270)])
def test_patches_answer_as_the_whole_picture_does(size):
    refiner = small()
    image, mask, trimap = scene(*size)
    alpha, foreground = whole(refiner, image, mask, trimap)
    edges = patches.refine(refiner, image, mask, trimap, batch=3)
    torch.testing.assert_close(edges.alpha, alpha, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(edges.foreground, foreground, atol=1e-5, rtol=1e-5)
    known = ((trimap == 0) | (trimap == 1)).expand(3, -1, -1)
    assert torch.equal(edges.foreground[known], image[known])


@pytest.mark.parametrize("size", [(1, 1), (9, 40), (200, 5)])
def test_pictures_smaller_than_a_patch_are_answered(size):
    edges = patches.refine(small(), torch.rand(3, *size), torch.rand(1, *size), torch.full((1, *size), 0.5))
    assert edges.alpha.shape == (1, *size)
    assert ((edges.alpha > 0) & (edges.alpha < 1)).all()


def test_a_pixel_depends_on_no_more_than_the_reach_of_a_patch():
    torch.manual_seed(0)
    refiner = Refiner().eval()
    torch.nn.init.normal_(refiner.gate.weight)
    image = torch.rand(1, 3, 128, 128, requires_grad=True)
    for row, column in ((64, 64), (65, 66), (67, 63)):
        image.grad = None
        half = torch.full((1, 1, 128, 128), 0.5)
        refiner(image, half, half).alpha[0, 0, row, column].backward()
        rows, columns = torch.nonzero(image.grad.abs().sum((0, 1)), as_tuple=True)
        far = max((rows - row).abs().max(), (columns - column).abs().max())
        assert 12 < far <= patches.REACH


def test_the_squares_cover_the_band_once_and_their_number_grows_with_it():
    found = {}
    for name, size in {"short": (300, 300), "long": (600, 600)}.items():
        unknown = scene(*size)[2][0] == 128 / 255
        squares = patches.cores(unknown)
        count = torch.zeros(700, 700)
        for top, left in squares:
            count[top : top + patches.CORE, left : left + patches.CORE] += 1
        assert count.max() == 1
        assert (count[: size[0], : size[1]][unknown] == 1).all()
        found[name] = len(squares)
    # The outline doubles, and with it the squares: the picture's area grows by four.
    assert 1.5 < found["long"] / found["short"] < 2.7


def test_nothing_unknown_costs_nothing():
    image, mask, _ = scene(150, 131)
    edges = patches.refine(small(), image, mask, mask)
    assert patches.cores(torch.zeros(150, 131, dtype=torch.bool)) == []
    assert torch.equal(edges.alpha, mask)
    assert torch.equal(edges.foreground, image)


def test_it_learns_the_hairs_that_the_closed_form_misses_on_a_painted_head():
    painted = head()
    image = torch.from_numpy(painted.image).permute(2, 0, 1).float() / 255
    alpha, trimap = torch.from_numpy(painted.alpha)[None].float(), torch.from_numpy(painted.trimap)[None].float() / 255
    solved = torch.from_numpy(begun(painted.image, painted.trimap))[None]
    torch.manual_seed(0)
    refiner = Refiner(REFINERS["koutu-s-refiner-tiny"]).train()
    rows, columns = (side // 4 * 4 for side in solved.shape[1:])
    inputs = [one[None, :, :rows, :columns] for one in (image, solved, trimap)]
    truth, band = alpha[None, :, :rows, :columns], (inputs[2] > 0) & (inputs[2] < 1)
    steps = torch.optim.Adam(refiner.parameters(), 1e-2)
    errors = []
    for _ in range(100):
        loss = (refiner(*inputs).alpha - truth).abs()[band].mean()
        steps.zero_grad()
        loss.backward()
        steps.step()
        errors.append(float(loss.detach()))
    assert errors[-1] < 0.9 * errors[0]


def test_what_does_not_fit_is_refused_with_what_to_give():
    image, mask, trimap = scene(64, 64)
    with pytest.raises(ShapeError, match="multiples of 4"):
        small()(image[None, :, :63], mask[None, :, :63], trimap[None, :, :63])
    with pytest.raises(ShapeError, match="the trimap is"):
        small()(image[None], mask[None], trimap[None, :, :32])
    with pytest.raises(ShapeError, match="picture, solved alpha and trimap"):
        patches.refine(small(), image, mask, trimap[:, :32])
    with pytest.raises(ConfigError, match="2 widths"):
        RefinerConfig(widths=(8, 8, 8))
