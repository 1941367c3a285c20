"""Flicker along a film, beyond the truth's own."""

import numpy as np
import pytest

from models.evaluate.cases import Case
from models.evaluate.rows import Answer
from models.evaluate.watch import Watch
from models.metrics import excess_flicker

FRAMES, SIZE = 6, (40, 60)


def film(alpha):
    rng = np.random.default_rng(3)
    truth = np.cumsum(rng.random((FRAMES, *SIZE)) > 0.9, axis=0) % 2 > 0
    soft = [np.clip(rng.random(SIZE), 0, 1).astype(np.float32) if alpha else None for _ in range(FRAMES)]
    image, void = np.zeros((*SIZE, 3), np.uint8), np.zeros(SIZE, bool)
    return [
        Case(str(t), "film", image, truth[t], void, alpha=soft[t], follows=t > 0) for t in range(FRAMES)
    ]  # fmt: skip


@pytest.mark.parametrize("alpha", [False, True])
def test_it_is_the_metrics_flicker_frame_by_frame(alpha):
    cases, rng = film(alpha), np.random.default_rng(4)
    answers = [Answer(rng.random(SIZE).astype(np.float32)) for _ in cases]
    watch = Watch()
    got = [watch.step(case, answer) for case, answer in zip(cases, answers, strict=True)]
    true = np.stack([case.alpha if alpha else case.truth.astype(np.float32) for case in cases])
    found = np.stack([answer.alpha if alpha else answer.mask.astype(np.float32) for answer in answers])
    assert np.isnan(got[:2]).all()
    np.testing.assert_allclose(got[2:], excess_flicker(true, found)[1:-1])


def test_another_film_and_silence_begin_anew():
    cases, watch = film(False), Watch()
    answer = Answer(np.zeros(SIZE, np.float32))
    assert np.isnan([watch.step(case, answer) for case in (*cases[:2], *cases[:2])]).all()
    watch.step(cases[1], None)
    assert np.isnan([watch.step(case, answer) for case in cases[1:3]]).all()
    assert watch.step(cases[3], answer) <= 0
