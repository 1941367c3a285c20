import hashlib
import os
import time
import uuid
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from koutu.storage.blobs import PackWriter
from koutu.storage.homes import home
from koutu.storage.models import Blob, Pack
from tests import factories
from tests.services.s3 import BUCKET, s3


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def keep(studio, *contents: bytes, kind: str = Blob.Kind.FRAME) -> list[Blob]:
    """Store each content in one pack, as a job does."""
    with PackWriter(studio) as pack:
        for data in contents:
            pack.add(kind, sha(data), data)
    with transaction.atomic():
        rows = pack.record()
    return [rows[kind, sha(data)] for data in contents]


def age(pack: uuid.UUID, **ago) -> None:
    """Make a pack as old as if it had been written so long ago."""
    then = time.time() - timedelta(**ago).total_seconds()
    os.utime(home().path_of(pack), (then, then))
    Pack.objects.filter(uuid=pack).update(wanted_at=Now() - timedelta(**ago))


@pytest.fixture
def studio():
    return factories.organisation()


@pytest.fixture
def server():
    with s3() as running:
        yield running


@pytest.fixture
def bucket(server, settings, store):
    """Koutu's packs in a bucket of a real server instead of a folder."""
    settings.BLOB_BUCKET, settings.S3_ENDPOINT = f"s3://{BUCKET}/a/prefix", server.endpoint
    return server
