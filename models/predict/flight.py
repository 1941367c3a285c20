"""A few pieces of work at a time, their results in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def in_flight(work: Callable[[T], R], items: Iterable[T], limit: int) -> Iterator[R]:
    """`work(item)` of every item in order, at most `limit` of them begun and not yet handed on.

    What has begun when the caller stops is finished, so that no file stays half-written; what has not is dropped.
    """
    waiting: deque[Future[R]] = deque()
    with ThreadPoolExecutor(limit) as pool:
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) == limit:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for unfinished in waiting:
                unfinished.cancel()
