"""Folders are read as they are laid out, nothing kept for judging among them, and memory is bounded."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from models import gold
from models.evaluate.cases import is_validation
from models.gold.making import pictures
from models.predict import PredictError
from models.training.generator import Memory, Part, Shelf
from models.training.generator.everything import looked_at, looked_at_frames, looked_at_strips
from models.training.generator.painting import paint
from models.training.generator.reading import (
    fashion,
    footage,
    plates,
    plates_beside,
    plates_of_clip,
    portraits,
    rendered,
    strips,
    together,
)
from models.training.generator.rooms import paint_room
from models.training.generator.sources import divided

NAMES = [f"{number:04d}" for number in range(20)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tall picture of somebody red on blue, labelled, under every name; and two rendered, one of two people."""
    home = tmp_path_factory.mktemp("samples")
    for kind in ("images", "masks", "parts", "void", "alphas"):
        (home / kind).mkdir(parents=True)
    mask = np.zeros((60, 40), np.uint8)
    mask[10:50, 20:32] = 255
    image = np.where(mask[..., None] > 0, np.uint8((20, 20, 200)), np.uint8((200, 20, 20)))
    void = np.zeros_like(mask)
    void[30:40, :4] = 255
    for name in NAMES:
        planes = {"images": image, "masks": mask, "parts": (mask > 0) * np.uint8(4), "void": void, "alphas": mask}
        for kind, plane in planes.items():
            cv2.imwrite(str(home / kind / f"{name}.{'jpg' if kind == 'images' else 'png'}"), plane)
    for name, people in (("s1", 1), ("s2", 2)):
        put_rendered(home / "train/stills", name, people, image, mask)
        (home / "train/stills" / f"{name}.json").write_text(json.dumps({"people": [{}] * people}))
    for at in range(4):  # two people walk 2 pixels to the right in each frame
        put_rendered(home / "train/clips/c1", f"{at:05d}", 2, np.roll(image, 2 * at, 1), np.roll(mask, 2 * at, 1))
    (home / "train/clips/c1/meta.json").write_text(json.dumps({"people": [{}] * 2}))
    return home


def put_rendered(home, name, people, image, mask):
    """Of two people the left half of the mask is the first, the right half the second."""
    shares = np.zeros((*mask.shape, 3), np.uint8)
    middle = int(np.flatnonzero(mask.any(0)).mean()) + 1
    shares[:, :middle, 2], shares[:, middle:, 1] = mask[:, :middle], mask[:, middle:]
    planes = {"rgba": np.dstack([image, mask]), "parts": (mask > 0) * np.uint8(Part.WEAPON), "people": shares}
    for kind, plane in planes.items():
        if kind != "people" or people > 1:
            (home / kind).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(home / kind / f"{name}.png"), plane)


def test_fashion_is_the_training_part_cut_out_without_its_background(folder):
    shelf = fashion(folder, Memory(8))
    names = [cutout.name for cutout in shelf]
    assert names == [name for name in NAMES if not is_validation(name)]
    assert 0 < len(names) < len(NAMES)
    one = shelf[0]
    shown = one.alpha > 0
    assert (one.colours[shown][:, 0] > 150).all()
    assert (one.colours[shown][:, 2] < 80).all()
    assert set(np.unique(one.parts)) == {0, Part.PROP}
    assert not one.cut


def test_rendered_people_are_those_alone_of_the_part_asked_for(folder):
    assert [cutout.name for cutout in rendered(folder, "train", Memory(8))] == ["s1"]
    one = rendered(folder, "train", Memory(8))[0]
    assert one.colours[30, 25].tolist() == [200, 20, 20]
    assert set(np.unique(one.parts)) == {0, Part.WEAPON}
    assert not len(rendered(folder, "val", Memory(8)))
    with pytest.raises(ValueError, match="train or val"):
        rendered(folder, "test", Memory(8))


def test_people_rendered_together_keep_what_is_whose(folder):
    (both,) = together(folder, "train", Memory(8))
    assert (both.name, both.people) == ("s2", 2)
    alphas = divided(both.alpha / np.float32(255), both.shares)
    assert np.abs(alphas.sum(2) - both.alpha / np.float32(255)).max() < 1e-6
    assert alphas[30, 22, 0] > 0.99 > 0.01 > alphas[30, 22, 1]
    assert alphas[30, 30, 1] > 0.99
    assert rendered(folder, "train", Memory(8))[0].shares is None


def test_footage_is_cropped_alike_in_all_frames_and_played(folder):
    (filmed,) = footage(folder, "train", Memory(8))
    assert (len(filmed.frames), filmed.people) == (4, 2)
    assert filmed.shape == (56, 28)  # somebody 40 high and 12 wide who walks 6, and room; the picture ends at its right
    assert not filmed.cut
    left = [int(np.flatnonzero(frame.alpha.any(0))[0]) for frame in filmed.frames]
    assert left == [8, 10, 12, 14]
    assert all(frame.shares.shape == (*filmed.shape, 2) and frame.shape == filmed.shape for frame in filmed.frames)
    shown = filmed.shown(6, np.random.default_rng(1))
    assert len(shown) == 6
    assert not len(footage(folder, "val", Memory(8)))


def test_strips_are_the_columns_named_of_the_pictures_that_are_there(folder):
    found = strips(folder / "images", {"0003": [0, 12], "nowhere": [0, 9], "0001": [20, 32]}, Memory(8))
    assert [plate.shape for plate in found] == [(60, 12, 3)] * 2
    person, empty = (plate[20:40].mean((0, 1)) for plate in found)
    assert person[0] > person[2]
    assert empty[2] > empty[0]


def test_strips_looked_at_are_of_pictures_that_nobody_is_judged_by():
    found = looked_at_strips()
    assert len(found) > 150
    assert all(len(ends) == 2 and 0 <= ends[0] < ends[1] for ends in found.values())
    assert all(int(name) > 1003 for name in found)  # where the numbers of the labelled pictures end


def test_frames_of_film_that_may_be_plates_are_of_no_judged_shot():
    for clip, indices in looked_at_frames().items():
        assert indices == sorted(indices)
        assert not any(gold.barred(clip, index) for index in indices)
        assert clip in gold.shots()


def test_plates_of_a_clip_are_its_frames_read_when_the_first_is_wanted(folder):
    clip = Path(__file__).parents[4] / "demo" / "court.webm"
    memory = Memory(64)
    shelf = plates_of_clip(clip, [3, 7], memory)
    assert memory.used == 0
    for plate, image in zip(shelf, pictures(clip, [3, 7]), strict=True):
        assert np.array_equal(plate, image)
    missing = plates_of_clip(folder / "nowhere.webm", [1], memory)
    with pytest.raises(PredictError):
        missing[0]


def test_portraits_lose_their_grey_and_one_may_be_left_out(folder):
    shelf = portraits(folder, Memory(8), without=[NAMES[0]])
    assert len(shelf) == len(NAMES) - 1
    with pytest.raises(ValueError, match="there is no portrait nobody"):
        portraits(folder, Memory(8), without=["nobody"])
    blue = shelf[0].colours[shelf[0].alpha > 0][:, 2]
    assert (blue < 130).all()  # JPEG carries some of the 200 beside it


def test_plates_hold_nobody(folder):
    beside = plates_beside(folder, NAMES[:10], Memory(8))
    assert len(beside) == sum(not is_validation(name) for name in NAMES[:10])
    assert beside[0].shape == (60, 16, 3)  # from the void's edge to the person's
    assert (beside[0][..., 2] > 120).all()
    assert len(plates(folder / "images", Memory(8))) == len(NAMES)
    frame = gold.frames()[0]
    with pytest.raises(ValueError, match="kept for judging"):
        plates_of_clip(folder / frame.clip, [frame.index], Memory(1))


def test_what_was_looked_at_is_of_the_training_part():
    assert len(looked_at()) > 100
    assert not any(map(is_validation, looked_at()))


def test_a_shelf_reads_once_and_holds_no_more_than_it_may():
    reads = []

    def reader(number):
        return lambda: (reads.append(number), np.zeros(2**18, np.uint8))[1]

    memory = Memory(1)
    shelf = Shelf([reader(number) for number in range(6)], memory)
    for place in (0, 1, 2, 3, 0, 3):
        shelf[place]
    assert reads == [0, 1, 2, 3]
    shelf[4]  # four fit: the least lately used, 1, goes
    shelf[0]
    shelf[1]
    assert reads == [0, 1, 2, 3, 4, 1]
    assert memory.used == 2**20
    assert len(shelf[1:3] + shelf[:1]) == 3
    small = Memory(0.1)
    assert len(Shelf([reader(9)], small)[0]) == 2**18
    assert small.used == 0
    with pytest.raises(IndexError):
        shelf[6]


def test_painted_plates_are_always_the_same_and_unlike_each_other():
    first, again, other = paint(1), paint(1), paint(2)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_rooms_are_painted_whole_and_within_what_a_picture_holds():
    for seed in range(24):
        room = paint_room(96, np.random.default_rng(seed))
        assert room.shape == (96, 96, 3)
        assert room.dtype == np.float32
        assert 0 <= room.min() < room.max() <= 255
        assert (room.max(2) > 0).mean() > 0.9  # every wall was painted
