"""How a project wants its clips read: chosen by a lead, kept with each clip, asked for again after a refusal."""

import pytest

from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Frame
from koutu.jobs import run as jobs
from koutu.jobs.actions import retry
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from koutu.storage import blobs
from tests import factories
from tests.clips.taking_in import take_in
from tests.media import hostile
from tests.media.odd_films import ffmpeg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def show():
    return factories.show(factories.project())


@pytest.fixture
def lead(client, show):
    person = factories.person(Role.LEAD, show.project)
    client.force_login(person)
    return person


def choose(client, show, **choices):
    return client.patch(f"/api/projects/{show.project.uuid}/reading", choices, "application/json")


def test_frames_are_kept_as_the_project_chose(client, show, lead, tmp_path):
    path = f"/api/projects/{show.project.uuid}/reading"
    assert client.get(path).json() == {"frames": "jpeg", "quality": 95, "fields": "refuse", "picture_rate": "25"}
    film = make_clip(tmp_path / "a.mp4", frames=4).read_bytes()
    first = take_in(lead, show, "a.mp4", film)
    assert choose(client, show, frames="png").json()["frames"] == "png"
    second = take_in(lead, show, "b.mp4", make_clip(tmp_path / "b.mp4", frames=4, seed=2).read_bytes())
    heads = [blobs.read(Frame.objects.get(clip=clip, index=0).blob)[:4] for clip in (first, second)]
    assert heads == [b"\xff\xd8\xff\xe0", b"\x89PNG"]
    assert [clip.reading["frames"] for clip in (first, second)] == ["jpeg", "png"]


@pytest.mark.parametrize(
    ("choices", "status"),
    [({"frames": "gif"}, 400), ({"quality": 0}, 400), ({"fields": "blend"}, 400), ({"picture_rate": "0"}, 422)],
)
def test_choices_that_do_not_exist_are_refused(client, show, lead, choices, status):
    assert choose(client, show, **choices).status_code == status


def test_a_wrong_choice_is_named(client, show, lead):
    error = choose(client, show, quality=80, picture_rate="fast").json()["error"]
    assert (error["code"], error["detail"]) == ("bad_reading", {"field": "picture_rate"})


def test_an_interlaced_clip_is_refused_until_the_project_says_how_to_read_it(client, show, lead, tmp_path):
    path = tmp_path / "fields.mpg"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=320x176:rate=50", "-vf", "interlace=scan=tff:lowpass=off", "-frames:v",
           "24", "-c:v", "mpeg2video", "-q:v", "3", "-flags", "+ilme+ildct", path)  # fmt: skip
    clip = take_in(lead, show, "fields.mpg", path.read_bytes())
    assert (clip.state, clip.fault_code) == (Clip.State.FAILED, "interlaced")
    told = client.get(f"/api/clips/{clip.uuid}").json()["fault"]
    job = Job.objects.get(target_id=clip.uuid)
    assert (told["code"], told["job"]) == ("interlaced", str(job.uuid))
    choose(client, show, fields="bob")
    job = retry(lead, job, "read by fields now")
    told = client.get(f"/api/clips/{clip.uuid}").json()["fault"]
    assert (told["code"], told["detail"], told["job"]) == ("interlaced", {}, None), "while it is tried again"
    jobs.run(job.uuid)
    clip.refresh_from_db()
    assert (clip.state, clip.fields, clip.frame_count) == (Clip.State.READY, "bob", 48)
    assert (clip.rate_num, clip.rate_den) == (50, 1)


def test_a_clip_that_would_not_fit_is_refused_before_its_first_frame(show, lead, tmp_path):
    film = make_clip(tmp_path / "a.mp4", frames=30).read_bytes()
    organisation = show.project.organisation
    organisation.quota_bytes = len(film) + 100_000
    organisation.save()
    clip = take_in(lead, show, "a.mp4", film)
    assert (clip.state, clip.fault_code) == (Clip.State.FAILED, "quota")
    assert "0.0 GB" not in clip.fault
    assert not Frame.objects.exists()


def test_pictures_that_stay_their_own_files_are_estimated_as_what_they_take(show, lead, tmp_path):
    (zipped,) = (data for name, data in hostile.seeds(tmp_path) if name == "folder.zip")
    clip = take_in(lead, show, "scene.zip", zipped)
    assert (clip.state, clip.estimated_bytes) == (Clip.State.READY, len(zipped))
