import pytest

from annotation.actions import subjects, tasks
from annotation.models import Task
from koutu.accounts.roles import Role
from tests import factories


@pytest.fixture
def clip(db):
    """Twenty frames in two shots, planned as tasks, open for people."""
    made = factories.clip(factories.show(factories.project()), frames=20, width=150, height=100, cuts=(8,))
    for shot in made.shots.all():
        Task.objects.bulk_create(Task(shot=shot, first=a, last=b, stage="base") for a, b in tasks.spans(shot))
    return made


@pytest.fixture
def shot(clip):
    return clip.shots.get(first=0)


@pytest.fixture
def task(shot):
    return shot.tasks.get()


@pytest.fixture
def annotator(clip):
    return factories.person(Role.ANNOTATOR, clip.project)


@pytest.fixture
def signed_in(client, annotator):
    """The annotator, at the browser."""
    client.force_login(annotator)
    return annotator


@pytest.fixture
def reviewer(clip):
    return factories.person(Role.REVIEWER, clip.project)


@pytest.fixture
def subject(annotator, shot):
    return subjects.add(annotator, shot, "Rifleman")
