"""The network that follows subjects is the studio's choice: ours, or SAM 2.1 where somebody has its weights."""

import pytest
from django.core.checks import run_checks

from annotation.models import Subject
from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from models.checkpoints import Card, save
from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from tests import factories
from tests.annotation import excerpts
from tests.annotation.saving import head
from tests.annotation.test_propagate_job import ask, hold_a_sword
from tests.models.backends.tiny_networks import save_sam2

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return excerpts.excerpt(tmp_path_factory.mktemp("excerpt"), 4)


@pytest.fixture
def subject(film, client):
    clip = excerpts.taken_in(film)
    jobs.run(Job.objects.get(kind="prelabel").uuid)
    client.force_login(factories.person(Role.ANNOTATOR, clip.project))
    return Subject.objects.live().get(shot__clip=clip)


@pytest.fixture
def ours(tmp_path):
    path, tiny = tmp_path / "mine.safetensors", PRESETS["koutu-s-tiny"]
    save(path, KoutuS(tiny), Card("koutu-s", "7", "MIT", config=tiny.as_json()))
    return path


def propagated(client, subject):
    """The job of a propagation from the second frame on."""
    clip = subject.shot.clip
    hold_a_sword(client, clip, 1, subject)
    job = ask(client, subject, 1, "later").json()["id"]
    jobs.run(job)
    return Job.objects.get(uuid=job)


@pytest.mark.parametrize("name", ["koutu-s-video", "sam2.1-tiny-video"])
def test_a_shot_is_followed_by_the_network_that_was_chosen(client, subject, settings, ours, tmp_path, name):
    settings.TRACKER = f"{name}={ours if name == 'koutu-s-video' else save_sam2(tmp_path / 'sam')}"
    assert not [one for one in run_checks() if one.id == "koutu.E007"]
    assert propagated(client, subject).state == "done"
    made = [head(subject.shot.clip, frame, subject) for frame in (2, 3)]
    assert {revision.model_version.name for revision in made} == {name}


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("nobody", "there is no back end nobody"),
        ("mean4", "mean4 follows nothing through a shot: choose one of koutu-s-video, sam2.1"),
        ("koutu-s-video=/nowhere.safetensors", "there is no file /nowhere.safetensors"),
    ],
)
def test_a_network_that_cannot_follow_is_refused_at_the_start_and_by_the_job(client, subject, settings, said, why):
    settings.TRACKER = said
    (told,) = [one for one in run_checks() if one.id == "koutu.E007"]
    assert f"KOUTU_TRACKER cannot be used: {why}" in told.msg
    job = propagated(client, subject)
    assert (job.state, job.error_code) == ("failed", "no_tracker")
    assert job.error_detail["why"].startswith(why)
