"""Somebody clicks: a window is cut out and shown small, the network answers, and the frame's mask is corrected."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models import clicks
from models.backends.prompt import BadInput, Prompt
from models.networks.config import PRESETS
from models.networks.hints import Hints
from models.networks.koutu_s import KoutuS
from models.views import around, fitted, whole


def two_people(seed, size=64):
    """A picture of two ellipses of one colour (size, size, 3) uint8, and the mask (size, size) uint8 of each."""
    random = np.random.default_rng(seed)
    image = cv2.resize(random.integers(0, 140, (8, 8, 3), np.uint8), (size, size), interpolation=cv2.INTER_CUBIC)
    masks = []
    for middle in (0.25, 0.75):
        mask = np.zeros((size, size), np.uint8)
        centre = (round(size * (middle + random.uniform(-0.05, 0.05))), round(size * random.uniform(0.35, 0.65)))
        cv2.ellipse(mask, centre, (round(size * 0.14), round(size * 0.28)), 0, 0, 360, 255, -1)
        image[mask > 0] = (220, 120, 90)
        masks.append(mask)
    return image, masks


def middle_of(mask):
    rows, columns = np.nonzero(mask)
    return float(columns.mean()) + 0.5, float(rows.mean()) + 0.5


@pytest.fixture(scope="module")
def clicker():
    """A tiny network that learned in some seconds to take the one of two people who was clicked.

    Half of the time it starts from a prior: the other of the two, who was not meant.
    """
    torch.manual_seed(0)
    network = KoutuS(PRESETS["koutu-s-tiny"]).train()
    steps = torch.optim.Adam(network.parameters(), 1e-2)
    for step in range(90):
        scenes = [two_people(seed) for seed in range(8 * step, 8 * step + 8)]
        chosen = [seed % 2 for seed in range(8)]
        images = torch.from_numpy(np.stack([image for image, _ in scenes])).permute(0, 3, 1, 2).float() / 255
        lessons = np.stack([lesson(masks, place) for (_, masks), place in zip(scenes, chosen, strict=True)])
        wanted, other, positive, negative = torch.from_numpy(lessons).split(1, 1)
        hints = Hints(other, positive, negative, torch.arange(8) % 4 < 2)
        logits = network(images, hints)[0].mask
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, wanted)
        steps.zero_grad()
        loss.backward()
        steps.step()
        for group in steps.param_groups:
            group["lr"] = 1e-2 * min(1, 2 - step / 45)
    return network.eval()


def lesson(masks, place):
    """(4, H, W) float32: wanted mask, the other one, and the discs of a click in each."""
    wanted, other = (np.float32(masks[which]) / 255 for which in (place, 1 - place))
    return np.stack([wanted, other, *(clicks.discs([middle_of(mask)], *wanted.shape) for mask in (wanted, other))])


def overlap(soft, mask):
    return ((soft > 0.5) & (mask > 0)).sum() / ((soft > 0.5) | (mask > 0)).sum()


@pytest.mark.parametrize("place", [0, 1])
def test_a_click_takes_the_person_it_is_on(clicker, place):
    image, masks = two_people(1_000_003)
    points = (middle_of(masks[place]), middle_of(masks[1 - place]))
    soft = clicks.answer(clicker, image, Prompt(points, (1, 0)))
    assert soft.dtype == np.float32
    assert overlap(soft, masks[place]) > 0.8
    assert overlap(soft, masks[1 - place]) < 0.1


def test_a_wrong_mask_from_elsewhere_is_corrected_by_clicks(clicker):
    image, masks = two_people(1_000_004)
    points = (middle_of(masks[0]), middle_of(masks[1]))
    soft = clicks.answer(clicker, image, Prompt(points, (1, 0), mask=masks[1]))
    assert overlap(soft, masks[0]) > 0.8


def test_the_same_clicks_again_give_the_same_to_the_bit(clicker):
    image, masks = two_people(1_000_005)
    prompt = Prompt([middle_of(masks[0])], [1])
    assert (clicks.answer(clicker, image, prompt) == clicks.answer(clicker, image, prompt)).all()


def test_a_fresh_network_leaves_a_mask_as_it_is_at_full_size():
    torch.manual_seed(0)
    network = KoutuS(PRESETS["koutu-s-tiny"]).eval()
    random = np.random.default_rng(0)
    image = random.integers(0, 256, (540, 960, 3), np.uint8)
    mask = np.zeros((540, 960), np.float32)
    cv2.ellipse(mask, (400, 270), (90, 220), 10, 0, 360, 1, -1)
    soft = clicks.answer(network, image, Prompt([(400, 200)], [1], mask=mask))
    assert (soft == mask).all()


def test_outside_the_window_nothing_changes(clicker):
    image = np.random.default_rng(0).integers(0, 256, (800, 1200, 3), np.uint8)
    prior = np.random.default_rng(1).random((800, 1200), np.float32)
    prompt = Prompt([(300.0, 200.0)], [1], mask=prior)
    view = clicks.view_of(prompt, prior, 800, 1200)
    soft = clicks.answer(clicker, image, prompt)
    changed = np.argwhere(soft != prior)
    assert len(changed) > 0
    assert view.holds(changed[:, ::-1] + 0.5).all()


def test_a_box_alone_is_a_question_about_what_it_holds(clicker):
    image, masks = two_people(1_000_006)
    box = (0.0, 0.0, 32.0, 64.0)
    prior = clicks.prior_of(Prompt(box=box), 64, 64)
    assert set(np.unique(prior)) == {0.0, 0.5}
    assert prior.sum() == 0.5 * 32 * 64
    assert clicks.answer(clicker, image, Prompt(box=box)).shape == (64, 64)


def test_the_window_is_the_frame_first_and_then_follows_the_click():
    first = clicks.view_of(Prompt([(1800, 100)], [1]), None, 1080, 1920)
    assert (first.left, first.top, first.right, first.bottom, first.width) == (0, 0, 1920, 1080, 384)
    small, large = np.zeros((2, 1080, 1920), np.float32)
    small[500:600, 900:950] = 1
    large[80:1000, 700:1200] = 1
    click = Prompt([(10, 10), (960, 200)], [1, 1])
    near = clicks.view_of(click, small, 1080, 1920)
    assert (near.right - near.left, near.height, near.width) == (384, 384, 384)
    assert near.to_canvas([960, 200]).tolist() == [192, 192]
    half = clicks.view_of(click, large, 1080, 1920)
    assert (half.right - half.left, half.width) == (920 // 2, 384)
    boxed = Prompt([(960, 200)], [1], box=(700, 80, 1200, 1000))
    assert clicks.view_of(boxed, clicks.prior_of(boxed, 1080, 1920), 1080, 1920).bottom == 1080
    unclicked = clicks.view_of(Prompt(mask=large), large, 1080, 1920)
    assert unclicked.bottom - unclicked.top == 1080
    assert 600 < unclicked.right - unclicked.left < 1000


def test_clicks_beyond_the_window_are_left_out_and_the_others_are_discs():
    prior = np.zeros((1080, 1920), np.float32)
    prior[500:600, 900:950] = 1
    prompt = Prompt([(10, 10), (900, 500), (960, 560)], [1, 0, 1], mask=prior)
    view = clicks.view_of(prompt, prior, 1080, 1920)
    hints = clicks.hints_of(prompt, prior, view)
    for plane, point in ((hints.positive, (960, 560)), (hints.negative, (900, 500))):
        assert plane.sum() == pytest.approx(np.pi * clicks.RADIUS**2, rel=0.1)
        column, row = view.to_canvas(point).astype(int)
        assert plane[0, 0, row, column] == 1


def test_only_what_hangs_together_with_the_click_is_changed():
    before, after = np.zeros((2, 100, 100), np.float32)
    before[40:60, 40:60] = after[40:60, 40:60] = 0.9
    after[50:60, 60:70] = 0.8  # where somebody clicked
    after[5:15, 5:15] = 0.8  # something by the way
    after[40:42, 40:60] = 0.1
    kept = clicks.merged(before, after, [(66, 55)], radius=3)
    wanted = before.copy()
    wanted[50:60, 60:70] = 0.8
    assert (kept == wanted).all()


def test_what_makes_no_sense_is_refused():
    network = KoutuS(PRESETS["koutu-s-tiny"]).eval()
    image = np.zeros((40, 50, 3), np.uint8)
    with pytest.raises(BadInput, match="the prompt is empty"):
        clicks.answer(network, image, Prompt())
    with pytest.raises(BadInput, match="is not in a picture of 50x40"):
        clicks.answer(network, image, Prompt([(51, 10)], [1]))
    with pytest.raises(BadInput, match="give both the same size"):
        clicks.answer(network, image, Prompt(mask=np.ones((10, 10), bool)))


sides = st.integers(1, 4000)


@given(sides, sides, st.floats(0, 1), st.floats(0, 1), st.floats(1, 5000), st.integers(1, 600))
def test_places_come_back_from_the_canvas_and_windows_lie_in_the_frame(height, width, x, y, length, longest):
    point = np.array([x * width, y * height])
    view = around((point[0], point[1]), length, length, height, width, longest)
    assert 0 <= view.left < view.right <= width
    assert 0 <= view.top < view.bottom <= height
    assert 1 <= max(view.height, view.width) <= longest
    assert view.to_frame(view.to_canvas(point)) == pytest.approx(point, abs=1e-6)
    corner = view.to_frame([view.width, view.height])
    assert corner == pytest.approx([view.right, view.bottom], abs=1e-6)


def test_what_is_at_a_place_of_the_frame_is_at_the_same_place_of_the_canvas():
    image = np.zeros((300, 500, 3), np.uint8)
    image[120:140, 300:320] = 255
    view = fitted(100, 50, 420, 290, 160)
    shown = view.picture(image)
    assert shown.shape == (1, 3, 120, 160)
    column, row = view.to_canvas([310, 130])
    assert shown[0, 0, int(row), int(column)] == 1
    assert shown.sum() == pytest.approx(3 * 20 * 20 / 4, rel=0.05)
    back = view.back(shown[:, :1])
    assert back.shape == (240, 320)
    middle = np.argwhere(back > 0.5).mean(0)[::-1] + 0.5 + [100, 50]
    assert middle == pytest.approx([310, 130], abs=0.6)


def test_a_frame_no_larger_than_the_canvas_is_shown_as_it_is():
    image = np.random.default_rng(0).integers(0, 256, (90, 160, 3), np.uint8)
    view = whole(90, 160, 384)
    assert (view.height, view.width) == (90, 160)
    assert ((view.picture(image)[0].permute(1, 2, 0) * 255).round().numpy() == image).all()
