"""A simulated annotator at work on a running Koutu, over the API that the browser uses."""

import numpy as np
import pytest

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from models.robots import rounds
from models.robots.clicks import Annotator, Slips
from models.robots.truths import Truth
from tests.services.desk import Desk

pytestmark = pytest.mark.timeout(600)
FRAMES = 12


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A person who walks, with the truth of every frame, and the clip in which Koutu decodes the very same pixels."""
    drawn = list(draw_shot(FRAMES, 1, (320, 180), seed=7))
    path = tmp_path_factory.mktemp("robots") / "walk.mkv"
    return make_clip(path, images=[frame.image for frame in drawn]), [Truth(frame.mask > 0) for frame in drawn]


@pytest.fixture(scope="module")
def desk(script, film):
    """A subject that nobody has drawn yet, whatever the pre-label found."""
    clip = script.upload(film[0], "Robots")
    script.until(lambda ask: {"ingest", "prelabel"} <= {job["kind"] for job in _done(ask, clip["id"])})
    (task,) = script("GET", f"/api/tasks?clip={clip['id']}")
    made = script("POST", f"/api/shots/{task['shot']}/subjects", {"name": "Robot's own"})
    return Desk(script, task["shot"], made["id"])


def test_a_robot_clicks_a_person_from_nothing_and_carries_what_it_made_through_the_shot(desk, film):
    """Offline rounds after SAM 2: the worst frame, clicks until it is good, propagation, a look at all again."""
    _, truths = film
    annotator = Annotator(limit=6, slips=Slips(np.random.default_rng(0), jitter=1.0, wrong=0.0))
    stands = rounds.offline(
        truths, lambda anchors: _masks(desk.propagate(anchors)), desk.answer, rounds=2, annotator=annotator
    )
    before, first, *_ = stands
    last = stands[-1]
    assert before.iou.max() == 0
    assert first.clicks > 0
    assert last.iou.mean() > 0.6
    assert last.iou[first.touched[0]] >= first.iou[first.touched[0]]
    heads = desk.heads()
    assert set(heads) == set(range(FRAMES))  # one anchor reaches all
    anchors = {index for index, head in heads.items() if head["anchored"]}
    assert anchors == set(last.touched) == set(desk.saved)
    assert {heads[index]["source"] for index in set(heads) - anchors} == {"propagation"}
    # What the robot was shown is what stands.
    shown = [truth.state(mask >= 128).iou for truth, mask in zip(truths, desk.mattes(), strict=True)]
    assert np.allclose(shown, last.iou)


def _masks(mattes):
    return [matte >= 128 for matte in mattes]


def _done(ask, target: str) -> list[dict]:
    return ask("GET", f"/api/jobs?target_id={target}&state=done")["results"]
