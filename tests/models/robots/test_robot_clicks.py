"""The NoC robot clicks until the mask is good, as sure as its hand is, and gives up where nobody listens."""

import numpy as np
import pytest

from models.backends import BadInput
from models.robots.clicks import Slips, click_until
from models.robots.correcting import Annotator
from models.robots.truths import Truth
from tests.models.robots.drawn import Reveals, box, disc, person, picture

PERSON = person()
PICTURE = picture(PERSON)


def test_from_nothing_to_good():
    network = Reveals(PERSON, reach=30)
    frame = click_until(network, PICTURE, Truth(PERSON))
    assert not frame.given_up
    assert 1 < len(frame.rounds) < 10
    assert not frame.good[:-1].any()
    assert frame.good[-1]
    assert frame.iou[0] == 0
    assert (np.diff(frame.iou) > 0).all()
    assert frame.best is frame.states[-1]
    assert frame.seconds == pytest.approx(0.1 + 1 + 1.5 * len(frame.rounds))


def test_each_click_is_told_with_all_before_and_the_last_answer():
    network = Reveals(PERSON)
    frame = click_until(network, PICTURE, Truth(PERSON))
    assert network.asked[0].mask is None
    for count, (prompt, before) in enumerate(zip(network.asked[1:], frame.states[1:], strict=False), 2):
        assert len(prompt.points) == len(prompt.labels) == count
        assert np.array_equal(prompt.mask >= 0.5, before.mask)
    last = network.asked[-1]
    assert [(click.x, click.y) for click in frame.made] == last.points
    assert [click.inside for click in frame.made] == last.labels


@pytest.mark.parametrize("kind", [bool, np.uint8, np.float32])
def test_a_pre_label_is_corrected_where_it_is_wrong(kind):
    extra = disc(20, 70, 10)
    start = (PERSON | extra).astype(kind) * (255 if kind is np.uint8 else kind(1))
    frame = click_until(Reveals(PERSON), PICTURE, Truth(PERSON), start)
    assert len(frame.rounds) == 1
    assert not frame.made[0].inside
    assert (frame.made[0].x, frame.made[0].y) == pytest.approx((20, 70), abs=1)
    assert frame.best.good


def test_a_good_pre_label_costs_a_look():
    def nobody(image, prompt):
        raise AssertionError("was asked")

    frame = click_until(nobody, PICTURE, Truth(PERSON), PERSON)
    assert (frame.rounds, frame.seconds, frame.given_up) == ((), 0.1, False)
    assert click_until(nobody, PICTURE, Truth(np.zeros_like(PERSON))).rounds == ()


def test_it_can_stop_at_an_iou():
    good = click_until(Reveals(PERSON), PICTURE, Truth(PERSON))
    rough = click_until(Reveals(PERSON), PICTURE, Truth(PERSON), annotator=Annotator(iou=0.7))
    assert len(rough.rounds) < len(good.rounds)
    assert rough.iou[-2] < 0.7 <= rough.iou[-1]
    assert not rough.given_up
    assert not rough.best.good


def test_who_is_not_listened_to_tries_other_places_and_gives_up_at_the_limit():
    frame = click_until(lambda image, prompt: np.full(PERSON.shape, 0.2, np.float32), PICTURE, Truth(PERSON))
    assert frame.given_up
    assert len({(click.x, click.y) for click in frame.made}) == 20
    assert all(PERSON[int(click.y), int(click.x)] for click in frame.made)
    assert frame.seconds == pytest.approx(0.1 + 1 + 20 * 1.5)


def test_who_made_it_worse_keeps_the_best():
    answers = iter([PERSON & ~box(0, 0, 20, 128), box(0, 0, 96, 40)])
    frame = click_until(
        lambda image, prompt: next(answers).astype(np.float32), PICTURE, Truth(PERSON), annotator=Annotator(limit=2)
    )
    assert frame.given_up
    assert frame.iou[2] < frame.iou[1]
    assert frame.best is frame.states[1]


def test_nothing_is_clicked_where_nobody_judges():
    void = box(0, 0, 40, 128)
    frame = click_until(Reveals(PERSON), PICTURE, Truth(PERSON, void=void))
    assert frame.best.good
    assert all(click.y > 40 for click in frame.made)


def test_a_trembling_hand_misses_by_its_jitter_and_says_the_opposite_at_times():
    truth, slips = Truth(box(20, 40, 51, 51)), Slips(np.random.default_rng(0), 3.0, 0.25)
    first = [
        click_until(Reveals(truth.mask), PICTURE, truth, annotator=Annotator(limit=1), slips=slips).made[0]
        for _ in range(200)
    ]
    off = np.array([(click.x - 65.5, click.y - 45.5) for click in first])
    assert off.std(axis=0) == pytest.approx((3, 3), rel=0.2)
    assert off.mean(axis=0) == pytest.approx((0, 0), abs=0.7)
    assert 30 < sum(not click.inside for click in first) < 70


def test_a_trembling_hand_stays_in_the_frame():
    corner, wild = Truth(box(0, 0, 6, 6)), Slips(np.random.default_rng(2), 50.0)
    frame = click_until(lambda image, prompt: np.zeros(PERSON.shape, np.float32), PICTURE, corner, slips=wild)
    assert len(frame.made) == 20
    assert all(0 <= click.x <= 128 and 0 <= click.y <= 96 for click in frame.made)


def test_a_trembling_hand_needs_more_clicks():
    def taken(slips):
        return len(click_until(Reveals(PERSON), PICTURE, Truth(PERSON), slips=slips).rounds)

    shaky = [taken(Slips(np.random.default_rng(seed), 30.0, 0.3)) for seed in range(5)]
    assert np.mean(shaky) > taken(None)
    assert taken(Slips(np.random.default_rng(1), 4.0)) == taken(Slips(np.random.default_rng(1), 4.0))


def test_what_does_not_fit_is_said():
    truth = Truth(PERSON)
    with pytest.raises(ValueError, match=r"picture is \(4, 4\) and the truth"):
        click_until(Reveals(PERSON), np.zeros((4, 4, 3), np.uint8), truth)
    with pytest.raises(BadInput, match="give"):
        click_until(Reveals(PERSON), PICTURE[..., 0], truth)
    with pytest.raises(BadInput, match="same size"):
        click_until(Reveals(PERSON), PICTURE, truth, np.zeros((4, 4), bool))
    with pytest.raises(BadInput, match="not logits"):
        click_until(lambda image, prompt: np.full(PERSON.shape, 4.0), PICTURE, truth)


@pytest.mark.parametrize("given", [{"iou": 0.0}, {"iou": 1.1}, {"iou": float("nan")}, {"limit": 0}])
def test_no_annotator_without_an_end(given):
    with pytest.raises(ValueError, match="give"):
        Annotator(**given)


@pytest.mark.parametrize("given", [{"jitter": -1}, {"jitter": float("nan")}, {"wrong": 1.5}, {"wrong": -0.1}])
def test_no_hand_slips_like_that(given):
    with pytest.raises(ValueError, match="give"):
        Slips(np.random.default_rng(), **given)
