"""A copy of a clip is known again, whatever was done to it; what only looks like it is not."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from koutu.clips.media.decode import frames
from koutu.clips.media.encode import small
from koutu.clips.media.likeness.candidates import candidates
from koutu.clips.media.likeness.fingerprint import Fingerprint, Fingerprinter
from koutu.clips.media.likeness.match import likeness
from koutu.clips.media.probing import probe
from koutu.samples import find
from koutu.samples.figures import background, draw_shot
from koutu.samples.video import make_clip

FPS = 24


def fingerprint(images, fps=FPS, start=0.0):
    maker = Fingerprinter()
    for index, image in enumerate(images):
        maker.push(small(image), start + index / fps)
    return maker.finish()


def of_file(path):
    maker = Fingerprinter()
    for frame in frames(path, probe(path)):
        maker.push(small(frame.image), frame.time)
    return maker.finish()


@pytest.fixture(scope="module")
def film():
    """Four seconds of somebody who walks and swings her arms, filmed by a panning camera."""
    return [drawn.image for drawn in draw_shot(96, 1, (320, 180), seed=3)]


@pytest.fixture(scope="module")
def known(film):
    return fingerprint(film)


def brown(image):
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None] / 255
    return (grey**1.4 * (230, 200, 150)).astype(np.uint8)


def with_logo(image):
    marked = cv2.rectangle(image.copy(), (260, 8), (312, 34), (240, 40, 60), -1)
    return cv2.putText(marked, "and so they went away", (60, 170), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1)


COPIES = {
    "kept as it is": lambda image: image,
    "cut on each side": lambda image: image[7:-9, 14:-12],
    "brown like an old print": brown,
    "with a logo and a subtitle": with_logo,
    "between black bars": lambda image: cv2.copyMakeBorder(image, 25, 25, 0, 0, cv2.BORDER_CONSTANT),
    "in a mirror": lambda image: np.ascontiguousarray(image[:, ::-1]),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_known_again(name, film, known, tmp_path):
    images = [cv2.resize(COPIES[name](image), (240, 136), interpolation=cv2.INTER_AREA) for image in film[::2]]
    copy = of_file(make_clip(tmp_path / "copy.webm", images=images, fps=FPS // 2, options={"b": "120000", "crf": "40"}))
    match = likeness(known, copy)
    assert match is not None
    assert match.shift == pytest.approx(0, abs=0.15)
    assert match.overlap == pytest.approx(4, abs=0.3)
    assert match.mirrored == (name == "in a mirror")


def test_a_copy_that_begins_a_second_later_says_so(film, known, tmp_path):
    copy = of_file(make_clip(tmp_path / "copy.mp4", images=film[24:], options={"b": "200000"}))
    match = likeness(known, copy)
    assert match is not None
    assert match.shift == pytest.approx(-1, abs=0.15)
    assert match.b_time - match.a_time == pytest.approx(match.shift, abs=0.2)


def test_asked_the_other_way_round_the_answer_is_turned_round(film, known):
    part = fingerprint(film[36:84], start=10.0)
    there, back = likeness(known, part), likeness(part, known)
    assert there is not None
    assert back == replace(there, shift=-there.shift, a_time=there.b_time, b_time=there.a_time)
    assert there.shift == pytest.approx(8.5, abs=0.15)


@pytest.mark.parametrize(("one", "other"), [("eat", "hungry"), ("book", "sorry"), ("again", "book")])
def test_two_takes_before_one_camera_are_two_clips(one, other):
    assert likeness(of_file(find(f"clips/asl_{one}.mkv")), of_file(find(f"clips/asl_{other}.mkv"))) is None


def test_another_walk_before_the_same_wall_is_another_clip():
    """Everything but the person is the same, to the pixel."""
    wall = background((320, 180), np.random.default_rng(4))

    def walk(seed):
        for drawn in draw_shot(72, 1, (320, 180), seed):
            alpha = np.max(drawn.alphas, axis=0)[..., None] / 255
            yield (drawn.image * alpha + wall * (1 - alpha)).astype(np.uint8)

    first = list(walk(1))
    assert likeness(fingerprint(first), fingerprint(first[6:])) is not None
    assert likeness(fingerprint(first), fingerprint(walk(2))) is None


@pytest.mark.parametrize("level", [0, 128, 255])
def test_flat_clips_say_nothing(level):
    flat = fingerprint([np.full((180, 320, 3), level, np.uint8)] * 48)
    assert likeness(flat, flat) is None
    assert likeness(flat, fingerprint([np.full((180, 320, 3), level, np.uint8)])) is None


def test_a_title_card_is_in_many_films():
    card = with_logo(background((320, 180), np.random.default_rng(9)))
    assert likeness(fingerprint([card] * 60), fingerprint([card] * 72)) is None


def test_a_picture_is_judged_by_its_looks(film):
    """Kept smaller it is the same; of another moment or another place it is another."""
    picture = fingerprint(film[:1])
    smaller = fingerprint([cv2.resize(film[0], (200, 112), interpolation=cv2.INTER_AREA)])
    match = likeness(picture, smaller)
    assert match is not None
    assert (match.a_time, match.b_time, match.overlap) == (0, 0, 0)
    assert likeness(picture, fingerprint(film[60:61])) is None
    assert likeness(picture, fingerprint([background((320, 180), np.random.default_rng(5))])) is None


@pytest.mark.parametrize(("count", "samples"), [(0, 0), (1, 1), (2, 1), (12, 2)])
def test_clips_of_a_few_frames_have_a_fingerprint(count, samples, film):
    short = fingerprint(film[:count])
    assert len(short.grids) == samples
    assert (likeness(short, short) is not None) == (count > 0)


def test_a_stray_time_stamp_does_not_fill_memory(film):
    maker = Fingerprinter()
    for time in (0.0, 0.04, 1e9, 1e9 + 0.04, 5.0):
        maker.push(small(film[0]), time)
    assert len(maker.finish().grids) < 20


def test_a_fingerprint_is_stored_in_few_bytes(known):
    data = known.to_bytes()
    back = Fingerprint.from_bytes(data)
    assert np.array_equal(back.grids, known.grids)
    assert replace(back, grids=known.grids) == known
    assert len(data) < 450 * len(known.grids)


@pytest.mark.parametrize("harm", ["version", "cut", "alien", "empty"])
def test_what_is_no_fingerprint_is_refused(harm, known):
    data = known.to_bytes()
    harmed = {
        "version": data[:4] + b"\x09\x00" + data[6:],
        "cut": data[:-20],
        "alien": b"RIFF" + data[4:],
        "empty": b"",
    }
    with pytest.raises(ValueError, match="fingerprint"):
        Fingerprint.from_bytes(harmed[harm])


def test_a_copy_is_found_among_hundreds(film, known):
    """The original and its mirror image come first, the rest in any order."""
    rng = np.random.default_rng(0)
    others = [(number, fingerprint([background((96, 54), rng) for _ in range(3)], fps=4)) for number in range(200)]
    mirrored = fingerprint([image[:, ::-1] for image in film])
    others += [("it", known), ("mirrored", mirrored)]
    found = candidates(fingerprint([with_logo(image) for image in film[12:]]), others, 5)
    assert len(found) == 5
    assert set(found[:2]) == {"it", "mirrored"}
