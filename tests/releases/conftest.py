import pytest

from koutu.accounts.roles import Role
from tests import factories


@pytest.fixture
def project(db):
    return factories.project()


@pytest.fixture
def lead(project):
    return factories.person(Role.LEAD, project)
