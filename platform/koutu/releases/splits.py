"""Which group goes to which split: whole groups only, frames as near to the asked share as can be."""

from collections.abc import Mapping

TRAIN, VAL = "train", "val"
SPLITS = (TRAIN, VAL)


def solve(frames: Mapping[str, int], val: float) -> dict[str, str]:
    """Assign every group to "train" or "val".

    `frames` gives the number of frames (≥ 1) by the group's public UUID, `val` the asked share of frames in
    0 … 1. The answer is the exact optimum of the subset-sum problem (Bellman 1957, dynamic programme over
    reachable sums; here the sums are the bits of one integer): the val sum nearest to the asked one, the smaller
    of two equally near, and among equal sums the one found first over UUIDs in order: the same on every machine.
    With `val` > 0 and at least two groups neither split is empty; with one group everything is train.
    """
    groups = sorted(frames)
    if val <= 0 or len(groups) < 2:
        return dict.fromkeys(groups, TRAIN)
    total = sum(frames.values())
    first_reached = _reachable([frames[group] for group in groups], total)
    chosen = _choose(first_reached, total, val * total)
    taken = _unwind(first_reached, [frames[group] for group in groups], chosen)
    return {group: VAL if place in taken else TRAIN for place, group in enumerate(groups)}


def _reachable(sizes: list[int], total: int) -> list[int]:
    """For each size, the sums (as bits) that become reachable with it and were not before."""
    reached, steps = 1, []
    for size in sizes:
        new = (reached << size) & ~reached & ((1 << total) - 1)
        reached |= new
        steps.append(new)
    return steps


def _choose(steps: list[int], total: int, target: float) -> int:
    reached = 0
    for new in steps:
        reached |= new
    middle = min(total - 1, max(1, round(target)))
    below, above = reached & ((1 << (middle + 1)) - 1), reached >> middle
    near = []
    if below:
        near.append(below.bit_length() - 1)
    if above:
        near.append(middle + (above & -above).bit_length() - 1)
    return min(near, key=lambda value: (abs(value - target), value))


def _unwind(steps: list[int], sizes: list[int], chosen: int) -> set[int]:
    taken = set()
    for place in reversed(range(len(steps))):
        if steps[place] >> chosen & 1:
            taken.add(place)
            chosen -= sizes[place]
    return taken


def figures(frames: Mapping[str, int], shots: Mapping[str, int], assigned: Mapping[str, str]) -> dict[str, dict]:
    """Frames, shots, groups and share of frames by split."""
    total = sum(frames.values()) or 1
    table = {}
    for split in SPLITS:
        members = [group for group, name in assigned.items() if name == split]
        held = sum(frames[group] for group in members)
        table[split] = {
            "frames": held,
            "shots": sum(shots[group] for group in members),
            "groups": len(members),
            "share": round(held / total, 4),
        }
    return table
