"""Packs in a bucket behave as packs in a folder do; a server that is gone is told from a pack that is gone."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.actions import enqueue
from koutu.samples.video import make_clip
from koutu.storage import blobs, fsck, packs
from koutu.storage.blobs import PackWriter
from koutu.storage.errors import StoreDown
from koutu.storage.homes import home
from koutu.storage.models import Blob
from tests import factories
from tests.clips.taking_in import take_in
from tests.storage.conftest import keep, sha

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture(params=["folder", "bucket"])
def anywhere(request, store):
    """Every test with it runs on both."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return home()


def test_what_is_sealed_is_there_whole(anywhere):
    data, pack = bytes(range(256)) * 9000, uuid.uuid4()
    draft = packs.draft_path(pack)
    draft.write_bytes(data)
    anywhere.seal(pack, draft)
    assert not draft.exists()
    assert anywhere.size(pack) == len(data)
    assert anywhere.read(pack, 100, 5000) == data[100:5100]
    assert anywhere.read(pack, 7, 0) == b""
    chunks = list(anywhere.stream(pack, 1, len(data) - 1))
    assert b"".join(chunks) == data[1:]
    assert max(map(len, chunks)) <= packs.CHUNK
    with anywhere.local(pack) as path:
        assert path.read_bytes() == data
    (found,) = anywhere.all()
    assert (found.pack, found.size) == (pack, len(data))


def test_a_pack_that_is_gone_or_short_is_told_as_such(anywhere):
    pack = uuid.uuid4()
    draft = packs.draft_path(pack)
    draft.write_bytes(b"twelve bytes")
    anywhere.seal(pack, draft)
    for offset, length in ((0, 13), (5, 20), (12, 1), (900, 1)):
        with pytest.raises(EOFError):
            anywhere.read(pack, offset, length)
    anywhere.remove(pack)
    anywhere.remove(pack)
    with pytest.raises(FileNotFoundError):
        anywhere.read(pack, 0, 1)
    with pytest.raises(FileNotFoundError):
        anywhere.size(pack)
    assert list(anywhere.all()) == []


def test_a_pack_in_a_bucket_is_one_object_under_the_prefix(bucket, studio, store):
    (row, _) = keep(studio, b"a frame", b"another")
    name = row.pack.uuid.hex
    assert bucket.names() == [f"a/prefix/{name[:2]}/{name}.pack"]
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_objects_of_others_in_the_bucket_are_not_touched(bucket, studio):
    bucket.client().put_object(Bucket="koutu-tests", Key="a/prefix/notes.txt", Body=b"ours")
    bucket.client().put_object(Bucket="koutu-tests", Key="b/00/whole.pack", Body=b"theirs")
    assert list(home().all()) == []


def test_a_clip_is_read_and_played_from_a_bucket(bucket, tmp_path):
    project = factories.project()
    film = make_clip(tmp_path / "film.mp4", frames=6).read_bytes()
    clip = take_in(factories.person(Role.ANNOTATOR, project), factories.show(project), "film.mp4", film)
    assert clip.state == "ready", clip.fault
    jobs.run(enqueue("proxy", clip.project, clip, by=None).uuid)
    assert clip.frames.count() == 6
    assert list(fsck.problems()) == []
    assert len(bucket.names()) >= 3


def test_a_server_that_is_gone_refuses_and_keeps_nothing_half(bucket, studio, store):
    (row,) = keep(studio, b"before")
    bucket.stop()
    with pytest.raises(StoreDown) as refused:
        blobs.read(row)
    assert refused.value.status == 503
    with pytest.raises(StoreDown), PackWriter(studio) as pack:
        pack.add(Blob.Kind.FRAME, sha(b"lost"), b"lost")
    assert not list(store.rglob("*.part"))
    with pytest.raises(CommandError, match="does not answer"):
        call_command("fsck")
    bucket.start()
    assert blobs.read(row) == b"before"
    keep(studio, b"after")
    assert list(fsck.problems()) == []


def test_a_bucket_that_is_not_there_is_no_missing_pack(bucket, studio, settings):
    (row,) = keep(studio, b"a frame")
    settings.BLOB_BUCKET = "s3://nobodys-bucket/a"
    with pytest.raises(StoreDown, match="refuses"):
        home().size(row.pack.uuid)


def test_a_file_goes_up_whole(bucket, studio, tmp_path):
    path = tmp_path / "film.mp4"
    # More than one part of a multipart upload.
    path.write_bytes(bytes(range(256)) * 80_000)
    pack = PackWriter.of_file(studio, Blob.Kind.SOURCE, blobs.file_address(path), path)
    with transaction.atomic():
        (row,) = pack.record().values()
    assert fsck.fault_of(row) is None
