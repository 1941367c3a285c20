"""One pass gives everything ingest keeps, in order, in bounded memory."""

import hashlib
import io
import json
import subprocess
import sys
import threading
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from numbered import numbered_image, read_number
from PIL import Image

from koutu.clips import media
from koutu.clips.media.pipeline import subsampling_of
from koutu.clips.media.reading import Fields, FrameFile, Reading
from koutu.samples.figures import draw_shots
from koutu.samples.video import make_clip

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "demo" / "court.webm"


def test_the_demo_clip_becomes_four_shots():
    about = media.probe(DEMO)
    records = list(media.decode_clip(DEMO, about))
    assert [record.index for record in records] == list(range(184))
    assert [record.index for record in records if record.cut] == [46, 92, 138]
    for record in records[::30]:
        assert record.sha256 == hashlib.sha256(record.data).hexdigest()
        assert media.read_picture(record.data).shape == (288, 512, 3)
        assert media.read_picture(record.thumb).shape == (90, 160, 3)
        assert record.media_type == "image/jpeg"


def test_the_stored_picture_is_the_decoded_one_to_the_eye():
    about = media.probe(DEMO)
    for record, frame in zip(media.decode_clip(DEMO, about), media.frames(DEMO, about), strict=True):
        if record.index % 40 == 0:
            error = media.read_picture(record.data).astype(float) - frame.image
            assert 10 * np.log10(255**2 / (error**2).mean()) > 38  # dB


def test_decoding_twice_gives_the_same_bytes_whatever_the_threads():
    about = media.probe(DEMO)
    one = [record.sha256 for record in media.decode_clip(DEMO, about, workers=1)]
    four = [record.sha256 for record in media.decode_clip(DEMO, about, workers=4)]
    assert one == four
    assert media.clip_encoder(about).endswith("q95 4:2:0 from planes")


@pytest.mark.parametrize(
    ("pixel_format", "grid"), [("yuv420p", "4:2:0"), ("yuv422p", "4:2:2"), ("yuv444p", "4:4:4"), ("bgr0", "4:4:4")]
)
def test_the_jpeg_keeps_the_chroma_grid_of_the_source(tmp_path, pixel_format, grid):
    path = make_clip(tmp_path / "a.mkv", images=[numbered_image(3)] * 3, pixel_format=pixel_format)
    about = media.probe(path)
    assert subsampling_of(about) == grid
    assert [read_number(media.read_picture(r.data)) for r in media.decode_clip(path, about)] == [3, 3, 3]


def grid_of(data):
    """The chroma grid a JPEG is on: sampling factors of its first component over the others'."""
    image = Image.open(io.BytesIO(data))
    return {(2, 2): "4:2:0", (2, 1): "4:2:2", (1, 1): "4:4:4"}[image.layer[0][1:3]]


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p", "bgr0"])
@pytest.mark.parametrize(
    ("reading", "media_type"),
    [
        (Reading(), "image/jpeg"),
        (Reading(quality=40), "image/jpeg"),
        (Reading(frames="jpeg444"), "image/jpeg"),
        (Reading(frames="png", quality=40), "image/png"),
    ],
)
def test_frames_are_written_as_the_reading_says(tmp_path, pixel_format, reading, media_type):
    images = [drawn.image for drawn in draw_shots([(3, 1)], (320, 180), 1)]
    path = make_clip(tmp_path / "a.mkv", images=images, pixel_format=pixel_format)
    about = media.probe(path, reading)
    runs = [list(media.decode_clip(path, about, reading, workers=count)) for count in (1, 3)]
    assert [record.sha256 for record in runs[0]] == [record.sha256 for record in runs[1]]
    assert {record.media_type for record in runs[0]} == {media_type}
    for record, frame in zip(runs[0], media.frames(path, about), strict=True):
        stored = media.read_picture(record.data)
        error = (stored.astype(float) - frame.image) ** 2
        if reading.frames is FrameFile.PNG:
            assert np.array_equal(stored, frame.image)
        else:
            assert 10 * np.log10(255**2 / error.mean()) > (38 if reading.quality == 95 else 30)
            grid = "4:2:0" if pixel_format == "yuv420p" and reading.frames is FrameFile.JPEG else "4:4:4"
            assert grid_of(record.data) == grid


def test_every_reading_of_a_clip_has_a_name_of_its_own():
    about = media.probe(DEMO)
    readings = [Reading(), Reading(quality=90), Reading(frames="jpeg444"), Reading(frames="png")]
    names = [media.clip_encoder(about, reading) for reading in readings]
    assert len(set(names)) == 4
    assert names[0] == media.clip_encoder(about)
    firsts = [[r.sha256 for r in islice(media.decode_clip(DEMO, about, reading), 2)] for reading in readings]
    assert len({first[0] for first in firsts}) == 4


@pytest.mark.parametrize(
    "reading", [Reading(), Reading(FrameFile.PNG, 80, Fields.FILM, Fraction(24000, 1001)), Reading(fields="bob")]
)
def test_a_reading_survives_json(reading):
    assert Reading.from_dict(json.loads(json.dumps(reading.to_dict()))) == reading


def test_a_reading_may_leave_out_what_is_as_ever():
    assert Reading.from_dict({}) == Reading()
    assert Reading.from_dict({"picture_rate": 30}).picture_rate == 30
    assert Reading().to_dict() == {"frames": "jpeg", "quality": 95, "fields": "refuse", "picture_rate": "25"}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"frames": "gif"}, "frames is one of jpeg, jpeg444, png, not 'gif'"),
        ({"frames": None}, "frames"),
        ({"quality": 0}, "quality is a whole number from 1 to 100"),
        ({"quality": 101}, "quality"),
        ({"quality": True}, "quality"),
        ({"quality": "95"}, "quality"),
        ({"fields": "weave"}, "fields is one of refuse, bob, film"),
        ({"picture_rate": "0"}, "picture_rate"),
        ({"picture_rate": "-25"}, "picture_rate"),
        ({"picture_rate": "1/0"}, "picture_rate"),
        ({"picture_rate": "fast"}, "picture_rate"),
        ({"picture_rate": 23.976}, "picture_rate"),
        ({"picture_rate": 5000}, "picture_rate"),
        ({"picture_rate": "1/9999999999"}, "picture_rate"),
        ({"picture_rate": [25]}, "picture_rate"),
        ({"sharpen": 1, "blur": 2}, "a reading has no blur, sharpen"),
        ([], "object"),
    ],
)
def test_a_reading_that_makes_no_sense_says_what_is_wrong(values, reason):
    with pytest.raises(ValueError, match=reason):
        Reading.from_dict(values)


def test_a_caller_who_stops_early_leaves_no_threads(tmp_path):
    path = make_clip(tmp_path / "a.mkv", images=[numbered_image(n) for n in range(60)])
    records = media.decode_clip(path, media.probe(path), workers=3)
    next(records)
    records.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("frame")]


def test_memory_does_not_grow_with_the_clip(tmp_path):
    """Ten times the frames, the same peak: measured in processes of their own."""

    def peak(count):
        path = make_clip(
            tmp_path / f"{count}.mp4", images=[numbered_image(n % 900, (1280, 720)) for n in range(8)] * (count // 8)
        )
        code = (
            "import resource, sys; from pathlib import Path; from koutu.clips import media\n"
            "path = Path(sys.argv[1])\n"
            "for record in media.decode_clip(path, media.probe(path), workers=2): pass\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, path], cwd=ROOT / "platform", capture_output=True, check=True
        )
        return int(done.stdout) / 1024

    assert peak(400) < peak(40) + 40  # MiB; 360 frames more would hold 950 as pictures


def test_the_same_picture_has_nearly_the_same_fingerprint():
    """Smaller, recompressed and brighter copies are recognised; other pictures are not."""
    [one], [other] = ([d.image for d in draw_shots([(1, 1)], (640, 360), seed)] for seed in (1, 2))
    mark = media.perceptual_hash(one)
    copies = [
        one[::2, ::2],
        media.read_picture(media.encode_jpeg(one, quality=40, subsampling="4:2:0")),
        np.clip(one.astype(int) + 12, 0, 255).astype(np.uint8),
    ]
    assert max(media.hamming(mark, media.perceptual_hash(copy)) for copy in copies) <= 6
    assert media.hamming(mark, media.perceptual_hash(other)) > 16
    assert -(2**63) <= mark < 2**63
    assert media.hamming(-1, 0) == 64


def test_importing_the_package_loads_no_codec():
    """A web process names faults and functions; only a worker pays for OpenCV and PyAV."""
    code = "import sys; from koutu.clips import media; from koutu.clips.media.faults import MediaError\n"
    code += "print([name for name in ('av', 'cv2', 'simplejpeg', 'numpy') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "platform", capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError):
        media.nothing_of_the_kind  # noqa: B018
