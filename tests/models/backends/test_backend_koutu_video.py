"""Koutu-S follows what it is shown on one frame, and looks it up on the frames that are known."""

import numpy as np
import pytest
import torch

from models.backends import BadInput, Prompt
from models.backends.koutu_video import MOST, KoutuVideo
from models.backends.protocol import Remembering, Resumable
from models.backends.registry import open_backend
from models.checkpoints import Card, save
from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from models.video.propagation import Propagation
from models.video.session import Session
from models.video.spans import Span, spans
from tests.models.video.drawn_shot import overlap, walking

pytestmark = pytest.mark.usefixtures("one_thread")
TINY = PRESETS["koutu-s-tiny"]


@pytest.fixture(scope="module")
def tracker():
    """Fresh: what it answers is nearly what it is told. It was never taught to shut its memory or its anchors off."""
    torch.manual_seed(3)
    network = KoutuS(TINY)
    torch.nn.init.normal_(network.anchors.gate.weight, std=0.3)
    return KoutuVideo(network.eval(), Card("koutu-s", "1", "Apache-2.0"))


def run(tracker, pictures, said):
    things = {thing: [frame for frame in said if thing in said[frame]] for thing in set().union(*said.values())}
    (span,) = spans(things, 0, len(pictures) - 1)
    return Propagation(span, pictures.__getitem__, said, tracker)


def test_who_is_shown_on_one_frame_is_followed_through_the_shot(tracker):
    pictures, (person,) = walking(10, (80, 6, 5))
    found = {one.index: one.things[1] for one in run(tracker, pictures, {0: {1: person[0]}})}
    assert list(found) == list(range(1, 10))
    assert min(overlap(belief.probability >= 0.5, person[index]) for index, belief in found.items()) > 0.8
    assert all(0 <= belief.confidence.min() <= belief.confidence.max() <= 1 for belief in found.values())


def test_the_frame_that_was_shown_is_as_it_was_shown(tracker):
    pictures, (person,) = walking(3, (80, 6, 5))
    track = tracker.start(192, 256)
    track.add(0, 1, Prompt(mask=person[0]))
    assert np.array_equal(track.step(0, pictures[0])[1], person[0].astype(np.float32))
    track.add(2, 1, Prompt(mask=person[2]))
    track.step(1, pictures[1])
    assert np.array_equal(track.step(2, pictures[2])[1] >= 0.5, person[2])


def test_two_who_cross_never_share_a_pixel(tracker):
    pictures, people = walking(12, (70, 8, 5), (180, -8, 6))
    for followed in run(tracker, pictures, {0: {1: people[0][0], 2: people[1][0]}}):
        one, two = (followed.things[thing].probability >= 0.5 for thing in (1, 2))
        assert not (one & two).any()


def test_frames_that_are_known_are_looked_up_those_to_come_too(tracker):
    pictures, (person,) = walking(6, (80, 6, 5))
    span = Span(1, 2, 0, None, (1,))

    def last(said):
        *_, followed = Propagation(span, pictures.__getitem__, said, tracker)
        return followed.things[1].confidence

    alone, knowing = last({0: {1: person[0]}}), last({0: {1: person[0]}, 5: {1: person[5]}})
    assert not np.array_equal(alone, knowing)
    assert np.array_equal(alone, last({0: {1: person[0]}, 5: {2: person[5]}})), "another thing's frame was looked up"


def test_nobody_is_found_who_was_said_to_be_absent_and_a_neighbour_is_not_taken_up(tracker):
    pictures, people = walking(6, (60, 2, 5), (190, 2, 6))
    for followed in run(tracker, pictures, {0: {1: np.zeros_like(people[0][0]), 2: people[0][0]}}):
        assert not (followed.things[1].probability >= 0.5).any()
        assert not ((followed.things[2].probability >= 0.5) & people[1][followed.index]).any()


def test_it_is_less_sure_the_longer_nobody_said_anything(tracker):
    pictures, (person,) = walking(6, (80, 6, 5))
    sure = [one.things[1].confidence.max() for one in run(tracker, pictures, {0: {1: person[0]}})]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] < 1


def test_the_nearest_eight_are_remembered(tracker):
    pictures, (person,) = walking(14, (80, 2, 5))
    track = tracker.start(192, 256)
    assert isinstance(track, Remembering)
    for index in (0, *range(13, 2, -1)):
        track.remember(index, pictures[index], {1: person[index]})
    track.add(1, 1, Prompt(mask=person[1]))
    track.step(1, pictures[1])
    kept = {name.rpartition("/")[2] for name in track.state() if "/keys/" in name}
    assert kept == {str(index) for index in (0, 1, *range(3, MOST + 1))}


@pytest.mark.parametrize("done", [1, 4, 8])
def test_another_process_goes_on_where_one_was_stopped(tracker, done):
    pictures, people = walking(7, (70, 8, 5), (180, -8, 6))
    said = {frame: {1: people[0][frame], 2: people[1][frame]} for frame in (0, 6)}
    whole = list(run(tracker, pictures, said))
    begun = run(tracker, pictures, said)
    assert isinstance(tracker.start(192, 256), Resumable)
    first = [begun.step() for _ in range(done)]
    session = Session.unpacked(begun.saved().packed())
    rest = list(Propagation.resumed(session, pictures.__getitem__, said, tracker))
    assert [one.index for one in [*first, *rest]] == [one.index for one in whole]
    for mine, other in zip(whole, [*first, *rest], strict=True):
        for thing in (1, 2):
            assert np.array_equal(mine.things[thing].probability, other.things[thing].probability)


def test_what_cannot_be_followed_is_refused(tracker):
    pictures, (person,) = walking(1, (80, 6, 5))
    track = tracker.start(192, 256)
    with pytest.raises(BadInput, match="turn points and boxes into one first"):
        track.add(0, 1, Prompt(points=[(3, 3)], labels=[1]))
    with pytest.raises(BadInput, match=r"the mask is \(5, 5\)"):
        track.add(0, 1, Prompt(mask=np.zeros((5, 5), bool)))
    for refused in (track.step, lambda index, image: track.remember(index, image, {})):
        with pytest.raises(BadInput, match="frame 4 is 30x20, not of the shot's size"):
            refused(4, np.zeros((20, 30, 3), np.uint8))
    track.add(0, 1, Prompt(mask=person[0]))
    track.step(0, pictures[0])
    with pytest.raises(BadInput, match="not of frames of 128x96"):
        tracker.start(96, 128).resume(track.state())


def test_it_is_opened_by_its_name(tmp_path):
    path = tmp_path / "mine.safetensors"
    save(path, KoutuS(TINY), Card("koutu-s", "7", "MIT", config=TINY.as_json()))
    tracker = open_backend("koutu-s-video", path)
    assert (tracker.name, tracker.version, tracker.licence) == ("koutu-s-video", "7", "MIT")
