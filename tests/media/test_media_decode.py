"""A clip's frames are those a player presents, each exactly once, whatever the file is like inside."""

import hashlib
import io
from fractions import Fraction

import av
import numpy as np
import pytest
from numbered import cut_edit_list, numbered_image, read_number
from PIL import Image

from koutu.clips import media
from koutu.samples import find, is_real
from koutu.samples.video import make_clip

IMAGES = [numbered_image(number) for number in range(40)]


def decoded(path):
    about = media.probe(path)
    return about, list(media.frames(path, about))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("plain.webm", {}),
        ("lossless.mkv", {}),
        ("bframes.mp4", {"bframes": 2}),
        ("h264.mp4", {"codec": "libx264", "bframes": 3}),
        ("h264.mkv", {"codec": "libx264", "bframes": 3}),
        ("stream.ts", {"codec": "libx264", "bframes": 2}),
        ("old.avi", {}),
        ("ntsc.mkv", {"fps": Fraction(30000, 1001)}),
        ("odd_base.mp4", {"codec": "libx264", "fps": Fraction(24000, 1001), "time_base": Fraction(1001, 120000)}),
    ],
)
def test_every_frame_comes_once_in_order(tmp_path, name, how):
    path = make_clip(tmp_path / name, images=IMAGES, **how)
    about, frames = decoded(path)
    assert [read_number(frame.image) for frame in frames] == list(range(40))
    assert [frame.index for frame in frames] == list(range(40))
    assert about.constant_rate
    rate = Fraction(how.get("fps", 24))
    assert float(about.rate) == pytest.approx(float(rate), rel=2e-3)
    assert [frame.time for frame in frames] == pytest.approx([n / float(rate) for n in range(40)], abs=2e-3)


@pytest.mark.parametrize("name", ["phone.mp4", "phone.mkv"])
def test_a_variable_rate_neither_drops_nor_repeats_frames(tmp_path, name):
    gaps = np.random.default_rng(3).integers(1, 9, 40).cumsum()
    stamps = [int(stamp - gaps[0]) for stamp in gaps]
    path = make_clip(tmp_path / name, images=IMAGES, stamps=stamps, time_base=Fraction(1, 100))
    about, frames = decoded(path)
    assert not about.constant_rate
    assert [read_number(frame.image) for frame in frames] == list(range(40))
    assert [frame.time for frame in frames] == pytest.approx([stamp / 100 for stamp in stamps], abs=2e-3)
    assert [float(f.pts * about.time_base) for f in frames] == pytest.approx([s / 100 for s in stamps], abs=2e-3)


def test_an_edit_list_hides_what_a_player_hides(tmp_path):
    path = make_clip(tmp_path / "trimmed.mp4", images=IMAGES, fps=24)
    cut_edit_list(path, first=7, count=20, ticks=512, rate=24)
    _, frames = decoded(path)
    assert [read_number(frame.image) for frame in frames] == list(range(7, 27))
    assert frames[0].index == 0


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_phone_gives_upright_frames(tmp_path, rotation):
    """The picture on disk lies on its side; the display matrix says how to hold it."""
    lying = [np.rot90(image, -rotation // 90) for image in IMAGES[:5]]
    path = make_clip(tmp_path / "turned.mp4", images=lying, rotation=rotation)
    about, frames = decoded(path)
    assert (about.width, about.height) == (192, 96)
    assert about.rotation == rotation
    assert [read_number(frame.image) for frame in frames] == list(range(5))
    assert frames[0].image[-8, -8].argmax() == 0  # the red mark is at the bottom right again


def test_pixels_that_are_not_square_are_kept_and_told(tmp_path):
    with av.open(str(tmp_path / "anamorphic.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 192, 96, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        for image in IMAGES[:3]:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    path = tmp_path / "anamorphic.mp4"
    about = media.probe(path)
    assert about.pixel_aspect == Fraction(4, 3)
    record = next(media.decode_clip(path, about))
    assert Image.open(io.BytesIO(record.data)).size == (192, 96)
    assert Image.open(io.BytesIO(record.thumb)).size == (240, 90)


def test_a_numbered_folder_keeps_its_files_as_its_frames(tmp_path):
    """Numbers rule the order, and not a byte of the files changes."""
    for number in range(8, 13):
        Image.fromarray(IMAGES[number]).save(tmp_path / f"shot_{number}.png")
    (tmp_path / "notes.txt").write_text("taken on Tuesday")
    about = media.probe(tmp_path)
    assert (about.kind, about.frame_count, about.width, about.height) == ("folder", 5, 192, 96)
    records = list(media.decode_clip(tmp_path, about))
    for record, number in zip(records, range(8, 13), strict=True):
        original = (tmp_path / f"shot_{number}.png").read_bytes()
        assert record.data == original
        assert record.sha256 == hashlib.sha256(original).hexdigest()
        assert record.media_type == "image/png"
        assert read_number(media.read_picture(record.data)) == number
    assert media.clip_encoder(about) == "original"


def test_a_single_picture_is_a_clip_of_one_frame(tmp_path):
    """A phone's JPEG is shown upright by its EXIF mark; its bytes stay."""
    turned = Image.Exif()
    turned[0x0112] = 6
    path = tmp_path / "still.jpg"
    Image.fromarray(np.rot90(IMAGES[5])).save(path, exif=turned, quality=95)
    about = media.probe(path)
    assert (about.kind, about.width, about.height) == ("picture", 192, 96)
    [record] = media.decode_clip(path, about)
    assert record.data == path.read_bytes()
    assert read_number(media.read_picture(record.data)) == 5


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "I;16"])
def test_pictures_of_other_modes_become_rgb(tmp_path, mode):
    grey = np.full((20, 30), 77, np.uint8)
    image = Image.fromarray(grey.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(grey).convert(mode)
    image.save(tmp_path / "1.png")
    rgb = media.read_picture((tmp_path / "1.png").read_bytes())
    assert rgb.dtype == np.uint8
    assert np.array_equal(rgb, np.full((20, 30, 3), 77))


def test_a_real_film_clip_is_read_to_its_last_frame():
    path = find("clips/tears_of_steel_battle.webm")
    about = media.probe(path)
    count = sum(1 for _ in media.frames(path, about))
    assert about.constant_rate
    assert count == (1691 if is_real(path) else about.frame_count)
