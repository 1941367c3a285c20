"""Pictures, folders and releases become samples that tell of their files alone, and what is judged stays out."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from models import gold
from models.evaluate.cases import is_validation
from models.training.datasets import DatasetError, Fault, open_dataset
from models.training.datasets.folders import takes_of
from models.training.datasets.framing import draw_framing
from models.training.generator import Part

SHAPE = (90, 60)
NAMES = [f"{number:04d}" for number in range(12)]
KEPT = [name for name in NAMES if not is_validation(name)]


def picture(level: int = 200) -> np.ndarray:
    """Somebody red from row 20 to 70 and column 20 to 40, on blue; (90, 60, 3) RGB."""
    image = np.full((*SHAPE, 3), (20, 20, 200), np.uint8)
    image[20:70, 20:40] = (level, 20, 20)
    return image


def mask(numbers: bool = False) -> np.ndarray:
    plane = np.zeros(SHAPE, np.uint8)
    plane[20:70, 20:40] = 1 if numbers else 255
    return plane


def put(file: Path, plane: np.ndarray, mode: str | None = None) -> None:
    """A picture file; with mode P the numbers of a palette."""
    file.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(plane, mode)
    if mode == "P":
        image.putpalette([value for number in range(256) for value in (number, 0, number)])
    image.save(file, **({"quality": 95, "subsampling": 0} if file.suffix == ".jpg" else {}))


def numbered(plane: np.ndarray, home: Path, at: int) -> None:
    put(home / f"{at:05d}.{'jpg' if plane.ndim == 3 else 'png'}", plane, None if plane.ndim == 3 else "P")


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """A folder with images_people/, and no more."""
    home = tmp_path_factory.mktemp("samples") / "images_people"
    void = np.zeros(SHAPE, np.uint8)
    void[:, :5] = 255
    for name in NAMES:
        put(home / "images" / f"{name}.jpg", picture())
        put(home / "masks" / f"{name}.png", mask())
        put(home / "parts" / f"{name}.png", mask(numbers=True) * np.uint8(4), "P")
        put(home / "void" / f"{name}.png", void)
    return home.parent


@pytest.fixture
def film(tmp_path):
    """A folder of one film whose frame 4 is missing; the person grows brighter; two people, and void on the left."""
    for at in (0, 1, 2, 3, 5, 6):
        numbers = mask(numbers=True)
        numbers[40:70, 20:40] = 2
        numbers[:, :5] = 255
        numbered(picture(100 + 20 * at), tmp_path / "walk" / "images", at)
        numbered(numbers, tmp_path / "walk" / "masks", at)
    return tmp_path


def some(draw, count=12, frames=1, size=64):
    drawn = [draw(3, index, frames, size) for index in range(count)]
    for sample in drawn:
        sample.check()
    return drawn


def red_is_person(sample) -> bool:
    """Whether solid people and clean background have the colours of `picture`, whatever the tone made of them."""
    solid, empty = sample.person > 0.99, (sample.person < 0.01) & (sample.picture.sum(-1) > 60)
    clear = ~sample.void
    lean = sample.picture[..., 0].astype(int) - sample.picture[..., 2]
    means = [lean[where & clear].mean() for where in (solid, empty) if (where & clear).sum() > 20]
    return len(means) < 2 or means[0] > means[1]


def test_pictures_show_people_where_the_labels_say(samples):
    drawn = some(open_dataset("pictures", samples), 20)
    assert all(red_is_person(sample) for sample in drawn)
    assert any((sample.person > 0.9).any() for sample in drawn)
    for sample in drawn:
        assert not sample.exact
        assert set(np.unique(sample.parts)) <= {0, Part.PROP}
        assert set(np.unique(sample.instances)) <= {0, 1}
        assert ((sample.instances > 0) == (sample.parts > 0)).all()
        assert ((sample.instances > 0) == (sample.person >= 0.5)).mean() > 0.97
    assert any(sample.void.any() and not sample.void.all() for sample in drawn)


def test_pictures_of_the_validation_part_are_never_read(samples, tmp_path):
    home = tmp_path / "images_people"
    for name in NAMES:
        put(home / "images" / f"{name}.jpg", picture())
        for kind in ("masks", "parts", "void"):
            if not is_validation(name):  # a reader of the others would fail
                put(home / kind / f"{name}.png", mask(numbers=True), "P")
    assert 0 < len(KEPT) < len(NAMES)
    some(open_dataset("pictures", tmp_path), 40)


@pytest.mark.parametrize("kind", ["pictures", "folder"])
def test_a_sample_depends_on_nothing_but_what_was_asked(samples, kind):
    where = {"samples": samples} if kind == "pictures" else {"path": samples / "images_people"}
    first, second = (open_dataset(kind, **where) for _ in range(2))
    first(9, 9, 1, 48)  # what was drawn before does not matter
    one, again, other = first(1, 5, 3, 48), second(1, 5, 3, 48), second(1, 6, 3, 48)
    assert np.array_equal(one.picture, again.picture)
    assert np.array_equal(one.person, again.person)
    assert np.array_equal(one.void, again.void)
    assert not np.array_equal(one.picture, other.picture)


def test_a_still_becomes_a_film_with_its_flow(samples):
    draw = open_dataset("pictures", samples)
    moving = [sample for sample in some(draw, 24, frames=3) if np.abs(sample.flow).max() > 0.5]
    assert moving
    y, x = np.mgrid[:64, :64].astype(np.float32)
    for sample in moving:
        there = [x + sample.flow[0, ..., 0], y + sample.flow[0, ..., 1]]
        ahead = cv2.remap(sample.person[1], *there, cv2.INTER_LINEAR)
        inside = (there[0] > 1) & (there[0] < 62) & (there[1] > 1) & (there[1] < 62)
        assert np.abs(ahead - sample.person[0])[inside].mean() < 0.02


def test_a_folder_of_stills_keeps_a_fifth_back(samples, tmp_path):
    drawn = some(open_dataset("folder", path=samples / "images_people"))
    assert all(red_is_person(sample) and sample.parts is None for sample in drawn)
    kept_back = next(name for name in NAMES if is_validation(name))
    put(tmp_path / "images" / f"{kept_back}.jpg", picture())
    (tmp_path / "masks").mkdir()
    with pytest.raises(DatasetError, match="nothing to train on") as caught:
        open_dataset("folder", path=tmp_path)
    assert caught.value.fault is Fault.EMPTY


def test_alphas_are_exact_and_masks_are_not(tmp_path):
    soft = cv2.GaussianBlur(mask(), (0, 0), 2)
    for name in KEPT[:3]:
        put(tmp_path / "images" / f"{name}.jpg", picture())
        put(tmp_path / "alphas" / f"{name}.png", soft)
    (sample,) = some(open_dataset("folder", path=tmp_path), 1)
    assert sample.exact
    assert ((sample.person > 0.1) & (sample.person < 0.9)).any()
    put(tmp_path / "masks" / f"{KEPT[0]}.png", mask())
    with pytest.raises(DatasetError, match="one of the two"):
        open_dataset("folder", path=tmp_path)


@pytest.mark.parametrize("turned", [False, True])
def test_a_film_has_numbers_void_and_its_own_order(film, turned):
    if turned:  # images/NAME in place of NAME/images
        for kind in ("images", "masks"):
            (film / kind).mkdir()
            (film / "walk" / kind).rename(film / kind / "walk")
    drawn = some(open_dataset("folder", path=film), 16, frames=3)
    assert any(len(np.unique(sample.instances)) == 3 for sample in drawn)
    assert not any(sample.exact for sample in drawn)
    assert any(sample.flow is None for sample in drawn)  # but of frames that are held still
    assert any(sample.void.any() for sample in drawn)
    assert any(not np.array_equal(sample.picture[0], sample.picture[2]) for sample in drawn)


def test_a_missing_number_ends_a_take(film):
    home = film / "walk"
    takes = list(takes_of("walk", sorted((home / "images").iterdir()), home / "masks"))
    assert [len(take.frames) for take in takes] == [4, 2]
    bright = [take.read([0])[0].picture[40, 30, 0] for take in takes]
    assert np.allclose(bright, [100, 200], atol=8)


def write_release(home: Path, splits: dict[str, str]) -> Path:
    """As the platform exports it; two people, void on the left."""
    lines = [{"type": "release", "format": 1}]
    for name, split in splits.items():
        lines.append({"type": "shot", "sequence": name, "split": split})
        for at in range(3):
            numbers = mask(numbers=True)
            numbers[:, :5] = 255
            numbered(picture(), home / "JPEGImages" / "Full-Resolution" / name, at)
            numbered(numbers, home / "Annotations" / "Full-Resolution" / name, at)
    (home / "koutu").mkdir(exist_ok=True)
    (home / "koutu" / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return home


def test_of_a_release_the_training_split_alone_is_read(tmp_path):
    home = write_release(tmp_path, {"one": "train", "two": "val"})
    for file in (home / "Annotations" / "Full-Resolution" / "two").iterdir():
        file.write_bytes(b"broken")
    drawn = some(open_dataset("release", path=home), frames=2)
    assert all(red_is_person(sample) for sample in drawn)
    assert any((sample.instances == 1).any() for sample in drawn)
    assert any(sample.void.any() for sample in drawn)


def test_what_is_no_release_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="unpacked export"):
        open_dataset("release", path=tmp_path)
    home = write_release(tmp_path, {"two": "val"})
    with pytest.raises(DatasetError, match="training split"):
        open_dataset("release", path=home)
    manifest = home / "koutu" / "manifest.jsonl"
    manifest.write_text('{"type": "release", "format": 2}\n')
    with pytest.raises(DatasetError, match="format 1"):
        open_dataset("release", path=home)
    manifest.write_text("{")
    with pytest.raises(DatasetError, match="damaged"):
        open_dataset("release", path=home)


def test_what_is_judged_is_refused(tmp_path):
    for name in ("asl_eat", Path(gold.frames()[0].clip).stem):
        home = tmp_path / name
        numbered(picture(), home / name / "images", 0)
        numbered(mask(numbers=True), home / name / "masks", 0)
        with pytest.raises(DatasetError, match="kept for judging") as caught:
            open_dataset("folder", path=home)
        assert caught.value.fault is Fault.JUDGED


def street(seed: int) -> np.ndarray:
    """A picture unlike any other, (180, 120, 3)."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 6, 3), np.uint8)
    return cv2.resize(coarse, (120, 180), interpolation=cv2.INTER_CUBIC)


def test_copies_of_what_is_judged_are_refused_under_any_name(tmp_path):
    samples, home = tmp_path / "samples", tmp_path / "own"
    judged = next(name for name in NAMES if is_validation(name))
    put(samples / "images_people" / "images" / f"{judged}.jpg", street(1))
    put(home / "images" / "walk" / "0000.jpg", street(2))
    put(home / "masks" / "walk" / "0000.png", np.full((180, 120), 255, np.uint8))
    open_dataset("folder", samples, home)
    copy = cv2.resize(street(1)[:, ::-1], (100, 150), interpolation=cv2.INTER_AREA)
    put(home / "images" / "other" / "0000.jpg", copy)
    put(home / "masks" / "other" / "0000.png", np.zeros((150, 100), np.uint8))
    with pytest.raises(DatasetError, match=f"other of .*{judged}") as caught:
        open_dataset("folder", samples, home)
    assert caught.value.fault is Fault.JUDGED
    exported = write_release(tmp_path / "release", {"one": "train"})
    open_dataset("release", samples, exported)
    put(exported / "JPEGImages" / "Full-Resolution" / "one" / "00000.jpg", copy)
    put(exported / "Annotations" / "Full-Resolution" / "one" / "00000.png", np.zeros((150, 100), np.uint8))
    with pytest.raises(DatasetError, match="one of"):
        open_dataset("release", samples, exported)


def test_labels_that_do_not_fit_are_named(tmp_path):
    name = KEPT[0]
    put(tmp_path / "images" / f"{name}.jpg", picture())
    (tmp_path / "masks").mkdir()
    with pytest.raises(DatasetError, match="give one for every picture"):
        open_dataset("folder", path=tmp_path)
    wrong = {
        "no brighter than 1": mask() // 255, "one of them|own size": mask()[:40], "colours": picture(),
    }  # fmt: skip
    for said, plane in wrong.items():
        put(tmp_path / "masks" / f"{name}.png", plane)
        with pytest.raises(DatasetError, match=said):
            open_dataset("folder", path=tmp_path)(0, 0, 1, 32)
    (tmp_path / "masks" / f"{name}.png").write_bytes(b"broken")
    with pytest.raises(DatasetError, match="cannot be read"):
        open_dataset("folder", path=tmp_path)(0, 0, 1, 32)


def test_frames_of_two_sizes_are_no_film(film):
    home = film / "walk"
    for at in (0, 1, 2, 3):
        if at % 2:
            numbered(picture()[:50], home / "images", at)
            numbered(mask(numbers=True)[:50], home / "masks", at)
    draw = open_dataset("folder", path=film)
    with pytest.raises(DatasetError, match="one size"):
        some(draw, 30, frames=3)
    numbered(picture(), home / "images", 0)
    (home / "images" / "last.jpg").write_bytes((home / "images" / "00000.jpg").read_bytes())
    with pytest.raises(DatasetError, match="number"):
        open_dataset("folder", path=film)


def test_kinds_and_places_are_checked(tmp_path):
    with pytest.raises(DatasetError, match="folder, generated, pasted, pictures, release"):
        open_dataset("photos", tmp_path)
    for kind, said in (("pictures", "KOUTU_SAMPLES"), ("folder", "its path"), ("release", "its path")):
        with pytest.raises(DatasetError, match=said) as caught:
            open_dataset(kind)
        assert caught.value.fault is Fault.PLACE
        with pytest.raises(DatasetError, match="no folder"):
            open_dataset(kind, tmp_path / "nowhere", tmp_path / "nowhere")
    for kind in ("pictures", "generated", "pasted"):
        with pytest.raises(DatasetError) as caught:
            open_dataset(kind, tmp_path)
        assert caught.value.fault is Fault.EMPTY


def test_a_window_shows_one_part_of_picture_and_numbers_alike():
    plane = np.zeros((200, 300), np.uint8)
    plane[60:140, 100:220] = 7
    for seed in range(20):
        framing = draw_framing(np.random.default_rng(seed), plane.shape, 4, 96)
        for frame in range(4):
            share = framing.colours((plane > 0).astype(np.float32), frame)
            numbers = framing.numbers(plane, frame)
            assert numbers.shape == share.shape == (96, 96)
            assert np.array_equal(
                numbers[(share < 0.02) | (share > 0.98)] > 0, share[(share < 0.02) | (share > 0.98)] > 0.5
            )
