"""A clip comes in: uploaded, decoded by a job, cut into shots; a broken one says why and leaves nothing."""

import hashlib
import io
import zipfile
from pathlib import Path

import cv2
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import override_settings

from koutu import samples
from koutu.accounts.roles import Role
from koutu.clips.actions import clips as clip_actions
from koutu.clips.models import Clip, Duplicate, Frame, Shot
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from koutu.storage import blobs
from koutu.storage.models import Blob
from tests import factories

pytestmark = pytest.mark.django_db
EAT = "clips/asl_eat.mkv"


@pytest.fixture
def show():
    return factories.show(factories.project(), "Signs")


@pytest.fixture
def annotator(client, show):
    person = factories.person(Role.ANNOTATOR, show.project)
    client.force_login(person)
    return person


@pytest.fixture(scope="module")
def video() -> bytes:
    return samples.find(EAT).read_bytes()


def upload(client, show, data: bytes, name: str = "eat.mkv"):
    return client.post("/api/clips", {"show": str(show.uuid), "file": SimpleUploadedFile(name, data)})


def run_ingest() -> Job:
    job = Job.objects.get(kind="ingest", state=Job.State.QUEUED)
    jobs.run(job.uuid)
    job.refresh_from_db()
    return job


def test_an_uploaded_clip_becomes_frames_and_shots(client, annotator, show, video):
    answer = upload(client, show, video)
    assert answer.status_code == 201, answer.json()
    assert answer.json()["state"] == "uploaded"
    assert run_ingest().state == Job.State.DONE
    clip = Clip.objects.get()
    seen = cv2.VideoCapture(str(samples.find(EAT)))
    size = tuple(int(seen.get(what)) for what in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))
    assert (clip.state, (clip.width, clip.height)) == ("ready", size)
    indices = Frame.objects.filter(clip=clip).order_by("index").values_list("index", flat=True)
    assert list(indices) == list(range(clip.frame_count))
    first = Frame.objects.select_related("blob__pack").get(clip=clip, index=0)
    assert hashlib.sha256(blobs.read(first.blob)).hexdigest() == first.sha256
    shots = Shot.objects.filter(clip=clip).order_by("first")
    assert shots[0].first == 0
    assert shots.last().last == clip.frame_count - 1


def test_the_same_file_twice_is_refused_with_the_place_of_the_first(client, annotator, show, video):
    first = upload(client, show, video).json()
    again = upload(client, show, video, "copy.mkv")
    assert again.status_code == 409
    assert again.json()["error"]["detail"]["clip"] == first["id"]
    assert Clip.objects.count() == 1


def test_the_same_file_may_come_in_again_once_the_first_is_put_away(client, annotator, show, video):
    Clip.objects.filter(uuid=upload(client, show, video).json()["id"]).update(deleted_at="2026-01-01T00:00Z")
    assert upload(client, show, video).status_code == 201
    assert Blob.objects.filter(kind="source").count() == 1


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"not a video at all" * 100, {"not_media", "unsupported"}),
        (b"\x00" * 5000, {"not_media", "unsupported"}),
    ],
)
def test_what_is_no_video_says_so_and_leaves_nothing(client, annotator, show, data, codes):
    upload(client, show, data, "holiday.mp4")
    job = run_ingest()
    clip = Clip.objects.get()
    assert job.state == Job.State.FAILED
    assert clip.state == "failed"
    assert clip.fault_code in codes
    assert clip.fault
    assert not Frame.objects.exists()


def test_a_cut_short_video_leaves_no_frames(client, annotator, show, video):
    upload(client, show, video[: len(video) // 2])
    run_ingest()
    clip = Clip.objects.get()
    assert clip.state == "failed"
    assert clip.fault_code == "truncated"
    assert not Frame.objects.exists()


def test_an_empty_file_is_refused_at_once(client, annotator, show):
    answer = upload(client, show, b"")
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "empty_file"
    assert not Clip.objects.exists()


def test_a_path_in_the_file_name_goes_nowhere(client, annotator, show, video):
    name = upload(client, show, video, "../../../etc/passwd.mkv").json()["name"]
    assert name == "passwd"
    assert Clip.objects.get().source_name == "passwd.mkv"


def pictures(count: int = 6) -> list[bytes]:
    return [factories.encode_jpeg(factories.picture(index, 96, 64)) for index in range(count)]


def test_a_folder_of_pictures_keeps_its_files_as_its_frames(annotator, show, tmp_path):
    files = pictures()
    for index, data in enumerate(files):
        (tmp_path / f"{index + 1:04d}.jpg").write_bytes(data)
    call_command("ingest", str(tmp_path), "--show", "Signs", "--as", annotator.username, stdout=io.StringIO())
    assert run_ingest().state == Job.State.DONE
    hashes = list(Frame.objects.order_by("index").values_list("sha256", flat=True))
    assert hashes == [hashlib.sha256(data).hexdigest() for data in files]
    assert (tmp_path / "0001.jpg").exists()


def test_the_same_film_comes_in_again_on_purpose_alone(annotator, show, tmp_path):
    make_clip(tmp_path / "a.mp4", frames=3)
    ask = ["ingest", str(tmp_path / "a.mp4"), "--show", "Signs", "--as", annotator.username]
    call_command(*ask, stdout=io.StringIO())
    with pytest.raises(CommandError, match="1 of 1 did not come in"):
        call_command(*ask, stdout=io.StringIO(), stderr=io.StringIO())
    call_command(*ask, "--keep", stdout=io.StringIO())
    assert Clip.objects.count() == 2
    assert Duplicate.objects.get().state == "kept"


def test_a_zip_that_points_outside_is_refused(client, annotator, show):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../evil.jpg", pictures(1)[0])
    upload(client, show, out.getvalue(), "pictures.zip")
    run_ingest()
    assert Clip.objects.get().state == "failed"
    assert not list(Path(settings.DATA).rglob("evil.jpg"))


def test_an_interrupted_ingest_goes_on_where_it_stopped(client, annotator, show, video, monkeypatch):
    from koutu.clips import ingest

    monkeypatch.setattr(ingest, "BATCH", 16)
    upload(client, show, video)
    job = Job.objects.get(kind="ingest")
    from koutu.jobs import lease

    lost = jobs.JobRun(lease.claim(job.uuid))
    with pytest.raises(KeyboardInterrupt):
        _run_until(lost, frames=32)
    kept = dict(Frame.objects.values_list("index", "pk"))
    assert len(kept) == 32
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    jobs.run(job.uuid)
    clip = Clip.objects.get()
    assert clip.state == "ready"
    now = dict(Frame.objects.values_list("index", "pk"))
    assert sorted(now) == list(range(clip.frame_count))
    assert kept.items() <= now.items()


def test_what_people_do_to_a_clip_while_it_comes_in_is_kept(client, annotator, show, video):
    from koutu.clips import ingest
    from koutu.jobs import lease

    lead = factories.person(Role.LEAD, show.project)
    upload(client, show, video)
    clip = Clip.objects.get()
    run = jobs.JobRun(lease.claim(Job.objects.get(kind="ingest").uuid))
    shown = run.progress

    def progress(*told):
        clip_actions.rename(lead, clip, "the duel")
        clip_actions.delete(lead, clip)
        shown(*told)

    run.progress = progress
    ingest.work(run)
    clip.refresh_from_db()
    assert (clip.state, clip.name) == ("ready", "the duel")
    assert clip.deleted_at


def _run_until(run: jobs.JobRun, frames: int) -> None:
    from koutu.clips import ingest

    shown = run.progress

    def progress(stage, done, total, unit=""):
        shown(stage, done, total, unit)
        if done >= frames:
            raise KeyboardInterrupt

    run.progress = progress
    ingest.work(run)


def test_a_cancelled_ingest_can_be_tried_again(client, annotator, show, video):
    upload(client, show, video)
    job = Job.objects.get(kind="ingest")
    client.post(f"/api/jobs/{job.uuid}/cancel")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert client.post(f"/api/jobs/{job.uuid}/retry", {"reason": "by mistake"}, "application/json").status_code == 200
    assert run_ingest().state == Job.State.DONE


def test_a_full_disk_is_said_before_anything_is_written(client, annotator, show, video):
    with override_settings(KEEP_FREE_BYTES=10**18):
        answer = upload(client, show, video)
        if answer.status_code == 201:
            run_ingest()
    assert not Frame.objects.exists()


def test_ingest_by_command_says_what_did_not_come_in(annotator, show, tmp_path):
    (tmp_path / "empty.mp4").write_bytes(b"")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command(
            "ingest", str(tmp_path / "empty.mp4"), "--show", "Signs", "--as", annotator.username, stderr=errors
        )
    assert "0 bytes" in errors.getvalue()
