"""Work on many frames, in this process or spread over several, in order."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def workers(processes: int | None, parts: int) -> Iterator[Callable]:
    """A `map` for `parts` pieces of work: over `processes` (None: all cores), or in this process for 1."""
    wanted = min(processes or len(os.sched_getaffinity(0)), parts)
    if wanted <= 1:
        yield map
        return
    with ProcessPoolExecutor(wanted, mp_context=get_context("spawn")) as pool:
        yield pool.map
