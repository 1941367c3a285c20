"""Whatever somebody says of whatever picture, what lies out of reach of it stays to the bit."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.backends.registry import open_backend
from models.interaction.answering import answer
from models.interaction.marks import SILENT, filled, marked, seeds
from models.interaction.reach import reach_of
from models.interaction.words import Line, Point, Words, box
from models.matting.trimap import MASK_LEVEL, band_radius
from tests.models.interaction.drawn import SIDE, alpha

# In radii of the band: how far from a change alpha is solved again, and from a mask's edge the edge is in doubt.
SOLVED, DOUBTED = 2, 3


@st.composite
def pictures(draw):
    """A picture (SIDE, SIDE, 3) uint8 of a person in front of something, and the pixels (SIDE, SIDE) bool of hers."""
    random = np.random.default_rng(draw(st.integers(0, 999)))
    image = np.full((SIDE, SIDE, 3), random.integers(0, 256, 3), np.uint8)
    for _ in range(draw(st.integers(0, 3))):
        corners = random.integers(0, SIDE, (2, 2)).tolist()
        cv2.rectangle(image, *corners, random.integers(0, 256, 3).tolist(), -1)
    person = np.zeros((SIDE, SIDE), np.uint8)
    middle, axes = random.integers(20, SIDE - 20, 2), random.integers(4, 30, 2)
    cv2.ellipse(person, middle.tolist(), axes.tolist(), draw(st.integers(0, 179)), 0, 360, 1, -1)
    image[person > 0] = random.integers(0, 256, 3)
    noise = random.integers(-20, 21, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8), person > 0


@st.composite
def mattes(draw, person):
    """Of a person (SIDE, SIDE) bool with something too much and something missing: hard, soft, or by a wild hand."""
    random = np.random.default_rng(draw(st.integers(0, 999)))
    mask = person.copy()
    for much in draw(st.lists(st.booleans(), max_size=3)):
        left, top = random.integers(0, SIDE - 8, 2)
        wide, high = random.integers(3, 40, 2)
        mask[top : top + high, left : left + wide] = much
    kind = draw(st.sampled_from(["hard", "soft", "wild"]))
    if kind == "wild":
        inside, outside = random.integers(128, 256, mask.shape), random.integers(0, 128, mask.shape)
        return np.where(mask, inside, outside).astype(np.uint8)
    return cv2.GaussianBlur(alpha(mask), (0, 0), 1.5) if kind == "soft" else alpha(mask)


sides = st.floats(0, SIDE)
places = st.tuples(sides, sides)
steps = st.floats(-12, 12)
strokes = st.lists(st.builds(Line, st.lists(places, min_size=1, max_size=3), st.booleans()), max_size=1)
truths = st.integers(0, 999).map(lambda seed: np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE)))


@st.composite
def clicked(draw):
    """Clicks anywhere, some with one of the opposite sign near by."""
    clicks = [Point(*place, draw(st.booleans())) for place in draw(st.lists(places, min_size=1, max_size=3))]
    for x, y, inside in clicks[: draw(st.integers(0, 2))]:
        x, y = np.clip((x + draw(steps), y + draw(steps)), 0, SIDE).tolist()
        clicks.append(Point(x, y, not inside))
    return clicks


def reached(matte, words):
    """(SIDE, SIDE) bool: where clicks and strokes were made, and round each as far as what it contradicts goes."""
    mask = matte >= MASK_LEVEL
    free = marked(words, mask) != SILENT
    for inside in (False, True):
        free |= reach_of(mask, seeds(words, inside), inside)
    return free


def assert_kept(found, matte, free, truth):
    """Beyond what was `free` to change and the band round it: the matte, its mask, and whatever was wrong of it."""
    kept = far_from(free) > SOLVED * band_radius(SIDE, SIDE)
    assert np.array_equal(found.matte[kept], matte[kept])
    assert np.array_equal(found.mask[kept], matte[kept] >= MASK_LEVEL)
    assert np.array_equal(abs(found.matte - truth)[kept], abs(matte - truth)[kept])


def far_from(some):
    """Pixels to the nearest of `some`."""
    return cv2.distanceTransform(1 - some.astype(np.uint8), cv2.DIST_L2, 5)


@settings(max_examples=60, deadline=None)
@given(st.data(), pictures(), clicked(), strokes, truths)
def test_clicks_and_strokes_make_nothing_worse_that_they_do_not_reach(data, picture, clicks, lines, truth):
    image, person = picture
    matte = data.draw(mattes(person))
    words = Words(points=clicks, strokes=lines)
    assert_kept(answer(image, matte, words), matte, reached(matte, words), truth)


@pytest.mark.parametrize("apart", [1.6, 1.8, 2.2])
def test_words_said_at_once_reach_as_far_as_what_was_seen_was_wrong(apart):
    """What one of them takes away does not lend another a longer arm."""
    mask, image = np.zeros((SIDE, SIDE), bool), np.full((SIDE, SIDE, 3), (60, 130, 70), np.uint8)
    mask[44:56, 30:36] = mask[0:10, 80:90] = True
    image[46:55, 36:50] = image[0:10, 80:90] = 190, 60, 50
    words = Words(points=[Point(36 + apart, 50.5, True), Point(33, 50.5, False)])
    assert_kept(answer(image, alpha(mask), words), alpha(mask), reached(alpha(mask), words), alpha(mask))


@given(st.integers(0, SIDE - 41), st.integers(0, SIDE - 1))
def test_a_click_reaches_three_times_as_deep_as_it_is_wrong_and_no_farther_than_a_tenth(away, row):
    left = np.zeros((SIDE, SIDE), bool)
    left[:, :40] = True
    diagonal, depth = float(np.hypot(SIDE, SIDE)), away + 1
    rows, columns = np.nonzero(reach_of(left, np.array([[40.5 + away, row + 0.5]]), True))
    farthest = np.hypot(columns - 40 - away, rows - row).max()
    assert abs(farthest - min(3 * depth + 0.008 * diagonal, 0.1 * diagonal)) <= 1


@settings(max_examples=30, deadline=None)
@given(st.data(), pictures(), st.lists(places, min_size=3, max_size=6), st.booleans(), truths)
def test_an_outline_makes_nothing_worse_round_it(data, picture, corners, inside, truth):
    image, person = picture
    matte, outline = data.draw(mattes(person)), Line(corners, inside)
    free = filled(outline, person.shape)
    if free.any():
        assert_kept(answer(image, matte, Words(outline=outline)), matte, free, truth)


@settings(max_examples=20, deadline=None)
@given(st.data(), pictures(), truths)
def test_a_mask_made_better_stays_where_its_edge_is_far(data, picture, truth):
    image, person = picture
    matte = data.draw(mattes(person))
    if (matte >= MASK_LEVEL).any():
        assert_kept(answer(image, matte, Words()), matte, doubted(matte), truth)


def doubted(matte):
    edge = cv2.morphologyEx((matte >= MASK_LEVEL).astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return far_from(edge) <= DOUBTED * band_radius(*matte.shape)


@pytest.fixture(scope="module")
def koutu_s():
    return open_backend("koutu-s")


@settings(max_examples=8, deadline=None)
@given(st.data(), pictures(), clicked(), strokes, truths)
def test_with_the_network_that_ships_nothing_gets_worse_out_of_reach_either(
    koutu_s, data, picture, clicks, lines, truth
):
    image, person = picture
    matte = data.draw(mattes(person).filter(lambda one: (one >= MASK_LEVEL).any()))
    words, nothing = Words(points=clicks, strokes=lines), np.zeros_like(matte)
    assert_kept(answer(image, matte, words, koutu_s), matte, reached(matte, words), truth)
    mended = answer(image, matte, Words(), koutu_s)
    assert mended.asked
    assert_kept(mended, matte, doubted(matte), truth)
    outline = box(20, 12, 70, 80)
    boxed = answer(image, nothing, Words(outline=outline), koutu_s)
    assert boxed.asked
    assert_kept(boxed, nothing, filled(outline, nothing.shape), truth)
