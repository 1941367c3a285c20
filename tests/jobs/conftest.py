import pytest

from koutu.accounts.models import AuditLine
from koutu.accounts.roles import Role
from koutu.jobs import actions, kinds
from koutu.jobs.kinds import JobKind
from koutu.jobs.models import Job
from tests import factories

for name in ("steps", "long_step", "refuses", "far", "struck", "breaks"):
    kinds.register(JobKind(name, "io", f"tests.jobs.work.{name}", "tests.jobs.work.gave_up", max_attempts=3))


@pytest.fixture
def project():
    return factories.project()


@pytest.fixture
def annotator(project):
    return factories.person(Role.ANNOTATOR, project)


@pytest.fixture
def enqueue(project, annotator):
    """Queue a job of one of the kinds above about a new show."""

    def make(kind: str = "steps", **params) -> Job:
        return actions.enqueue(kind, project, factories.show(project), by=annotator, params={"steps": 3, **params})

    return make


@pytest.fixture
def written():
    """How many steps of a job are committed, and how often it was given up."""

    def count(job: Job, act: str = "step") -> int:
        return AuditLine.objects.filter(act=act, object_id=job.uuid).count()

    return count
