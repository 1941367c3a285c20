"""Interlaced video: told by what moves and not by its flag, refused by default, taken apart on demand."""

import subprocess
from fractions import Fraction

import cv2
import numpy as np
import pytest

from koutu.clips import media
from koutu.clips.media.combing import judge
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.clips.media.reading import Reading
from koutu.samples import find
from koutu.samples.figures import background
from koutu.samples.video import make_clip
from tests.media.odd_films import FFMPEG

BOB, FILM = Reading(fields="bob"), Reading(fields="film")
PAN = background((1400, 576), np.random.default_rng(11))
X264 = {"preset": "ultrafast", "crf": "10"}
# How interlaced video comes: what tells of it in the file, if anything does.
CODECS = {
    "mpeg2, flagged": ("mpg", "mpeg2video", "yuv420p", {"flags": "+ildct+ilme", "b": "20000000"}),
    "h264, flagged": ("mp4", "libx264", "yuv420p", X264 | {"x264-params": "tff=1:interlaced=1"}),
    "h264, flagged wrong": ("ts", "libx264", "yuv420p", X264 | {"x264-params": "bff=1:interlaced=1"}),
    "h264, not flagged": ("mkv", "libx264", "yuv420p", X264),
    "dv": ("avi", "dvvideo", "yuv420p", {}),
    "prores": ("mov", "prores_ks", "yuv422p10le", {"flags": "+ildct"}),
    "lossless": ("mkv", "ffv1", "yuv422p", {}),
}


def moment(number, rows=288):
    """A camera going right, 4 pixels a moment."""
    return np.ascontiguousarray(PAN[:rows, 4 * number : 4 * number + 720])


def woven(top, bottom):
    picture = top.copy()
    picture[1::2] = bottom[1::2]
    return picture


def interlaced(order, count=30, rows=288):
    pairs = [(moment(2 * n, rows), moment(2 * n + 1, rows)) for n in range(count)]
    return [woven(*pair) if order == "tff" else woven(*pair[::-1]) for pair in pairs]


def pulled_down(count=24, order="tff"):
    """3:2 pulldown: film frames A B C D as the pictures AA BB BC CD DD (SMPTE RP 197)."""
    pictures = []
    for n in range(0, count, 4):
        a, b, c, d = (moment(2 * k) for k in range(n, n + 4))
        pairs = [(a, a), (b, b), (b, c), (c, d), (d, d)]
        pictures += [woven(*pair) if order == "tff" else woven(*pair[::-1]) for pair in pairs]
    return pictures


def written(path, images, codec="ffv1", pixel_format="yuv422p", options=None, fps=Fraction(25)):
    return make_clip(path, images=images, codec=codec, pixel_format=pixel_format, options=options, fps=fps)


def fault_of(path, reading):
    with pytest.raises(MediaError) as caught:
        media.probe(path, reading)
    return caught.value


def seen(path, reading):
    about = media.probe(path, reading)
    return about, list(media.frames(path, about))


def distance(image, other):
    """Mean difference of luma, edges of the picture left out: there a field has no neighbour."""
    rows = slice(8, other.shape[0] - 8)
    one, two = (cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[rows].astype(int) for picture in (image, other))
    return float(np.abs(one - two).mean())


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize("how", CODECS)
def test_every_field_becomes_a_frame_of_its_moment(tmp_path, how, order):
    suffix, codec, pixel_format, options = CODECS[how]
    rows = 576 if how == "dv" else 288
    path = written(tmp_path / f"field.{suffix}", interlaced(order, 16, rows), codec, pixel_format, options)
    assert fault_of(path, Reading()).code is MediaFault.INTERLACED
    about, frames = seen(path, BOB)
    assert (about.field_order, about.fields, about.rate) == (order, "bob", 50)
    assert [frame.index for frame in frames] == list(range(32))
    assert [frame.time for frame in frames] == pytest.approx([n / 50 for n in range(32)], abs=1e-6)
    assert [float((f.pts - frames[0].pts) * about.time_base) for f in frames] == [frame.time for frame in frames]
    for n in range(3, 29, 6):
        near = [distance(frames[n].image, moment(n + step, rows)) for step in (-1, 0, 1)]
        assert near[1] < 0.6 * min(near[0], near[2]), (n, near)


def test_the_fields_are_those_of_another_bwdif(tmp_path):
    path = written(tmp_path / "field.mkv", interlaced("tff", 12))
    _, frames = seen(path, BOB)
    command = [
        FFMPEG, "-v", "error", "-i", path, "-vf", "bwdif=send_field:tff:all",
        "-sws_flags", "accurate_rnd+full_chroma_int+bilinear", "-pix_fmt", "rgb24", "-f", "rawvideo", "-",
    ]  # fmt: skip
    raw = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL).stdout
    theirs = np.frombuffer(raw, np.uint8).reshape(-1, 288, 720, 3)
    assert len(theirs) == len(frames) == 24
    assert (
        max(np.abs(frame.image.astype(int) - their).mean() for frame, their in zip(frames, theirs, strict=True)) < 0.2
    )


@pytest.mark.parametrize(
    ("order", "codec", "pixel_format", "options"),
    [
        ("tff", "libx264", "yuv422p", X264 | {"x264-params": "tff=1:interlaced=1"}),
        ("bff", "libx264", "yuv420p", X264),
        ("bff", "ffv1", "yuv422p10le", None),
        ("tff", "ffv1", "bgr0", None),
    ],
)
def test_the_frames_of_a_film_are_won_back(tmp_path, order, codec, pixel_format, options):
    path = written(tmp_path / "film.mkv", pulled_down(order=order), codec, pixel_format, options, Fraction(30000, 1001))
    fault = fault_of(path, Reading())
    assert fault.code is MediaFault.INTERLACED
    assert "film" in fault.detail
    about, frames = seen(path, FILM)
    assert (about.field_order, about.cadence, about.fields) == (order, "telecine", "film")
    assert about.rate == Fraction(24000, 1001)
    assert about.frame_count == len(frames) == 24
    assert [frame.time for frame in frames] == pytest.approx([n * 1001 / 24000 for n in range(24)], abs=1e-6)
    assert [frame.pts * about.time_base for frame in frames] == [n * Fraction(1001, 24000) for n in range(24)]
    assert max(distance(frame.image, moment(2 * n)) for n, frame in enumerate(frames)) < 2
    # Colours as well: what a filter does not take is converted, there and back.
    assert np.abs(frames[9].image.astype(int) - moment(18)).mean() < 4


def test_a_film_whose_fields_are_shifted_by_one(tmp_path):
    pictures = [woven(moment(2 * n + 2), moment(2 * n)) for n in range(30)]
    about, frames = seen(written(tmp_path / "shifted.mkv", pictures), FILM)
    assert (about.field_order, about.cadence, about.fields, about.rate) == ("bff", "shifted", "film", 25)
    assert len(frames) == 30
    assert max(distance(frame.image, moment(2 * n)) for n, frame in enumerate(frames)) < 1


def test_video_of_fields_is_no_film(tmp_path):
    fault = fault_of(written(tmp_path / "live.mkv", interlaced("tff")), FILM)
    assert fault.code is MediaFault.INTERLACED
    assert "bob" in fault.detail


@pytest.mark.parametrize("reading", [Reading(), BOB, FILM])
@pytest.mark.parametrize("images", ["moving", "still"])
def test_a_false_flag_changes_nothing(tmp_path, images, reading):
    """Progressive pictures in an interlaced stream are read as they are, and so is what never moves."""
    pictures = [moment(2 * n if images == "moving" else 0) for n in range(30)]
    path = written(tmp_path / "flag.mp4", pictures, "libx264", "yuv420p", X264 | {"x264-params": "tff=1:interlaced=1"})
    about, frames = seen(path, reading)
    assert (about.fields, about.rate, len(frames)) == ("plain", 25, 30)
    assert about.field_order == ("progressive" if images == "moving" else "tff")
    assert media.clip_encoder(about, reading) == media.clip_encoder(about)


@pytest.mark.parametrize("name", ["juggle.mp4", "bedroom.mp4", "asl_bird.mkv", "tears_of_steel_battle.webm"])
def test_progressive_film_is_never_taken_for_interlaced(name):
    about = media.probe(find(f"clips/{name}"), BOB)
    assert (about.field_order in ("progressive", "unknown"), about.fields) == (True, "plain")


def test_the_fields_taken_apart_are_named_and_repeat_to_the_byte(tmp_path):
    path = written(tmp_path / "field.mkv", interlaced("bff", 12))
    about = media.probe(path, BOB)
    assert media.clip_encoder(about, BOB).endswith("q95 4:2:2 from planes bob bff")
    runs = [[record.sha256 for record in media.decode_clip(path, about, BOB, workers=count)] for count in (1, 3)]
    assert runs[0] == runs[1]
    assert len(runs[0]) == 24


@pytest.mark.parametrize(
    ("letters", "order", "cadence"),
    [
        ("." * 50, "unseen", ""),
        ("p" * 40, "progressive", ""),
        ("p" * 39 + "t", "progressive", ""),
        ("tttpTttttt", "tff", ""),
        ("bb" + "p" * 8, "bff", ""),
        ("ttttbbbb", "mixed", ""),
        ("ptTTp" * 4, "tff", "telecine"),
        ("BBppb" * 4, "bff", "telecine"),
        ("tTppp" * 4, "tff", "telecine"),
        ("ptTTp" + "....." + "ptT.p" * 3, "tff", "telecine"),
        ("ppTTp" * 4, "tff", "telecine"),
        ("TTttt" * 6, "tff", ""),
        ("p" * 30 + "TTTTTT", "tff", ""),
        ("T" * 20, "tff", "shifted"),
    ],
)
def test_what_a_row_of_frames_says(letters, order, cadence):
    verdict = judge(letters, 0.15)
    assert (verdict.order, verdict.cadence) == (order, cadence)
