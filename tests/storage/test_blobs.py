"""Bytes come back as they went in, a kill leaves nothing that anybody believes in, damage is found, waste removed."""

import contextlib
import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from koutu.accounts.errors import Refused
from koutu.storage import blobs, fsck, packs
from koutu.storage.blobs import PackWriter
from koutu.storage.gc import sweep
from koutu.storage.homes import home
from koutu.storage.models import Blob, Pack
from models import planes
from tests import factories
from tests.releases import labelling
from tests.storage.conftest import age, keep, sha

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
FRAME = Blob.Kind.FRAME


def problems() -> list[str]:
    return list(fsck.problems())


def test_what_went_in_comes_out_from_one_file(studio):
    contents = [b"first", b"", b"third " * 1000]
    rows = keep(studio, *contents)
    assert [blobs.read(row) for row in rows] == contents
    assert len({row.pack for row in rows}) == 1
    assert sum(row.length for row in rows) == rows[0].pack.size


def test_a_range_is_streamed_without_the_rest(studio):
    data = bytes(range(256)) * 9000
    (row,) = keep(studio, data)
    chunks = list(blobs.stream(row, start=100, length=1_500_000))
    assert b"".join(chunks) == data[100:1_500_100]
    assert max(map(len, chunks)) <= packs.CHUNK


def test_the_same_bytes_are_kept_once_in_an_organisation_and_never_across(studio):
    (first,) = keep(studio, b"a frame")
    (again, _) = keep(studio, b"a frame", b"another")
    assert again == first
    (elsewhere,) = keep(factories.organisation(), b"a frame")
    assert elsewhere != first
    assert elsewhere.pack != first.pack


def test_a_pack_with_nothing_new_is_not_kept(studio, django_capture_on_commit_callbacks):
    keep(studio, b"one", b"two")
    with django_capture_on_commit_callbacks(execute=True):
        keep(studio, b"two", b"one")
    assert Pack.objects.count() == 1
    assert len(list(home().all())) == 1


def test_a_mask_and_a_matte_of_one_raster_are_two_blobs(studio):
    raster = np.full((4, 4), 255, np.uint8)
    address = planes.address(raster)
    with PackWriter(studio) as pack:
        for kind in ("mask", "matte"):
            pack.add(kind, address, planes.encode(kind, raster))
    with transaction.atomic():
        rows = pack.record()
    assert all((planes.decode(blobs.read(row)) == raster).all() for row in rows.values())
    assert len(rows) == 2


def test_an_error_while_writing_leaves_no_file(studio, store):
    with contextlib.suppress(ZeroDivisionError), PackWriter(studio) as pack:
        pack.add(FRAME, sha(b"x"), b"x")
        raise ZeroDivisionError
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_a_kill_between_seal_and_commit_leaves_only_a_file_that_nothing_names(studio):
    keep(studio, b"believed")
    with PackWriter(studio) as pack:
        pack.add(FRAME, sha(b"lost"), b"lost")
    with contextlib.suppress(KeyboardInterrupt), transaction.atomic():
        pack.record()
        raise KeyboardInterrupt
    assert not Blob.objects.filter(address=sha(b"lost")).exists()
    assert [found.pack for found in fsck.unnamed_packs()] == [pack.uuid]
    assert problems() == []
    keep(studio, b"lost")
    assert problems() == []


def test_a_flipped_bit_is_found(studio):
    _, row = keep(studio, b"whole", b"to be damaged")
    path = home().path_of(row.pack.uuid)
    data = bytearray(path.read_bytes())
    data[row.offset + 3] ^= 1
    path.write_bytes(data)
    (said,) = problems()
    assert row.address in said


def test_a_damaged_plane_is_found_by_its_raster(studio):
    raster = np.zeros((8, 8), np.uint8)
    raster[2:5, 2:5] = 255
    other = np.zeros((8, 8), np.uint8)
    data = planes.encode("mask", other)
    with PackWriter(studio) as pack:
        pack.add("mask", planes.address(raster), data)
    with transaction.atomic():
        pack.record()
    (said,) = problems()
    assert planes.address(raster) in said


def test_a_missing_and_a_shortened_pack_are_found(studio):
    (gone,), (short,) = keep(studio, b"gone"), keep(studio, b"shortened")
    home().path_of(gone.pack.uuid).unlink()
    home().path_of(short.pack.uuid).write_bytes(b"short")
    said = "\n".join(problems())
    assert f"pack {gone.pack.uuid}: the file is missing" in said
    assert f"pack {short.pack.uuid}: 5 bytes, should be 9" in said


def test_fsck_by_command_ends_badly_only_when_something_is_wrong(studio):
    (row,) = keep(studio, b"a frame")
    call_command("fsck", stdout=(said := io.StringIO()))
    assert "nothing is missing or damaged" in said.getvalue()
    home().path_of(row.pack.uuid).unlink()
    with pytest.raises(CommandError, match="2 problems"):
        call_command("fsck", stdout=io.StringIO())


def test_gc_counts_first_removes_on_wish_and_waits_a_day(studio, django_capture_on_commit_callbacks):
    (idle,), (young,) = keep(studio, b"idle"), keep(studio, b"young")
    with PackWriter(studio) as unnamed:
        unnamed.add(FRAME, sha(b"unnamed"), b"unnamed")
    age(idle.pack.uuid, hours=30)
    age(unnamed.uuid, hours=30)
    swept = sweep(dry_run=True)
    assert (swept.files, swept.packs, swept.size) == (1, 1, 11)
    assert len(list(home().all())) == 3
    with django_capture_on_commit_callbacks(execute=True):
        sweep(dry_run=False)
    assert Blob.objects.get() == young
    assert fsck.unnamed_packs() == []


def test_gc_keeps_what_frames_and_revisions_hold(django_capture_on_commit_callbacks):
    clip = labelling.accepted_clip(factories.project(), frames=3)
    for pack in Pack.objects.all():
        age(pack.uuid, days=3)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("gc", "--delete", stdout=(said := io.StringIO()))
    assert "removed 0 unnamed files and 0 packs" in said.getvalue()
    assert problems() == []
    assert clip.frames.count() == 3


def test_a_dropped_pack_leaves_the_disk_with_its_rows(studio, django_capture_on_commit_callbacks):
    (row,) = keep(studio, b"idle")
    age(row.pack.uuid, hours=30)
    with django_capture_on_commit_callbacks(execute=True):
        sweep(dry_run=False)
    assert not home().path_of(row.pack.uuid).exists()
    assert not Pack.objects.exists()


def test_a_full_disk_refuses_before_a_byte_is_written(studio, settings, store):
    settings.KEEP_FREE_BYTES = 10**18
    with pytest.raises(Refused) as refused, PackWriter(studio):
        pytest.fail("a pack must not be opened")
    assert refused.value.code == "disk_full"
    assert "GB free" in refused.value.message
    assert not list(store.rglob("*.part"))


def test_a_whole_file_is_linked_not_copied_and_stays_where_it_was(studio, store, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film")
    pack = PackWriter.of_file(studio, Blob.Kind.SOURCE, blobs.file_address(path), path)
    with transaction.atomic():
        (row,) = pack.record().values()
    assert blobs.read(row) == path.read_bytes() == b"a film"
    assert home().path_of(row.pack.uuid).stat().st_ino == path.stat().st_ino


def test_a_file_of_another_disk_is_copied(studio, store):
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as file:
        file.write(b"a film" * 500_000)
        file.flush()
        path = Path(file.name)
        pack = PackWriter.of_file(studio, Blob.Kind.SOURCE, blobs.file_address(path), path)
        with transaction.atomic():
            (row,) = pack.record().values()
        assert blobs.read(row) == path.read_bytes()
    assert not list(store.rglob("*.part"))


def test_a_reader_never_takes_less_for_all(studio):
    (row,) = keep(studio, b"twelve bytes")
    home().path_of(row.pack.uuid).write_bytes(b"twelve")
    with pytest.raises(EOFError):
        blobs.read(row)
    with pytest.raises(EOFError):
        list(blobs.stream(row))
