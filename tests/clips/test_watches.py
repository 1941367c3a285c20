"""Folders and buckets that are watched: what appears becomes a clip once it is whole, and stays where it was."""

import socket
from datetime import timedelta

import boto3
import pytest
from botocore.config import Config
from django.db.models.functions import Now
from PIL import Image

from koutu.accounts.roles import Role
from koutu.clips.actions import watches
from koutu.clips.models import Clip, Duplicate, Watch, WatchedFile
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from koutu.storage.homes.bucket import Reader
from tests import factories
from tests.services.s3 import BUCKET, KEYS, s3

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def root(tmp_path, settings):
    folder = tmp_path / "dailies"
    folder.mkdir()
    settings.WATCH_ROOTS = [folder]
    return folder


@pytest.fixture
def show():
    return factories.show(factories.project(), "Court")


@pytest.fixture
def lead(client, show):
    person = factories.person(Role.LEAD, show.project)
    client.force_login(person)
    return person


def ask(client, show, place):
    return client.post(f"/api/shows/{show.uuid}/watches", {"place": str(place)}, "application/json")


@pytest.fixture
def watch(client, show, lead, root) -> Watch:
    answer = ask(client, show, root)
    assert answer.status_code == 201, answer.content
    return Watch.objects.get()


def pass_time() -> None:
    """As if nobody had written for a while."""
    WatchedFile.objects.update(seen_at=Now() - watches.QUIET - timedelta(seconds=1))


def look(watch) -> list[str]:
    """Look twice, as the sweeper does, and do the jobs; returns the state of every file."""
    watches.look(watch)
    pass_time()
    watches.look(watch)
    for job in Job.objects.filter(kind="fetch", state="queued"):
        jobs.run(job.uuid)
    return list(WatchedFile.objects.order_by("name").values_list("state", flat=True))


def test_a_film_that_is_put_there_becomes_a_clip_and_stays(watch, root, client, show):
    (root / "day 1").mkdir()
    path = make_clip(root / "day 1" / "take 3.mp4", frames=4)
    assert look(watch) == ["taken"]
    clip = Clip.objects.get()
    assert (clip.name, clip.show, clip.source_name) == ("take 3", show, "take 3.mp4")
    assert path.exists()
    assert look(watch) == ["taken"]
    assert Clip.objects.count() == 1
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert told["counts"] == {"taken": 1}
    assert told["fault"] == ""


def test_a_film_that_is_still_written_is_left_alone(watch, root):
    path = root / "take.mp4"
    path.write_bytes(b"the first half")
    watches.look(watch)
    watches.look(watch)
    assert not Job.objects.exists(), "it may grow"
    pass_time()
    path.write_bytes(b"the first half and more")
    watches.look(watch)
    watches.look(watch)
    assert not Job.objects.exists(), "it has grown"
    make_clip(path, frames=3)
    assert look(watch) == ["taken"]


def test_a_folder_of_pictures_becomes_one_clip(watch, root):
    (root / "scene").mkdir()
    for number in range(3):
        Image.fromarray(factories.picture(number)).save(root / "scene" / f"a.{number:04}.png")
    (root / "poster.png").write_bytes(b"one picture is no clip")
    assert look(watch) == ["taken"]
    job = Job.objects.get(kind="ingest")
    jobs.run(job.uuid)
    clip = Clip.objects.get()
    assert (clip.name, clip.state, clip.frame_count) == ("scene", "ready", 3)


def test_what_cannot_be_taken_says_why_and_can_be_tried_again(watch, root, client, show):
    make_clip(root / "a.mp4", frames=3)
    (root / "empty.mp4").touch()
    assert look(watch) == ["taken", "refused"]
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert {file["name"]: file["fault_code"] for file in told["files"]} == {"empty.mp4": "empty_file"}
    job = Job.objects.get(kind="fetch", label="empty.mp4")
    make_clip(root / "empty.mp4", frames=4)
    client.post(f"/api/jobs/{job.uuid}/retry", {"reason": "it is written now"}, "application/json")
    jobs.run(job.uuid)
    assert WatchedFile.objects.get(name="empty.mp4").state == "taken"


def test_what_is_a_clip_already_is_told_with_the_clip_and_is_no_failure(watch, root, client, show):
    make_clip(root / "a.mp4", frames=3)
    (root / "b.mp4").write_bytes((root / "a.mp4").read_bytes())
    assert look(watch) == ["taken", "known"]
    assert not Job.objects.filter(state="failed").exists()
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    (file,) = told["files"]
    assert (file["name"], file["state"], file["clip"]) == ("b.mp4", "known", str(Clip.objects.get().uuid))


def test_a_copy_is_kept_on_purpose_and_once(watch, root, client, show):
    make_clip(root / "a.mp4", frames=3)
    (root / "b.mp4").write_bytes((root / "a.mp4").read_bytes())
    look(watch)
    copy = WatchedFile.objects.get(name="b.mp4")
    address = f"/api/shows/{show.uuid}/watches/{watch.uuid}/files/{copy.uuid}/keep"
    assert client.post(address).json()["state"] == "taken"
    assert sorted(Clip.objects.values_list("name", flat=True)) == ["a", "b"]
    assert Duplicate.objects.get().state == "kept"
    assert client.post(address).json()["error"]["code"] == "no_duplicate"
    assert look(watch) == ["taken", "taken"]


def test_a_folder_that_is_watched_anew_brings_nothing_twice(watch, root, client, show):
    make_clip(root / "a.mp4", frames=3)
    look(watch)
    client.delete(f"/api/shows/{show.uuid}/watches/{watch.uuid}")
    assert ask(client, show, root).status_code == 201
    anew = Watch.objects.get(stopped_at=None)
    watches.look(anew)
    assert anew.files.get().state == "before"
    assert Job.objects.filter(kind="fetch").count() == 1, "what was taken is not fetched again"
    (root / "a.mp4").touch()
    assert look(anew) == ["taken", "before"], "the same bytes at another time"
    assert Clip.objects.count() == 1
    assert not Job.objects.filter(state="failed").exists()
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert told["counts"] == {"before": 1}
    assert told["files"][0]["clip"] == str(Clip.objects.get().uuid)


def test_what_is_known_of_a_place_is_not_written_again(watch, root, django_assert_max_num_queries):
    for number in range(5):
        make_clip(root / f"{number}.mp4", frames=3, seed=number)
    look(watch)
    with django_assert_max_num_queries(2):
        watches.look(watch)


def test_a_film_that_could_not_be_decoded_counts_as_failed(watch, root, client, show):
    (root / "a.mp4").write_bytes(b"not a film" * 100)
    assert look(watch) == ["taken"]
    jobs.run(Job.objects.get(kind="ingest").uuid)
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    clip = Clip.objects.get()
    assert (clip.state, told["counts"]) == ("failed", {"failed": 1})
    (file,) = told["files"]
    assert (file["state"], file["clip"], file["fault_code"]) == ("failed", str(clip.uuid), clip.fault_code)


def test_places_within_each_other_are_not_both_watched(client, show, watch, root):
    (root / "day 1").mkdir()
    answer = ask(client, show, root / "day 1").json()["error"]
    assert (answer["code"], answer["detail"]) == ("watched_within", {"place": str(root)})
    client.delete(f"/api/shows/{show.uuid}/watches/{watch.uuid}")
    assert ask(client, show, root / "day 1").status_code == 201
    assert ask(client, show, root).json()["error"]["code"] == "watched_within"
    (root / "day 10").mkdir()
    assert ask(client, show, root / "day 10").status_code == 201, "a name that begins alike lies beside it"


def test_another_film_of_the_same_name_is_another_clip(watch, root):
    make_clip(root / "a.mp4", frames=3)
    look(watch)
    make_clip(root / "a.mp4", frames=5, seed=2)
    look(watch)
    look(watch)
    assert sorted(Clip.objects.values_list("name", "slug")) == [("a", "a"), ("a", "a-2")]


def test_only_what_the_administrator_opened_can_be_watched(client, show, lead, root, tmp_path):
    (tmp_path / "private").mkdir()
    (root / "way out").symlink_to(tmp_path / "private")
    for place in (tmp_path, tmp_path / "private", root / ".." / "private", root / "way out", "/etc", "s3://any/thing"):
        answer = ask(client, show, place)
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "outside_roots"), place
    assert ask(client, show, root / "nothing").json()["error"]["code"] == "no_folder"
    assert not Watch.objects.exists()


def test_links_in_a_watched_folder_lead_nowhere(watch, root, tmp_path):
    make_clip(tmp_path / "secret.mp4", frames=3)
    (tmp_path / "hidden").mkdir()
    make_clip(tmp_path / "hidden" / "secret.mp4", frames=3)
    (root / "a.mp4").symlink_to(tmp_path / "secret.mp4")
    (root / "folder").symlink_to(tmp_path / "hidden")
    assert look(watch) == []
    make_clip(root / "b.mp4", frames=3)
    watches.look(watch)
    pass_time()
    watches.look(watch)
    (root / "b.mp4").unlink()
    (root / "b.mp4").symlink_to(tmp_path / "secret.mp4")
    jobs.run(Job.objects.get().uuid)
    assert WatchedFile.objects.get().fault_code == "unsafe_path"
    assert not Clip.objects.exists()


def test_a_place_that_is_gone_is_told_and_looked_at_again(watch, root, client, show):
    root.rename(root.with_name("away"))
    watches.look_everywhere()
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert (told["fault_code"], told["reached_at"]) == ("source_gone", None)
    assert told["looked_at"] is not None
    assert watched_of(client, show) == {"places": 1, "failing": 1}
    root.with_name("away").rename(root)
    watches.look_everywhere()
    (told,) = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert (told["fault_code"], told["fault"], told["found"]) == ("", "", 0)
    assert told["reached_at"] == told["looked_at"]
    assert watched_of(client, show) == {"places": 1, "failing": 0}


def watched_of(client, show) -> dict:
    """What the list of shows says of its watched places."""
    (told,) = [one for one in client.get("/api/shows").json() if one["id"] == str(show.uuid)]
    return told["watched"]


def test_one_place_is_watched_once_and_can_be_stopped(client, show, watch, root):
    assert ask(client, show, root).json()["error"]["code"] == "watched_already"
    assert client.delete(f"/api/shows/{show.uuid}/watches/{watch.uuid}").status_code == 204
    make_clip(root / "a.mp4", frames=3)
    watches.look_everywhere()
    assert not WatchedFile.objects.exists()
    assert ask(client, show, root).status_code == 201


def test_a_file_that_went_away_before_it_was_fetched_says_so(watch, root):
    make_clip(root / "a.mp4", frames=3)
    watches.look(watch)
    pass_time()
    watches.look(watch)
    (root / "a.mp4").unlink()
    jobs.run(Job.objects.get().uuid)
    file = WatchedFile.objects.get()
    assert (file.state, file.fault_code) == ("refused", "gone")


def test_a_folder_that_is_closed_says_so(watch, root, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    # Whoever runs the tests may be root, whom no mode keeps out.
    monkeypatch.setattr("koutu.clips.places.os.scandir", refuse)
    watches.look(watch)
    assert Watch.objects.get().fault_code == "source_closed"


@pytest.fixture
def bucket(settings):
    with s3() as server:
        settings.S3_ENDPOINT, settings.WATCH_BUCKETS = server.endpoint, [f"s3://{BUCKET}/dailies", "s3://nowhere"]
        yield server


def put(server, key: str, path) -> None:
    server.client().put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())


def test_a_prefix_of_a_bucket_is_watched_as_well(client, show, lead, bucket, tmp_path):
    film = make_clip(tmp_path / "a.mp4", frames=3)
    for key in ("dailies/day 1/a.mp4", "dailies/notes.txt", "private/b.mp4"):
        put(bucket, key, film)
    assert ask(client, show, f"s3://{BUCKET}/private").json()["error"]["code"] == "outside_roots"
    assert ask(client, show, f"s3://{BUCKET}/dailies").status_code == 201
    assert ask(client, show, f"s3://{BUCKET}/dailies/day 1").json()["error"]["code"] == "watched_within"
    watch = Watch.objects.get()
    watches.look(watch)
    jobs.run(Job.objects.get().uuid)
    assert WatchedFile.objects.get().name == "day 1/a.mp4"
    assert Clip.objects.get().source_name == "a.mp4"
    bucket.stop()
    watches.look(watch)
    watch.refresh_from_db()
    assert (watch.fault_code, watch.found) == ("source_down", 1)
    assert watch.reached_at < watch.looked_at
    bucket.start()


def test_an_object_that_is_replaced_is_fetched_at_once(client, show, lead, bucket, tmp_path):
    put(bucket, "dailies/a.mp4", make_clip(tmp_path / "a.mp4", frames=3))
    ask(client, show, f"s3://{BUCKET}/dailies")
    watch = Watch.objects.get()
    watches.look(watch)
    put(bucket, "dailies/a.mp4", make_clip(tmp_path / "b.mp4", frames=4, seed=2))
    watches.look(watch)
    assert watch.files.get().state == "queued"
    for job in Job.objects.filter(kind="fetch"):
        jobs.run(job.uuid)
    assert watch.files.get().state == "taken"
    assert watch.files.get().clip == Clip.objects.latest("pk")


def test_what_lies_in_a_place_that_fell_silent_is_fetched_once_it_answers(
    client, show, lead, bucket, tmp_path, monkeypatch
):
    put(bucket, "dailies/a.mp4", make_clip(tmp_path / "a.mp4", frames=3))
    ask(client, show, f"s3://{BUCKET}/dailies")
    watch = Watch.objects.get()
    watches.look(watch)
    bucket.stop()
    watches.look(watch)
    job = Job.objects.get(kind="fetch")
    with monkeypatch.context() as nobody:
        nobody.setattr("koutu.clips.places.fetched", lambda *_: pytest.fail("it was asked"))
        jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("queued", "source_down")
    bucket.start()
    watches.look(watch)
    jobs.run(job.uuid)
    assert watch.files.get().state == "taken"


def test_a_prefix_where_nothing_lies_and_a_bucket_that_is_not_there_say_so(client, show, lead, bucket):
    for place in (f"s3://{BUCKET}/dailies/dya 1", "s3://nowhere"):
        assert ask(client, show, place).status_code == 201
    watches.look_everywhere()
    empty, gone = client.get(f"/api/shows/{show.uuid}/watches").json()["watches"]
    assert (empty["fault_code"], empty["found"]) == ("", 0)
    assert (gone["fault_code"], gone["found"], gone["reached_at"]) == ("source_gone", None, None)


def test_a_bucket_that_nobody_gave_the_keys_of_says_so(client, show, lead, bucket, monkeypatch):
    ask(client, show, f"s3://{BUCKET}/dailies")
    with monkeypatch.context() as keyless:
        # Another client than the one that has found keys already.
        keyless.setattr(Reader, "patience", Config(connect_timeout=1))
        keyless.setattr(boto3, "DEFAULT_SESSION", None)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            keyless.delenv(name)
        watches.look_everywhere()
    assert Watch.objects.get().fault_code == "source_closed"


def test_a_bucket_that_hangs_is_asked_once_a_round(client, show, lead, settings, root, monkeypatch):
    monkeypatch.setattr(
        Reader, "patience", Config(connect_timeout=1, read_timeout=0.3, retries={"total_max_attempts": 1})
    )
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.S3_ENDPOINT = f"http://127.0.0.1:{silent.getsockname()[1]}"
        settings.WATCH_BUCKETS = ["s3://one", "s3://two"]
        for place in (*settings.WATCH_BUCKETS, root):
            assert ask(client, show, place).status_code == 201
        with monkeypatch.context() as keys:
            for name, value in KEYS.items():
                keys.setenv(name, value)
            watches.look_everywhere()
        silent.settimeout(0)
        silent.accept()
        with pytest.raises(BlockingIOError):
            silent.accept()
    codes = dict(Watch.objects.values_list("place", "fault_code"))
    assert codes == {"s3://one": "source_down", "s3://two": "source_down", str(root): ""}
