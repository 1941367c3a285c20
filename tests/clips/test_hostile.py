"""Hostile and broken files: a clear reason on the clip, nothing half-made, the next file taken as if nothing was."""

import pytest

from koutu.accounts.roles import Role
from koutu.clips.models import Clip
from tests import factories
from tests.clips.taking_in import faults_of, take_in
from tests.media import hostile

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
SEED = 20261123


@pytest.fixture
def show():
    return factories.show(factories.project())


@pytest.fixture
def actor(show):
    return factories.person(Role.ANNOTATOR, show.project)


@pytest.fixture(autouse=True)
def _nothing_left_behind(settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "tmp").mkdir()
    yield
    assert not list((tmp_path / "tmp").iterdir()), "temporary files are left"


@pytest.mark.parametrize(("name", "data"), [pytest.param(*made, id=ascii(made[0])[:40]) for made in hostile.crafted()])
def test_a_crafted_file_is_refused_with_a_reason(actor, show, settings, name, data):
    # So that a small bomb is one.
    settings.KEEP_FREE_BYTES, settings.MAX_FRAMES = 0, 1000
    clip = take_in(actor, show, name, data)
    assert clip.state == Clip.State.FAILED, f"{clip.frame_count} frames"
    assert faults_of(clip) == []
    if "100000 square" in name or "huge inside" in name:
        assert clip.fault_code == "too_large"


def test_mutated_files_are_taken_whole_or_refused_whole(actor, show):
    faults = {}
    for name, data in hostile.mutated(SEED, 60):
        clip = take_in(actor, show, name, data)
        if isinstance(clip, Clip) and (found := faults_of(clip)):
            faults[name] = found
    assert not faults
