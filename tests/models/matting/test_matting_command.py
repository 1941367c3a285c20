"""Somebody has a picture and a trimap on disk and wants the alpha: the command line, and what files it takes."""

import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image

from models.matting import Fault, MattingError, files
from models.matting.__main__ import main
from models.matting.methods import soonest
from tests.models.matting.painted_heads import head


@pytest.fixture(scope="module")
def painted():
    return head()


@pytest.fixture
def on_disk(painted, tmp_path):
    Image.fromarray(painted.image).save(tmp_path / "frame.png")
    Image.fromarray(painted.trimap).save(tmp_path / "trimap.png")
    return tmp_path


def grey(path):
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)


@pytest.mark.parametrize("method", ["closed-form", "knn", "bayesian", "torch", "guided"])
def test_a_picture_and_its_trimap_become_an_alpha(painted, on_disk, capsys, method):
    out = on_disk / "alpha.png"
    assert main([str(on_disk / "frame.png"), str(on_disk / "trimap.png"), "--method", method, "-o", str(out)]) == 0
    alpha = grey(out)
    assert (alpha[painted.trimap == 255] == 255).all()
    assert (alpha[painted.trimap == 0] == 0).all()
    assert painted.error(alpha / 255) < 0.12
    assert f"{method}: " in (said := capsys.readouterr().out)
    assert f"a band of {painted.band.sum()} pixels" in said


def test_the_persons_own_colours_are_written_too(painted, on_disk):
    fore = on_disk / "fg.png"
    command = [str(on_disk / "frame.png"), str(on_disk / "trimap.png"), "-o", str(on_disk / "a.png")]
    assert main([*command, "--foreground", str(fore)]) == 0
    found = np.asarray(Image.open(fore)).astype(float)
    soft = painted.band & (painted.alpha > 0.3)
    before = np.abs(painted.image.astype(float) - painted.foreground)[soft].mean()
    assert np.abs(found - painted.foreground)[soft].mean() < 0.5 * before


def test_the_module_runs_as_a_program_and_says_what_is_wrong_on_the_error_stream(tmp_path):
    command = [sys.executable, "-m", "models.matting", "no.png", "no.png", "-o", str(tmp_path / "a.png")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "error: there is no file no.png\n"


@pytest.mark.parametrize(
    ("name", "levels", "fault", "advice"),
    [
        ("empty", np.zeros((96, 80), np.uint8), "nothing unknown", "mark the edge 128"),
        ("all unknown", np.full((96, 80), 128, np.uint8), "no known person", "mark what is surely hers 255"),
        ("no background", np.repeat([[128, 255]], 96, 0).repeat(40, 1).astype(np.uint8), "no known background", "0"),
        ("classes", np.repeat([[0, 1, 2, 1]], 96, 0).repeat(20, 1).astype(np.uint8), "numbers of a palette", "grey"),
        ("small", np.full((5, 5), 128, np.uint8), "80x96 and the trimap 5x5", "give both the same size"),
    ],
)
def test_a_trimap_that_cannot_be_solved_is_refused_with_what_to_do(on_disk, capsys, name, levels, fault, advice):
    if levels.shape == (5, 5):
        levels[0, 0], levels[4, 4] = 0, 255
    Image.fromarray(levels).save(on_disk / "bad.png")
    assert main([str(on_disk / "frame.png"), str(on_disk / "bad.png"), "-o", str(on_disk / "a.png")]) == 1
    said = capsys.readouterr().err
    assert fault in said
    assert advice in said
    assert not (on_disk / "a.png").exists()


def test_a_target_that_cannot_be_written_is_refused_before_the_work(on_disk, capsys):
    command = [str(on_disk / "frame.png"), str(on_disk / "trimap.png"), "-o"]
    assert main([*command, str(on_disk / "nowhere" / "a.png")]) == 1
    assert "there is no folder" in capsys.readouterr().err
    assert main([*command, str(on_disk / "a.jpg")]) == 1
    assert "name it .png" in capsys.readouterr().err


def test_an_unknown_method_is_wrong_usage(on_disk):
    with pytest.raises(SystemExit) as left:
        main([str(on_disk / "frame.png"), str(on_disk / "trimap.png"), "--method", "magic", "-o", "a.png"])
    assert left.value.code == 2


def test_palettes_are_refused_for_picture_and_trimap(on_disk):
    indexed = Image.fromarray(np.zeros((4, 4), np.uint8))
    indexed.putpalette([0, 0, 0, 128, 0, 0])
    indexed.save(on_disk / "indexed.png")
    for read in (files.read_image, files.read_trimap):
        with pytest.raises(MattingError, match="palette picture") as caught:
            read(on_disk / "indexed.png")
        assert caught.value.fault == Fault.PALETTE


def test_trimaps_come_in_grey_of_8_or_16_bits_in_one_bit_and_as_equal_channels(tmp_path):
    levels = np.array([[0, 128, 255]], np.uint8)
    saved = {
        "grey": Image.fromarray(levels),
        "deep": Image.fromarray(np.array([[0, 32768, 65535]], np.uint16)),
        "channels": Image.fromarray(np.repeat(levels[..., None], 3, 2)),
    }
    for name, picture in saved.items():
        picture.save(tmp_path / f"{name}.png")
        assert files.read_trimap(tmp_path / f"{name}.png").tolist() == [[0, 128, 255]]
    Image.fromarray(levels > 100).save(tmp_path / "bit.png")
    assert files.read_trimap(tmp_path / "bit.png").tolist() == [[0, 255, 255]]


def test_what_is_nearly_known_in_16_bits_stays_unknown(tmp_path):
    Image.fromarray(np.array([[0, 1, 65534, 65535]], np.uint16)).save(tmp_path / "deep.png")
    assert files.read_trimap(tmp_path / "deep.png").tolist() == [[0, 1, 254, 255]]
    Image.fromarray(np.array([[0, 128, 255]], np.uint16)).save(tmp_path / "shallow.png")
    with pytest.raises(MattingError, match="no value above 255"):
        files.read_trimap(tmp_path / "shallow.png")


def test_pictures_without_colours_or_with_holes_are_refused(tmp_path):
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "grey.png")
    with pytest.raises(MattingError, match="needs colours"):
        files.read_image(tmp_path / "grey.png")
    four = np.full((4, 4, 4), 255, np.uint8)
    Image.fromarray(four).save(tmp_path / "full.png")
    assert files.read_image(tmp_path / "full.png").shape == (4, 4, 3)
    four[0, 0, 3] = 10
    Image.fromarray(four).save(tmp_path / "holes.png")
    with pytest.raises(MattingError, match="partly transparent"):
        files.read_image(tmp_path / "holes.png")
    Image.fromarray(np.repeat(np.uint8([[[0, 90]]]), 4, 1).reshape(2, 2, 2)[..., [0, 1, 1]]).save(tmp_path / "odd.png")
    with pytest.raises(MattingError, match="not grey"):
        files.read_trimap(tmp_path / "odd.png")


def test_a_photograph_lying_on_its_side_is_turned_as_its_exif_says(tmp_path):
    picture = Image.fromarray(np.arange(18, dtype=np.uint8).reshape(2, 3, 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "side.png", exif=exif)
    assert files.read_image(tmp_path / "side.png").shape == (3, 2, 3)


def test_broken_and_huge_files_are_refused(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with pytest.raises(MattingError, match="cannot be read"):
        files.read_image(tmp_path / "broken.png")
    Image.new("L", (20000, 1)).save(tmp_path / "wide.png")
    with pytest.raises(MattingError, match="cut or scale the picture first") as caught:
        files.read_trimap(tmp_path / "wide.png")
    assert caught.value.fault == Fault.TOO_LARGE


def test_the_closed_form_is_taken_that_is_soonest():
    narrow, wide = np.zeros((400, 400), np.uint8), np.full((400, 400), 128, np.uint8)
    narrow[200:, :], narrow[190:210, :] = 255, 128
    wide[0], wide[-1] = 0, 255
    assert (soonest(narrow), soonest(wide)) == ("closed-form", "torch")
