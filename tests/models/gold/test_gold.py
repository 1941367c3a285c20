"""The gold masks are whole, and what made them makes them again."""

import json
from itertools import pairwise

import numpy as np
import pytest

from koutu import samples
from koutu.samples.video import make_clip
from models import gold
from models.gold import drawing, making, outlining, store


@pytest.mark.parametrize("frame", gold.frames(), ids=lambda frame: frame.name)
def test_labels_are_legal(frame: gold.GoldFrame) -> None:
    labels = gold.labels(frame)
    numbers = set(np.unique(labels).tolist()) - {gold.VOID}
    assert labels.dtype == np.uint8
    assert labels.ndim == 2
    assert numbers <= set(range(frame.people + 1)), "a number that no outline has"
    assert numbers >= set(range(1, frame.people + 1)), "somebody outlined is nowhere to be seen"
    assert (labels == gold.VOID).mean() < 0.5


def test_frames_of_a_clip_have_one_size() -> None:
    sizes: dict[str, set] = {}
    for frame in gold.frames():
        sizes.setdefault(frame.clip, set()).add(gold.labels(frame).shape)
    assert all(len(shapes) == 1 for shapes in sizes.values())


def test_no_mask_lacks_its_outline() -> None:
    assert {path.stem for path in store.MASKS.glob("*.png")} == {frame.name for frame in gold.frames()}


def test_second_outlines_have_a_first() -> None:
    assert {path.stem for path in store.AGAIN.glob("*.json")} <= {frame.name for frame in gold.frames()}


@pytest.mark.parametrize("clip", sorted({frame.clip for frame in gold.frames()}))
def test_build_reproduces_the_masks(clip: str) -> None:
    path = samples.find(clip)
    if not samples.is_real(path):
        return  # a drawn stand-in shows other pictures
    for name, mask in making.masks(path, making.outlines()[clip]):
        assert store.png_of(mask) == (store.MASKS / f"{name}.png").read_bytes(), name


def test_build_from_a_drawn_clip(tmp_path) -> None:
    clip = make_clip(tmp_path / "drawn.mkv", 4)
    outline = {"clip": clip.name, "index": 2, "people": [[[[40, 30], [120, 30], [120, 150]]]]}
    (tmp_path / "drawn_00002.json").write_text(json.dumps(outline))
    assert making.build(tmp_path, folder=tmp_path, target=tmp_path) == ["drawn_00002"]
    assert set(np.unique(store.read_labels(tmp_path / "drawn_00002.png"))) == {0, 1}
    with pytest.raises(IndexError, match="ends at 3"):
        list(making.pictures(clip, [9]))


def test_shots_of_a_clip_follow_one_another() -> None:
    for ranges in gold.shots().values():
        assert all(last <= end for last, end in ranges)
        assert all(end < first for (_, end), (first, _) in pairwise(ranges))


def test_the_whole_shot_is_barred() -> None:
    for frame in gold.frames():
        assert gold.barred(frame.clip, frame.shot[0])
        assert gold.barred(f"/elsewhere/{frame.clip.rpartition('/')[2]}", frame.shot[1])
    assert not gold.barred("clips/unknown.mp4", 0)
    assert not gold.barred("clips/tears_of_steel_battle.webm", 10**6)


def test_a_frame_in_no_shot_is_refused() -> None:
    with pytest.raises(gold.OutlineError, match="add its shot"):
        store._shot("clips/juggle.mp4", 10**6)


def test_rings_are_exact_and_even_odd() -> None:
    drawn = outlining.raster([[[1, 1], [5, 1], [5, 5], [1, 5]], [[2, 2], [4, 2], [4, 4], [2, 4]]], (6, 7))
    true = np.zeros((6, 7), bool)
    true[1:5, 1:5] = True
    true[2:4, 2:4] = False
    assert (drawn == true).all()


def test_rings_may_leave_the_frame_and_lines_have_width() -> None:
    assert outlining.raster([[[-9, -9], [99, -9], [99, 99], [-9, 99]]], (4, 5)).all()
    line = outlining.raster([{"line": [[0, 4.5], [20, 4.5]], "width": 3}], (9, 20))
    assert line.any(axis=1).sum() == 3


def test_the_edge_is_followed_within_the_band_only() -> None:
    image = np.full((80, 80, 3), 30, np.uint8)
    image[20:60, 20:60] = 220
    image += np.random.default_rng(0).integers(0, 20, image.shape, dtype=np.uint8)
    drawn = outlining.raster([[[22, 22], [62, 22], [62, 62], [22, 62]]], (80, 80))
    snapped = outlining.snapped(image, drawn, 3)
    wrong = snapped != (image[..., 0] > 100)
    assert wrong.sum() <= 16, "no more than the two corners that lie beyond the band"
    assert (outlining.snapped(image, drawn, 0) == drawn).all()
    far = outlining.raster([[[30, 30], [50, 30], [50, 50], [30, 50]]], (80, 80))
    assert outlining.snapped(image, far, 3).sum() <= 26**2


def test_thin_things_stay_as_drawn() -> None:
    image = np.full((60, 60, 3), 90, np.uint8)
    drawn = outlining.raster(
        [[[10, 30], [50, 30], [50, 50], [10, 50]], {"line": [[30, 5], [30, 30]], "width": 2}], (60, 60)
    )
    assert (outlining.snapped(image, drawn, 3)[5:25] == drawn[5:25]).all()


def test_nearer_people_and_void_come_first(tmp_path) -> None:
    square, wide = [[4, 4], [9, 4], [9, 9], [4, 9]], [[0, 0], [20, 0], [20, 9], [0, 9]]
    said = {
        "clip": "a.mp4",
        "index": 3,
        "snap": False,
        "people": [[square], {"rings": [wide], "snap": 0}],
        "void": [[[0, 0], [2, 0], [2, 2], [0, 2]]],
    }
    (tmp_path / "a_00003.json").write_text(json.dumps(said))
    labels = outlining.mask_of(np.zeros((12, 20, 3), np.uint8), outlining.read_outline(tmp_path / "a_00003.json"))
    assert (labels[5, 5], labels[5, 15], labels[1, 1], labels[11, 11]) == (1, 2, 255, 0)


@pytest.mark.parametrize("said", ["{", "[]", '{"clip": "a.mp4", "index": 4, "people": []}', '{"clip": "a.mp4"}'])
def test_broken_outlines_are_named(tmp_path, said: str) -> None:
    (tmp_path / "a_00003.json").write_text(said)
    with pytest.raises(gold.OutlineError, match="a_00003"):
        outlining.read_outline(tmp_path / "a_00003.json")


def test_the_same_outline_agrees_wholly() -> None:
    square = np.zeros((40, 40), np.uint8)
    square[10:30, 10:30] = 1
    square[0:5] = 255
    assert making._agreement("x", square, square)[1:] == (1, 1, 1)


def test_second_outlines_agree() -> None:
    clips = [samples.find(clip) for clip in making.outlines(store.AGAIN)]
    if all(samples.is_real(clip) for clip in clips):
        rows = making.agreement(clips[0].parent.parent, snap=False)
        assert len(rows) >= 10
        assert np.mean([row.j for row in rows]) > 0.95


def test_crops_are_drawn_at_scale() -> None:
    image = np.zeros((50, 60, 3), np.uint8)
    assert drawing.shown(image, (10, 10, 40, 30), 4).shape == (26 + 80, 26 + 120, 3)
    assert drawing.checked(image, image[..., 0], (10, 10, 40, 30), 4).shape == (2 * (26 + 80), 26 + 120, 3)
