"""From samples to batches: what is checked, what is derived, and masks to mend."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from models.training.average import Average
from models.training.batches import Batches, of_samples
from models.training.config import Stage, TrainingError
from models.training.journal import sheet
from models.training.opening import open_prior
from models.training.planning import Plan
from models.training.priors import hard, priors
from models.training.samples import SampleError
from models.training.stage_one import StageOne, of_answer, picture
from models.training.truth import centres
from tests.models.training.drawn_people import draw, without_truth


def batch_of(samples, given=True):
    return of_samples(samples, [given] * len(samples), [np.random.default_rng(index) for index in range(len(samples))])


def test_a_sample_is_looked_at():
    sample = draw(0, 1, 2, 64)
    sample.check()
    for name, wrong, said in (
        ("picture", sample.picture.astype(float), r"picture is \(2, 64, 64, 3\) of float64: a sample of"),
        ("void", sample.void[:1], r"void is \(1, 64, 64\) of bool"),
        ("person", sample.person * 255, "person leaves 0..1 or holds NaN: give alpha, not levels of 8 bits"),
        ("person", sample.person * np.float32("nan"), "holds NaN"),
        ("flow", np.zeros((2, 64, 64, 2), np.float32), r"needs \(1, 64, 64, 2\) of float32"),
    ):
        with pytest.raises(SampleError, match=said):
            replace(sample, **{name: wrong}).check()
    rounded = replace(sample, person=sample.person * np.float32(1.00001))
    rounded.check()
    assert batch_of([rounded]).person.max() == 1


class Says:
    """A segmenter of one answer."""

    name, version, licence = "says", "1", "Apache-2.0"

    def __init__(self, person):
        self._person = person

    def person_probability(self, image):
        return self._person

    def opinions(self, image):
        return self._person[None]


def test_most_priors_are_what_a_back_end_says_but_where_it_errs_more_than_in_use():
    one, nobody = draw(0, 1, 1, 64), draw(0, 0, 1, 64)
    blank, full = np.zeros((64, 64), np.float32), np.full((64, 64), 0.9, np.float32)
    for sample, said, least, most in (
        (one, one.person[0], 0.6, 0.9),  # right
        (one, blank, 0.6, 0.9),  # misses everybody, as in use
        (one, full, -1, 0.05),  # takes everything for people
        (nobody, full, 0.6, 0.9),  # sees somebody where nobody is, which must be met often
    ):
        shown = [priors(sample, np.random.default_rng(seed), Says(said)) for seed in range(120)]
        assert least < np.mean([np.array_equal(plane[0], said) for plane in shown]) < most


def test_what_a_back_end_says_is_asked_of_every_picture():
    segmenter = open_prior("selfie")
    sample = draw(0, 0, 2, 64)
    shown = [of_samples([sample], [True], [np.random.default_rng(seed)], segmenter).prior for seed in range(8)]
    said = np.stack([segmenter.person_probability(frame) for frame in sample.picture])
    assert 3 <= sum(np.array_equal(one[0, :, 0].numpy(), said) for one in shown) <= 8


def test_a_prior_is_a_back_end_that_finds_people(small):
    with pytest.raises(TrainingError, match="prior: vitmatte does not find people by itself"):
        Batches(small(also={"prior": "vitmatte"}), None)[0]


def test_centres_and_the_ways_to_them():
    people = np.zeros((1, 32, 64), np.uint8)
    people[0, 8:24, 8:24], people[0, 16:32, 40:48] = 1, 2
    found = centres(people)
    assert found.heat.shape == (1, 8, 16)
    assert found.cells[0].sum() == 16 + 8
    rows, columns = np.nonzero(found.cells[0])
    x, y = columns + found.offset[0, 0][rows, columns], rows + found.offset[0, 1][rows, columns]
    assert {(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)} == {(3.5, 3.5), (10.5, 5.5)}
    assert found.heat.max() == found.heat[0, 3, 3] == pytest.approx(np.exp(-0.5 / 8))
    assert not centres(np.zeros_like(people)).heat.any()


def test_what_a_data_set_does_not_know_teaches_nothing():
    known, plain = draw(0, 2, 1, 64), without_truth(None, None)(0, 2, 1, 64)
    batch = batch_of([known, plain])
    assert batch.exact.tolist() == batch.coloured.tolist() == batch.counted.tolist() == [True, False]
    assert set(batch.parts[1].unique().tolist()) == {255}
    only = batch_of([plain])
    network = _network()
    losses = of_answer(network(picture(only))[0], only)
    for name in ("centre", "offset", "alpha", "laplacian", "composition", "temporal", "gradient", "foreground"):
        assert losses[name].item() == 0, name
    assert min(losses[name].item() for name in ("mask", "dice", "boundary", "error", "presence")) > 0


def test_void_teaches_nothing():
    sample = draw(0, 2, 1, 64)
    nowhere = batch_of([replace(sample, void=np.ones_like(sample.void))])
    losses = of_answer(_network()(picture(nowhere))[0], nowhere)
    assert all(loss.item() == 0 for loss in losses.values())


def test_somebody_may_stand_in_the_void():
    nobody = draw(0, 0, 1, 64)
    assert not nobody.person.any()
    some = nobody.void.copy()
    some[0, 10:20] = True
    network = _network()
    sure, unsure = (batch_of([one]) for one in (nobody, replace(nobody, void=some)))
    assert of_answer(network(picture(sure))[0], sure)["presence"].item() > 0
    assert of_answer(network(picture(unsure))[0], unsure)["presence"].item() == 0


def _network():
    torch.manual_seed(0)
    return KoutuS(PRESETS["koutu-s-tiny-one-stage"])


def test_priors_are_spoilt_truth_now_and_again_right_and_go_on_in_one_way():
    film = draw(0, 2, 4, 64)
    found = [priors(film, np.random.default_rng(seed)) for seed in range(60)]
    assert all(one.shape == film.person.shape and one.dtype == np.float32 for one in found)
    assert all(one.min() >= 0 and one.max() <= 1 for one in found)
    wrong = np.array(
        [[((frame >= 0.5) != hard(true)).mean() for frame, true in zip(one, film.person, strict=True)] for one in found]
    )
    assert 0.003 < np.median(wrong) < 0.2
    assert 0.03 < (wrong < 1e-3).mean() < 0.5
    again = priors(film, np.random.default_rng(7))
    assert np.array_equal(again, found[7])


def test_networks_see_somebody_where_nobody_is():
    nobody = draw(0, 0, 1, 64)
    areas = [(priors(nobody, np.random.default_rng(seed)) > 0.5).mean() for seed in range(40)]
    assert sum(area > 0 for area in areas) > 12
    assert sum(area == 0 for area in areas) > 1


def test_the_soft_rim_of_somebody_is_nobody_else():
    one = draw(0, 1, 1, 64)
    wide = replace(one, instances=(one.person > 0).astype(np.uint8))
    found = [priors(wide, np.random.default_rng(seed))[0] > 0.5 for seed in range(40)]
    assert min(mask.sum() for mask in found) > 0.3 * hard(wide.person).sum()


def test_somebody_else_may_be_taken_for_the_one_who_is_meant():
    two = draw(0, 2, 1, 64)
    meant = replace(two, person=two.person * (two.instances == 1), exact=False)
    found = [priors(meant, np.random.default_rng(seed))[0] > 0.5 for seed in range(60)]
    assert any((mask & (two.instances[0] == 2)).sum() > (mask & (two.instances[0] == 1)).sum() for mask in found)


def test_one_of_several_people_may_be_missed():
    two = replace(draw(0, 2, 1, 64), parts=None)
    left = [priors(two, np.random.default_rng(seed))[0] > 0.5 for seed in range(80)]
    missed = [min((mask & (two.instances[0] == person)).sum() for person in (1, 2)) for mask in left]
    assert 0 in missed


def test_windows_of_a_film_answer_as_the_film_does_and_cut_gradients():
    network = _network().eval()
    batch = batch_of([draw(0, 1, 4, 64)], given=False)

    def answers(window, anchored=False):
        stage = Stage(1, {}, frames=4, window=window)
        plan = Plan(0, stage, "film", 4, 1, {}, 1e-3, anchored)
        return list(StageOne(network).losses(batch, plan))

    whole, halves = answers(4), answers(2)
    assert len(halves) == 2
    joined = torch.cat([answer.mask for _, answer in halves], 1)
    torch.testing.assert_close(joined, whole[0][1].mask, atol=1e-5, rtol=1e-5)
    total = sum(losses["mask"] for losses, _ in halves)
    torch.testing.assert_close(total, whole[0][0]["mask"])
    for losses, _ in answers(2, anchored=True):
        losses["mask"].backward()
    assert network.anchors.gate.weight.grad.abs().sum() > 0


def test_the_running_mean_forgets_young_steps_faster():
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(network.weight)
    average = Average(network, 0.9)
    torch.nn.init.ones_(network.weight)
    average.update(network, 0)
    assert average.state["weight"].item() == pytest.approx(0.9)  # a tenth is kept
    torch.nn.init.zeros_(network.weight)
    average.update(network, 1000)
    assert average.state["weight"].item() == pytest.approx(0.81)


def test_a_sheet_shows_a_row_a_sample():
    batch = batch_of([draw(0, index, 2, 64) for index in range(3)])
    answer, _ = _network()(picture(batch))
    shown = sheet(batch, answer)
    assert shown.shape == (3, 3 * 64, 4 * 64)
    torch.testing.assert_close(shown[:, :64, :64], picture(batch)[0, -1])
