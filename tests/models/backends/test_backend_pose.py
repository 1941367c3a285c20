"""MediaPipe's pose networks, selfie in the squares they find, and the mean of four: from anchors to whole pictures."""

import subprocess
from pathlib import Path

import cv2
import numpy as np
import pytest

from koutu import samples
from models.backends import WeightsMissing, pose_weights
from models.backends.pose import MeanOfFour, Pose, PoseNets, SelfieCrop
from models.backends.pose_detector import anchors, decode, letterboxed, merged, square_of
from models.backends.pose_square import BodySquare
from models.backends.registry import find, open_backend
from models.backends.selfie import Selfie


def test_anchors_stand_as_the_graph_has_them():
    found = anchors()
    assert found.shape == (2254, 2)
    np.testing.assert_allclose(found[:2] * 224, [[4, 4], [4, 4]])
    np.testing.assert_allclose(found[2] * 224, [12, 4])
    np.testing.assert_allclose(found[28 * 28 * 2] * 224, [8, 8])
    np.testing.assert_allclose(found[-6:] * 224, [[208, 208]] * 6)


def detection(x, y, size=0.1, hips=(0.5, 0.5), rim=(0.5, 0.3)):
    corners = [(x - size / 2, y - size / 2), (x + size / 2, y + size / 2)]
    return np.array([*corners, hips, rim, (0, 0), (0, 0)], np.float32)


def test_answers_are_read_beside_their_anchor_where_the_score_is_half_or_more():
    answers, logits = np.zeros((2254, 12), np.float32), np.full(2254, -120, np.float32)
    place = 28 * 28 * 2 + 5  # of the second layer: column 2, row 0
    answers[place] = [0, 8, 22.4, 44.8, 10, 20, 30, 40, 0, 0, 0, 0]
    logits[place], logits[7] = 0.1, -0.1
    found, scores = decode(answers, logits)
    centre = np.array([40, 8]) / 224
    np.testing.assert_allclose(found[0, :2].mean(axis=0), centre + [0, 8 / 224], atol=1e-6)
    np.testing.assert_allclose(found[0, 1] - found[0, 0], [0.1, 0.2], atol=1e-6)
    np.testing.assert_allclose(found[0, 2], centre + np.array([10, 20]) / 224, atol=1e-6)
    assert scores == pytest.approx([0.525], abs=1e-3)


def test_answers_of_one_person_become_one_by_their_scores():
    some = np.stack([detection(0.2, 0.2), detection(0.22, 0.2), detection(0.8, 0.2)])
    far, near = merged(some, np.array([0.6, 0.8, 0.9], np.float32))
    np.testing.assert_allclose(far, some[2], atol=1e-6)
    np.testing.assert_allclose(near, (0.6 * some[0] + 0.8 * some[1]) / 1.4, atol=1e-6)
    assert merged(some[:0], np.zeros(0)) == []


@pytest.mark.parametrize("size", [(90, 300), (300, 90), (224, 224), (7, 9)])
def test_a_place_in_the_letterbox_is_one_in_the_picture(size):
    """A white spot is found where it was painted."""
    image = np.zeros((*size, 3), np.uint8)
    y, x = size[0] * 3 // 4, size[1] // 3
    half = max(1, min(size) // 15)
    image[y - half : y + half, x - half : x + half] = 255
    seen, scale, corner = letterboxed(image)
    assert seen.shape == (224, 224, 3)
    assert (seen.min(), seen.max()) == (-1, 1)
    middle = np.average(np.indices(seen.shape[:2])[::-1].reshape(2, -1), axis=1, weights=(seen[..., 0] > 0).ravel())
    hips = square_of(detection(0, 0, hips=(middle + 0.5) / 224, rim=(0, 0)), scale, corner)
    assert (hips.x, hips.y) == pytest.approx((x, y), abs=max(0.5, scale))


def test_a_square_reaches_beyond_the_body_and_turns_with_it():
    upright = square_of(detection(0, 0, hips=(0.5, 0.5), rim=(0.5, 0.25)), 2, np.zeros(2))
    assert (upright.x, upright.y, upright.side, upright.angle) == pytest.approx((224, 224, 2 * 1.25 * 112, 0))
    leaning = square_of(detection(0, 0, hips=(0.5, 0.5), rim=(0.75, 0.5)), 2, np.zeros(2))
    assert leaning.angle == pytest.approx(np.pi / 2)
    head = np.array([leaning.x + 112 - 0.5, leaning.y - 0.5, 1])
    np.testing.assert_allclose(leaning.to_view(256) @ head, [127.5, 127.5 - 112 * 256 / leaning.side])


@pytest.mark.parametrize("square", [BodySquare(150, 100, 120, 0.6), BodySquare(160, 90, 300, -1.2)])
def test_a_view_goes_back_to_where_it_was_taken(square):
    image = np.zeros((200, 300, 3), np.uint8)
    cv2.ellipse(image, (152, 98), (30, 14), 20, 0, 360, (255, 255, 255), -1)
    view = square.view(image, 256)
    assert view.shape == (256, 256, 3)
    again = square.back(view[..., 0].astype(np.float32) / 255, *image.shape[:2])
    wrong = (again >= 0.5) != (image[..., 0] > 0)
    assert wrong.sum() <= 0.02 * (image[..., 0] > 0).sum()


class BrightBody(PoseNets):
    """Finds whoever is bright, at places told beforehand: the way of views and joins without weights."""

    def squares(self, image):
        return [BodySquare(60, 60, 80, 0.2), BodySquare(150, 60, 80, -0.3), BodySquare(150, 60, 60, 0)]

    def mask(self, view):
        return (view[..., 0] > 128).astype(np.float32) if view.max() > 128 else None


def test_everybody_found_is_joined():
    image = np.zeros((120, 200, 3), np.uint8)
    for x in (60, 150):
        cv2.ellipse(image, (x, 60), (12, 25), 0, 0, 360, (255, 255, 255), -1)
    found = Pose(BrightBody()).person_probability(image)
    assert ((found >= 0.5) != (image[..., 0] > 0)).mean() < 0.01
    assert not Pose(BrightBody()).opinions(np.zeros_like(image)).any()


@pytest.mark.parametrize("name", ["pose", "selfie-crop", "mean4"])
@pytest.mark.parametrize("size", [(90, 160), (820, 550), (40, 900), (3, 2)])
def test_every_size_is_answered(name, size):
    net = open_backend(name)
    image = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    answers = net.opinions(image)
    assert answers.shape == (4 if name == "mean4" else 1, *size)
    assert answers.dtype == np.float32
    assert answers.min() >= 0
    assert answers.max() <= 1
    np.testing.assert_array_equal(net.person_probability(image), answers.mean(axis=0))
    assert (net.licence, net.version.split("+")[-1]) == ("Apache-2.0", "0.10.21")


def test_where_nobody_is_found_pose_is_empty_and_selfie_looks_at_the_whole():
    image = np.full((100, 160, 3), 90, np.uint8)
    nets, selfie = PoseNets(), Selfie()
    assert not Pose(nets).person_probability(image).any()
    whole = selfie.opinions(image)
    np.testing.assert_array_equal(SelfieCrop(nets, selfie).person_probability(image), whole[0])
    four = MeanOfFour(nets, selfie).opinions(image)
    np.testing.assert_array_equal(four, [*whole, np.zeros_like(whole[0]), whole[0]])


@pytest.mark.parametrize(("name", "least"), [("asl_eat", 0.97), ("one_by_one_b", 0.96)])
def test_a_real_person_is_found_as_the_truth_has_her(name, least):
    folder = samples.find(f"sequences/{name}")
    net, overlaps = open_backend("mean4"), []
    for file in sorted((folder / "images").iterdir())[::12]:
        truth = cv2.imread(str(folder / "masks" / f"{file.stem}.png"), cv2.IMREAD_GRAYSCALE) > 0
        found = net.person_probability(cv2.imread(str(file))[..., ::-1].copy()) >= 0.5
        overlaps.append((found & truth).sum() / max(1, (found | truth).sum()))
    if samples.is_real(folder):  # drawn figures are no people to these networks
        assert np.mean(overlaps) > least


def test_missing_weights_say_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_POSE_WEIGHTS", str(tmp_path))
    for name in ("pose", "selfie-crop", "mean4"):
        assert "tools/fetch_pose.sh" in find(name).missing()
        with pytest.raises(WeightsMissing, match="KOUTU_POSE_WEIGHTS"):
            open_backend(name)
    with pytest.raises(WeightsMissing, match="pose_detection.tflite is not in"):
        PoseNets().squares(np.zeros((8, 8, 3), np.uint8))


def test_the_mean_wants_selfies_weights_too(monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    assert find("pose").missing() is None
    assert "npm ci" in find("mean4").missing()


def test_other_files_of_that_name_are_refused(tmp_path):
    for name in (pose_weights.DETECTION, pose_weights.LANDMARKS):
        (tmp_path / name).write_bytes(b"another network")
    assert "is not that of mediapipe 0.10.21" in pose_weights.available(tmp_path)


def test_fetching_what_is_there_asks_nobody():
    """The script of the set-up leaves good files alone, without the net."""
    script = Path(__file__).parents[3] / "tools" / "fetch_pose.sh"
    done = subprocess.run([script], capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin"})
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
