"""The sheet shows what was generated."""

import cv2
import numpy as np
import pytest

from models.training.generator import UNKNOWN, compose, draw
from models.training.generator.__main__ import main
from models.training.generator.sheet import sheet


def test_three_pictures_a_frame_and_a_row_a_clip(sources):
    clips = [compose(draw(seed, (40, 48), 2), sources) for seed in (1, 2)]
    clips[0].parts[0, :5] = UNKNOWN
    drawn = sheet(clips)
    assert drawn.shape == (80, 2 * 3 * 48, 3)
    assert np.array_equal(drawn[:40, :48], clips[0].images[0])
    nobody = clips[1].alpha[1] == 0
    assert (drawn[40:, 4 * 48 : 5 * 48][nobody] == (255, 0, 255)).all()


def test_the_command_writes_a_sheet_or_says_why_not(tmp_path, capsys):
    stills = tmp_path / "rendered" / "train" / "stills"
    for kind in ("rgba", "parts"):
        (stills / kind).mkdir(parents=True)
    rgba = np.zeros((60, 40, 4), np.uint8)
    rgba[10:50, 10:30] = (40, 80, 200, 255)
    cv2.imwrite(str(stills / "rgba" / "s1.png"), rgba)
    cv2.imwrite(str(stills / "parts" / "s1.png"), rgba[..., 3] // 255)
    (stills / "s1.json").write_text('{"people": [{}]}')
    asked = ["--samples", str(tmp_path), "--rows", "2", "--frames", "1", "--size", "48", "-o"]
    assert main([*asked, str(tmp_path / "sheet.png")]) == 0
    written = cv2.imread(str(tmp_path / "sheet.png"))
    assert written is not None
    assert written.shape == (96, 144, 3)
    assert main([*asked, str(tmp_path / "nowhere" / "sheet.png")]) == 1
    assert "No such file or directory" in capsys.readouterr().err
    assert main([*asked, str(tmp_path / "sheet")]) == 1
    assert "sheet is no name of a picture: give one such as sheet.png" in capsys.readouterr().err
    assert main(["--samples", str(tmp_path / "empty"), "-o", str(tmp_path / "sheet.png")]) == 1
    assert "give some of both" in capsys.readouterr().err


def test_samples_may_be_named_by_the_environment(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("KOUTU_SAMPLES", raising=False)
    with pytest.raises(SystemExit):
        main(["-o", str(tmp_path / "sheet.png")])
    assert "--samples" in capsys.readouterr().err
    monkeypatch.setenv("KOUTU_SAMPLES", str(tmp_path))
    assert main(["-o", str(tmp_path / "sheet.png")]) == 1
    assert "give some of both" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["8", "99999"])
def test_the_command_refuses_sizes_out_of_bounds(tmp_path, size, capsys):
    assert main(["--samples", str(tmp_path), "--size", size, "-o", str(tmp_path / "sheet.png")]) == 1
    assert "error" in capsys.readouterr().err
