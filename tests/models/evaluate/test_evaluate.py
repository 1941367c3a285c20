"""Somebody wants to know how good a network is where truth is known."""

import json
import re
from dataclasses import asdict, replace

import cv2
import numpy as np
import pytest

from models.backends import registry
from models.evaluate.__main__ import main
from models.evaluate.cases import Case, is_validation
from models.evaluate.rows import FREE, Answer, UnknownRow, rows_of
from models.evaluate.scores import by_group, score, summary
from models.evaluate.sets import SETS
from models.predict import PredictError
from tests.models.backends.tiny_networks import save_red_segmenter
from tests.models.painted import RedIsPerson, scene


def case(name="one", group="walk", people=((100, 100, 30, 60, 230),), void=np.s_[:0], follows=False):
    image = scene(list(people))
    hidden = np.zeros(image.shape[:2], bool)
    hidden[void] = True
    return Case(name, group, image, (image[..., 0] > 200) & ~hidden, hidden, follows=follows)


def answer(mask):
    return Answer(mask.astype(np.float32))


def test_what_is_found_whole_is_perfect_and_void_does_not_count():
    seen = case(void=np.s_[:, :60])
    got = score(seen, answer(seen.truth | seen.void))
    assert (got.j, got.f, got.tight_f, got.far_f, got.good, got.false_area) == (1, 1, 1, 1, 1, 0)


def test_the_share_found_of_each_part_is_told_and_half_a_part_is_not_good():
    seen = case()
    rows, columns = np.nonzero(seen.truth)
    sword = np.zeros_like(seen.truth)
    sword[rows.min() : rows.min() + 10] = seen.truth[rows.min() : rows.min() + 10]
    armed = replace(seen, parts={"sword": sword})
    without = score(armed, answer(armed.truth & ~sword))
    got = summary([without, score(armed, answer(armed.truth)), score(seen, answer(seen.truth))])
    assert got.parts == {"sword": 0.5}
    assert without.good == 0


def test_where_true_alpha_is_known_a_hard_edge_is_not_good():
    seen = case()
    soft = cv2.GaussianBlur(seen.truth.astype(np.float32), (0, 0), 2)
    matted = replace(seen, truth=soft >= 0.5, alpha=soft)
    assert (score(matted, Answer(soft)).good, score(matted, answer(matted.truth)).good) == (1, 0)


def test_where_nobody_is_only_false_area_counts():
    nobody = case(people=())
    half = np.zeros(nobody.truth.shape, bool)
    half[:, ::2] = True
    got = score(nobody, answer(half))
    assert got.false_area == 0.5
    assert np.isnan([got.j, got.f, got.tight_f, got.near_f, got.far_f, got.good]).all()


def test_every_group_has_its_own_means():
    here, there, nobody = case(), case(group="stand"), case(group="stand", people=())
    pairs = [(here, here.truth), (there, ~there.truth), (nobody, nobody.truth)]
    scores = [score(one, answer(mask)) for one, mask in pairs]
    groups = by_group(scores)
    assert [(name, one.n, one.j, one.empty) for name, one in groups.items()] == [("stand", 1, 0, 1), ("walk", 1, 1, 0)]
    assert (summary(scores).n, summary(scores).j, summary(scores).false_area) == (2, 0.5, 0)


def test_several_people_are_told_apart_by_where_they_hang_together():
    two = case(people=((80, 100, 30, 60, 230), (220, 100, 30, 60, 230)))
    left = np.arange(two.truth.shape[1]) < 150
    numbered = replace(two, people=np.where(two.truth, np.where(left, 1, 2), 0).astype(np.uint8))
    bridge = two.truth.copy()
    bridge[95:105, 80:220] = True
    apart, joined = (score(numbered, answer(mask)) for mask in (two.truth, bridge))
    assert (apart.instance_j, apart.merges, apart.splits) == (1, 0, 0)
    assert joined.merges == 1
    assert joined.instance_j < 0.5
    told = score(numbered, Answer(bridge.astype(np.float32), lambda: numbered.people))
    assert told.instance_j == 1
    got = summary([apart, joined, score(case(), answer(case().truth))])
    assert (got.several, got.merges, got.splits, got.n) == (2, 1, 0, 3)


def test_the_sets_of_the_samples_are_read(tmp_path):
    """As their folders lie: pictures with parts and void, sequences with a mask a frame."""
    name = next(str(number) for number in range(99) if is_validation(str(number)))
    other = next(str(number) for number in range(99) if not is_validation(str(number)))
    stems = (("images_people", name), ("images_people", other), ("sequences/walk", "00000"), ("sequences/walk", "1"))
    for folder, stem in stems:
        home = tmp_path / folder
        for kind, value in (("images", 90), ("masks", 255), ("void", 0), ("parts", 3)):
            (home / kind).mkdir(parents=True, exist_ok=True)
            ending = "jpg" if kind == "images" else "png"
            cv2.imwrite(str(home / kind / f"{stem}.{ending}"), np.full((20, 30), value, np.uint8))
    (picture,) = SETS["pictures"](tmp_path)
    assert (picture.name, list(picture.parts), picture.truth.all(), picture.void.any()) == (name, ["hat"], True, False)
    first, second = SETS["sequences"](tmp_path)
    assert (first.name, first.group, first.image.shape, first.follows) == ("walk/00000", "walk", (20, 30, 3), False)
    assert second.follows
    (tmp_path / "sequences/walk/masks/00000.png").write_bytes(b"")
    with pytest.raises(PredictError, match="Give another copy"):
        list(SETS["sequences"](tmp_path))


def test_a_picture_that_is_there_twice_is_neither_trained_on_nor_judged_twice(tmp_path):
    home = tmp_path / "images_people"
    for kind in ("images", "masks", "void", "parts"):
        (home / kind).mkdir(parents=True)
        for stem in ("0183", "0730"):
            ending = "jpg" if kind == "images" else "png"
            cv2.imwrite(str(home / kind / f"{stem}.{ending}"), np.full((20, 30), 1, np.uint8))
    assert is_validation("0183")
    assert is_validation("0730")
    assert [one.name for one in SETS["pictures"](tmp_path)] == ["0730"]


def test_controls_are_silent_or_stand_still():
    first, later = case(), case(people=((130, 100, 30, 60, 230),), follows=True)
    empty, frozen = rows_of(["empty", "frozen"])
    assert not empty.find(first).mask.any()
    assert frozen.find(first) is None
    np.testing.assert_array_equal(frozen.find(later).mask, first.truth)
    assert frozen.find(later).people()[0].any()
    assert frozen.find(case()) is None
    nothing = score(first, None)
    assert np.isnan([nothing.j, nothing.false_area, nothing.flicker]).all()
    assert (summary([nothing]).n, summary([nothing]).empty) == (0, 0)


def test_the_band_along_the_edge_is_solved_by_a_method_of_matting(tmp_path):
    seen = case()
    plain, solved = rows_of([f"onnx={save_red_segmenter(tmp_path)}", f"guided:onnx={save_red_segmenter(tmp_path)}"])
    alpha = solved.find(seen).alpha
    assert ((alpha > 0) & (alpha < 1)).any()
    assert score(seen, solved.find(seen)).j > 0.95
    nobody = case(people=())
    np.testing.assert_array_equal(solved.find(nobody).mask, plain.find(nobody).mask)


class Numbers(RedIsPerson):
    """Knows the left person from the right one."""

    def instances(self, image):
        left = np.arange(image.shape[1]) < 150
        return np.where(self.person_probability(image) >= 0.5, np.where(left, 1, 2), 0).astype(np.uint8)


@pytest.mark.parametrize("before", ["", "guided:"])
def test_who_is_known_apart_stays_so_when_edges_are_solved(before, monkeypatch):
    monkeypatch.setattr(registry, "open_backend", lambda *asked: Numbers())
    touching = case(people=((120, 100, 40, 60, 230), (180, 100, 40, 60, 230)))
    (row,) = rows_of([f"{before}numbers"])
    sizes = [region.sum() for region in row.find(touching).people()]
    assert len(sizes) == 2
    assert sum(sizes) == row.find(touching).mask.sum()


class Asked(RedIsPerson):
    """Counts how often it is asked."""

    times = 0

    def person_probability(self, image):
        self.times += 1
        return super().person_probability(image)


def test_rows_of_one_back_end_ask_it_once_of_a_picture(monkeypatch):
    asked = Asked()
    monkeypatch.setattr(registry, "open_backend", lambda *named: asked)
    rows = rows_of(["asked", "guided:asked"])
    for seen in (case(), case(people=((130, 100, 30, 60, 230),))):
        plain, solved = (row.find(seen) for row in rows)
        assert score(seen, plain).j == 1
        assert score(seen, solved).j > 0.95
    assert asked.times == 2


def test_what_mends_a_row_is_not_asked_anew(monkeypatch, tmp_path):
    from models.checkpoints import Card, save
    from models.networks.config import PRESETS
    from models.networks.koutu_s import KoutuS

    path, tiny, asked = tmp_path / "people.safetensors", PRESETS["koutu-s-tiny"], Asked()
    save(path, KoutuS(tiny), Card("koutu-s", "1", "Apache-2.0", tiny.as_json(), prior="selfie"))
    whole, opened = case(), registry.open_backend
    monkeypatch.setattr(
        registry, "open_backend", lambda name, *more, **said: asked if name == "selfie" else opened(name, *more, **said)
    )
    for row in rows_of(["selfie", f"koutu-s={path}", f"guided:koutu-s={path}"]):
        assert score(whole, row.find(whole)).j > 0.9
    assert asked.times == 1


def test_edges_are_solved_by_stage_2_of_ours(tmp_path):
    from models.checkpoints import Card, save
    from models.networks.config import REFINERS
    from models.networks.refiner import Refiner

    edges = tmp_path / "edges.safetensors"
    name = "koutu-s-refiner-tiny"
    save(edges, Refiner(REFINERS[name]), Card("koutu-s-refiner", "1", "Apache-2.0", asdict(REFINERS[name])))
    (row,) = rows_of([f"koutu-s-refiner={edges}:onnx={save_red_segmenter(tmp_path)}"])
    assert score(case(), row.find(case())).f > 0.9


def test_a_way_to_ask_that_there_is_not_is_refused_with_those_that_are():
    with pytest.raises(UnknownRow, match="painted is no way to ask a back end: prelabel, closed-form"):
        rows_of(["painted:selfie"])


@pytest.fixture
def painted(monkeypatch):
    walk = [case(), case("two", people=()), case("three", "film"), case("four", "film", follows=True)]
    monkeypatch.setitem(SETS, "painted", lambda samples: iter(walk))


def printed(capsys):
    """Each line of the table by its row and group, as a dict by column."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in capsys.readouterr().out.splitlines()]
    return {(line[0], line[2]): dict(zip(lines[0], line, strict=True)) for line in lines[2:]}


def test_one_command_prints_the_table_of_all_rows(painted, tmp_path, capsys):
    red = f"onnx={save_red_segmenter(tmp_path)}"
    rows = [red, f"prelabel:{red}", "empty", "frozen"]
    kept = tmp_path / "scores.json"
    assert main([*rows, "--samples", str(tmp_path), "--data", "painted", "--json", str(kept)]) == 0
    table = printed(capsys)
    assert (table[red, "all"]["n"], table[red, "all"]["empty"], table[red, "walk"]["empty"]) == ("3", "1", "1")
    assert min(float(table[red, "all"]["J"]), float(table[f"prelabel:{red}", "all"]["J"])) > 0.95
    assert (table["empty", "all"]["n"], table["empty", "all"]["J"]) == ("3", "0.000")
    assert (table["frozen", "film"]["n"], table["frozen", "film"]["J"]) == ("1", "1.000")
    assert ("frozen", "walk") not in table
    assert table[red, "all"]["instance J"] == ""
    assert len(json.loads(kept.read_text())["painted"][red]) == 4


def test_every_set_is_printed_by_one_command(painted, monkeypatch, tmp_path, capsys):
    for name in [name for name in SETS if name != "painted"]:
        monkeypatch.delitem(SETS, name)
    monkeypatch.setitem(SETS, "other", lambda samples: iter([case(), case()]))
    assert main(["empty", "--samples", str(tmp_path), "--data", "all", "--most", "1"]) == 0
    lines = [line.split(" | ")[1:4] for line in capsys.readouterr().out.splitlines()[2:]]
    assert lines == [["painted", "walk", "1"], ["other", "walk", "1"]]


def test_pictures_are_grouped_by_how_large_people_are_and_by_light(painted, tmp_path, capsys):
    groups = {}
    for kind in ("size", "light"):
        assert main(["empty", "--samples", str(tmp_path), "--data", "painted", "--by", kind]) == 0
        groups[kind] = {group: line["n"] for (_, group), line in printed(capsys).items()}
    assert groups["size"] == {"nobody": "0", "people 5 to 20 %": "3", "all": "3"}
    assert groups["light"] == {"between 70 and 140": "3"}


def test_a_row_is_held_against_another(painted, tmp_path, capsys):
    red = f"onnx={save_red_segmenter(tmp_path)}"
    assert main([red, "--against", "empty", "--samples", str(tmp_path), "--data", "painted"]) == 0
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith(f"| {red} | painted | j |")]
    assert len(told) == 1
    assert "| 3 | +0.9" in told[0]


def test_weights_of_ours_are_a_row_beside_the_free_ones(tmp_path, capsys):
    weights = tmp_path / "mine.safetensors"
    assert main(["--weights", str(weights), "--samples", str(tmp_path)]) == 1
    assert "mine.safetensors" in capsys.readouterr().err
    assert {"selfie", "guided:selfie", "selfie-zoomed", "mean4", "empty", "frozen"} <= set(FREE)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["selfie"], "no video that can be read"),
        (["nosuch"], "no back end nosuch"),
        (["vitmatte"], "needs"),
        (["empty", "--data", "pictures"], "holds nothing of the set pictures"),
        (["koutu-s-refiner=no.safetensors:selfie"], "no.safetensors"),
    ],
)
def test_what_cannot_be_measured_says_why(arguments, reason, tmp_path, capsys):
    assert main([*arguments, "--samples", str(tmp_path)]) == 1
    assert re.search(reason, capsys.readouterr().err)


def test_without_samples_it_says_how_to_give_them(monkeypatch, capsys):
    monkeypatch.delenv("KOUTU_SAMPLES", raising=False)
    assert main(["empty"]) == 1
    assert "--samples" in capsys.readouterr().err
