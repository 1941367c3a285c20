import signal
import sys
import threading
import time
import urllib.error
import urllib.request

import environ
import structlog
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, close_old_connections
from django.db.models.functions import Now

from koutu.accounts.errors import Refused
from koutu.config.up import first_start, preflight, tree
from koutu.jobs import chores
from koutu.jobs.actions import sweep
from koutu.jobs.models import Job
from koutu.storage import packs

env = environ.Env()
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Start Koutu on this machine: web, workers and sweeper as one process tree, until Ctrl-C."
    requires_system_checks: list = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default=env.str("KOUTU_BIND", default="127.0.0.1"))
        parser.add_argument("--port", type=int, default=env.int("PORT", default=8000))

    def handle(self, *args, host: str, port: int, **options) -> None:
        try:
            held = preflight.lock_folder()
            password = self._prepare(host, port)
        except (preflight.CannotStart, Refused, OSError) as error:
            raise CommandError(str(error)) from error
        with held:
            self._run(host, port, password)

    def _prepare(self, host: str, port: int) -> str | None:
        preflight.require_front_end()
        preflight.require_port(host, port)
        preflight.require_networks()
        packs.require_space(0)
        preflight.secret_key()
        for folder in ("broker", "broker-control"):
            (settings.DATA / folder).mkdir(exist_ok=True)
        preflight.require_known_folder()
        if preflight.migrations_waiting():
            if backup := preflight.back_up():
                self.stdout.write(f"database backed up to {backup}")
            call_command("migrate", verbosity=0)
        # This tree alone holds the folder: what an earlier one left running is free to be taken now.
        Job.objects.filter(state=Job.State.RUNNING).update(lease_until=Now())
        return first_start.administrator()

    def _run(self, host: str, port: int, password: str | None) -> None:
        stopping = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: stopping.set())
        web, *workers = tree.children(host, port)
        started = [web]
        web.start()
        try:
            if self._wait_until_ready(web, host, port, stopping):
                self._greet(host, port, password)
                # Only now: on two cores they would hold up the page that somebody waits for.
                for worker in workers:
                    worker.start()
                    started.append(worker)
                first_start.demo()
            self._watch(started, stopping)
        finally:
            tree.stop(started)
            self.stdout.write("stopped")

    def _wait_until_ready(self, web: tree.Child, host: str, port: int, stopping: threading.Event) -> bool:
        address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/readyz"  # noqa: S104 compared only
        while not stopping.wait(0.1):
            web.revive()
            try:
                with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 our own address
                    return answer.status == 200
            except (urllib.error.URLError, OSError):
                continue
        return False

    def _greet(self, host: str, port: int, password: str | None) -> None:
        self.stdout.write(f"Koutu is at http://{'localhost' if host == '127.0.0.1' else host}:{port}")
        if password:
            self.stdout.write(f"Log in as {first_start.ADMIN} with {password} (shown once; change it under /admin)")
        sys.stdout.flush()

    def _watch(self, children: list[tree.Child], stopping: threading.Event) -> None:
        swept = 0.0
        while not stopping.wait(0.5):
            for child in children:
                child.revive()
            if time.monotonic() - swept > settings.JOB_SWEEP_SECONDS:
                swept = time.monotonic()
                self._sweep()

    def _sweep(self) -> None:
        close_old_connections()
        try:
            sweep()
            chores.do_due()
        except DatabaseError as error:
            log.warning("sweep_failed", error=str(error))
