"""Films with truth on every frame, and what each way to follow a person makes of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from bench._model_rows import one_thread
from koutu.samples import at_hand
from models.backends.registry import open_backend
from models.evaluate.cases import Case
from models.evaluate.rows import Answer
from models.evaluate.sets import SETS
from models.predict.edges import Edges
from models.video.flow import Flows

LEAST_FRAMES = 12


@dataclass(frozen=True)
class Film:
    """A clip of the set `data`, from its first frame that shows somebody on."""

    data: str
    name: str
    cases: list[Case]

    @property
    def anchors(self) -> tuple[int, int, int]:
        """First, middle and last frame; who left before the last is marked where she was last seen whole."""
        last = max(place for place, case in enumerate(self.cases) if case.truth.any())
        return 0, last // 2, last


def films(samples: Path, data: str) -> list[Film]:
    """All of a set that are long enough to follow somebody in."""
    found = []
    for name, some in groupby(SETS[data](samples), key=lambda case: case.group):
        cases = list(some)
        if len(cases) < LEAST_FRAMES or not all(case.follows for case in cases[1:]):
            continue
        first = next(place for place, case in enumerate(cases) if case.truth.any())
        found.append(Film(data, name, cases[first:]))
    return found


def of_all_films(measure: Callable[[Film], Any]) -> dict[tuple[str, str], Any] | None:
    """What `measure` says of each film, by set and name, two at a time; None without samples."""
    if at_hand("images_people") is None or at_hand("rendered") is None:
        return None
    samples = at_hand("images_people").parent
    every = [film for data in ("sequences", "rendered") for film in films(samples, data)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        return {(film.data, film.name): result for film, result in zip(every, pool.map(measure, every), strict=True)}


class Remembered:
    """A segmenter that is asked about each picture of a film once."""

    def __init__(self, name: str) -> None:
        self._inner = open_backend(name)
        self.name, self.version, self.licence = self._inner.name, self._inner.version, self._inner.licence
        self._known: dict[int, np.ndarray] = {}

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        if id(image) not in self._known:
            self._known[id(image)] = self._inner.person_probability(image)
        return self._known[id(image)]

    def opinions(self, image: np.ndarray) -> np.ndarray:
        return self._inner.opinions(image)


def frozen(film: Film) -> list[np.ndarray]:
    """The first mask on every frame."""
    return [film.cases[0].truth] * len(film.cases)


def flowed(film: Film) -> list[np.ndarray]:
    """The first mask, moved on by flow and by nothing else."""
    plane, flows = film.cases[0].truth.astype(np.float32), Flows()
    found = [film.cases[0].truth]
    for before, now in zip(film.cases, film.cases[1:], strict=False):
        plane = flows.between(before.image, now.image).carried(plane)
        found.append(plane >= 0.5)
    return found


def prelabelled(film: Film, segmenter: Remembered) -> list[np.ndarray]:
    """Frame by frame what the network says."""
    return [segmenter.person_probability(case.image) >= 0.5 for case in film.cases]


def finished(film: Film, masks: Sequence[np.ndarray]) -> list[Answer]:
    """With edges as the table's best free rows have them."""
    edges = Edges(method="guided")
    return [
        Answer(edges.matte(case.image, mask, None).astype(np.float32) / np.float32(255))
        for case, mask in zip(film.cases, masks, strict=True)
    ]
