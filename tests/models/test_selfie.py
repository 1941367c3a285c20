"""The selfie networks on real footage (or its stand-in), and what is said when they are not there."""

import subprocess
import sys

import av
import cv2
import numpy as np
import pytest

from koutu import samples
from models.backends import WeightsMissing, selfie
from models.prelabel import prelabel_shot
from models.prelabel.__main__ import Frames, main


@pytest.fixture(scope="module")
def network():
    return selfie.Selfie()


def sequence(name, step):
    folder = samples.find(name)
    files = sorted((folder / "images").iterdir())[::step]
    images = [cv2.imread(str(file))[..., ::-1].copy() for file in files]
    truths = [cv2.imread(str(folder / "masks" / f"{file.stem}.png"), cv2.IMREAD_GRAYSCALE) > 0 for file in files]
    return samples.is_real(folder), images, truths


def test_the_weights_are_where_the_front_end_put_them():
    assert selfie.available() is None


def test_missing_weights_say_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    assert "npm ci" in selfie.available()
    with pytest.raises(WeightsMissing, match="KOUTU_SELFIE_WEIGHTS"):
        selfie.Selfie().opinions(np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize("size", [(90, 160), (332, 800), (820, 550), (40, 900), (3, 2)])
def test_answers_have_the_pictures_size_and_stay_within_0_and_1(network, size):
    image = np.random.default_rng(1).integers(0, 256, (*size, 3)).astype(np.uint8)
    answers = network.opinions(image)
    assert answers.shape == (2, *size)
    assert answers.dtype == np.float32
    assert answers.min() >= 0
    assert answers.max() <= 1
    np.testing.assert_array_equal(network.person_probability(image), answers.mean(axis=0))


@pytest.mark.parametrize("name", ["sequences/asl_eat", "sequences/one_by_one_b"])
def test_a_real_person_is_labelled_as_the_truth_has_it(network, name):
    real, images, truths = sequence(name, 6)
    labels = list(prelabel_shot(images, network))
    assert len(labels) == len(images)
    if not real:
        return  # drawn figures are no people to these networks; that they run to the end is what can be asked
    overlaps = []
    for frame, truth in zip(labels, truths, strict=True):
        assert [person.track for person in frame.people] == [1]
        mask = frame.people[0].mask > 0
        overlaps.append((mask & truth).sum() / (mask | truth).sum())
    assert np.mean(overlaps) > 0.95


def test_the_empty_room_is_empty(network):
    clip = samples.find("clips/one_by_one.mp4")
    images = [image for _, image in zip(range(8), Frames(clip), strict=False)]
    labels = list(prelabel_shot(images, network))
    if samples.is_real(clip):
        assert [frame.people for frame in labels] == [()] * 8


def test_the_command_writes_planes_of_every_person(tmp_path, capsys):
    _, images, _ = sequence("sequences/asl_eat", 16)
    folder = tmp_path / "frames"
    folder.mkdir()
    for index, image in enumerate(images):
        cv2.imwrite(str(folder / f"{index:05d}.png"), image[..., ::-1])
    assert main([str(folder), "--out", str(tmp_path / "out")]) == 0
    assert f"{len(images)} frames" in capsys.readouterr().out
    for file in (tmp_path / "out").rglob("*.png"):
        assert cv2.imread(str(file), cv2.IMREAD_UNCHANGED).shape == images[0].shape[:2]


def test_a_video_is_decoded_as_it_is_presented_and_anew_each_time(tmp_path):
    clip = samples.find("clips/juggle.mp4")
    with av.open(str(clip)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="rgb24")
    frames = Frames(clip)
    np.testing.assert_array_equal(next(iter(frames)), first)
    np.testing.assert_array_equal(next(iter(frames)), first)


def test_the_command_says_in_one_line_what_is_missing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    cv2.imwrite(str(tmp_path / "0.png"), np.zeros((8, 8, 3), np.uint8))
    assert main([str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "npm ci" in capsys.readouterr().err


def test_neither_networks_nor_solvers_are_loaded_with_the_package():
    code = "import sys, models.prelabel, models.backends.selfie, models.matting.closed_form as _;"
    code += "print([m for m in ('cv2', 'scipy', 'ai_edge_litert', 'django') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
