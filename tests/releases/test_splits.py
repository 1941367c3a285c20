"""Splits: whole groups, as near to the asked share as can be, the same on every machine."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from koutu.releases.splits import figures, solve

groups = st.dictionaries(st.uuids().map(str), st.integers(1, 400), min_size=2, max_size=7)


def val_frames(frames: dict, assigned: dict) -> int:
    return sum(frames[group] for group, split in assigned.items() if split == "val")


@settings(max_examples=200, deadline=None)
@given(groups, st.floats(0.01, 0.99))
def test_no_other_choice_of_groups_comes_nearer(frames, share):
    assigned = solve(frames, share)
    total = sum(frames.values())
    sums = [
        sum(frames[group] for group in chosen)
        for size in range(1, len(frames))
        for chosen in combinations(frames, size)
    ]
    best = min(abs(value - share * total) for value in sums)
    assert abs(val_frames(frames, assigned) - share * total) == best
    assert set(assigned) == set(frames)


@given(groups, st.floats(0, 0.99), st.randoms())
def test_the_order_in_which_groups_come_does_not_matter(frames, share, random):
    shuffled = list(frames.items())
    random.shuffle(shuffled)
    assert solve(dict(shuffled), share) == solve(frames, share)


def test_one_group_or_no_share_is_all_train():
    assert solve({"a": 10}, 0.5) == {"a": "train"}
    assert solve({"a": 10, "b": 10}, 0) == {"a": "train", "b": "train"}


def test_two_equal_groups_still_give_a_val():
    assert sorted(solve({"a": 50, "b": 50}, 0.2).values()) == ["train", "val"]


def test_a_thousand_groups_are_solved_exactly():
    frames = {f"{number:08x}": 100 + number * 37 % 211 for number in range(1000)}
    assert val_frames(frames, solve(frames, 0.2)) == round(sum(frames.values()) * 0.2)


def test_figures_add_up():
    frames, shots = {"a": 30, "b": 10}, {"a": 3, "b": 2}
    table = figures(frames, shots, {"a": "train", "b": "val"})
    assert table["train"] == {"frames": 30, "shots": 3, "groups": 1, "share": 0.75}
    assert table["val"] == {"frames": 10, "shots": 2, "groups": 1, "share": 0.25}
