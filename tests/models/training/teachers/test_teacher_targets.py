"""From pictures without labels to a data set: made once, gone on with, nothing that is judged in it."""

import json
from types import SimpleNamespace

import av
import cv2
import numpy as np
import pytest

from models import gold
from models.evaluate.cases import is_validation
from models.training.datasets.errors import DatasetError
from models.training.teachers import distilled, making, unlabelled
from models.training.teachers.__main__ import main, opened
from models.training.teachers.making import make
from models.training.teachers.prompted import Prompted
from models.training.teachers.store import Making, Store
from models.training.teachers.unlabelled import judged, pieces
from tests.models.backends.tiny_networks import save_red_segmenter, save_sam2
from tests.models.painted import RedIsPerson, scene
from tests.models.training.teachers.test_teacher_likeness import drawn

JUDGED = next(str(number) for number in range(99) if is_validation(str(number)))
LEARNT = next(str(number) for number in range(99) if not is_validation(str(number)))
MAKING = Making("red-is-person", "1", 90)


def person(seed, red=230):
    """Somebody red on a background that no other seed has."""
    image = np.minimum(drawn(seed, (180, 320)), (120, 255, 255)).astype(np.uint8)
    image[..., 0] //= 3
    cv2.ellipse(image, (100 + 9 * seed, 90), (30, 60), 0, 0, 360, (red, 40, 40), -1)
    return image


def save(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image[..., ::-1])


@pytest.fixture
def samples(tmp_path):
    """As the samples lie: one judged and one training picture; unlabelled a new one, a dim one, and a copy."""
    home = tmp_path / "samples"
    save(home / f"images_people/images/{JUDGED}.jpg", person(1))
    save(home / f"images_people/images/{LEARNT}.jpg", person(2))
    save(home / "sequences/walk/images/00000.jpg", person(3))
    unlabelled = home / "images_people/unlabelled"
    save(unlabelled / "copy.jpg", np.ascontiguousarray(person(1)[8:, 290::-1]))
    save(unlabelled / "dim.jpg", person(4, red=128))
    save(unlabelled / "new.jpg", person(5))
    save(unlabelled / "walk.png", person(3))
    return home


def made(samples, folder, **options):
    store = Store(folder, MAKING)
    return store, {one.name: one for one in make(samples, store, RedIsPerson(), **options)}


def test_what_is_judged_and_its_copies_are_refused(samples, tmp_path):
    names = [name for name, _ in judged(samples)]
    assert names == [f"images_people/images/{JUDGED}.jpg", "sequences/walk/images/00000.jpg"]
    _, told = made(samples, tmp_path / "out")
    assert told["unlabelled-copy"].refused == f"a copy of {names[0]}, which is kept for judging"
    assert told["unlabelled-walk"].refused.startswith("a copy of sequences/walk")
    assert told["unlabelled-new"].frames == 1


def test_pictures_of_which_the_views_think_differently_are_refused(samples, tmp_path):
    _, told = made(samples, tmp_path / "out")
    assert told["unlabelled-dim"].refused == "2 of 4 views see somebody"


def test_targets_come_back_as_samples(samples, tmp_path):
    made(samples, tmp_path / "out")
    draw = distilled(tmp_path / "out")
    sample = draw(0, 1, 2, 64)
    sample.check()
    assert sample.picture.shape == (2, 64, 64, 3)
    assert not sample.exact
    np.testing.assert_array_equal(sample.picture, draw(0, 1, 2, 64).picture)
    assert (sample.picture != draw(0, 2, 2, 64).picture).any()
    assert any(draw(0, index, 1, 64).person.max() > 0.9 for index in range(8))
    stored = cv2.imread(str(tmp_path / "out/images/unlabelled-new/00000.jpg"))
    assert min(stored.shape[:2]) == MAKING.side


def test_where_views_disagree_there_is_no_loss(tmp_path):
    """A dim thing beside somebody: one view takes it for a person."""
    image = scene([(100, 100, 30, 60, 230), (250, 100, 20, 40, 128)])
    target = making.target(image, RedIsPerson())
    thing = cv2.ellipse(np.zeros(image.shape[:2], np.uint8), (250, 100), (20, 40), 0, 0, 360, 1, -1) > 0
    np.testing.assert_array_equal(target.void, thing)
    assert target.person[100, 100] == pytest.approx(1)


class Pointed:
    """Knows what is red in a box, the dim too."""

    name, version, licence = "pointed", "1", "Apache-2.0"

    def mask(self, image, prompt):
        left, top, right, bottom = prompt.box
        found = np.zeros(image.shape[:2], np.float32)
        found[top:bottom, left:right] = image[top:bottom, left:right, 0] > 100
        return found


def test_whom_others_find_is_shown_to_one_that_has_to_be_pointed_at_them():
    """The dim thing counts as half a person: it is found, its box asked for, and two opinions of three are for it."""
    image = scene([(100, 100, 30, 60, 230), (250, 100, 20, 40, 128)])
    teacher = Prompted(Pointed(), RedIsPerson())
    opinions = teacher.opinions(image)
    assert (len(opinions), teacher.name) == (3, "pointed+red-is-person")
    np.testing.assert_array_equal(opinions[-1], (image[..., 0] > 100).astype(np.float32))
    assert teacher.person_probability(image)[100, 250] == pytest.approx(2 / 3)
    assert not teacher.opinions(scene([]))[-1].any()


def test_sam_teaches_where_somebody_has_its_weights(tmp_path):
    """Of random weights: it is asked by the box of whom others find, whatever it makes of it."""
    teacher = opened("sam2.1-tiny", str(save_sam2(tmp_path / "sam")), "cpu")
    assert isinstance(teacher, Prompted)
    opinions = Prompted(teacher.pointed, RedIsPerson()).opinions(scene([(100, 100, 30, 60, 230)]))
    assert opinions.shape == (3, 180, 320)
    assert np.ptp(opinions[-1]) > 0


def test_it_goes_on_where_it_was(samples, tmp_path):
    out = tmp_path / "out"
    _, first = made(samples, out, most=2)
    assert list(first) == ["unlabelled-copy", "unlabelled-dim"]
    with (out / "done.jsonl").open("a") as file:
        file.write('\n{"name": "unlabelled-n')  # killed in mid-line
    _, rest = made(samples, out)
    assert list(rest) == ["unlabelled-new", "unlabelled-walk"]
    assert not made(samples, out)[1]
    sample = distilled(out)(0, 0, 1, 32)
    assert sample.person.max() > 0.5 or sample.void.any() or not sample.person.any()


def test_a_folder_of_another_teacher_is_refused(samples, tmp_path):
    Store(tmp_path / "out", MAKING)
    with pytest.raises(DatasetError, match="give another folder"):
        Store(tmp_path / "out", Making("red-is-person", "2", 90))


def test_an_empty_folder_says_how_to_fill_it(tmp_path):
    with pytest.raises(DatasetError, match="python -m models.training.teachers --out"):
        distilled(tmp_path)


def film(path, images):
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=24)
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode())


def test_films_give_pieces_without_cuts_and_without_judged_shots(tmp_path, monkeypatch):
    images = [person(5)] * 16 + [255 - person(6)] * 20
    film(tmp_path / "clips/walk.mp4", images)
    found = list(pieces(tmp_path / "clips/walk.mp4"))
    assert [piece.name for piece in found] == ["walk-00000", "walk-00024"]  # 12 to 19 hold the cut
    assert all(len(piece.frames) == unlabelled.LENGTH for piece in found)
    shot = SimpleNamespace(clip="clips/walk.mp4", shot=(0, 15))
    monkeypatch.setattr(gold.store, "frames", lambda: (shot,))
    assert [piece.name for piece in pieces(tmp_path / "clips/walk.mp4")] == ["walk-00024"]


def test_shots_with_gold_frames_are_known_again_under_another_name(samples, tmp_path, monkeypatch):
    film(samples / "clips/walk.mp4", [person(6)] * 12)
    film(samples / "clips/renamed.mp4", [np.ascontiguousarray(person(6)[:, ::-1])] * 12)
    shot = SimpleNamespace(clip="clips/walk.mp4", shot=(0, 11))
    for module in (gold, gold.store):
        monkeypatch.setattr(module, "frames", lambda: (shot,))
    _, told = made(samples, tmp_path / "out")
    assert told["renamed-00000"].refused == "a copy of walk.mp4 frame 0, which is kept for judging"
    assert not [name for name in told if name.startswith("walk-")]


def test_the_command_tells_what_it_made_and_refused(samples, tmp_path, capsys):
    teacher = f"onnx={save_red_segmenter(tmp_path)}"
    asked = ["--samples", str(samples), "--out", str(tmp_path / "out"), "--teacher", teacher, "--side", "90"]
    assert main(asked) == 0
    printed = capsys.readouterr().out
    assert "pieces of" in printed
    assert "refused, a copy of what is judged: 2" in printed
    assert json.loads((tmp_path / "out/distilled.json").read_text())["side"] == 90
    assert main([*asked[:-1], "120"]) == 1
    assert "give another folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--samples", "/nowhere"], "no samples"),
        (["--teacher", "nosuch"], "no back end nosuch"),
        (["--teacher", "koutu-s-refiner"], "koutu-s-refiner cannot be a teacher"),
    ],
)
def test_what_cannot_be_made_says_why(arguments, reason, samples, tmp_path, capsys):
    assert main(["--samples", str(samples), "--out", str(tmp_path / "out"), *arguments]) == 1
    assert reason in capsys.readouterr().err
