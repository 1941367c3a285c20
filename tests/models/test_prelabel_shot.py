"""The pre-label of a shot: who is there, who is who, and how soft edges are shared."""

import weakref

import cv2
import numpy as np
import pytest

from models.prelabel import prelabel_shot
from models.prelabel.people import find_people
from tests.models.painted import RedIsPerson, scene, walk


def labels_of(shot):
    return list(prelabel_shot(shot, RedIsPerson()))


def tracks_of(labels):
    return [[person.track for person in frame.people] for frame in labels]


def test_one_who_walks_is_one_person_on_every_frame():
    shot = walk(12, (60, 6))
    labels = labels_of(shot)
    assert tracks_of(labels) == [[1]] * 12
    assert [frame.index for frame in labels] == list(range(12))
    person = labels[5].people[0]
    assert person.mask.shape == person.matte.shape == (180, 320)
    assert set(np.unique(person.mask)) == {0, 255}
    truth = shot[5][..., 0] > 200
    both, either = ((person.mask > 0) & truth).sum(), ((person.mask > 0) | truth).sum()
    assert both / either > 0.97
    np.testing.assert_array_equal(person.mask == 255, person.matte >= 128)


def test_nobody_in_the_shot_is_nobody_on_every_frame():
    assert tracks_of(labels_of([scene([])] * 5)) == [[]] * 5


def test_what_only_one_view_takes_for_somebody_is_nobody():
    assert tracks_of(labels_of([scene([(100, 100, 20, 60, 140)], noise=t) for t in range(8)])) == [[]] * 8


def test_a_doubtful_frame_of_somebody_who_is_there_is_kept():
    shot = [scene([(100, 100, 20, 60, 140 if t % 2 else 230)], noise=t) for t in range(10)]
    assert tracks_of(labels_of(shot)) == [[1]] * 10


def test_two_frames_do_not_make_a_person_in_a_long_shot_but_in_a_short_one():
    def flash(frames):
        return [scene([(100, 100, 20, 60, 230)] if t in (1, 2) else [], noise=t) for t in range(frames)]

    assert tracks_of(labels_of(flash(30))) == [[]] * 30
    assert tracks_of(labels_of(flash(4))) == [[], [1], [1], []]


def test_specks_are_nobody():
    assert tracks_of(labels_of([scene([(100, 100, 3, 3, 230)], noise=t) for t in range(6)])) == [[]] * 6


def test_a_gap_does_not_make_another_person():
    shot = walk(20, (60, 4))
    for t in (8, 9, 10):
        shot[t] = scene([], noise=t)
    assert tracks_of(labels_of(shot)) == [[1]] * 8 + [[]] * 3 + [[1]] * 9


def test_two_who_meet_and_part_stay_two():
    labels = labels_of(walk(30, (60, 6), (260, -2)))
    numbers = tracks_of(labels)
    assert sorted(numbers[0]) == sorted(numbers[-1]) == [1, 2]
    touching = walk(16, (110, 2), (200, -2))
    for frame, image in zip(labels_of(touching), touching, strict=True):
        assert [person.track for person in frame.people] == [1, 2]
        left, right = frame.people
        assert np.nonzero(left.mask)[1].mean() < np.nonzero(right.mask)[1].mean()
        assert not ((left.matte > 0) & (right.matte > 0)).any()
        covered = (left.matte >= 128) | (right.matte >= 128)
        assert np.abs((image[..., 0] > 200).sum() - covered.sum()) < 0.05 * covered.sum()


def test_the_same_shot_gives_the_same_planes():
    shot = walk(8, (60, 6), (200, -3))
    for one, other in zip(labels_of(shot), labels_of(shot), strict=True):
        for a, b in zip(one.people, other.people, strict=True):
            np.testing.assert_array_equal(a.matte, b.matte)


class Streamed:
    """A shot that is drawn anew each time and counts how many of its pictures are alive at once."""

    def __init__(self, frames):
        self.frames, self.alive, self.most = frames, 0, 0

    def __iter__(self):
        for t in range(self.frames):
            image = scene([(60 + 2 * t, 100, 18, 60, 230)], noise=t)
            self.alive += 1
            self.most = max(self.most, self.alive)
            weakref.finalize(image, self._gone)
            yield image

    def _gone(self):
        self.alive -= 1


def test_edges_of_who_stands_still_stand_still():
    """Alone, every frame's edge goes with its grain. Before a plain wall nothing tells how it moved, so it is rough."""
    wall = cv2.GaussianBlur(np.random.default_rng(1).normal(0, 200, (180, 320, 3)), (0, 0), 3)
    still = [scene([(100, 100, 20, 60, 230)], noise=t) + wall for t in range(8)]
    shot = [image.clip(0, 255).astype(np.uint8) for image in still]
    together = [frame.people[0].matte for frame in labels_of(shot)]
    alone = [labels_of([image])[0].people[0].matte for image in shot]
    assert restless(together) < 0.7 * restless(alone)


def restless(mattes):
    """By how much a pixel differs from frame to frame, on average."""
    return np.abs(np.diff(np.stack(mattes).astype(float), axis=0)).mean()


def test_who_is_missed_on_one_frame_does_not_come_into_another_there():
    """The picture hardly changes, so that the frames beside it know better; but whose it is they do not say."""
    dim = [230] * 4 + [56, 56, 38, 56]
    shot = [scene([(80, 100, 18, 60, 230), (200, 100, 18, 60, red)], noise=t) for t, red in enumerate(dim)]
    labels = labels_of(shot)
    assert [len(frame.people) for frame in labels] == [2] * 6 + [1, 2]
    (alone,) = labels[6].people
    assert not alone.matte[:, 150:].any()


def test_frames_are_not_held():
    shot = Streamed(40)
    seen = sum(len(frame.people) for frame in prelabel_shot(shot, RedIsPerson()))
    assert seen == 40
    assert shot.most <= 3


def test_a_generator_is_refused_before_any_work():
    with pytest.raises(TypeError, match="twice"):
        next(prelabel_shot((image for image in walk(3, (60, 1))), RedIsPerson()))


def test_progress_is_told_by_stage():
    told = []
    list(prelabel_shot(walk(3, (60, 1)), RedIsPerson(), lambda stage, done: told.append((stage, done))))
    assert told == [("find", 1), ("find", 2), ("find", 3), ("edges", 1), ("edges", 2), ("edges", 3)]


def test_an_empty_shot_has_no_labels():
    assert labels_of([]) == []


def test_small_pictures_are_labelled_however_small_who_is_on_them():
    """The close look stands on a grid of 16 pixels, which may leave nothing of a speck at the border."""
    for width in (4, 6, 9):
        for left in range(0, 90, 3):
            image = np.full((64, 96, 3), 40, np.uint8)
            image[:8, left : left + width] = (230, 20, 20)
            find_people(image, RedIsPerson())
