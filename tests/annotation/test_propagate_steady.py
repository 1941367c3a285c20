"""Beside an anchor a propagated matte is held steady as everywhere: by what the person made of the edge."""

import numpy as np
import pytest

from annotation.actions import subjects
from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from koutu.storage import blobs
from models import planes
from tests import factories
from tests.annotation import excerpts
from tests.annotation.propagating import ask
from tests.annotation.saving import head, put


@pytest.mark.django_db
def test_the_frame_between_two_anchors_has_their_edge(client, tmp_path):
    (drawn,) = draw_shot(1, 1, (320, 180), seed=5)
    clip = excerpts.taken_in(make_clip(tmp_path / "still.mkv", images=[drawn.image] * 4))
    person = factories.person(Role.ANNOTATOR, clip.project)
    client.force_login(person)
    anna = subjects.add(person, clip.shots.get(), "Anna")
    for frame in (0, 2):
        put(client, clip, frame, anna, drawn.mask, anchor=True)
    jobs.run(ask(client, anna, 0, "later").json()["id"])
    jobs.run(ask(client, anna, 2, "later").json()["id"])

    def away(frame: int) -> float:
        matte = planes.decode(blobs.read(head(clip, frame, anna).layers()["matte"].blob))
        return float(np.abs(matte.astype(float) - drawn.mask).sum())

    assert away(1) < 0.2 * away(3), "the last frame has an anchor on one side alone, and its edge is its own"
