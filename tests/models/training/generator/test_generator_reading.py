"""Folders are read as they are laid out, nothing kept for judging among them, and memory is bounded."""

import json

import cv2
import numpy as np
import pytest

from models import gold
from models.evaluate.cases import is_validation
from models.training.generator import Memory, Part, Shelf
from models.training.generator.everything import looked_at
from models.training.generator.painting import paint
from models.training.generator.reading import fashion, plates, plates_beside, plates_of_clip, portraits, rendered

NAMES = [f"{number:04d}" for number in range(20)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tall picture of somebody red on blue, labelled, under every name; and two rendered, one of two people."""
    home = tmp_path_factory.mktemp("samples")
    for kind in ("images", "masks", "parts", "void", "alphas", "train/stills/rgba", "train/stills/parts"):
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
        stills = home / "train/stills"
        (stills / f"{name}.json").write_text(json.dumps({"people": [{}] * people}))
        cv2.imwrite(str(stills / "rgba" / f"{name}.png"), np.dstack([image, mask]))
        cv2.imwrite(str(stills / "parts" / f"{name}.png"), (mask > 0) * np.uint8(Part.WEAPON))
    return home


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


def test_portraits_lose_their_grey_and_one_may_be_left_out(folder):
    shelf = portraits(folder, Memory(8), without=[NAMES[0]])
    assert len(shelf) == len(NAMES) - 1
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
        plates_of_clip(folder / frame.clip, [frame.index])


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
