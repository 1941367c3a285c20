"""Rows of the tables of models: free ones, and ours that ship, on sets with truth."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from koutu.samples import at_hand
from models.evaluate.cases import Case
from models.evaluate.rows import FREE, rows_of
from models.evaluate.running import scores_of
from models.evaluate.scores import Score
from models.evaluate.sets import SETS

ROOT = Path(__file__).resolve().parents[1]
WEIGHTS = ROOT / "models" / "weights"
CONTROLS = ("empty", "frozen")

Found = dict[str, dict[str, list[Score]]]  # by set and row


def ours() -> list[str]:
    """The stage 1 that ships with edges finished as the best free rows' are, plain, and with its stage 2; and the one
    stage that gives alpha itself. The small one, which answers clicks, is measured by [model.clicks]."""
    home = WEIGHTS.relative_to(ROOT)
    networks = {"koutu-s": "koutu-s", "koutu-s-refiner": "koutu-s-refiner", "koutu-s-one-stage": "koutu-s"}
    one, two, alone = (f"{backend}={home / file}.safetensors" for file, backend in networks.items())
    return [f"guided:{one}", one, f"{two}:{one}", alone]


def free() -> list[str]:
    return [name for name in FREE if name not in CONTROLS]


def measured(
    rows: Sequence[str], sets: Iterable[str] = tuple(SETS), kept: Callable[[Case], bool] | None = None
) -> Found | None:
    """Scores of the rows on the sets, of the cases that are `kept`; None without samples."""
    if at_hand("images_people") is None or at_hand("rendered") is None:
        return None
    samples = at_hand("images_people").parent
    names = list(sets)
    # Two sets at a time, each in a process of its own: the networks do not use a second core well.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=one_thread) as pool:
        found = pool.map(partial(_of_set, list(rows), samples, kept), names)
        return dict(zip(names, found, strict=True))


def one_thread() -> None:
    """For one of two processes on two cores: more threads would wait for each other most of the time."""
    import cv2
    import torch

    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def _of_set(rows: list[str], samples: Path, kept: Callable[[Case], bool] | None, name: str) -> dict[str, list[Score]]:
    cases = SETS[name](samples)
    return scores_of(rows_of(rows), cases if kept is None else filter(kept, cases))


def without_samples(name: str, unit: str) -> dict:
    """What a bench says where it cannot measure."""
    return {
        "name": name, "value": None, "unit": unit, "target": None, "holds": False, "ratio": None, "n": 0,
        "against": "no samples with truth at hand: set KOUTU_SAMPLES",
    }  # fmt: skip


def shown(value: float) -> float | None:
    """For JSON: three digits, None where there is no figure."""
    return None if value != value else round(value, 3)
