"""Somebody gives a video and wants everybody in it cut out."""

import json
import shutil
import signal
import subprocess
import sys
import time
from fractions import Fraction
from itertools import islice

import numpy as np
import pytest

from koutu import samples
from koutu.samples.video import make_clip
from models.predict.__main__ import main
from models.predict.backdrops import Plain, open_backdrop
from models.predict.sources import open_source
from tests.models.painted import scene, walk
from tests.models.predict.results import everything, likeness, names, picture, predicted, video


def red_in(image):
    return image[..., 0] > 200


def test_every_frame_gets_a_matte_of_its_size_under_its_number(mattes, images):
    assert names(mattes / "alpha") == [f"{index:05d}.png" for index in range(10)]
    for index, image in enumerate(images):
        matte = picture(mattes / "alpha" / f"{index:05d}.png")
        assert matte.dtype == np.uint8
        assert matte.shape == image.shape[:2]
        assert likeness(matte, red_in(image)) > 0.95


def test_without_anybody_the_mattes_are_black(tmp_path, red):
    clip = make_clip(tmp_path / "empty.mkv", images=[scene([], noise=t) for t in range(4)])
    out = predicted(tmp_path / "out", clip, *red)
    assert [picture(path).max() for path in sorted((out / "alpha").iterdir())] == [0] * 4


def test_one_who_fills_the_picture_leaves_nothing_unknown_to_solve(tmp_path, red):
    clip = make_clip(tmp_path / "near.mkv", images=[np.full((60, 80, 3), (230, 40, 40), np.uint8)] * 4)
    out = predicted(tmp_path / "out", clip, *red)
    assert [picture(path).min() for path in sorted((out / "alpha").iterdir())] == [255] * 4


def test_the_same_comes_out_however_many_frames_are_in_work(mattes, clip, red, tmp_path):
    for batch in (1, 5):
        out = predicted(tmp_path / str(batch), clip, *red, "--batch", batch)
        assert everything(out) == everything(mattes)


def test_called_again_it_makes_only_what_is_missing(mattes, clip, red, tmp_path, capsys):
    out = shutil.copytree(mattes, tmp_path / "out")
    before = everything(out)
    times = {path: path.stat().st_mtime_ns for path in out.rglob("*.png")}
    for name in ("00003.png", "00007.png"):
        (out / "alpha" / name).unlink()
    predicted(out, clip, *red)
    assert "10 frames, 2 of them new" in capsys.readouterr().out
    assert everything(out) == before
    kept = [path for path, at in times.items() if path.stat().st_mtime_ns == at]
    assert len(kept) == 8
    predicted(out, clip, *red)
    assert "0 of them new" in capsys.readouterr().out


def test_looks_are_not_done_twice_and_half_a_line_is_no_look(mattes, clip, red, tmp_path):
    out = shutil.copytree(mattes, tmp_path / "out")
    lines = (out / "looks.jsonl").read_bytes().splitlines(keepends=True)
    assert len(lines) == 10
    (out / "looks.jsonl").write_bytes(b"".join(lines[:6]) + lines[6][:20])
    shutil.rmtree(out / "alpha")
    predicted(out, clip, *red)
    assert (out / "looks.jsonl").read_bytes() == b"".join(lines)
    assert everything(out) == everything(mattes)


@pytest.mark.parametrize("spoilt", ['{"change": 0, "people": [{"sure": true, "size": [4, 4], "counts": "!"}]}\n', None])
def test_a_damaged_look_is_told_and_one_of_an_older_koutu(spoilt, mattes, clip, red, tmp_path, capsys):
    out = shutil.copytree(mattes, tmp_path / "out")
    (out / "looks.jsonl").write_text(spoilt or (out / "looks.jsonl").read_text().replace("true", "0.9"))
    (out / "alpha" / "00000.png").unlink()
    assert main([str(clip), "-o", str(out), *red]) == 1
    assert "damaged at line 1: remove it" in capsys.readouterr().err


def test_results_of_two_networks_or_two_films_are_not_mixed(mattes, clip, red, recurrent, tmp_path, capsys, images):
    out = shutil.copytree(mattes, tmp_path / "out")
    assert main([str(clip), "-o", str(out), *recurrent]) == 1
    assert "another back end (red-is-person, now rvm-like): give another folder" in capsys.readouterr().err
    other = make_clip(tmp_path / "other.mkv", images=images[:9])
    assert main([str(other), "-o", str(out), *red]) == 1
    assert "another source" in capsys.readouterr().err
    (out / "predict.json").unlink()
    assert main([str(clip), "-o", str(out), *red]) == 1
    assert "give an empty folder" in capsys.readouterr().err
    assert everything(out) == everything(mattes)


def test_a_network_with_a_memory_goes_on_as_if_it_had_not_been_stopped(clip, recurrent, tmp_path, images):
    out = predicted(tmp_path / "out", clip, *recurrent)
    expected = 0.0
    for index, image in enumerate(images):
        expected = image.mean(axis=2) / 510 + expected / 2
        matte = picture(out / "alpha" / f"{index:05d}.png") / 255
        assert np.abs(matte - expected).mean() < 0.02
    whole = everything(out)
    (out / "alpha" / "00006.png").unlink()
    predicted(out, clip, *recurrent)
    assert everything(out) == whole


def test_edges_may_be_solved_by_a_network_after_the_default_found_the_people(vitmatte, tmp_path):
    clip = make_clip(tmp_path / "walk.mkv", images=walk(3, (60, 6)))
    out = predicted(tmp_path / "out", clip, *vitmatte)
    assert len(names(out / "alpha")) == 3
    said = json.loads((out / "predict.json").read_text())
    assert said["backend"] == "mediapipe-mean4"
    assert said["matting"].startswith("vitmatte ")


def test_who_finds_the_people_and_who_solves_their_edges_are_chosen_apart(clip, red, vitmatte, mattes, tmp_path):
    out = predicted(tmp_path / "out", clip, *red, "--edges", "vitmatte", "--edges-weights", vitmatte[-1])
    said = json.loads((out / "predict.json").read_text())
    assert said["matting"].startswith("vitmatte ")
    assert said["backend"] == json.loads((mattes / "predict.json").read_text())["backend"]
    guided = predicted(tmp_path / "guided", clip, *red, "--edges", "guided")
    assert json.loads((guided / "predict.json").read_text())["matting"] == "guided"
    assert everything(guided) != everything(mattes)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--edges", "selfie"], "selfie does not solve edges: for --edges give one of closed-form"),
        (["--edges", "onnx", "--edges-weights", "{recurrent}"], "onnx looks at the picture alone"),
        (["--backend", "vitmatte", "--weights", "{vitmatte}", "--edges", "knn"], "leave --edges out"),
    ],
)
def test_edges_that_do_not_fit_are_refused(clip, recurrent, vitmatte, tmp_path, capsys, arguments, reason):
    filled = [text.format(recurrent=recurrent[-1], vitmatte=vitmatte[-1]) for text in arguments]
    assert main([str(clip), "-o", str(tmp_path / "out"), *filled]) == 2
    assert reason in capsys.readouterr().err


def test_a_damaged_matte_of_an_earlier_call_is_named(mattes, clip, red, tmp_path, capsys):
    out = shutil.copytree(mattes, tmp_path / "out")
    place = out / "alpha" / "00003.png"
    place.write_bytes(place.read_bytes()[:100])
    assert main([str(clip), "-o", str(out), *red, "--composite", "white"]) == 1
    assert "00003.png is damaged" in capsys.readouterr().err


def test_colours_and_a_new_background_can_be_asked_for_later(mattes, clip, red, tmp_path, images):
    out = shutil.copytree(mattes, tmp_path / "out")
    predicted(out, clip, *red, "--foreground", "--composite", "#0000ff")
    colours = picture(out / "foreground" / "00004.png")
    assert colours.shape == images[4].shape
    # Beyond the edge the person's colour goes on.
    assert (colours[..., 0] > 150).mean() > 0.9
    shown = video(out / "composite.webm")
    assert len(shown) == 10
    assert [round(when, 3) for _, when in shown[:3]] == [0, 0.042, 0.083]
    image = shown[4][0].astype(int)
    assert np.abs(image[5, 5] - (0, 0, 255)).max() < 12
    assert np.abs(image[red_in(images[4])].mean(axis=0) - images[4][red_in(images[4])].mean(axis=0)).max() < 8


def test_a_composite_is_made_once_for_each_background(mattes, clip, red, tmp_path, images):
    out = shutil.copytree(mattes, tmp_path / "out")
    place = predicted(out, clip, *red, "--composite", "00b140") / "composite.webm"
    first = place.stat().st_mtime_ns
    predicted(out, clip, *red, "--composite", "#00b140")
    assert place.stat().st_mtime_ns == first
    behind = make_clip(tmp_path / "behind.mkv", images=[np.full((90, 90, 3), v, np.uint8) for v in (40, 200)])
    predicted(out, clip, *red, "--composite", behind)
    corners = [frame[5, 5].mean() for frame, _ in video(place)[:4]]
    np.testing.assert_allclose(corners, [40, 200, 40, 200], atol=8)


def test_a_colour_needs_no_sign_that_a_shell_would_eat():
    assert open_backdrop("00b140") == open_backdrop("#00b140") == Plain((0, 177, 64))
    assert open_backdrop("0f0") == open_backdrop("#00FF00") == Plain((0, 255, 0))


def test_a_picture_stands_behind(mattes, clip, red, tmp_path):
    out = shutil.copytree(mattes, tmp_path / "out")
    from PIL import Image

    Image.new("RGB", (40, 400), (200, 100, 50)).save(tmp_path / "wall.png")
    predicted(out, clip, *red, "--composite", tmp_path / "wall.png")
    frame = video(out / "composite.webm")[0][0]
    assert frame.shape == (180, 320, 3)
    np.testing.assert_allclose(frame[5, 5], [200, 100, 50], atol=10)


def test_frames_are_counted_as_presented_and_stand_upright(tmp_path, red):
    ticks = [0, 40, 50, 170, 180, 400]
    clip = make_clip(
        tmp_path / "turned.mp4", images=walk(6, (60, 6)), rotation=90, stamps=ticks, time_base=Fraction(1, 1000),
        bframes=2,
    )  # fmt: skip
    frames = list(open_source(clip, stills=False).frames())
    assert [frame.name for frame in frames] == [f"{index:05d}" for index in range(6)]
    assert [float(frame.time) for frame in frames] == pytest.approx([tick / 1000 for tick in ticks], abs=0.002)
    out = predicted(tmp_path / "out", clip, *red, "--composite", "white")
    assert picture(out / "alpha" / "00005.png").shape == (320, 180)
    shown = video(out / "composite.webm")
    assert [round(when * 1000) for _, when in shown] == pytest.approx(ticks, abs=2)


@pytest.mark.parametrize(("matrix", "full"), [("bt601", False), ("bt709", False), ("bt709", True)])
def test_colours_are_the_files_own(tmp_path, matrix, full):
    patches = np.zeros((64, 96, 3), np.uint8)
    patches[:, :32], patches[:, 32:64], patches[:, 64:] = (200, 30, 30), (30, 180, 60), (240, 240, 240)
    clip = make_clip(tmp_path / "c.mkv", images=[patches], pixel_format="yuv444p", matrix=matrix, full_range=full)
    (frame,) = open_source(clip, stills=False).frames()
    assert np.abs(frame.image()[:, 8::32].astype(int) - patches[:, 8::32]).max() <= 2


def test_odd_sizes_are_kept(tmp_path, red):
    clip = make_clip(tmp_path / "odd.mkv", images=[image[:91, :133] for image in walk(4, (60, 1))], pixel_format="bgr0")
    out = predicted(tmp_path / "out", clip, *red, "--composite", "white")
    assert picture(out / "alpha" / "00000.png").shape == (91, 133)
    assert video(out / "composite.webm")[0][0].shape == (91, 133, 3)


def test_a_real_person_is_cut_out_by_default(tmp_path):
    folder = samples.find("sequences/asl_eat")
    shot = tmp_path / "shot"
    shot.mkdir()
    for file in islice(sorted((folder / "images").iterdir()), 0, 4):
        shutil.copy(file, shot)
    out = predicted(tmp_path / "out", shot)
    assert names(out / "alpha") == [f"{index:05d}.png" for index in range(4)]
    if samples.is_real(folder):
        for file in (out / "alpha").iterdir():
            assert likeness(picture(file), picture(folder / "masks" / file.name) > 0) > 0.95


def test_interrupted_it_leaves_whole_files_and_goes_on(mattes, clip, red, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-m", "models.predict", str(clip), "-o", str(out), *red, "--foreground"]
    running = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while running.poll() is None and not list(out.glob("alpha/*.png")):
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert "the same call goes on" in said
    left = everything(out)
    assert 0 < len(left) < 20
    assert not list(out.rglob("*.part"))
    (out / "alpha" / "00009.png.part").write_bytes(b"of a run that was killed")
    predicted(out, clip, *red, "--foreground")
    assert not list(out.rglob("*.part"))
    after = everything(out)
    assert left.items() <= after.items()
    assert {name: data for name, data in after.items() if name.startswith("alpha")} == everything(mattes)


def test_memory_does_not_grow_with_the_length(tmp_path, red):
    code = "import resource, sys; from models.predict.__main__ import main; main(sys.argv[1:]);"
    code += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    peaks = []
    for frames in (30, 120):
        # Ninety frames held would be 15 MiB.
        images = (scene([(80 + 0.6 * t, 90, 24, 60, 230)], (180, 320), noise=t % 7) for t in range(frames))
        clip = make_clip(tmp_path / f"{frames}.mkv", images=images)
        command = [sys.executable, "-c", code, str(clip), "-o", str(tmp_path / str(frames)), *red]
        seen = subprocess.run(command, capture_output=True, text=True, check=True)
        assert len(names(tmp_path / str(frames) / "alpha")) == frames
        peaks.append(int(seen.stdout.split()[-1]) / 1024)
    assert peaks[1] < peaks[0] + 12, f"{peaks} MiB"
