import contextlib
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.permissions import world as worlds


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is taken back at the end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[worlds.World]:
    """One world for all tests of a file: each undoes what it did."""
    with django_db_blocker.unblock(), undone():
        yield worlds.build()
