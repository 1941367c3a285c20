"""Chores: what is due is done, and one that hangs holds up nothing."""

import threading
import time

import pytest

from koutu.jobs import chores

begun: list[str] = []
over = threading.Event()


def hang() -> None:
    begun.append("hang")
    over.wait(10)


def quick() -> None:
    begun.append("quick")


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setattr(chores, "_chores", {})
    begun.clear()
    over.clear()
    yield
    over.set()
    chores.wait()


def test_a_chore_aside_that_hangs_holds_up_neither_the_others_nor_a_second_round_of_itself():
    chores.register("hangs", 0, f"{__name__}.hang", aside=True)
    chores.register("is quick", 0, f"{__name__}.quick")
    started = time.monotonic()
    chores.do_due()
    chores.do_due()
    assert time.monotonic() - started < 2
    assert sorted(begun) == ["hang", "quick", "quick"]
    over.set()
    chores.wait()
    chores.do_due()
    chores.wait()
    assert begun.count("hang") == 2
