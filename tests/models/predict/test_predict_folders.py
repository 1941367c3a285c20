"""Somebody gives a folder: the frames of one shot, or pictures that have nothing to do with each other."""

import shutil

import cv2
import numpy as np
import pytest
from PIL import Image

from models.predict.__main__ import main
from tests.models.painted import scene, walk
from tests.models.predict.results import everything, likeness, names, picture, predicted


def put(folder, images, name="{:04d}.png", first=7):
    folder.mkdir(exist_ok=True)
    for number, image in enumerate(images, first):
        cv2.imwrite(str(folder / name.format(number)), image[..., ::-1])
    return folder


def test_a_numbered_folder_is_one_shot_and_keeps_its_names(tmp_path, red):
    shot = put(tmp_path / "shot", walk(5, (60, 6)), "take_2_{:d}.png", first=8)
    (shot / "notes.txt").write_text("not a picture")
    out = predicted(tmp_path / "out", shot, *red)
    assert names(out / "alpha") == ["take_2_10.png", "take_2_11.png", "take_2_12.png", "take_2_8.png", "take_2_9.png"]
    # In the order of their numbers and not of their letters.
    first, last = (picture(out / "alpha" / f"take_2_{number}.png") for number in (8, 12))
    assert np.nonzero(first)[1].mean() < np.nonzero(last)[1].mean() - 15


def test_a_folder_and_a_video_of_the_same_frames_give_the_same(tmp_path, red, mattes, images):
    out = predicted(tmp_path / "out", put(tmp_path / "shot", images, "{:05d}.png", first=0), *red)
    assert everything(out) == everything(mattes)


def test_stills_of_all_sizes_are_each_cut_out_alone(tmp_path, red):
    folder = put(tmp_path / "stills", [scene([(100, 100, 30, 60, 230)])], "portrait.png")
    put(folder, [scene([(150, 120, 40, 90, 230)], (260, 300))], "standing.png")
    put(folder, [scene([])], "nobody.png")
    out = predicted(tmp_path / "out", folder, "--stills", *red, "--composite", "white", "--foreground")
    for kind in ("alpha", "composite", "foreground"):
        assert names(out / kind) == ["nobody.png", "portrait.png", "standing.png"]
    for name in ("portrait", "standing"):
        image, matte = picture(folder / f"{name}.png"), picture(out / "alpha" / f"{name}.png")
        assert matte.shape == image.shape[:2]
        assert likeness(matte, image[..., 0] > 200) > 0.95
    assert picture(out / "alpha" / "nobody.png").max() == 0
    assert (picture(out / "composite" / "portrait.png")[5, 5] == 255).all()


def test_a_broken_still_is_named_and_the_others_are_done(tmp_path, red, capsys):
    folder = put(tmp_path / "stills", [scene([(100, 100, 30, 60, 230)])] * 3)
    (folder / "0008.png").write_bytes((folder / "0008.png").read_bytes()[:200])
    out = tmp_path / "out"
    assert main([str(folder), "-o", str(out), "--stills", *red, "--composite", "white", "--foreground"]) == 1
    for kind in ("alpha", "composite", "foreground"):
        assert names(out / kind) == ["0007.png", "0009.png"]
    said = capsys.readouterr()
    assert "3 frames, 2 of them new" in said.out
    assert "0008.png" in said.err
    # Mended, it alone is made.
    shutil.copy(folder / "0009.png", folder / "0008.png")
    predicted(out, folder, "--stills", *red)
    assert names(out / "alpha") == ["0007.png", "0008.png", "0009.png"]
    assert "3 frames, 1 of them new" in capsys.readouterr().out


def test_a_still_that_is_another_picture_now_is_made_anew(tmp_path, red):
    folder = put(tmp_path / "stills", [scene([(100, 100, 30, 60, 230)])] * 2)
    out = predicted(tmp_path / "out", folder, "--stills", *red)
    put(folder, [scene([(220, 90, 30, 60, 230)])], first=8)
    put(folder, [scene([])], "added.png")
    predicted(out, folder, "--stills", *red)
    assert likeness(picture(out / "alpha/0008.png"), picture(folder / "0008.png")[..., 0] > 200) > 0.95
    assert names(out / "alpha") == ["0007.png", "0008.png", "added.png"]


def test_other_pictures_or_the_other_way_are_not_mixed_in(tmp_path, red, capsys):
    folder = put(tmp_path / "stills", [scene([(100, 100, 30, 60, 230)])])
    predicted(tmp_path / "out", folder, "--stills", *red)
    assert main([str(folder), "-o", str(tmp_path / "out"), *red]) == 1
    assert "(--stills)" in capsys.readouterr().err
    others = put(tmp_path / "others", [scene([(200, 100, 30, 60, 230)])])
    assert main([str(others), "-o", str(tmp_path / "out"), "--stills", *red]) == 1
    assert "other pictures" in capsys.readouterr().err


def test_names_that_would_give_one_result_are_refused(tmp_path, red, capsys):
    folder = put(tmp_path / "stills", [scene([])], "a.png")
    for name in ("a.k.jpg", "a.jpg"):
        cv2.imwrite(str(folder / name), scene([]))
    assert main([str(folder), "-o", str(tmp_path / "out"), "--stills", *red]) == 1
    assert "would both give a.png" in capsys.readouterr().err


def test_a_grey_photograph_is_a_picture_too(tmp_path, red):
    folder = tmp_path / "stills"
    folder.mkdir()
    Image.fromarray(scene([(100, 100, 30, 60, 230)])).convert("L").save(folder / "old.png")
    out = predicted(tmp_path / "out", folder, "--stills", *red)
    assert picture(out / "alpha" / "old.png").shape == (180, 320)


def test_stills_composited_before_another_wall_are_all_made_anew(tmp_path, red):
    folder = put(tmp_path / "stills", [scene([(100, 100, 30, 60, 230)])] * 2)
    out = predicted(tmp_path / "out", folder, "--stills", *red, "--composite", "white")
    (out / "composite" / "0008.png").unlink()
    predicted(out, folder, "--stills", *red, "--composite", "black")
    assert [picture(path)[5, 5].tolist() for path in sorted((out / "composite").iterdir())] == [[0, 0, 0]] * 2


def test_pictures_turned_by_their_camera_stand_upright(tmp_path, red):
    folder = tmp_path / "stills"
    folder.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(scene([(100, 100, 30, 60, 230)])).save(folder / "turned.jpg", exif=exif, quality=95)
    out = predicted(tmp_path / "out", folder, "--stills", *red)
    assert picture(out / "alpha" / "turned.png").shape == (320, 180)


def _gap(folder):
    put(folder, walk(4, (60, 6)))
    (folder / "0009.png").unlink()


def _sizes(folder):
    put(folder, [scene([]), scene([])[:90]])


def _unnumbered(folder):
    put(folder, [scene([])], "portrait.png")


def _twice(folder):
    put(folder, [scene([])], "a7.png")
    put(folder, [scene([])], "b7.png")


def _same_stem(folder):
    put(folder, [scene([])], "7.png")
    put(folder, [scene([])], "7.jpg")


def _palette(folder):
    folder.mkdir()
    Image.fromarray(scene([])).convert("P").save(folder / "0.png")


def _cut_off(folder):
    put(folder, [scene([])])
    file = folder / "0007.png"
    file.write_bytes(file.read_bytes()[:3000])


def _no_picture_at_all(folder):
    put(folder, [scene([])])
    (folder / "0007.png").write_bytes(b"nonsense")


def _empty(folder):
    folder.mkdir()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_gap, "frame 9 is missing"),
        (_sizes, "0008.png is 320x90 and the frames before 320x180: give frames of one size, or --stills"),
        (_unnumbered, "portrait.png has no number: number the frames, or give --stills"),
        (_twice, "a7.png and b7.png have the same number"),
        (_same_stem, "7.jpg and 7.png would both give 7.png"),
        (_palette, "0.png is a palette picture: convert it"),
        (_cut_off, "0007.png cannot be read"),
        (_no_picture_at_all, "0007.png cannot be read"),
        (_empty, "holds no JPEG, PNG or TIFF"),
    ],
)
def test_a_spoilt_folder_is_told_in_one_line(tmp_path, red, capsys, spoil, told):
    spoil(tmp_path / "shot")
    assert main([str(tmp_path / "shot"), "-o", str(tmp_path / "out"), *red]) == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("error: ")
    assert told in said
