"""An outline has as few vertices as make the mask good, and moves in straight lines from key frame to key frame."""

import numpy as np
import pytest

from models.metrics import tight_boundary_accuracy
from models.robots.between import blended, interpolated
from models.robots.costs import Costs
from models.robots.keyframes import trace
from models.robots.polygons import TOLERANCES, Polygon, outline, traced, turns
from models.robots.truths import Truth
from tests.models.metrics.drawn_masks import ragged
from tests.models.robots.drawn import SIZE, box, disc, person, walk

HOLED = disc(64, 48, 40) & ~disc(60, 40, 15)


@pytest.mark.parametrize(
    "mask", [person(), HOLED, box(0, 0, 96, 128), box(5, 5, 1, 1), box(5, 5, 1, 40), np.eye(96, 128, dtype=bool)]
)
def test_an_outline_without_tolerance_is_the_mask(mask):
    assert np.array_equal(outline(mask, 0.2).mask(SIZE), mask)


def test_ragged_masks_with_islands_come_back_too():
    chance = np.random.default_rng(5)
    for _ in range(5):
        mask = ragged(chance, 70, 90)
        assert np.array_equal(outline(mask, 0.2).mask((70, 90)), mask)


def test_a_hole_is_a_ring_that_turns_the_other_way():
    polygon = outline(HOLED, 1.0)
    hole, outer = sorted(polygon.rings, key=lambda ring: ring[:, 0].max())
    assert (turns(hole), turns(outer)) == (False, True)
    assert not polygon.mask(SIZE)[40, 60]
    assert polygon.mask(SIZE)[80, 64]


def test_a_coarser_hand_sets_fewer_vertices_and_leaves_the_edge_by_no_more_than_said():
    counts = [outline(HOLED, tolerance).vertices for tolerance in TOLERANCES]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    rough = outline(HOLED, 4.0)
    edge = outline(HOLED, 0.2)
    assert max(rough.distance(vertex) for ring in edge.rings for vertex in ring) <= 4.5


@pytest.mark.parametrize("speck", [box(5, 5, 2, 2), box(50, 20, 1, 30)])
def test_what_is_smaller_than_the_tolerance_is_outlined_all_the_same(speck):
    rough = outline(speck, 8.0)
    assert rough.vertices >= 3
    assert (rough.mask(SIZE) & speck).any()
    assert Truth(speck).state(traced(Truth(speck)).mask(SIZE)).iou > 0.4


def test_the_coarsest_good_outline_is_traced():
    truth = Truth(HOLED)
    polygon = traced(truth)
    mask = polygon.mask(SIZE)
    assert truth.state(mask).good
    assert tight_boundary_accuracy(truth.mask[None], mask[None])[0] >= 0.9
    assert polygon.vertices < outline(HOLED, 1.0).vertices
    assert polygon.vertices < 30


def test_nobody_has_no_outline():
    polygon = outline(np.zeros(SIZE, bool), 1.0)
    assert polygon.vertices == 0
    assert not polygon.mask(SIZE).any()
    assert polygon.distance(np.array([3.0, 4.0])) == float("inf")


def test_no_outline_of_something_else():
    with pytest.raises(ValueError, match="a tolerance of 0"):
        outline(person(), 0)
    with pytest.raises(ValueError, match="a ring is"):
        Polygon((np.zeros((2, 2)),))
    with pytest.raises(ValueError, match="a ring is"):
        Polygon((np.array([[0, 0], [1, np.nan], [1, 1]]),))
    with pytest.raises(ValueError, match="no key frame"):
        interpolated({}, 3)


def test_half_way_between_two_places_is_the_place_between():
    half = blended(outline(person(40), 1.0), outline(person(80), 1.0), 0.5)
    assert Truth(person(60)).state(half.mask(SIZE)).iou > 0.97


def test_it_does_not_matter_where_a_ring_starts():
    one = outline(person(), 1.0)
    turned = Polygon(tuple(np.roll(ring, 7, axis=0) for ring in one.rings))
    assert Truth(person()).state(blended(one, turned, 0.5).mask(SIZE)).good


def test_key_frames_are_as_traced_and_the_rest_of_the_shot_stands_still():
    keys = {2: outline(person(40), 1.0), 6: outline(person(80), 1.0)}
    assert [interpolated(keys, index) for index in (0, 2)] == [keys[2]] * 2
    assert [interpolated(keys, index) for index in (6, 9)] == [keys[6]] * 2


def test_a_ring_without_a_partner_stands_still_on_its_side_of_the_middle():
    alone = outline(disc(40, 40, 20), 0.5)
    joined = outline(disc(40, 40, 20) | disc(100, 70, 8), 0.5)
    assert not blended(alone, joined, 0.4).mask(SIZE)[70, 100]
    assert blended(alone, joined, 0.6).mask(SIZE)[70, 100]
    assert blended(joined, alone, 0.4).mask(SIZE)[70, 100]
    assert not blended(Polygon(), joined, 0.4).mask(SIZE).any()


def test_somebody_who_walks_evenly_needs_two_key_frames():
    shot = walk(9)
    done = trace(shot)
    assert sorted(done.keys) == [0, 8]
    assert done.good.all()
    assert done.iou.min() > 0.9
    assert shot[4].state(done.mask(4, SIZE)).good
    assert done.seconds == pytest.approx(2 * 1 + 2 * done.vertices + 9 / 10)


def test_who_turns_round_is_halved_until_good():
    there = [30, 36, 42, 48, 54, 60, 54, 48, 42, 36, 30]
    done = trace([Truth(person(x)) for x in there])
    assert done.good.all()
    assert sorted(done.keys) == [0, 5, 10]
    assert done.seconds > len(done.keys) + 2 * done.vertices + 1.1


def test_a_vertex_that_is_where_it_should_be_costs_nothing():
    still = trace([Truth(person())] * 6)
    alone = trace([Truth(person())])
    assert still.vertices == alone.vertices == traced(Truth(person())).vertices
    assert still.seconds == pytest.approx(alone.seconds + 1 + 0.5)


def test_time_is_what_the_costs_say():
    assert trace(walk(5), Costs(vertex=10)).seconds > 4 * trace(walk(5)).seconds
    with pytest.raises(ValueError, match="no frame"):
        trace([])
