"""What the command says when it cannot do what it was asked."""

import re
import subprocess
import sys

import av
import numpy as np
import onnx
import pytest
import torch

from koutu.samples.video import make_clip
from models.predict import files
from models.predict.__main__ import main
from tests.models.painted import walk


def error_of(capsys):
    """The one line on standard error that is no progress."""
    return capsys.readouterr().err.replace("\r", "\n").strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--backend", "sam9"], "there is no back end sam9: choose one of selfie"),
        (["--backend", "edgetam-video"], "waits for somebody to point"),
        (["--composite", "greenish"], "greenish is neither a colour"),
        (["--stills"], "--stills takes a folder"),
        (["--device", "cudaa"], "networks cannot run on cudaa here"),
        (["--device", "meta"], "networks cannot run on meta here"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_what_there_is(clip, tmp_path, capsys, more, told):
    assert main([str(clip), "-o", str(tmp_path / "out"), *more]) == 2
    assert told in error_of(capsys)
    assert not (tmp_path / "out").exists()


def test_no_folder_to_write_to_or_no_frame_in_work_is_wrong_usage(clip, tmp_path, capsys):
    for arguments in ([str(clip)], [str(clip), "-o", str(tmp_path / "out"), "--batch", "0"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    assert "0 is no number from 1" in capsys.readouterr().err


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main([str(tmp_path / "film.mkv"), "-o", str(tmp_path / "out")]) == 1
    assert "film.mkv is not there: give a video file" in error_of(capsys)


def test_a_file_that_is_no_video(tmp_path, capsys):
    (tmp_path / "film.mkv").write_bytes(b"nonsense" * 1000)
    assert main([str(tmp_path / "film.mkv"), "-o", str(tmp_path / "out")]) == 1
    assert "is no video that can be read" in error_of(capsys)


def test_a_device_that_is_not_there_is_told_whatever_the_network(clip, tmp_path, red, capsys):
    beyond = f"cuda:{torch.cuda.device_count()}"
    for network in (red, ["--backend", "selfie"]):
        assert main([str(clip), "-o", str(tmp_path / "out"), *network, "--device", beyond]) == 2
        assert f"networks cannot run on {beyond} here" in error_of(capsys)


def test_a_broken_film_leaves_nothing_in_the_way_of_a_good_copy(clip, tmp_path, red, capsys):
    film = tmp_path / "film.mkv"
    film.write_bytes(b"nonsense" * 1000)
    assert main([str(film), "-o", str(tmp_path / "out"), *red]) == 1
    film.write_bytes(clip.read_bytes()[:-20000])
    assert main([str(film), "-o", str(tmp_path / "out"), *red]) == 1
    assert "give a whole copy" in error_of(capsys)
    film.write_bytes(clip.read_bytes())
    assert main([str(film), "-o", str(tmp_path / "out"), *red]) == 0
    assert len(list((tmp_path / "out" / "alpha").iterdir())) == 10


def test_a_file_with_sound_alone(tmp_path, capsys):
    with av.open(str(tmp_path / "sound.mkv"), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
    assert main([str(tmp_path / "sound.mkv"), "-o", str(tmp_path / "out")]) == 1
    assert "only sound" in error_of(capsys)


@pytest.mark.parametrize(
    ("harm", "ending"),
    [*(("cut off", ending) for ending in (".mkv", ".mp4", ".webm", ".avi")), ("a hole", ".mp4"), ("a hole", ".avi")],
)
def test_a_video_that_is_not_whole(tmp_path, capsys, red, harm, ending):
    clip = make_clip(tmp_path / f"film{ending}", images=walk(40, (60, 4)))
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    if harm == "cut off":
        del data[middle:]
    else:
        data[middle : middle + 9000] = bytes(len(data[middle : middle + 9000]))
    clip.write_bytes(data)
    assert main([str(clip), "-o", str(tmp_path / "out"), *red]) == 1
    assert re.search("copy|no video that can be read", error_of(capsys))
    assert not list((tmp_path / "out").rglob("*.part"))


def test_the_last_third_of_a_short_clip_is_not_left_out_without_a_word(tmp_path, capsys, red):
    clip = make_clip(tmp_path / "short.mkv", images=walk(30, (60, 4)), fps=30)
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) * 2 // 3])
    assert main([str(clip), "-o", str(tmp_path / "out"), *red]) == 1
    assert "but says it has 1.00 s: give a whole copy" in error_of(capsys)


def test_a_folder_that_cannot_be_written_to(clip, tmp_path, red, capsys):
    (tmp_path / "file").write_text("in the way")
    assert main([str(clip), "-o", str(tmp_path / "file" / "out"), *red]) == 1
    assert "cannot be written" in error_of(capsys)


@pytest.mark.parametrize("name", ["behind.png", "behind.mkv"])
def test_a_broken_background_is_told_before_the_work(clip, tmp_path, red, capsys, name):
    (tmp_path / name).write_bytes(b"nonsense")
    assert main([str(clip), "-o", str(tmp_path / "out"), *red, "--composite", str(tmp_path / name)]) == 1
    assert f"{name} " in error_of(capsys)
    assert not (tmp_path / "out").exists()


def test_two_runs_do_not_write_to_one_folder(clip, tmp_path, red, capsys):
    with files.alone_in(tmp_path / "out"):
        assert main([str(clip), "-o", str(tmp_path / "out"), *red]) == 1
    assert "another run is at work" in error_of(capsys)
    assert main([str(clip), "-o", str(tmp_path / "out"), *red]) == 0


def test_missing_weights(clip, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("KOUTU_SELFIE_WEIGHTS", str(tmp_path))
    assert main([str(clip), "-o", str(tmp_path / "out")]) == 1
    assert "npm ci" in error_of(capsys)
    assert main([str(clip), "-o", str(tmp_path / "out"), "--backend", "onnx"]) == 1
    assert "needs weights" in error_of(capsys)


def test_a_network_that_answers_nan(clip, tmp_path, capsys, red):
    from tests.models.backends.tiny_networks import save_red_segmenter

    said = save_red_segmenter(tmp_path)
    graph = onnx.load(tmp_path / "red.onnx")
    ten = next(held for held in graph.graph.initializer if held.name == "ten")
    ten.CopyFrom(onnx.numpy_helper.from_array(np.float32(np.nan).reshape(()), "ten"))
    onnx.save(graph, tmp_path / "red.onnx")
    assert main([str(clip), "-o", str(tmp_path / "out"), "--backend", "onnx", "--weights", str(said)]) == 1
    assert "answers NaN" in error_of(capsys)


def test_neither_django_nor_torch_is_loaded_to_run_it():
    code = "import sys, models.predict.__main__;"
    code += "print([m for m in ('django', 'torch', 'cv2', 'av', 'scipy', 'transformers') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
