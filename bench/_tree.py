"""A running tree for benches of the whole: started, timed, measured, stopped."""

import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.tree import PASSWORD, Tree


@contextmanager
def tree(data: Path | None = None, **environment: str) -> Iterator[Tree]:
    """A tree that answers; `started` on it is how many seconds that took."""
    with tempfile.TemporaryDirectory(prefix="koutu-bench-") as folder:
        began = time.monotonic()
        running = Tree(data or Path(folder) / "data", KOUTU_ADMIN_PASSWORD=PASSWORD, **environment)
        try:
            wait_ready(running.address, 300)
            running.started = time.monotonic() - began
            yield running
        finally:
            running.stop()


def wait_ready(address: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/readyz", timeout=2).close()  # noqa: S310 our own server
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(f"{address} was not ready in {seconds} s")
