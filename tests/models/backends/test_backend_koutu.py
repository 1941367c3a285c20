"""Our own network as a back end, from a checkpoint with its card."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from models import checkpoints
from models.backends import Prompt, WeightsMissing
from models.backends.answers import sigmoid
from models.backends.registry import find, open_backend
from models.networks.config import PRESETS, REFINERS
from models.networks.koutu_s import KoutuS
from models.networks.refiner import Refiner


def saved(path, network, config):
    card = checkpoints.Card(network.name, "test 1", "Apache-2.0", config.as_json())
    checkpoints.save(path, network, card)
    return path


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    torch.manual_seed(0)
    config = PRESETS["koutu-s-tiny"]
    return saved(tmp_path_factory.mktemp("weights") / "people.safetensors", KoutuS(config), config)


@pytest.fixture(scope="module")
def edges(tmp_path_factory):
    torch.manual_seed(0)
    config = REFINERS["koutu-s-refiner-tiny"]
    return saved(tmp_path_factory.mktemp("weights") / "edges.safetensors", Refiner(config), config)


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (90, 1300, 3)).astype(np.uint8)


def test_it_says_who_is_there_at_the_pictures_own_size(people, image):
    net = open_backend("koutu-s", people)
    found = net.person_probability(image)
    assert (found.shape, found.dtype) == ((90, 1300), np.float32)
    assert 0 <= found.min() <= found.max() <= 1
    np.testing.assert_array_equal(net.opinions(image)[0], found)
    assert (net.name, net.version, net.licence) == ("koutu-s", "test 1", "Apache-2.0")


def test_it_mends_what_the_back_end_of_its_card_finds(tmp_path, image):
    torch.manual_seed(0)
    network = KoutuS(PRESETS["koutu-s-tiny"])
    card = checkpoints.Card("koutu-s", "test 1", "Apache-2.0", network.config.as_json(), prior="selfie")
    checkpoints.save(tmp_path / "led.safetensors", network, card)
    image = np.ascontiguousarray(image[:, :500])
    found = open_backend("koutu-s", tmp_path / "led.safetensors").person_probability(image)
    # Nothing was learnt yet: it is the prior, but for a quarter of a grey level.
    np.testing.assert_allclose(found, open_backend("selfie").person_probability(image), atol=1 / 1000)
    checkpoints.save(tmp_path / "led.safetensors", network, replace(card, prior="vitmatte"))
    with pytest.raises(WeightsMissing, match=r"led.safetensors mends what vitmatte finds: "):
        open_backend("koutu-s", tmp_path / "led.safetensors")


def test_a_click_far_from_a_mask_changes_nothing_of_it(people, image):
    mask = np.zeros((90, 1300), np.uint8)
    mask[20:60, 20:80] = 255
    found = open_backend("koutu-s", people).mask(image, Prompt(points=[(1000, 40)], labels=[1], mask=mask))
    np.testing.assert_array_equal(found[:, :200], mask[:, :200] / np.float32(255))


def test_edges_are_solved_along_the_mask_and_nowhere_else(edges, image):
    mask = np.zeros((90, 1300), np.uint8)
    mask[20:70, 300:500] = 255
    net = open_backend("koutu-s-refiner", edges)
    assert net.guide == "mask"
    matte = net.matte(image, mask)
    assert matte.foreground.shape == image.shape
    changed = matte.alpha != mask / np.float32(255)
    assert changed.any()
    y, x = np.nonzero(changed)
    assert 10 < y.min() <= y.max() < 80
    assert 290 < x.min() <= x.max() < 510


def test_of_the_networks_own_alpha_a_part_counts_and_the_closed_form_for_the_rest(edges, image):
    from models.matting.edges import begun
    from models.networks.patches import refine

    trimap = np.zeros((90, 1300), np.uint8)
    trimap[20:70, 300:500], trimap[30:60, 310:490] = 128, 255
    net, solved = open_backend("koutu-s-refiner", edges), begun(image, trimap)
    torch.nn.init.constant_(net.network.gate.bias, 3.0)
    planes = (image.transpose(2, 0, 1) / np.float32(255), solved[None], trimap[None] / np.float32(255))
    own = refine(net.network, *(torch.from_numpy(np.ascontiguousarray(plane)) for plane in planes)).alpha[0].numpy()
    found = net.solved(image, trimap).alpha
    assert np.abs(own - solved).max() > 0.01
    np.testing.assert_allclose(found, 0.7 * solved + 0.3 * own, atol=1e-5)
    assert np.array_equal(found[trimap != 128], trimap[trimap != 128] / np.float32(255))


def test_a_mask_that_leaves_nothing_to_solve_by_is_its_own_matte(edges, image):
    for mask in (np.zeros((90, 1300), np.uint8), np.full((90, 1300), 255, np.uint8)):
        matte = open_backend("koutu-s-refiner", edges).matte(image, mask)
        np.testing.assert_array_equal(matte.alpha, mask / np.float32(255))


def test_a_checkpoint_of_the_other_stage_is_refused_with_both_names(people, edges, tmp_path):
    assert find("koutu-s").missing(people) is None
    assert "koutu-s-refiner: give a checkpoint of koutu-s" in find("koutu-s").missing(edges)
    with pytest.raises(WeightsMissing, match="holds weights of koutu-s: give"):
        open_backend("koutu-s-refiner", people)
    with pytest.raises(WeightsMissing, match="there is no file"):
        open_backend("koutu-s", tmp_path / "nothing.safetensors")


def test_spoilt_weights_give_no_answer_rather_than_an_empty_one(people, edges, image, tmp_path):
    for file in (people, edges):
        state, card = checkpoints.load(file)
        checkpoints.save(tmp_path / file.name, {name: values * float("nan") for name, values in state.items()}, card)
    mask = np.zeros((90, 1300), np.uint8)
    mask[20:70, 300:500] = 255
    found = open_backend("koutu-s", tmp_path / people.name)
    with pytest.raises(WeightsMissing, match="koutu-s test 1 answers NaN: its weights are spoilt"):
        found.person_probability(image)
    with pytest.raises(WeightsMissing, match="answers NaN"):
        found.mask(image, Prompt([(400, 40)], [1]))
    with pytest.raises(WeightsMissing, match="answers NaN"):
        open_backend("koutu-s-refiner", tmp_path / edges.name).matte(image, mask)


def test_however_sure_it_is_nothing_overflows():
    with np.errstate(all="raise"):
        np.testing.assert_array_equal(sigmoid(np.float32([-1e6, 0, 1e6])), [0, 0.5, 1])
