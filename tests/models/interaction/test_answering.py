"""Somebody says something about a picture, and the mask gets better there."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.backends.prompt import BadInput, Prompt
from models.interaction.answering import Told, answer
from models.interaction.words import MOST_PLACES, MOST_POINTS, Line, Point, Words, box
from models.matting.edges import edge_matte
from tests.models.interaction.drawn import SIDE, alpha, pixel, scene


def iou(one, other):
    return (one & other).sum() / (one | other).sum()


def said(image, mask, words, network=None):
    return answer(image, alpha(mask), words, network)


def test_a_click_on_a_bag_that_is_missing_adds_the_bag():
    image, person, bag = scene()
    found = said(image, person, Words(points=[Point(68, 62, True)]))
    assert found.told is Told.CHANGED
    assert iou(found.mask, person | bag) > 0.97 > iou(person, person | bag) + 0.05


def test_a_click_beside_the_person_takes_away_what_is_not_hers():
    image, person, bag = scene()
    found = said(image, person | bag, Words(points=[Point(68, 62, False)]))
    assert iou(found.mask, person) > 0.97


def test_a_click_on_a_part_answers_with_the_part():
    image, _, bag = scene()
    half = bag.copy()
    half[:, 68:] = False
    found = said(image, half, Words(points=[Point(73, 62, True)]))
    assert iou(found.mask, bag) > 0.95


def test_clicks_from_nothing_find_a_thing():
    image, _, bag = scene()
    nothing = np.zeros((SIDE, SIDE), bool)
    assert iou(said(image, nothing, Words(points=[Point(68, 62, True)])).mask, bag) > 0.9


def test_a_stroke_takes_in_what_it_goes_through():
    image, person, bag = scene()
    stroke = Line([(66.0, 56.0), (70.0, 68.0)], True)
    found = said(image, person, Words(strokes=[stroke]))
    assert iou(found.mask, person | bag) > 0.97
    assert found.mask[56, 66]
    assert found.mask[67, 69]


def test_a_box_asks_what_it_holds_and_a_lasso_says_what_is_nobodys():
    image, person, bag = scene()
    boxed = said(image, person, Words(outline=box(57, 48, 80, 76)))
    assert iou(boxed.mask, person | bag) > 0.95
    cut = said(image, boxed.mask, Words(outline=Line([(61, 48), (80, 48), (80, 76), (61, 76)], False)))
    assert not (cut.mask & bag)[:, 64:].any()


def test_a_mask_without_words_is_made_better():
    image, person, _ = scene()
    worse = cv2.dilate(alpha(person), np.ones((5, 5), np.uint8)) > 0
    found = said(image, worse, Words())
    assert iou(found.mask, person) > iou(worse, person)


class SeesAllOfIt:
    """A network that takes the whole picture for the thing."""

    name, version, licence = "all", "1", "Apache-2.0"

    def mask(self, image, prompt):
        return np.ones(image.shape[:2], np.float32)


def test_a_mask_without_words_stays_where_its_edge_is_far_whatever_a_network_says():
    image, person, _ = scene()
    found = answer(image, alpha(person), Words(), SeesAllOfIt())
    assert found.asked
    assert (found.mask & ~person).any()
    assert found.mask.mean() < 0.6


def test_a_click_that_makes_nothing_better_is_told_so():
    image, person, _ = scene()
    found = said(image, person, Words(points=[Point(44, 50, True)]))
    assert found.told is Told.AGREES
    assert found.box is None


def test_a_click_that_nothing_goes_with_changes_its_place_alone():
    image, person, bag = scene()
    flat = np.full_like(image, 90)
    found = said(flat, person | bag, Words(points=[Point(44, 50, False)]))
    assert not found.mask[50, 44]
    assert iou(found.mask, person | bag) > 0.5


places = st.tuples(st.floats(0, SIDE), st.floats(0, SIDE), st.booleans()).map(lambda place: Point(*place))


@settings(max_examples=30, deadline=None)
@given(st.lists(places, min_size=1, max_size=4), st.integers(0, 3))
def test_no_click_is_undone(clicks, seed):
    image, person, _ = scene(seed)
    matte = edge_matte(image, alpha(person))
    for count, click in enumerate(clicks):
        found = answer(image, matte, Words(points=[click], earlier=clicks[:count]))
        assert found.mask[pixel(click.y), pixel(click.x)] == click.inside
        matte = found.matte
        for place, (x, y, inside) in enumerate(clicks[: count + 1]):
            later = clicks[place + 1 : count + 1]
            if all(np.hypot(x - other.x, y - other.y) > 6 for other in later):
                assert (matte[pixel(y), pixel(x)] >= 128) == inside


def test_the_same_question_gets_the_same_answer():
    image, person, _ = scene()
    words = Words(points=[Point(68, 62, True)])
    assert np.array_equal(said(image, person, words).matte, said(image, person, words).matte)


def test_a_brush_speaks_after_the_clicks_before_it():
    image, person, bag = scene()
    painted = person | bag
    words = Words(points=[Point(20, 20, False)], earlier=[Point(68, 62, False)])
    assert np.array_equal(said(image, painted, words).mask, painted)


class Half:
    """Sees the upper half of a picture."""

    name, version, licence = "half", "1", "CC0"

    def __init__(self):
        self.asked = []

    def mask(self, image: np.ndarray, prompt: Prompt) -> np.ndarray:
        prompt.check(*image.shape[:2])
        self.asked.append(prompt)
        found = np.zeros(image.shape[:2], np.float32)
        found[: len(found) // 2] = 1
        return found


def test_a_network_says_who_is_in_an_outline_and_no_more():
    image, _, _ = scene()
    network = Half()
    found = said(image, np.zeros((SIDE, SIDE), bool), Words(outline=box(10, 20, 40, 90)), network)
    assert found.mask[20:40, 12:38].mean() > 0.95
    assert not found.mask[56:].any()
    assert not found.mask[:, 46:].any()
    ((x, y),) = network.asked[0].points
    assert 20 < x < 30 < y < 80
    assert found.asked


def test_a_first_click_is_asked_of_a_network_and_the_next_ones_are_not():
    image, person, _ = scene()
    network = Half()
    nothing = np.zeros((SIDE, SIDE), bool)
    found = said(image, nothing, Words(points=[Point(44, 30, True)]), network)
    assert found.mask[:40].mean() > 0.95
    assert not found.mask[56:].any()
    assert not said(image, person, Words(points=[Point(68, 62, True)]), network).asked
    assert len(network.asked) == 1


def test_on_a_part_colours_answer_from_the_first_click():
    image, _, bag = scene()
    network = Half()
    found = answer(image, np.zeros((SIDE, SIDE), np.uint8), Words(points=[Point(68, 62, True)]), network, part=True)
    assert iou(found.mask, bag) > 0.9
    assert not network.asked


def test_what_changed_lies_in_the_box_that_is_told_and_reaches_its_sides():
    image, person, _ = scene()
    found = said(image, person, Words(points=[Point(68, 62, True)]))
    rows, columns = np.nonzero(found.matte != alpha(person))
    assert found.box == (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (Words(points=[Point(-1, 3, True)]), "not in a picture of 96x96"),
        (Words(points=[Point(float("nan"), 3, True)]), "not in a picture"),
        (Words(earlier=[Point(3, 97, True)]), "not in a picture"),
        (Words(outline=Line([(0, 0), (200, 0), (0, 9)], True)), "not in a picture"),
        (Words(outline=Line([(0, 0), (9, 9)], True)), "fewer than three"),
        (Words(strokes=[Line([], True)]), "no places"),
        (Words(points=[Point(1, 1, True)] * (MOST_POINTS + 1)), "at most 256"),
        (Words(strokes=[Line([(1, 1)] * (MOST_PLACES + 1), True)]), "more than 4096 places"),
    ],
)
def test_what_makes_no_sense_is_refused(words, sentence):
    image, person, _ = scene()
    with pytest.raises(BadInput, match=sentence):
        said(image, person, words)


def test_nothing_said_of_nothing_is_refused():
    image, person, _ = scene()
    with pytest.raises(BadInput, match="nothing was said"):
        said(image, np.zeros_like(person), Words())
    with pytest.raises(BadInput, match="give uint8"):
        answer(image, person, Words())
    with pytest.raises(BadInput, match="of the picture's size"):
        answer(image, alpha(person)[1:], Words())
