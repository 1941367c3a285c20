"""[clicks.seconds]: seconds a click takes on the CPU, at 1080p, with the matte in the band of what it changed.

Frames of a real film, enlarged, from their pre-label: a robot clicks into the largest error until nothing is left, ten
times at most. Beside it a first click on nothing, which a network answers, and how long the mask alone takes.
"""

import statistics
import time
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from bench import _clicking as clicking
from bench._model_rows import one_thread, without_samples
from koutu.samples import at_hand
from models.interaction import answering
from models.interaction.words import Point, Words
from models.robots.aiming import next_click

NAME = "clicks.seconds"
AIM = 0.15
HEIGHT = 1080
FRAMES, CLICKS = 4, 10
Frame = tuple[np.ndarray, np.ndarray, np.ndarray]  # picture, truth and pre-label (H, W) bool


def run(full: bool) -> dict:
    """Measure."""
    began = time.perf_counter()
    if at_hand("images_people") is None:
        return without_samples(NAME, "s")
    one_thread()  # as beside other work: two threads wait for each other
    frames = list(_frames(FRAMES * 4 if full else FRAMES))
    image, truth, start = frames[0]
    list(_corrections(image, truth, start))  # networks and solver are opened by the first click of a session
    clicks = [seconds for frame in frames for seconds in _corrections(*frame)]
    first = [_seconds(lambda frame=frame: _begun(*frame[:2])) for frame in frames for _ in range(2)][1:]
    value = statistics.median(clicks)
    return {
        "name": NAME, "value": round(value, 3), "unit": "s", "target": AIM, "holds": value <= AIM,
        "ratio": round(AIM / value, 2), "n": len(clicks),
        "interval": np.quantile(clicks, [0.1, 0.9]).round(3).tolist(),
        "against": f"a first click on nothing {statistics.median(first):.2f} s; the interval is of single clicks",
        "seconds": round(time.perf_counter() - began, 1),
    }  # fmt: skip


def _frames(count: int) -> Iterator[Frame]:
    from models.backends.registry import open_backend
    from models.evaluate.sets import SETS

    segmenter = open_backend("mean4")
    cases = [case for case in SETS["sequences"](at_hand("images_people").parent) if case.truth.any()]
    for case in cases[:: len(cases) // count][:count]:
        height, width = case.truth.shape
        size = round(width * HEIGHT / height), HEIGHT
        image = cv2.resize(case.image, size, interpolation=cv2.INTER_CUBIC)
        truth = cv2.resize(case.truth.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
        yield image, truth, segmenter.person_probability(image) >= 0.5


def _corrections(image: np.ndarray, truth: np.ndarray, start: np.ndarray) -> Iterator[float]:
    """Seconds of each click."""
    matte = start.astype(np.uint8) * np.uint8(255)
    said: list[Point] = []
    for _ in range(CLICKS):
        click = next_click(matte >= 128, truth, np.ones(truth.shape, bool))
        if click is None:
            return
        words = Words(points=[Point(click.x, click.y, click.inside)], earlier=said)
        began = time.perf_counter()
        matte = answering.answer(image, matte, words, clicking.network()).matte
        yield time.perf_counter() - began
        said = [*said, *words.points]


def _begun(image: np.ndarray, truth: np.ndarray) -> None:
    click = next_click(np.zeros_like(truth), truth, np.ones(truth.shape, bool))
    words = Words(points=[Point(click.x, click.y, True)])
    answering.answer(image, np.zeros(truth.shape, np.uint8), words, clicking.network())


def _seconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
