"""Child processes of one machine: started, watched, started again, stopped within five seconds."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

POLITE_SECONDS = 3.0
PR_SET_PDEATHSIG = 1
ENVIRONMENT = {
    # glibc gives large blocks back at every frame otherwise: tens of thousands of page faults a second.
    "MALLOC_MMAP_THRESHOLD_": str(2**28),
    "MALLOC_TRIM_THRESHOLD_": str(2**28),
    "MALLOC_ARENA_MAX": "4",
    # Threads of torch that wait for each other give their core away: on a busy machine spinning costs thirty times.
    "OMP_WAIT_POLICY": "PASSIVE",
}


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen = field(init=False)
    started: float = 0.0
    quick_deaths: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 our own commands
            self.command,
            env=os.environ | {"PYTHONPATH": _python_path()} | self.environment,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )

    def revive(self) -> None:
        """Start again when dead; after repeated quick deaths only every few seconds."""
        if self.process.poll() is None:
            return
        lived = time.monotonic() - self.started
        self.quick_deaths = self.quick_deaths + 1 if lived < 10 else 0
        if lived > min(10, self.quick_deaths):
            log.warning("child_died", child=self.name, code=self.process.returncode)
            self.start()

    def signal(self, number: int) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)


def _python_path() -> str:
    """Koutu need not be installed to run: its children import it from where it lies."""
    here = [str(settings.ROOT), str(settings.ROOT / "platform")]
    return os.pathsep.join([*here, *filter(None, [os.environ.get("PYTHONPATH")])])


def _die_with_parent() -> None:
    """A killed supervisor must leave no worker behind that holds the data folder's port or jobs."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def stop(children: list[Child]) -> None:
    """Ask, then kill. A job cut off goes on after the next start from its last commit."""
    for child in children:
        child.signal(signal.SIGTERM)
    end = time.monotonic() + POLITE_SECONDS
    while time.monotonic() < end and any(child.process.poll() is None for child in children):
        time.sleep(0.05)
    for child in children:
        child.signal(signal.SIGKILL)
        child.process.wait()


def children(host: str, port: int) -> list[Child]:
    """Web, and three workers: what people wait for, files in and out, models. A pre-label holds up no upload."""
    web = [
        sys.executable, "-m", "gunicorn", "koutu.config.wsgi", "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--threads", "16", "--workers", "1", "--preload",
        "--timeout", "120", "--graceful-timeout", "2", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    return [
        Child("web", web),
        Child("interactive", _worker("interactive", "interactive"), environment=ENVIRONMENT),
        Child("media", _worker("media", "ingest,io"), environment=ENVIRONMENT),
        Child("models", _worker("models", "gpu"), environment=ENVIRONMENT),
    ]


def _worker(name: str, queues: str) -> list[str]:
    return [
        sys.executable, "-m", "celery", "-q", "-A", "koutu.config", "worker", "-P", "solo", "-Q", queues,
        "-n", f"{name}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "WARNING",
    ]  # fmt: skip
