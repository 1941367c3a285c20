"""What the generator makes, as samples; and the sheet that shows them."""

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.datasets import DatasetError, open_dataset
from models.training.datasets.__main__ import main
from models.training.datasets.composites import composed
from models.training.datasets.sheet import sheet
from models.training.generator import Cutout, Part, Sources
from models.training.generator.everything import sources_of


def person(seed: int) -> Cutout:
    body = np.zeros((100, 50), np.uint8)
    cv2.ellipse(body, (25, 50), (15, 40), 0, 0, 360, 255, -1)
    colours = np.zeros((100, 50, 3), np.uint8) + np.random.default_rng(seed).integers(40, 220, 3).astype(np.uint8)
    return Cutout(colours, cv2.GaussianBlur(body, (0, 0), 2), (body > 0) * np.uint8(Part.BODY), f"p{seed}", "drawn")


@pytest.fixture(scope="module")
def draw():
    plates = [np.full((120, 160, 3), level, np.uint8) for level in (30, 200)]
    return composed(Sources({"drawn": [person(seed) for seed in range(3)]}, plates), exact=True)


def test_composites_are_samples_and_a_fifth_is_empty(draw):
    drawn = [draw(0, index, 1, 48) for index in range(120)]
    for sample in drawn:
        sample.check()
        assert sample.exact
        assert np.array_equal(sample.instances > 0, sample.person >= 0.5)
        assert np.array_equal(sample.parts > 0, sample.person >= 0.5)
    assert 0.1 < np.mean([not sample.person.any() for sample in drawn]) < 0.4  # some people stand out of view


def test_seed_and_index_alone_decide(draw):
    draw(4, 4, 2, 48)
    one, again = draw(1, 2, 2, 48), draw(1, 2, 2, 48)
    assert np.array_equal(one.picture, again.picture)
    others = [draw(2, 1, 2, 48), draw(1, 3, 2, 48), draw(2, 2, 2, 48)]
    assert not any(np.array_equal(one.picture, other.picture) for other in others)


def test_the_samples_own_people_are_exact_where_they_are_soft(tmp_path):
    one_rendered(tmp_path)
    given = os.environ.get("KOUTU_SAMPLES")
    for home in [tmp_path, *([Path(given)] if given else [])]:
        assert open_dataset("generated", home)(0, 0, 1, 48).exact
        assert not open_dataset("pasted", home)(0, 0, 1, 48).exact


def one_rendered(home):
    stills = home / "rendered" / "train" / "stills"
    for kind, plane in {"rgba": np.dstack([person(1).colours, person(1).alpha]), "parts": person(1).parts}.items():
        (stills / kind).mkdir(parents=True)
        cv2.imwrite(str(stills / kind / "s1.png"), plane)
    (stills / "s1.json").write_text('{"people": [{}]}')


def test_plates_of_ones_own_stand_behind_people_but_no_copy_of_what_is_judged(tmp_path):
    one_rendered(tmp_path)
    plates, judged = tmp_path / "plates", tmp_path / "sequences" / "film" / "images"
    for folder in (plates, judged):
        folder.mkdir(parents=True)
    with pytest.raises(DatasetError, match="plates holds no pictures: give a folder of plates"):
        open_dataset("generated", tmp_path, plates)
    with pytest.raises(DatasetError, match="nowhere is no folder. Give as path a folder of pictures that hold nobody"):
        open_dataset("generated", tmp_path, tmp_path / "nowhere")
    cv2.imwrite(str(plates / "a.png"), np.full((64, 64, 3), (0, 255, 0), np.uint8))
    open_dataset("generated", tmp_path, plates)(0, 0, 1, 48).check()
    behind = sources_of(tmp_path, further=plates).plates
    assert sum(bool((plate == (0, 255, 0)).all()) for plate in behind) == 1
    assert len(behind) == 1 + len(sources_of(tmp_path).plates)
    rng = np.random.default_rng(0)
    picture = cv2.resize(rng.integers(0, 255, (6, 6, 3)).astype(np.uint8), (96, 96), interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(judged / "00000.jpg"), picture)
    copies = tmp_path / "copies"
    copies.mkdir()
    cv2.imwrite(str(copies / "wall.png"), picture[:, ::-1])
    with pytest.raises(DatasetError, match=r"copies of what models are judged by .*: wall.png of sequences/film/"):
        open_dataset("pasted", tmp_path, copies)


def test_the_sheet_shows_void_in_green_and_three_pictures_a_frame(draw):
    samples = [draw(0, index, 2, 40) for index in range(3)]
    samples[0].void[0, :9] = True
    drawn = sheet(samples)
    assert drawn.shape == (3 * 40, 2 * 3 * 40, 3)
    assert np.array_equal(drawn[:40, :40], samples[0].picture[0])
    assert (drawn[:9, 40:80, 1] >= 90).all()


def test_the_command_writes_a_sheet_or_says_why_not(tmp_path, capsys):
    for kind, plane in {"images": person(0).colours, "masks": person(0).alpha}.items():
        (tmp_path / kind).mkdir()
        cv2.imwrite(str(tmp_path / kind / f"0000.{'jpg' if kind == 'images' else 'png'}"), plane)
    asked = [
        "folder",
        "--path",
        str(tmp_path),
        "--samples",
        str(tmp_path),
        "--rows",
        "2",
        "--frames",
        "2",
        "--size",
        "32",
        "-o",
    ]
    assert main([*asked, str(tmp_path / "sheet.png")]) == 0
    written = cv2.imread(str(tmp_path / "sheet.png"))
    assert written is not None
    assert written.shape == (64, 192, 3)
    assert main([*asked, str(tmp_path / "nowhere" / "sheet.png")]) == 1
    assert main(["photos", "-o", str(tmp_path / "sheet.png")]) == 1
    assert "is no data set" in capsys.readouterr().err
