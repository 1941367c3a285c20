import signal
from pathlib import Path

import pytest

from koutu.clips import media
from koutu.samples.video import make_clip
from tests.drills.aftermath import DEMO, SHORT, all_done, start, stored
from tests.services.tree import Tree


@pytest.fixture(scope="session")
def short_clip(tmp_path_factory) -> Path:
    frames = (frame.image for frame in media.frames(DEMO, media.probe(DEMO)) if frame.index in SHORT)
    return make_clip(tmp_path_factory.mktemp("short") / "court.webm", images=frames, fps=24)


@pytest.fixture(scope="session")
def prelabelled(tmp_path_factory, short_clip) -> Path:
    """The data folder of a tree that nobody disturbed, stopped by now: not to be changed."""
    data = tmp_path_factory.mktemp("undisturbed") / "data"
    tree, script = start(data)
    script.upload(short_clip, "Court")
    script.until(all_done)
    tree.stop()
    return data


@pytest.fixture(scope="session")
def undisturbed(prelabelled) -> dict:
    return stored(prelabelled)


@pytest.fixture(autouse=True)
def _nothing_left_running():
    """A drill that failed half-way takes its processes with it."""
    before = len(Tree.started)
    yield
    for tree in Tree.started[before:]:
        tree.stop(signal.SIGKILL)
