"""What a propagation may change, told before it runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from models.video.spans import Reach, Span, changed, reached, spans, within


def test_the_gaps_between_anchors_and_both_ends():
    assert spans({1: [20, 10]}, 0, 29) == [
        Span(0, 9, None, 10, (1,)), Span(11, 19, 10, 20, (1,)), Span(21, 29, 20, None, (1,))
    ]  # fmt: skip


def test_an_anchor_at_an_end_or_beside_another_leaves_no_gap_there():
    assert spans({1: [0, 1, 5]}, 0, 5) == [Span(2, 4, 1, 5, (1,))]
    assert spans({1: range(6)}, 0, 5) == []


def test_things_of_one_gap_are_followed_together_and_others_alone():
    found = spans({1: [0], 2: [0], 3: [4]}, 0, 9)
    assert found == [Span(0, 3, None, 4, (3,)), Span(1, 9, 0, None, (1, 2)), Span(5, 9, 4, None, (3,))]


def test_a_thing_without_an_anchor_is_left_alone():
    assert spans({1: [], 2: [3]}, 3, 3) == []


def test_an_anchor_outside_the_shot_is_refused():
    with pytest.raises(ValueError, match=r"thing 4 has an anchor outside frames 10 to 19: \[9, 12\]"):
        spans({4: [9, 12]}, 10, 19)


def test_a_person_chooses_earlier_later_or_both():
    gaps = spans({1: [5, 10]}, 0, 19)
    ends = {
        reach: [(span.first, span.last) for span in reached(gaps, 10, reach)]
        for reach in Reach
        if reach != Reach.CHANGED
    }
    assert ends.pop(Reach.ALL) == [(span.first, span.last) for span in gaps]
    assert ends == {Reach.EARLIER: [(6, 9)], Reach.LATER: [(11, 19)], Reach.BOTH: [(6, 9), (11, 19)]}
    with pytest.raises(ValueError, match="needs to know how they were"):
        reached(gaps, 10, Reach.CHANGED)


def test_only_what_a_change_can_reach_is_run_again():
    before = {1: {0: "a", 10: "b", 20: "c"}, 2: {0: "a"}}
    assert changed(before, before, 0, 29) == []
    now = before | {1: {0: "a", 10: "other", 20: "c"}}
    assert changed(before, now, 0, 29) == [Span(1, 9, 0, 10, (1,)), Span(11, 19, 10, 20, (1,))]
    gone = before | {1: {0: "a", 20: "c"}}
    assert changed(before, gone, 0, 29) == [Span(1, 19, 0, 20, (1,))]
    assert changed({}, {2: {0: "a"}}, 0, 29) == [Span(1, 29, 0, None, (2,))]


def test_an_anchor_that_a_cut_took_away_leaves_the_outermost_gap_changed():
    before = {1: {2: "a", 9: "b"}}
    left = changed(before, {1: {2: "a"}}, 0, 5)
    assert [(span.first, span.last) for span in left] == [(3, 5)]
    right = changed(before, {1: {9: "b"}}, 6, 12)
    assert [(span.first, span.last) for span in right] == [(6, 8)]


@given(some.dictionaries(some.integers(1, 3), some.sets(some.integers(0, 12)), max_size=3))
def test_every_frame_is_an_anchor_or_in_one_span(anchors):
    for thing, frames in anchors.items():
        held = [
            frame
            for span in spans(anchors, 0, 12)
            if thing in span.things
            for frame in range(span.first, span.last + 1)
        ]
        assert sorted([*held, *frames]) == (list(range(13)) if frames else [])


def test_a_span_is_cut_to_open_frames_and_loses_the_anchor_beyond_them():
    all_ = spans({1: [4, 20]}, 0, 30)
    assert within(all_, 2, 10) == [Span(2, 3, None, 4, (1,)), Span(5, 10, 4, None, (1,))]
    assert within(all_, 0, 30) == all_
    assert within(all_, 4, 4) == []
