"""The ground of every test: a data folder of its own, SQLite or a real PostgreSQL, no test left out.

The environment is set before Django's settings are first read, so that no test ever meets a person's data folder.
KOUTU_TEST_DATABASE=postgres runs everything on a PostgreSQL of our own, DATABASE_URL on the server it names.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import django
import pytest

DATA = Path(tempfile.mkdtemp(prefix="koutu-tests-"))
GIVEN_DATABASE = os.environ.pop("DATABASE_URL", "")
ON_POSTGRES = os.environ.get("KOUTU_TEST_DATABASE") == "postgres"
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "koutu.config.settings",
    "KOUTU_DATA": str(DATA),
    "KOUTU_SECRET_KEY": "only for tests, and long enough to be taken for a key",
    "KOUTU_KEEP_FREE": "50000000",
    # Nobody listens: a test runs its jobs itself. The drills start real brokers.
    "BROKER_URL": "memory://",
    # Pooled connections would keep the test database from being dropped.
    "KOUTU_DB_POOL": "0",
}

_services = contextlib.ExitStack()


def _own_server() -> str:
    from tests.services.postgres import postgres

    try:
        return _services.enter_context(postgres())
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        raise pytest.UsageError(str(error)) from error


if GIVEN_DATABASE or ON_POSTGRES:
    os.environ["DATABASE_URL"] = GIVEN_DATABASE or _own_server()
# Here and not later: the folders' own conftest files import tables.
django.setup()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a drill of minutes, for `make drills` and not for every run")


def pytest_unconfigure() -> None:
    _services.close()
    shutil.rmtree(DATA, ignore_errors=True)


def pytest_report_header() -> str:
    samples = os.environ.get("KOUTU_SAMPLES") or "none given; cache, download or stand-in"
    return f"database: {os.environ.get('DATABASE_URL', 'sqlite')}; samples: {samples}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that was skipped was not passed: what it needs must be there."""
    reporter = session.config.pluginmanager.getplugin("terminalreporter")
    # Of parallel processes the first one reports for all.
    if reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """On SQLite a file: threads and processes meet the locks that a real folder has."""
    from django.conf import settings

    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        settings.DATABASES["default"]["TEST"]["NAME"] = str(DATA / "test.sqlite3")


@pytest.fixture(autouse=True)
def _quick_passwords(settings) -> None:
    """A slow hash protects passwords that matter; these do not."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def store(settings, tmp_path) -> Path:
    """A blob folder of the test's own."""
    settings.BLOB_ROOT = tmp_path / "blobs"
    return settings.BLOB_ROOT
