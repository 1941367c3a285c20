"""A reader of other people's files works in a process of its own: whatever happens there, the caller gets a reason."""

import ctypes
import os
import socket
import subprocess
import threading
import time
from fractions import Fraction
from multiprocessing import forkserver
from pathlib import Path

import numpy as np
import psutil
import pytest

from koutu.clips.media.apart import Patience, stream
from koutu.clips.media.confine import Limits
from koutu.clips.media.faults import MediaError, MediaFault


def counting(to):
    yield from (Fraction(number) for number in range(to))


def refusing():
    yield 1
    raise MediaError(MediaFault.NO_VIDEO, "nothing to see")


def crashing():
    yield 1
    ctypes.string_at(0)


def killed():
    yield 1
    os.kill(os.getpid(), 9)


def hoarding():
    yield np.ones(2**33, np.uint8).size


def standing():
    yield 1
    time.sleep(60)


def spinning():
    yield 1
    while True:
        pass


def stumbling():
    yield 1
    raise KeyError("an odd file")


def sending_what_acts():
    yield Path("/tmp")  # noqa: S108


def connecting():
    yield socket.create_connection(("127.0.0.1", 9)).fileno()


def starting():
    yield subprocess.run(["/bin/true"], check=False).returncode


def writing(path):
    with open(path, "wb") as file:
        yield file.write(b"x" * 10)
        file.flush()


def forever():
    number = 0
    while True:
        yield number
        number += 1


def fault_of(results) -> MediaError:
    with pytest.raises(MediaError) as caught:
        list(results)
    return caught.value


def test_results_come_one_by_one_and_in_order():
    assert list(stream(counting, 1000)) == [Fraction(number) for number in range(1000)]


def test_a_reason_found_there_is_raised_here():
    fault = fault_of(stream(refusing))
    assert (fault.code, fault.detail) == (MediaFault.NO_VIDEO, "nothing to see")


@pytest.mark.parametrize(
    ("work", "patience", "code"),
    [
        (crashing, Patience(), MediaFault.DECODER_DIED),
        (killed, Patience(), MediaFault.READER_KILLED),
        (hoarding, Patience(limits=Limits(memory=4 * 2**30)), MediaFault.OUT_OF_MEMORY),
        (standing, Patience(seconds=0.3), MediaFault.TOO_SLOW),
        (spinning, Patience(limits=Limits(cpu=1)), MediaFault.TOO_SLOW),
        (stumbling, Patience(), MediaFault.CORRUPT),
    ],
)
def test_whatever_ends_the_reader_gives_a_reason(work, patience, code):
    assert fault_of(stream(work, patience=patience)).code == code
    assert list(stream(counting, 3)) == [0, 1, 2], "the next file is read as if nothing had been"


@pytest.mark.parametrize("work", [connecting, starting])
def test_the_reader_has_no_network_and_starts_no_program(work):
    fault = fault_of(stream(work))
    assert fault.code == MediaFault.CORRUPT
    assert "PermissionError" in fault.detail


def test_the_reader_writes_no_file(tmp_path):
    fault = fault_of(stream(writing, tmp_path / "planted"))
    assert fault.code in (MediaFault.CORRUPT, MediaFault.DECODER_DIED)
    assert (tmp_path / "planted").stat().st_size == 0


def test_a_reader_that_was_taken_over_can_send_nothing_that_acts():
    with pytest.raises(Exception, match="has no place in what a reader sends"):
        list(stream(sending_what_acts))


def test_a_fork_server_that_was_killed_is_started_anew():
    """It may die at any moment of the start of a reader; three of them are tried."""
    for wait in (0, 0.003, 0.03):
        assert list(stream(counting, 3)) == [0, 1, 2]
        server = psutil.Process(forkserver._forkserver._forkserver_pid)
        killer = threading.Timer(wait, server.kill)
        killer.start()
        assert list(stream(counting, 3)) == [0, 1, 2]
        killer.join()


def test_a_caller_that_stops_early_leaves_no_process_behind():
    def readers():
        # The fork server and the tracker of multiprocessing's resources stay; readers are the fork server's children.
        return [one for child in psutil.Process().children() for one in child.children()]

    list(stream(counting, 1))
    before = len(readers())
    results = stream(forever)
    next(results)
    assert len(readers()) == before + 1
    results.close()
    for _ in range(50):
        if len(readers()) == before:
            break
        time.sleep(0.1)
    assert len(readers()) == before
