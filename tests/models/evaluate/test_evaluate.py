"""Somebody wants to know how good a network is where truth is known."""

import json
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest

from models.evaluate.__main__ import main
from models.evaluate.cases import SETS, Case, is_validation
from models.evaluate.scores import by_group, score, summary
from models.predict import PredictError
from tests.models.backends.tiny_networks import save_red_segmenter
from tests.models.painted import scene


def case(name="one", group="walk", people=((100, 100, 30, 60, 230),), void=np.s_[:0]):
    image = scene(list(people))
    hidden = np.zeros(image.shape[:2], bool)
    hidden[void] = True
    return Case(name, group, image, (image[..., 0] > 200) & ~hidden, hidden)


def test_what_is_found_whole_is_perfect_and_void_does_not_count():
    seen = case(void=np.s_[:, :60])
    got = score(seen, seen.truth | seen.void)
    assert (got.j, got.f, got.tight_f, got.good, got.false_area) == (1, 1, 1, 1, 0)


def test_the_share_found_of_each_part_is_told():
    seen = case()
    rows, columns = np.nonzero(seen.truth)
    sword = np.zeros_like(seen.truth)
    sword[rows.min() : rows.min() + 10] = seen.truth[rows.min() : rows.min() + 10]
    armed = replace(seen, parts={"sword": sword})
    got = summary([score(armed, armed.truth & ~sword), score(armed, armed.truth), score(seen, seen.truth)])
    assert got.parts == {"sword": 0.5}


def test_the_sets_of_the_samples_are_read(tmp_path):
    """As their folders lie: pictures with parts and void, sequences with a mask a frame."""
    name = next(str(number) for number in range(99) if is_validation(str(number)))
    other = next(str(number) for number in range(99) if not is_validation(str(number)))
    for folder, stem in (("images_people", name), ("images_people", other), ("sequences/walk", "00000")):
        home = tmp_path / folder
        for kind, value in (("images", 90), ("masks", 255), ("void", 0), ("parts", 3)):
            (home / kind).mkdir(parents=True, exist_ok=True)
            ending = "jpg" if kind == "images" else "png"
            cv2.imwrite(str(home / kind / f"{stem}.{ending}"), np.full((20, 30), value, np.uint8))
    (picture,) = SETS["pictures"](tmp_path)
    assert (picture.name, list(picture.parts), picture.truth.all(), picture.void.any()) == (name, ["hat"], True, False)
    (frame,) = SETS["sequences"](tmp_path)
    assert (frame.name, frame.group, frame.image.shape) == ("walk/00000", "walk", (20, 30, 3))
    (tmp_path / "sequences/walk/masks/00000.png").write_bytes(b"")
    with pytest.raises(PredictError, match="Give another copy"):
        list(SETS["sequences"](tmp_path))


def test_where_nobody_is_only_false_area_counts():
    nobody = case(people=())
    half = np.zeros(nobody.truth.shape, bool)
    half[:, ::2] = True
    got = score(nobody, half)
    assert got.false_area == 0.5
    assert np.isnan([got.j, got.f, got.tight_f, got.good]).all()


def test_every_group_has_its_own_means():
    here, there, nobody = case(), case(group="stand"), case(group="stand", people=())
    pairs = [(here, here.truth), (there, ~there.truth), (nobody, nobody.truth)]
    scores = [score(*pair) for pair in pairs]
    groups = by_group(scores)
    assert [(name, one.n, one.j, one.empty) for name, one in groups.items()] == [("stand", 1, 0, 1), ("walk", 1, 1, 0)]
    assert (summary(scores).n, summary(scores).j, summary(scores).false_area) == (2, 0.5, 0)


@pytest.fixture
def painted(monkeypatch):
    monkeypatch.setitem(SETS, "painted", lambda samples: iter([case(), case("two", people=())]))


def test_one_command_prints_the_table_of_all_rows(painted, tmp_path, capsys):
    red = f"onnx={save_red_segmenter(tmp_path)}"
    rows = [red, f"prelabel:{red}", "empty"]
    kept = tmp_path / "scores.json"
    assert main([*rows, "--samples", str(tmp_path), "--data", "painted", "--json", str(kept)]) == 0
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    table = {(line[0][2:], line[1]): line[2:4] for line in lines}
    assert table[red, "all"][0] == table[f"prelabel:{red}", "walk"][0] == "1"
    assert min(float(table[red, "all"][1]), float(table[f"prelabel:{red}", "all"][1])) > 0.95
    assert table["empty", "all"] == ["1", "0.000"]
    assert len(json.loads(kept.read_text())[red]) == 2


def test_a_row_is_held_against_another(painted, tmp_path, capsys):
    red = f"onnx={save_red_segmenter(tmp_path)}"
    assert main([red, "--against", "empty", "--samples", str(tmp_path), "--data", "painted"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"| {red} | j |")]
    assert len(told) == 1
    assert "| 1 | +0.9" in told[0]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [(["selfie"], "no video that can be read"), (["nosuch"], "no back end nosuch"), (["koutu-s"], "needs")],
)
def test_what_cannot_be_measured_says_why(arguments, reason, tmp_path, capsys):
    assert main([*arguments, "--samples", str(tmp_path)]) == 1
    assert re.search(reason, capsys.readouterr().err)
