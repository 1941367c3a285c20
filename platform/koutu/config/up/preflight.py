"""What must hold before anything starts. Each fault is one line that says what to do."""

import fcntl
import os
import secrets
import socket
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.checks import run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


class CannotStart(Exception):
    """The reason, in one line."""


def secret_key() -> None:
    """Write the data folder's key before settings first read it."""
    path = settings.DATA / "secret_key"
    if path.exists() or not settings.SECRET_KEY_MISSING:
        return
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
    settings.SECRET_KEY = path.read_text()


def lock_folder() -> IO:
    """Hold the data folder for this tree alone, until the process ends."""
    file = (settings.DATA / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CannotStart(f"Koutu is running on {settings.DATA} already. Set KOUTU_DATA for a second one.") from error
    return file


def require_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"Port {port} is not free ({error.strerror}). Choose another: PORT=8080 make run"
            raise CannotStart(message) from error


def require_front_end() -> None:
    if not (settings.FRONTEND_DIST / "index.html").is_file():
        raise CannotStart("The front end is not built. Run: make setup")


def require_known_folder() -> None:
    """Refuse a data folder that a newer Koutu has migrated."""
    loader = MigrationLoader(connection)
    ours = {app for app, _ in loader.disk_migrations}
    unknown = [key for key in loader.applied_migrations if key[0] in ours and key not in loader.disk_migrations]
    if unknown:
        app, name = sorted(unknown)[0]
        raise CannotStart(f"{settings.DATA} was written by a newer Koutu ({app} {name}). Update, or set KOUTU_DATA.")


def require_networks() -> None:
    """Refuse settings by which no network can be had; see the checks of that tag."""
    for fault in run_checks(tags=["networks"]):
        raise CannotStart(fault.msg)


def migrations_waiting() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def back_up() -> Path | None:
    """Copy the SQLite database into DATA/backups before it is migrated; None when there is none yet."""
    source = Path(settings.DATABASES["default"]["NAME"])
    if connection.vendor != "sqlite" or not MigrationRecorder(connection).has_table():
        return None
    folder = settings.DATA / "backups"
    folder.mkdir(exist_ok=True)
    target = folder / f"koutu-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.sqlite3"
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    return target
