"""Somebody types `koutu`."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from koutu.client.command import main
from tests.models.backends.tiny_networks import save_red_segmenter
from tests.models.painted import scene


def test_without_a_command_it_tells_which_there_are(capsys):
    assert main([]) == 2
    assert main(["--help"]) == 0
    printed = capsys.readouterr().out
    assert "predict" in printed
    assert "backends" in printed


def test_an_unknown_command_is_told(capsys):
    assert main(["paint"]) == 2
    assert "there is no command paint" in capsys.readouterr().err


def test_koutu_predict_cuts_people_out(tmp_path):
    for number in range(2):
        cv2.imwrite(str(tmp_path / f"{number}.png"), scene([(100, 100, 30, 60, 230)])[..., ::-1])
    weights = save_red_segmenter(tmp_path)
    out = tmp_path / "out"
    assert main(["predict", str(tmp_path), "-o", str(out), "--backend", "onnx", "--weights", str(weights)]) == 0
    alpha = cv2.imread(str(out / "alpha" / "1.png"), cv2.IMREAD_UNCHANGED)
    assert alpha.shape == (180, 320)
    assert np.unique(alpha[90:110, 90:110]).tolist() == [255]


def test_koutu_backends_lists_them(capsys):
    assert main(["backends"]) == 0
    assert "selfie" in capsys.readouterr().out


def test_a_wrong_call_ends_with_2(tmp_path):
    with pytest.raises(SystemExit) as ended:
        main(["predict"])
    assert ended.value.code == 2


def test_what_is_not_installed_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "models.predict.__main__", None)
    assert main(["predict"]) == 1
    assert 'pip install "koutu[ml]"' in capsys.readouterr().err


def test_the_doorway_loads_next_to_nothing():
    code = "import sys, koutu.client.command;"
    code += "print([m for m in ('django', 'torch', 'numpy', 'models') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
