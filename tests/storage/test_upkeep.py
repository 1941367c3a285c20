"""Waste goes, what is wanted stays, whoever comes at the same moment."""

import contextlib
import io
import os
import threading
import time
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models.functions import Now

from koutu.accounts.errors import Refused
from koutu.accounts.roles import Role
from koutu.clips.actions.clips import add
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from koutu.storage import blobs, fsck, hold, packs
from koutu.storage.blobs import PackWriter
from koutu.storage.compact import WORTH_JOINING, compact
from koutu.storage.gc import sweep
from koutu.storage.holders import register_holder
from koutu.storage.homes import home
from koutu.storage.models import Blob, Hold, Pack
from tests import factories
from tests.releases import labelling
from tests.storage.conftest import age, keep, sha

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store")]


@pytest.fixture
def wanted():
    """Blobs that somebody names: put rows in to hold them."""
    held: list[Blob] = []
    register_holder("the test", lambda: Blob.objects.filter(pk__in=[row.pk for row in held]).values("pk"))
    yield held
    held.clear()


def now(row: Blob) -> Blob:
    return Blob.objects.select_related("pack").get(pk=row.pk)


def test_a_draft_that_a_kill_left_is_removed_and_one_that_grows_is_not():
    old, growing = packs.draft_path(UUID(int=1)), packs.draft_path(UUID(int=2))
    for path in (old, growing):
        path.write_bytes(b"half")
    then = time.time() - timedelta(days=2).total_seconds()
    os.utime(old, (then, then))
    assert sweep(dry_run=True).names == [old.name]
    sweep(dry_run=False)
    assert not old.exists()
    assert growing.exists()


def test_what_is_used_anew_is_not_taken_by_gc(studio):
    (row,) = keep(studio, b"idle for long")
    age(row.pack.uuid, days=3)
    assert sweep(dry_run=True).packs == 1
    (again,) = keep(studio, b"idle for long")
    assert again == row
    assert sweep(dry_run=False).packs == 0
    assert blobs.read(now(row)) == b"idle for long"


def test_gc_and_one_who_uses_a_blob_anew_never_both_win(studio):
    """The two at once, again and again: either the blob is kept, or it is stored anew."""
    for round_ in range(12):
        data = f"round {round_}".encode()
        (row,) = keep(studio, data)
        age(row.pack.uuid, days=3)
        start = threading.Barrier(2)
        found: list[Blob] = []

        def use_anew(data=data, start=start, found=found) -> None:
            start.wait()
            found.extend(keep(studio, data))
            connection.close()

        user = threading.Thread(target=use_anew)
        user.start()
        start.wait()
        sweep(dry_run=False)
        user.join()
        assert blobs.read(now(found[0])) == data


def test_a_draft_whose_writer_finishes_meanwhile_is_passed_over():
    packs.drafts().mkdir(parents=True, exist_ok=True)
    (packs.drafts() / "finished.part").symlink_to("nowhere")  # listed, but not there
    assert sweep(dry_run=False).files == 0


def test_packs_that_are_mostly_waste_are_rewritten(studio, wanted):
    rows = keep(studio, b"kept", b"waste" * 100)
    wanted.append(rows[0])
    before = rows[0].pack
    age(before.uuid, days=3)
    counted = compact(dry_run=True)
    assert (counted.packs, counted.written, counted.waste) == (1, 1, 500)
    assert now(rows[0]).pack == before
    compact(dry_run=False)
    assert now(rows[0]).pack != before
    assert blobs.read(now(rows[0])) == b"kept"
    assert home().path_of(before.uuid).exists(), "who reads it just now goes on"
    assert sweep(dry_run=False).packs == 0, "not within a day"
    age(before.uuid, days=3)
    assert sweep(dry_run=False).packs == 1
    assert list(fsck.problems()) == []
    assert blobs.read(now(rows[0])) == b"kept"


def test_small_packs_are_joined_once_there_are_some(studio, wanted):
    for number in range(WORTH_JOINING - 1):
        wanted += keep(studio, f"save {number}".encode())
    for row in wanted:
        age(row.pack.uuid, days=3)
    assert compact(dry_run=True).packs == 0
    wanted += keep(studio, b"one more")
    age(wanted[-1].pack.uuid, days=3)
    call_command("compact", stdout=(said := io.StringIO()))
    assert f"joined {WORTH_JOINING} packs into 1" in said.getvalue()
    assert len({now(row).pack for row in wanted}) == 1
    assert [blobs.read(now(row)) for row in wanted][-1] == b"one more"
    assert compact(dry_run=True).packs == 0, "what was joined is left in peace"


def test_what_is_left_alone_is_told(studio, wanted):
    for number in range(WORTH_JOINING):
        wanted += keep(studio, f"just saved {number}".encode())
    call_command("compact", stdout=(said := io.StringIO()))
    assert "joined 0 packs into 0" in said.getvalue()
    assert f"left alone: {WORTH_JOINING} small or wasteful packs that were written or used within" in said.getvalue()
    for row in wanted[1:]:
        age(row.pack.uuid, days=3)
    call_command("compact", stdout=(said := io.StringIO()))
    assert "left alone: 1 small or wasteful" in said.getvalue()
    assert f"left alone: {WORTH_JOINING - 1} small packs, until there are {WORTH_JOINING}" in said.getvalue()


def test_a_whole_clip_with_its_mattes_survives_compaction():
    project = factories.project()
    clips = [labelling.accepted_clip(project, frames=2, name=f"clip {n}") for n in range(WORTH_JOINING)]
    for pack in Pack.objects.all():
        age(pack.uuid, days=3)
    assert compact(dry_run=False).packs
    for pack in Pack.objects.all():
        age(pack.uuid, days=3)
    assert sweep(dry_run=False).packs
    assert list(fsck.problems()) == []
    assert [clip.frames.count() for clip in clips] == [2] * WORTH_JOINING


def test_a_source_that_was_joined_with_others_is_read_as_itself(tmp_path):
    project = factories.project()
    actor = factories.person(Role.ANNOTATOR, project)
    clips = [
        add(actor, factories.show(project), make_clip(tmp_path / f"{seed}.mp4", frames=3 + seed), f"{seed}.mp4")
        for seed in range(WORTH_JOINING)
    ]
    for pack in Pack.objects.all():
        age(pack.uuid, days=3)
    compact(dry_run=False)
    for seed, clip in enumerate(clips):
        jobs.run(Job.objects.get(kind="ingest", target_id=clip.uuid).uuid)
        clip.refresh_from_db()
        assert (clip.state, clip.frame_count) == ("ready", 3 + seed), clip.fault


def test_damaged_blobs_are_left_for_fsck_to_tell(studio, wanted):
    rows = keep(studio, b"damaged", b"sound", b"waste" * 100)
    wanted += rows[:2]
    path = home().path_of(rows[0].pack.uuid)
    path.write_bytes(b"DAMAGED" + path.read_bytes()[7:])
    age(rows[0].pack.uuid, days=3)
    compact(dry_run=False)
    assert now(rows[0]).pack == rows[0].pack
    assert now(rows[1]).pack != rows[0].pack
    (said,) = fsck.problems()
    assert sha(b"damaged") in said


def test_nothing_is_moved_or_removed_while_a_backup_holds_the_packs(studio, wanted):
    (idle,) = keep(studio, b"idle")
    rows = keep(studio, b"kept", b"waste" * 100)
    wanted.append(rows[0])
    for row in (idle, rows[0]):
        age(row.pack.uuid, days=3)
    with hold.held():
        for work in (lambda: sweep(dry_run=False), lambda: compact(dry_run=False)):
            with pytest.raises(Refused) as refused:
                work()
            assert refused.value.code == "backup_running"
        with pytest.raises(Refused), hold.held():
            pytest.fail("two backups at once")
        keep(studio, b"others work on")
    assert sweep(dry_run=False).packs == 1
    assert compact(dry_run=False).packs == 1


def test_the_hold_of_a_backup_that_was_killed_ends(studio):
    with hold.held():
        Hold.objects.update(until=Now() - timedelta(seconds=1))
        sweep(dry_run=False)


def test_a_transaction_that_fails_loses_no_file(studio, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film")
    pack = PackWriter.of_file(studio, Blob.Kind.SOURCE, blobs.file_address(path), path)
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        pack.record()
        raise ZeroDivisionError
    assert path.read_bytes() == b"a film"
    assert not Blob.objects.exists()
    assert [found.pack for found in fsck.unnamed_packs()] == [pack.uuid]


def test_a_file_that_is_old_when_it_is_stored_is_not_taken_for_waste(studio, tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"a film from the archive")
    os.utime(path, (10**9, 10**9))
    pack = PackWriter.of_file(studio, Blob.Kind.SOURCE, blobs.file_address(path), path)
    assert sweep(dry_run=False).files == 0, "its row may come any moment"
    with transaction.atomic():
        (row,) = pack.record().values()
    assert blobs.read(row) == b"a film from the archive"
