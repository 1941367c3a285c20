"""The small picture of a subject: where its head is, whoever asks, and only for those who may see it."""

import io

import numpy as np
import pytest
from PIL import Image

from annotation.faces import head_box
from koutu.accounts.roles import Role
from tests import factories
from tests.releases import labelling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def subject():
    clip = labelling.accepted_clip(factories.project(), frames=5)
    return clip.shots.get().subjects.get()


@pytest.fixture
def viewer(client, subject):
    client.force_login(factories.person(Role.VIEWER, subject.project))
    return client


def body(height=200, width=300, head=(140, 20, 24), torso=(120, 44, 64, 120)) -> np.ndarray:
    """A head (left, top, side) over a broader body (left, top, width, height)."""
    mask = np.zeros((height, width), np.uint8)
    mask[head[1] : head[1] + head[2], head[0] : head[0] + head[2]] = 255
    mask[torso[1] : torso[1] + torso[3], torso[0] : torso[0] + torso[2]] = 255
    return mask


def test_the_square_holds_the_head_and_little_else():
    left, top, side = head_box(body())
    assert left <= 140
    assert left + side >= 164
    assert top <= 20
    assert 24 <= side <= 60


def test_a_raised_arm_does_not_draw_it_away():
    mask = body()
    mask[20:24, 0:300] = 255
    left, _, side = head_box(mask)
    assert left <= 150 <= left + side
    assert side <= 60


def test_an_empty_mask_and_one_at_the_edge_give_a_square_all_the_same():
    assert head_box(np.zeros((90, 160), np.uint8)) == (35, 0, 90)
    left, top, side = head_box(body(head=(0, 0, 20), torso=(0, 20, 40, 180)))
    assert side > 0
    assert top < 0 <= left + side


def test_a_subject_is_shown_by_its_face(viewer, subject):
    path = f"/api/subjects/{subject.uuid}/face"
    answer = viewer.get(path)
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).size == (96, 96)
    assert viewer.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    (shot,) = viewer.get(f"/api/clips/{subject.shot.clip.uuid}/shots").json()
    assert shot["people"] == [{"id": str(subject.uuid), "name": "", "number": 1, "colour": 2}]


def test_one_who_is_nowhere_has_none(viewer, subject):
    other = labelling.subject(subject.shot, 2)
    assert viewer.get(f"/api/subjects/{other.uuid}/face").status_code == 404
