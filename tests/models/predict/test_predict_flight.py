"""Several frames are in work at once, and it does not show."""

import threading
import time

import pytest

from models.predict.flight import in_flight


def test_results_come_in_order_whoever_is_ready_first():
    def slow_first(number):
        time.sleep(0.02 if number % 4 == 0 else 0)
        return number * number

    assert list(in_flight(slow_first, range(12), 4)) == [number * number for number in range(12)]


def test_no_more_are_begun_than_allowed():
    taken = []

    def items():
        for number in range(9):
            taken.append(number)
            yield number

    for number in in_flight(lambda item: item, items(), 3):
        assert len(taken) <= number + 3


def test_a_fault_comes_out_where_its_turn_is():
    def work(number):
        return 1 / (3 - number)

    results = in_flight(work, range(9), 2)
    assert [next(results) for _ in range(3)] == [1 / 3, 1 / 2, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_stopped_early_it_finishes_what_was_begun():
    begun, ended = [], []
    gate = threading.Event()

    def work(number):
        begun.append(number)
        if number:
            gate.wait(5)
        ended.append(number)

    results = in_flight(work, range(9), 3)
    next(results)
    gate.set()
    results.close()
    assert sorted(begun) == sorted(ended)
    assert len(begun) < 9
