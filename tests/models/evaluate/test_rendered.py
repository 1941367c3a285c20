"""Rendered people of the validation part over film frames without anybody."""

import json

import cv2
import numpy as np
import pytest

from koutu import samples
from models.evaluate import rendered
from models.evaluate.rendered import empty_frames, groups, rendered_cases, together
from models.predict import PredictError

PLATE = np.full((60, 80, 3), (10, 200, 30), np.uint8)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A still of two people, cropped, and a clip of two frames, as `data/rendered` lays them out."""
    monkeypatch.setattr(rendered, "empty_frames", lambda samples: [PLATE])
    val = tmp_path / "rendered" / "val"
    four = np.zeros((20, 30, 4), np.uint8)
    four[..., 2], four[2:18, 2:28, 3] = 250, 255  # red in OpenCV's order
    four[2, 2:28, 3] = 100
    parts = np.where(four[..., 3] >= 128, 1, 0).astype(np.uint8)
    parts[3:5, 2:10] = 3
    people = np.zeros((20, 30, 3), np.uint8)
    people[2:18, 2:15, 2], people[2:18, 15:28, 1] = 255, 255
    write(val / "stills", "s01017", four, parts, people)
    about = {"size": [64, 48], "offset": [20, 10], "crop": [30, 20], "people": [{}, {}]}
    (val / "stills" / "s01017.json").write_text(json.dumps(about))
    for index in range(2):
        write(val / "clips" / "c05003", f"{index:05d}", four, parts, None)
    (val / "clips" / "c05003" / "meta.json").write_text(json.dumps({**about, "size": [30, 20], "offset": [0, 0]}))
    return tmp_path


def write(folder, stem, four, parts, people):
    for kind, picture in (("rgba", four), ("parts", parts), ("people", people)):
        if picture is not None:
            (folder / kind).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(folder / kind / f"{stem}.png"), picture)


def test_people_stand_where_they_were_cropped_over_the_plate(home):
    still, *_ = rendered_cases(home)
    assert (still.name, still.group, still.image.shape) == ("stills/s01017", "stills", (48, 64, 3))
    assert tuple(still.image[0, 0]) == (10, 200, 30)
    assert tuple(still.image[20, 30]) == (250, 0, 0)
    assert still.alpha[12, 30] == pytest.approx(100 / 255)
    np.testing.assert_allclose(still.image[12, 30], np.array([250, 0, 0]) * 100 / 255 + [6.1, 121.6, 18.2], atol=1)
    np.testing.assert_array_equal(still.truth, still.alpha >= 0.5)
    assert not still.truth[12].any()
    assert still.parts["headdress"].sum() == 16
    assert list(still.parts) == ["headdress"]
    assert (still.people[20, 25], still.people[20, 40], still.people[0, 0]) == (1, 2, 0)


def test_clips_follow_frame_by_frame(home):
    _, first, second = rendered_cases(home)
    assert [one.follows for one in (first, second)] == [False, True]
    assert (first.group, first.people.max()) == ("c05003", 1)


def test_groups_hide_one_another_and_everybody_is_numbered(home):
    """Three red squares of full alpha, side by side over the plate."""
    folder = home / "rendered" / "val" / "stills"
    four = np.full((400, 300, 4), 255, np.uint8)
    four[..., :2] = 0
    parts = np.full((400, 300), 1, np.uint8)
    parts[:40] = 3
    for name in "abc":
        write(folder, name, four, parts, None)
    group = together(["a", "b", "c"], folder, [PLATE])
    assert set(np.unique(group.people)) == {0, 1, 2, 3}
    first, second = ((group.people == number).sum() for number in (1, 2))
    assert first == 300 * 225
    assert second <= first
    np.testing.assert_array_equal(group.truth, group.people > 0)
    assert (group.image[group.truth] == (255, 0, 0)).all()
    assert (group.image[~group.truth] == PLATE[0, 0]).all()
    assert group.parts["headdress"].sum() == pytest.approx(0.1 * group.truth.sum(), rel=0.01)


def test_those_who_are_nearer_show_through_where_they_are_thin(home):
    folder = home / "rendered" / "val" / "stills"
    veil, solid = np.full((400, 300, 4), 255, np.uint8), np.full((400, 300, 4), 255, np.uint8)
    veil[..., 3] = 64
    write(folder, "veil", veil, np.full((400, 300), 5, np.uint8), None)
    write(folder, "solid", solid, np.full((400, 300), 1, np.uint8), None)
    group = together(["veil", "solid"], folder, [PLATE])
    assert 2 in group.people
    assert 1 not in group.people
    assert group.alpha.max() == pytest.approx(1)
    assert not group.parts


def test_groups_are_of_two_and_three_neighbours():
    assert groups(list("abcdef")) == [list("abc"), list("bc"), list("cd"), list("def"), list("ef")]
    assert groups(["a"]) == []


def test_singles_of_the_stills_are_put_together(home):
    folder = home / "rendered" / "val" / "stills"
    for name in ("s1", "s2"):
        write(folder, name, np.full((20, 30, 4), 255, np.uint8), np.ones((20, 30), np.uint8), None)
        about = {"size": [64, 48], "offset": [20, 10], "crop": [30, 20], "people": [{}]}
        (folder / f"{name}.json").write_text(json.dumps(about))
    assert [case.name for case in rendered_cases(home)][:4] == [
        "stills/s01017", "stills/s1", "stills/s2", "together/s1+s2",
    ]  # fmt: skip


def test_a_broken_picture_is_named(home):
    (home / "rendered" / "val" / "stills" / "rgba" / "s01017.png").write_bytes(b"no")
    with pytest.raises(PredictError, match="s01017.png cannot be read"):
        next(rendered_cases(home))


def test_plates_are_gold_frames_of_nobody():
    folder = samples.find("clips/tears_of_steel_battle.webm").parent
    if not samples.is_real(folder / "tears_of_steel_battle.webm"):
        with pytest.raises((PredictError, IndexError)):  # drawn clips are shorter than the film
            empty_frames(folder.parent)
        return
    plates = empty_frames(folder.parent)
    assert len(plates) >= 8
    assert all(plate.dtype == np.uint8 and plate.ndim == 3 for plate in plates)
