"""Every classical method through the one door: against truth, against PyMatting, and at the edges of pictures."""

import subprocess
import sys

import numpy as np
import pytest

from models.matting import METHODS, Fault, MattingError, solve
from models.matting.bayesian import bayesian
from models.matting.guided import guided
from models.matting.knn import knn
from tests.models.matting.painted_heads import head

# MAD in the band of a painted head with hairs. The trimap's answer of one half everywhere scores 0.4.
BOUNDS = {
    "closed-form": 0.03, "knn": 0.08, "bayesian": 0.06, "guided": 0.12, "torch": 0.03,
    "pymatting-closed-form": 0.03, "pymatting-knn": 0.08,
}  # fmt: skip
OURS = [name for name in METHODS if not name.startswith("pymatting")]


@pytest.fixture(scope="module")
def painted():
    return head()


@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_alpha_of_a_painted_head(painted, method):
    alpha = solve(painted.image, painted.trimap, method)
    assert alpha.dtype == np.float32
    assert alpha.shape == painted.alpha.shape
    assert (alpha[painted.trimap == 255] == 1).all()
    assert (alpha[painted.trimap == 0] == 0).all()
    assert ((alpha >= 0) & (alpha <= 1)).all()
    half = np.where(painted.band, 0.5, painted.alpha)
    assert painted.error(alpha) < BOUNDS[method] < painted.error(half)


@pytest.mark.parametrize("method", METHODS)
def test_the_same_again_is_the_same_to_the_bit(painted, method):
    once, again = (solve(painted.image, painted.trimap, method) for _ in range(2))
    assert (once == again).all()


def test_any_level_between_is_unknown(painted):
    odd = np.where(painted.band, np.uint8(77), painted.trimap)
    same = [solve(painted.image, trimap, "guided") for trimap in (painted.trimap, odd)]
    assert (same[0] == same[1]).all()


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_turned_over_is_answered_turned_over(painted, method):
    straight = solve(painted.image, painted.trimap, method)
    turned = solve(painted.image[::-1, ::-1], painted.trimap[::-1, ::-1], method)[::-1, ::-1]
    assert np.abs(straight - turned)[painted.band].mean() < 0.01


@pytest.mark.parametrize("method", METHODS)
def test_a_band_along_the_border_and_one_of_a_single_pixel_are_solved(method):
    image = np.zeros((20, 24, 3), np.uint8)
    image[:, :12] = (200, 60, 40)
    image[:, 12:] = (30, 90, 180)
    trimap = np.where(np.arange(24) < 12, np.uint8(255), np.uint8(0)) * np.ones((20, 1), np.uint8)
    trimap[:3, 6:18] = 128  # the upper border, both sides of the edge
    trimap[15, 4] = trimap[19, 23] = 128  # single pixels: inside the person, and in a corner of the background
    alpha = solve(image, trimap, method)
    assert np.abs(alpha - (np.arange(24) < 12)).max() < 0.02


@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize("shape", [(1, 3), (3, 1), (2, 2), (3, 3), (4, 5)])
def test_tiny_pictures_are_answered(method, shape):
    trimap = np.full(shape, 128, np.uint8)
    trimap.flat[0], trimap.flat[-1] = 255, 0
    image = np.repeat(np.where(trimap == 255, np.uint8(220), np.uint8(30))[..., None], 3, axis=2)
    alpha = solve(image, trimap, method)
    assert np.isfinite(alpha).all()
    assert alpha.flat[0] == 1
    assert alpha.flat[-1] == 0


def test_a_picture_that_pymatting_gives_up_on_is_said_so(capsys):
    trimap = np.array([[255, 128, 0]], np.uint8)
    with pytest.raises(MattingError, match="PyMatting could not solve .* choose closed-form") as caught:
        solve(np.zeros((1, 3, 3), np.uint8), trimap, "pymatting-closed-form")
    assert caught.value.fault == Fault.UNSOLVED


def test_a_missing_pymatting_is_said_with_what_to_install(painted, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymatting", None)
    with pytest.raises(MattingError, match="pip install pymatting") as caught:
        solve(painted.image, painted.trimap, "pymatting-knn")
    assert caught.value.fault == Fault.MISSING


def test_knn_is_what_pymatting_finds_with_as_many_neighbours():
    for seed in (2, 3):
        one = head(seed=seed)
        ours, theirs = (solve(one.image, one.trimap, method) for method in ("knn", "pymatting-knn"))
        assert np.abs(ours - theirs)[one.band].mean() < 0.005


def test_knn_of_the_paper_takes_fewer_neighbours(painted):
    few = knn(painted.image, painted.trimap, neighbours=(10, 2))
    assert painted.error(few) < 0.1


def test_guided_is_the_weighted_regression_of_its_windows():
    """One pixel by hand: fit in each window that holds it, then the mean of the fits at its colour."""
    one = head(24, 20, hairs=3)
    radius, epsilon = 3, 1e-3
    prior = np.full(one.alpha.shape, 0.5)
    y, x = np.argwhere(one.band)[len(np.argwhere(one.band)) // 2]
    colours, weight = one.image / 255, np.where(one.band, 0.01, 1.0)
    target = np.where(one.band, prior, one.trimap / 255)

    def fit(row, column):
        window = np.s_[max(row - radius, 0) : row + radius + 1, max(column - radius, 0) : column + radius + 1]
        points, share, value = colours[window].reshape(-1, 3), weight[window].ravel(), target[window].ravel()
        share = share / share.sum()
        middle, level = share @ points, share @ value
        apart = points - middle
        slope = np.linalg.solve((apart.T * share) @ apart + epsilon * np.eye(3), apart.T @ (share * (value - level)))
        return level + slope @ (colours[y, x] - middle)

    rows = range(max(y - radius, 0), min(y + radius + 1, 24))
    columns = range(max(x - radius, 0), min(x + radius + 1, 20))
    expected = np.mean([fit(row, column) for row in rows for column in columns])
    found = guided(one.image, one.trimap, prior, radius, epsilon)
    assert found[y, x] == pytest.approx(np.clip(expected, 0, 1), abs=1e-6)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.8])
def test_bayesian_finds_the_share_of_two_flat_colours(share):
    """With one colour a side there is no doubt: alpha is where the mixture lies on the line between them."""
    image = np.zeros((12, 30, 3), np.uint8)
    image[:, :15], image[:, 15:] = (220, 180, 60), (20, 40, 160)
    image[4:8, 13:17] = np.rint(share * image[0, 0] + (1 - share) * image[0, -1])
    trimap = np.where(np.arange(30) < 15, np.uint8(255), np.uint8(0)) * np.ones((12, 1), np.uint8)
    trimap[4:8, 13:17] = 128
    assert np.abs(bayesian(image, trimap)[4:8, 13:17] - share).max() < 0.01


def test_bayesian_tells_two_colours_of_hair_from_two_of_wall():
    """Black and blond before white and blue: one cluster a side would put the mean of each in the other's way."""
    chance = np.random.default_rng(5)
    hair = np.where(chance.random((40, 20, 1)) < 0.5, (20, 15, 10), (200, 170, 60))
    wall = np.where(chance.random((40, 20, 1)) < 0.5, (250, 250, 250), (30, 60, 220))
    image = np.concatenate([hair, wall], axis=1).astype(np.uint8)
    trimap = np.where(np.arange(40) < 20, np.uint8(255), np.uint8(0)) * np.ones((40, 1), np.uint8)
    trimap[:, 16:24] = 128
    errors = {count: np.abs(bayesian(image, trimap, clusters_a_side=count) - (np.arange(40) < 20)) for count in (1, 2)}
    band = trimap == 128
    assert errors[2][band].mean() < 0.02 < errors[1][band].mean()


def test_bayesian_gives_a_pixel_that_sees_one_side_only_to_that_side():
    image = np.full((5, 300, 3), 90, np.uint8)
    trimap = np.zeros((5, 300), np.uint8)
    trimap[:, 0], trimap[2, 250] = 255, 128
    assert bayesian(image, trimap)[2, 250] == 0
    assert bayesian(image, 255 - trimap)[2, 250] == 1


@pytest.mark.parametrize("method", ["knn", "guided", "bayesian"])
def test_a_prior_answers_where_the_colours_say_nothing(method):
    image = np.full((16, 16, 3), 120, np.uint8)
    trimap = np.full((16, 16), 128, np.uint8)
    trimap[:, 0], trimap[:, -1] = 255, 0
    low, high = (solve(image, trimap, method, np.full((16, 16), level)) for level in (0.2, 0.8))
    assert low.mean() <= high.mean()


def test_neither_torch_nor_opencv_nor_scipy_is_loaded_before_a_method_is_used():
    code = "import sys, models.matting;"
    code += "print([m for m in ('torch', 'cv2', 'scipy', 'pymatting', 'django') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
