"""Work on other people's files in a process of its own, confined; its results come back one by one.

The processes are forked from a small server that has PyAV and OpenCV loaded already, so that one starts in
milliseconds. What comes back is unpickled by names: a decoder that was taken over can send nothing but our own plain
records.
"""

import io
import os
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from pathlib import Path
from signal import SIGKILL, SIGXCPU
from typing import Any

import structlog

from koutu.clips.media.confine import Limits, confine
from koutu.clips.media.faults import MediaError, MediaFault

log = structlog.get_logger(__name__)

# What starting a process raises where the fork server dies meanwhile; and the exit code it then cannot tell.
_NO_SERVER = (EOFError, ConnectionError)
_UNKNOWN = 255
# Seconds that a killed server may need until the system counts it as dead.
_DYING = (0.1, 0.5, 2)
_SOURCE_ROOT = str(Path(__file__).resolve().parents[3])
_PLAIN = {
    ("fractions", "Fraction"),
    ("koutu.clips.media.colour", "Colour"),
    ("koutu.clips.media.colour", "Matrix"),
    ("koutu.clips.media.pipeline", "FrameRecord"),
    ("koutu.clips.media.probing", "Kind"),
    ("koutu.clips.media.probing", "Probe"),
}


@dataclass(frozen=True)
class Patience:
    """How long one result may take, in seconds, before the process is taken for stuck, and its limits."""

    seconds: float = 300.0
    limits: Limits = Limits()


def stream(work: Callable[..., Iterator[Any]], *args: Any, patience: Patience = Patience()) -> Iterator[Any]:
    """Yield what ``work(*args)`` yields in a confined process; ``work`` is found by its name there.

    Ends the process when the caller stops early. Raises `MediaError`: what the work raises, OUT_OF_MEMORY, TOO_SLOW,
    DECODER_DIED with the signal that ended it, or READER_KILLED, which says nothing against the file.
    """
    process, ours = _started(patience.limits, work, args)
    try:
        with closing(ours):
            yield from _receive(ours, process, patience)
    finally:
        process.kill()
        process.join()
        process.close()


def _started(limits: Limits, work: Callable[..., Iterator[Any]], args: tuple) -> tuple[Any, Connection]:
    """The process at work, and our end of the pipe from it. A fork server that was killed is started anew."""
    for pause in _DYING:
        try:
            return _start(limits, work, args)
        except _NO_SERVER as error:
            log.warning("fork_server_lost", error=repr(error))
            time.sleep(pause)
    raise MediaError(MediaFault.READER_KILLED, "the process that starts readers was killed again and again")


def _start(limits: Limits, work: Callable[..., Iterator[Any]], args: tuple) -> tuple[Any, Connection]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["koutu.clips.media.source"])
    with _source_root_for_the_server():
        forkserver.ensure_running()
    ours, theirs = context.Pipe(duplex=False)
    with theirs:
        process = context.Process(target=_serve, args=(theirs, limits, work, args), daemon=True)
        try:
            process.start()
        except _NO_SERVER:
            ours.close()
            raise
    return process, ours


@contextmanager
def _source_root_for_the_server() -> Iterator[None]:
    """The fork server of Python 3.11 loads its modules before it learns our path; the environment tells it at once."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [_SOURCE_ROOT, before]))
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _receive(ours: Connection, process: Any, patience: Patience) -> Iterator[Any]:
    while True:
        if not ours.poll(patience.seconds):
            raise MediaError(MediaFault.TOO_SLOW, f"reading stood still for {patience.seconds:.0f} s and was ended")
        try:
            sort, value = _Plain(io.BytesIO(ours.recv_bytes())).load()
        except EOFError:
            raise _death(process) from None
        if sort == "end":
            return
        if sort == "fault":
            raise MediaError(MediaFault(value[0]), str(value[1]))
        yield value


def _death(process: Any) -> MediaError:
    process.join(5)
    signal = -(process.exitcode or 0)
    if signal == SIGXCPU:
        return MediaError(MediaFault.TOO_SLOW, "reading took more time than one file may")
    if signal == SIGKILL or process.exitcode == _UNKNOWN:
        return MediaError(MediaFault.READER_KILLED, "the reader was killed from outside, perhaps for want of memory")
    return MediaError(MediaFault.DECODER_DIED, f"the decoder crashed on this file (signal {signal})")


class _Plain(pickle.Unpickler):
    """Knows our own records and nothing that acts (Python library reference, "Restricting Globals")."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _PLAIN:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in what a reader sends")
        return super().find_class(module, name)


def _serve(theirs: Connection, limits: Limits, work: Callable[..., Iterator[Any]], args: tuple) -> None:
    """In the process: do the work, send each result, then how it ended."""
    try:
        confine(limits)
        for value in work(*args):
            theirs.send(("value", value))
        theirs.send(("end", None))
    except MediaError as error:
        theirs.send(("fault", (error.code.value, error.detail)))
    except MemoryError:
        theirs.send(("fault", (MediaFault.OUT_OF_MEMORY.value, "the file needs more memory than one file may take")))
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 whatever a broken file provokes is a reason to show
        theirs.send(
            ("fault", (MediaFault.CORRUPT.value, f"the file cannot be read: {type(error).__name__}: {error}"[:500]))
        )
