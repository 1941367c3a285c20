"""[subjects.identity]: whether people who cross, hug, hide, leave and return keep their identity.

Composed shots of the validation people, followed three ways: from each person's true mask (what the tracker costs),
from the connected regions of all true masks together (a network that finds everybody and tells nobody apart), and from
`mean4`, which tells people apart as well as it can. Beside: overlap from frame to frame alone, from each person's true
mask and from regions. The value is that from regions: from everybody's own mask identity is easy, and no network gives
that yet. Its interval draws shots anew. The real clip of two children is followed as `mean4` sees it.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from bench._crossings import FRAMES, KINDS, SIZE, Meeting, cast_of, meeting
from bench._model_rows import one_thread, without_samples
from bench._ranges import drawn_anew
from koutu.samples import at_hand
from models import gold, planes
from models.backends.grouping import spread
from models.backends.registry import open_backend
from models.gold.making import pictures
from models.metrics.identity import NOTHING, IdentityScore, identity
from models.metrics.region import jaccard
from models.prelabel.regions import join_specks
from models.video.everybody import Everybody

NAME = "subjects.identity"
TARGET = 0.95
SHOTS, BY_NETWORK = 204, 24  # shots in all, and of these as the network sees them
LEAST = int(0.003 * SIZE[0] * SIZE[1])  # pixels of somebody who counts
MASKS, REGIONS, NETWORK = "true masks", "true regions", "mean4"
ALONE = {way: f"overlap alone, {way}" for way in (MASKS, REGIONS)}
Regions = list[np.ndarray]
Shot = tuple[str, dict[str, IdentityScore]]  # its kind, and its scores by way


def run(full: bool) -> dict:
    began = time.perf_counter()
    if at_hand("rendered") is None:
        return without_samples(NAME, "IDF1")
    samples = at_hand("rendered").parent
    by_network = SHOTS if full else BY_NETWORK
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        found = list(pool.map(partial(of_shot, samples, by_network), range(SHOTS), chunksize=6))
    rows = [_row(way, kind, found) for way in found[0][1] for kind in (*KINDS, "all")]
    of = {row["row"]: row["IDF1"] for row in rows if row["kind"] == "all"}
    value, worse = of[REGIONS], ", ".join(_worse(rows)) or "nowhere"
    rows += [bedroom(samples), *(_shots(found) if full else [])]
    return {
        "name": NAME, "value": value, "unit": "IDF1", "target": TARGET, "holds": value >= TARGET,
        "against": f"from regions of all true masks; from everybody's own {of[MASKS]}, as {NETWORK} sees them "
        f"{of[NETWORK]} ({by_network} shots), by overlap alone from regions {of[ALONE[REGIONS]]}, from everybody's own "
        f"{of[ALONE[MASKS]]}; more swaps than overlap alone: {worse}; the interval draws shots anew",
        "ratio": round(value / TARGET, 2), "n": SHOTS, "interval": drawn_anew([of[REGIONS] for _, of in found], _idf1),
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def of_shot(samples: Path, by_network: int, seed: int) -> Shot:
    shot = meeting(seed, cast_of(samples, "val"))
    sources = {MASKS: true_masks, REGIONS: true_regions}
    ways = {ALONE[way]: overlapped(shot, regions_of) for way, regions_of in sources.items()}
    ways |= {way: followed(shot, regions_of) for way, regions_of in sources.items()}
    if seed < by_network:
        ways[NETWORK] = followed(shot, partial(told_apart, open_backend(NETWORK)))
    return shot.kind, {way: identity(shot.people, tracks, LEAST) for way, tracks in ways.items()}


def true_masks(image: np.ndarray, people: np.ndarray) -> Regions:
    return [people == number for number in np.unique(people) if number]


def true_regions(image: np.ndarray, people: np.ndarray) -> Regions:
    return join_specks(people > 0, 0.002)


def told_apart(network, image: np.ndarray, people: np.ndarray) -> Regions:
    numbers = spread(network.instances(image), network.person_probability(image) >= 0.5)
    return [numbers == number for number in np.unique(numbers) if number]


def followed(shot: Meeting, regions_of: Callable[[np.ndarray, np.ndarray], Regions]) -> list[np.ndarray]:
    """Label maps (H, W) uint8 of who is followed in a shot."""
    everybody = Everybody()
    for image, people in zip(shot.images, shot.people, strict=True):
        regions = regions_of(image, people)
        everybody.add(regions, [True] * len(regions), image)
    return labels_of(everybody, shot.people)


def labels_of(everybody: Everybody, frames: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Label maps uint8 of the size of `frames`."""
    labels = [np.zeros(frame.shape[:2], np.uint8) for frame in frames]
    for number, person in enumerate(everybody.people(), 1):
        for index, mask in person.masks.items():
            labels[index][planes.decode(mask) > 0] = number
    return labels


def overlapped(shot: Meeting, regions_of: Callable[[np.ndarray, np.ndarray], Regions]) -> list[np.ndarray]:
    """Whoever overlaps most with somebody of the frame before is that one; anybody else is new."""
    before: dict[int, np.ndarray] = {}
    count, labels = 0, []
    for image, people in zip(shot.images, shot.people, strict=True):
        regions, numbers = regions_of(image, people), list(before)
        alike = np.array([[jaccard(before[n], one) for one in regions] for n in numbers])
        alike = alike.reshape(len(numbers), len(regions))
        pairs = zip(*linear_sum_assignment(-alike), strict=True) if numbers and regions else []
        whose = {int(column): numbers[row] for row, column in pairs if alike[row, column] > 0}
        plane = np.zeros(people.shape, np.uint8)
        for place, region in enumerate(regions):
            if place not in whose:
                count += 1
                whose[place] = count
            before[whose[place]] = region
            plane[region] = whose[place]
        labels.append(plane)
    return labels


def _idf1(shots: Sequence[IdentityScore]) -> float:
    return sum(shots, NOTHING).idf1


def _worse(rows: Sequence[dict]) -> list[str]:
    """Where who is followed swaps more often than by overlap alone from the same."""
    swaps = {(row["row"], row["kind"]): row["swaps"] for row in rows}
    pairs = {(way, kind): (swaps[way, kind], swaps[ALONE[way], kind]) for way in ALONE for kind in KINDS}
    return [f"{kind} from {way} ({ours}, {alone})" for (way, kind), (ours, alone) in pairs.items() if ours > alone]


def _shots(found: Sequence[Shot]) -> list[dict]:
    """A row for each shot, whose number is its seed."""
    return [
        {"shot": seed, "kind": kind, "IDF1": {way: round(one.idf1, 3) for way, one in scores.items()},
         "swaps": {way: one.swaps for way, one in scores.items()}}
        for seed, (kind, scores) in enumerate(found)
    ]  # fmt: skip


def _row(way: str, kind: str, found: Sequence[Shot]) -> dict:
    some = [scores[way] for of, scores in found if way in scores and kind in (of, "all")]
    total = sum(some, NOTHING)
    return {
        "row": way, "kind": kind, "shots": len(some), "frames": len(some) * FRAMES, "IDF1": round(total.idf1, 3),
        "found": round(total.found_f1, 3), "swaps": total.swaps,
    }  # fmt: skip


def bedroom(samples: Path) -> dict:
    """Two children who jump and cross: judged on the five gold frames, followed on all."""
    frames = {one.index: one for one in gold.frames() if one.clip.endswith("bedroom.mp4")}
    clip, network, everybody = samples / next(iter(frames.values())).clip, open_backend("mean4"), Everybody()
    images = list(pictures(clip, list(range(max(frames) + 1))))
    for image in images:
        regions = told_apart(network, image, image)
        everybody.add(regions, [True] * len(regions), image)
    labels = labels_of(everybody, images)
    true = [gold.labels(frame) for frame in frames.values()]
    true = [np.where(one == gold.VOID, 0, one) for one in true]
    score = identity(true, [labels[index] for index in frames], int(0.003 * true[0].size))
    return {
        "row": "mean4", "kind": "bedroom (real)", "shots": 1, "frames": len(true), "IDF1": round(score.idf1, 3),
        "found": round(score.found_f1, 3), "swaps": score.swaps,
    }  # fmt: skip
