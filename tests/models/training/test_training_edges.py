"""Stage 2: patches along the band of masks that stage 1 gives, and what they teach."""

import cv2
import numpy as np
import pytest
import torch

from models.networks.patches import REACH, SIDE
from models.training.batches import ALONE, Batches, of_samples
from models.training.journal import patch_sheet
from models.training.planning import plan_of
from models.training.stage_one import picture
from models.training.stage_two import _trimaps, inner
from models.training.trainer import Trainer
from tests.models.training.drawn_people import draw, without_truth

pytestmark = pytest.mark.usefixtures("one_thread")
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def config(small):
    stage = {"steps": 30, "frames": 2, "size": 128, "batch": 1, "priors": 1.0, "rate": 1e-2}
    return small("koutu-s-refiner-tiny", "eight", **stage)


def films(count, frames=1, size=128, kind=draw):
    some = [kind(0, index + 1, frames, size) for index in range(count)]
    return of_samples(some, [True] * count, [np.random.default_rng(index) for index in range(count)])


def test_edges_are_learnt(config):
    trainer, batches, same = Trainer(config, CPU, ALONE), Batches(config, None), films(6, frames=2)
    before = judged(trainer, same)
    assert set(before) == {"alpha", "laplacian", "gradient", "foreground", "composition", "temporal"}
    assert min(before.values()) > 0
    for step in range(config.steps):
        trainer.step(batches[step], plan_of(config, step))
    after = judged(trainer, same)
    assert after["alpha"] < 0.9 * before["alpha"]
    assert after["laplacian"] < before["laplacian"]


def judged(trainer, batch):
    with torch.no_grad():
        losses, _ = next(trainer.learner.losses(batch, plan_of(trainer.config, 0)))
    return {name: loss.item() for name, loss in losses.items()}


def test_patches_lie_along_the_band_alike_in_all_frames(config):
    learner, batch = Trainer(config, CPU, ALONE).learner, films(2, frames=2)
    learner.network.eval()
    again = [next(learner.losses(batch, plan_of(config, 0))) for _ in range(2)]
    assert again[0][1].alpha.shape == (16, 2, 1, SIDE, SIDE)
    assert torch.equal(again[0][1].alpha, again[1][1].alpha)
    unknown = (again[0][1].alpha > 0) & (again[0][1].alpha < 1)
    assert (unknown.sum((1, 2, 3, 4)) > 50).all()


def test_a_sheet_shows_a_patch_of_every_sample(config):
    _, patches = next(Trainer(config, CPU, ALONE).learner.losses(films(3), plan_of(config, 0)))
    shown = patch_sheet(patches)
    assert shown.shape == (3, 3 * SIDE, 4 * SIDE)
    torch.testing.assert_close(shown[:, SIDE : 2 * SIDE, :SIDE], patches.batch.picture[8, -1] / 255)
    torch.testing.assert_close(shown[0, :SIDE, -SIDE:], patches.alpha[0, -1, 0].detach())


def test_masks_are_wrong_near_the_true_edge_alone_and_half_of_the_unknown_is_drawn_by_hand():
    batch = films(12)
    batch.prior.zero_()  # which finds nobody
    trimaps = _trimaps(batch)
    truth, unknown = batch.person >= 0.5, (trimaps > 0) & (trimaps < 1)
    missed = truth & (trimaps == 0)
    assert missed.any()
    assert not missed[erode(truth, 8)].any()
    assert ((trimaps == 0) | (trimaps == 1) | unknown).all()
    drawn = [is_drawn(batch.person[place, 0, 0].numpy(), trimaps[place, 0, 0].numpy()) for place in range(12)]
    assert 2 <= sum(drawn) <= 10


def is_drawn(person, trimap):
    """Whether all is unknown within some pixels of soft alpha, and nothing else."""
    soft = ((person > 0) & (person < 1)).astype(np.uint8)
    discs = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)) for side in range(3, 15, 2)]
    known = np.where(person >= 0.5, 1, 0)
    return any(
        np.array_equal(np.where(cv2.dilate(soft, disc) > 0, np.float32(128 / 255), known), trimap) for disc in discs
    )


def erode(mask, by):
    inverse = (~mask).float().flatten(0, 1)
    return (torch.nn.functional.max_pool2d(inverse, 2 * by + 1, 1, by) == 0).unflatten(0, mask.shape[:2])


def test_only_true_alpha_teaches_edges(config):
    learner = Trainer(config, CPU, ALONE).learner
    masks = films(2, kind=without_truth(None, None))
    losses, _ = next(learner.losses(masks, plan_of(config, 0)))
    assert all(loss.item() == 0 for loss in losses.values())


def test_nobody_has_no_edge(config):
    learner, nobody = Trainer(config, CPU, ALONE).learner, films(2)
    nobody.person.zero_()
    nobody.prior.zero_()
    losses, edges = next(learner.losses(nobody, plan_of(config, 0)))
    assert all(loss.item() == 0 for loss in losses.values())
    assert not edges.alpha.any()


def test_a_patch_answers_for_what_it_can_see():
    middle, corner, all_of_it = inner(40, 40, 256, 256), inner(0, 256 - SIDE, 256, 256), inner(0, 0, SIDE, SIDE)
    assert middle.sum() == (SIDE - 2 * REACH) ** 2
    assert corner[:4, -4:].all()
    assert corner.sum() == (SIDE - REACH) ** 2
    assert all_of_it.all()


def test_a_cut_is_the_same_place_in_every_plane():
    batch = films(1, frames=2)
    cut = batch.cut(0, 16, 8, 64)
    assert torch.equal(picture(cut), picture(batch)[..., 16:80, 8:72])
    assert torch.equal(cut.heat, batch.heat[..., 4:20, 2:18])
    assert cut.exact.tolist() == [True]
