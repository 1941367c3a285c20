"""What a process that reads other people's files gives up before it opens one.

Memory, files and time are limited by the kernel (setrlimit), and on Linux a seccomp filter (seccomp(2),
Documentation/userspace-api/seccomp_filter.rst) takes the network and the starting of programs away for good. A broken
decoder can then end its own process and do nothing else.
"""

import ctypes
import os
import platform
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_NO_NEW_PRIVS, _SET_SECCOMP, _FILTER = 38, 22, 2
_LOAD, _JUMP_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _KILL, _DENY = 0x7FFF0000, 0x80000000, 0x00050001  # the last: fail with EPERM
_NUMBER_AT, _MACHINE_AT = 0, 4
# By machine: its audit number, then socket, connect, execve, execveat, ptrace, io_uring_setup.
_CALLS = {
    "x86_64": (0xC000003E, (41, 42, 59, 322, 101, 425)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281, 117, 425)),
}


@dataclass(frozen=True)
class Limits:
    """``memory`` in bytes of address space, ``cpu`` in seconds of all threads together, ``files`` open at once."""

    memory: int = 8 * 2**30
    cpu: int = 24 * 3600
    files: int = 256


class _Instruction(ctypes.Structure):
    _fields_ = [("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint)]


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("first", ctypes.POINTER(_Instruction))]


def confine(limits: Limits) -> None:
    """Give up, for the rest of this process, what `limits` does not leave, the network and writing files.

    Outside of Linux on x86-64 and arm64 there is no filter of calls: only the limits hold then.
    """
    for name, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_NOFILE, limits.files),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _lower(name, most, most)
    # The kernel says which limit was met only while a harder one is still ahead.
    _lower(resource.RLIMIT_CPU, limits.cpu, limits.cpu + 5)
    with suppress(OSError):
        # When the machine runs out of memory, this process is to end and not the server.
        Path("/proc/self/oom_score_adj").write_text("1000")
    _filter_calls()


def _lower(name: int, soft: int, hard: int) -> None:
    now = resource.getrlimit(name)[1]
    most = hard if now == resource.RLIM_INFINITY else min(hard, now)
    resource.setrlimit(name, (min(soft, most), most))


def _filter_calls() -> None:
    if platform.system() != "Linux" or platform.machine() not in _CALLS:
        return
    machine, calls = _CALLS[platform.machine()]
    lines = [
        _Instruction(_LOAD, 0, 0, _MACHINE_AT),
        _Instruction(_JUMP_EQUAL, 1, 0, machine),
        _Instruction(_RETURN, 0, 0, _KILL),
        _Instruction(_LOAD, 0, 0, _NUMBER_AT),
        *(_Instruction(_JUMP_EQUAL, len(calls) - place, 0, call) for place, call in enumerate(calls)),
        _Instruction(_RETURN, 0, 0, _ALLOW),
        _Instruction(_RETURN, 0, 0, _DENY),
    ]
    block = (_Instruction * len(lines))(*lines)
    system = ctypes.CDLL(None, use_errno=True)
    if system.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) or system.prctl(
        _SET_SECCOMP, _FILTER, ctypes.byref(_Program(len(lines), block))
    ):
        raise OSError(ctypes.get_errno(), f"the kernel refuses the filter: {os.strerror(ctypes.get_errno())}")
