"""Views out of panoramas are what a camera sees there, exposed like photographs."""

import av
import cv2
import numpy as np
import pytest

from models.training.panoramas.__main__ import main
from models.training.panoramas.cutting import SIDE, PanoramaError, exposed, plates_of, read_panorama, view


def world(height=180):
    """Red ahead, green to the right, blue behind, grey to the left; white above, black below."""
    panorama = np.zeros((height, 2 * height, 3), np.float32)
    for turn, colour in ((0, (1, 0, 0)), (90, (0, 1, 0)), (180, (0, 0, 1)), (270, (0.5, 0.5, 0.5))):
        columns = (np.arange(-height // 4, height // 4) + height + turn * height // 180) % (2 * height)
        panorama[:, columns] = colour
    panorama[: height // 6], panorama[-height // 6 :] = 1, 0
    return panorama


@pytest.mark.parametrize(
    ("turn", "seen"), [(0, (1, 0, 0)), (90, (0, 1, 0)), (180, (0, 0, 1)), (-90, (0.5, 0.5, 0.5)), (360, (1, 0, 0))]
)
def test_a_camera_sees_what_it_is_turned_to(turn, seen):
    assert np.allclose(view(world(), turn, 0, 60, 33)[16, 16], seen, atol=1e-3)


def test_a_camera_tilted_up_sees_the_sky_and_a_wide_one_both_sides():
    assert np.allclose(view(world(), 0, 80, 40, 33)[16, 16], 1, atol=1e-3)
    assert np.allclose(view(world(), 0, -80, 40, 33)[16, 16], 0, atol=1e-3)
    wide = view(world(), 0, 0, 110, 33)[16]
    assert np.allclose(wide[0], (0.5, 0.5, 0.5), atol=1e-3)
    assert np.allclose(wide[-1], (0, 1, 0), atol=1e-3)
    # Straight lines stay straight: an edge that stands upright ahead is one column of the view.
    upright = view(world(), 45, 0, 60, 65)[20:45, :, 0] > 0.5
    assert len({tuple(row) for row in upright}) == 1


def test_lamps_do_not_swallow_the_room():
    room = np.full((100, 200, 3), 0.2, np.float32)
    room[40:60, 90:110] = 1000
    plates = list(plates_of(room, 3, np.random.default_rng(0)))
    assert [plate.shape for plate in plates] == [(SIDE, SIDE, 3)] * 3
    assert all(0.2 < np.median(plate) / 255 < 0.85 for plate in plates)
    assert max(plate.max() for plate in plates) == 255
    assert np.array_equal(exposed(np.zeros((2, 2, 3), np.float32), 0.5), np.zeros((2, 2, 3), np.uint8))


def test_light_of_half_precision_is_read_whole(tmp_path):
    file, light = tmp_path / "room.exr", world(32) * 5
    write_exr(file, light)
    assert np.allclose(read_panorama(file), light, rtol=0.01, atol=0.01)


def write_exr(file, light):
    """As cameras of light do: half precision, by the encoder of PyAV's FFmpeg, whose planes are green, blue, red."""
    height, width = light.shape[:2]
    with av.open(str(file), "w", format="image2", options={"update": "1"}) as container:
        stream = container.add_stream("exr", rate=1, options={"format": "half"})
        stream.width, stream.height, stream.pix_fmt = width, height, "gbrpf32le"
        frame = av.VideoFrame(width, height, "gbrpf32le")
        for plane, channel in zip(frame.planes, (1, 2, 0), strict=True):
            rows = np.zeros((height, plane.line_size // 4), np.float32)
            rows[:, :width] = light[..., channel]
            plane.update(rows.tobytes())
        container.mux(stream.encode(frame))
        container.mux(stream.encode())


def test_the_command_cuts_plates_always_the_same_ones_or_says_why_not(tmp_path, capsys):
    rooms, out = tmp_path / "rooms", tmp_path / "plates"
    rooms.mkdir()
    cv2.imwrite(str(rooms / "hall.png"), (world(64)[..., ::-1] * 255).astype(np.uint8))
    asked = [str(rooms), "--views", "3", "--out"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([str(empty), "--out", str(out)]) == 1
    assert "empty is empty: tools/fetch_panoramas.sh gets panoramas" in capsys.readouterr().err
    assert main([*asked, str(out)]) == 0
    assert sorted(file.name for file in out.iterdir()) == ["hall-00.jpg", "hall-01.jpg", "hall-02.jpg"]
    assert main([*asked, str(tmp_path / "again")]) == 0
    assert (out / "hall-01.jpg").read_bytes() == (tmp_path / "again" / "hall-01.jpg").read_bytes()
    cv2.imwrite(str(rooms / "flat.png"), np.zeros((64, 64, 3), np.uint8))
    assert main([*asked, str(out)]) == 1
    assert "flat.png is 64x64: a panorama is twice as wide as high" in capsys.readouterr().err
    (rooms / "flat.png").write_text("no picture")
    with pytest.raises(PanoramaError, match=r"flat.png cannot be read: .*Give .exr, .png or .jpg"):
        read_panorama(rooms / "flat.png")
