"""A person corrects the cut detector: adds, removes, moves cuts, and takes it back."""

import pytest

from koutu.accounts.errors import Forbidden, Invalid, Refused
from koutu.accounts.roles import Role
from koutu.clips.actions import cuts
from koutu.clips.models import Frame, Shot
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip():
    return factories.clip(factories.show(factories.project()), frames=20, cuts=(8,))


@pytest.fixture
def annotator(clip):
    return factories.person(Role.ANNOTATOR, clip.project)


def spans(clip):
    return list(Shot.objects.filter(clip=clip, deleted_at=None).order_by("first").values_list("first", "last"))


def test_a_cut_is_added_inside_a_shot(annotator, clip):
    cuts.change(annotator, clip, "add", 14)
    assert spans(clip) == [(0, 7), (8, 13), (14, 19)]
    assert Shot.objects.get(clip=clip, first=14).cut == Shot.Cut.PERSON


def test_a_cut_is_removed_and_comes_back_as_the_same_shot(annotator, clip):
    later = Shot.objects.get(clip=clip, first=8)
    change = cuts.change(annotator, clip, "remove", 8)
    assert spans(clip) == [(0, 19)]
    cuts.undo(annotator, change)
    assert spans(clip) == [(0, 7), (8, 19)]
    assert Shot.objects.get(clip=clip, first=8) == later


@pytest.mark.parametrize("to", [5, 12])
def test_a_cut_moves_either_way_and_back(annotator, clip, to):
    change = cuts.change(annotator, clip, "move", 8, to)
    assert spans(clip) == [(0, to - 1), (to, 19)]
    assert Shot.objects.get(clip=clip, first=to).cut == Shot.Cut.PERSON
    cuts.undo(annotator, change)
    assert spans(clip) == [(0, 7), (8, 19)]
    assert Shot.objects.get(clip=clip, first=8).cut == Shot.Cut.DETECTOR


def test_frames_keep_their_identity(annotator, clip):
    before = list(Frame.objects.filter(clip=clip).values("pk", "index", "sha256"))
    cuts.change(annotator, clip, "add", 3)
    cuts.change(annotator, clip, "move", 8, 10)
    assert list(Frame.objects.filter(clip=clip).values("pk", "index", "sha256")) == before


@pytest.mark.parametrize(
    ("op", "at", "to", "code"),
    [
        ("add", 8, None, "no_cut_here"),
        ("add", 0, None, "no_cut_here"),
        ("add", 20, None, "no_cut_here"),
        ("remove", 9, None, "no_cut"),
        ("remove", 0, None, "no_cut"),
        ("move", 8, 0, "cut_out_of_range"),
        ("move", 8, 20, "cut_out_of_range"),
        ("move", 8, 8, "cut_out_of_range"),
        ("move", 8, None, "cut_needs_to"),
    ],
)
def test_a_cut_that_cannot_be_is_refused_and_changes_nothing(annotator, clip, op, at, to, code):
    with pytest.raises(Invalid) as refusal:
        cuts.change(annotator, clip, op, at, to)
    assert refusal.value.code == code
    assert spans(clip) == [(0, 7), (8, 19)]


def test_only_the_latest_change_is_undone_and_only_once(annotator, clip):
    first = cuts.change(annotator, clip, "add", 4)
    second = cuts.change(annotator, clip, "add", 12)
    with pytest.raises(Refused, match="latest"):
        cuts.undo(annotator, first)
    cuts.undo(annotator, second)
    with pytest.raises(Refused):
        cuts.undo(annotator, second)
    cuts.undo(annotator, first)
    assert spans(clip) == [(0, 7), (8, 19)]


def test_a_viewer_may_look_but_not_cut(clip):
    with pytest.raises(Forbidden):
        cuts.change(factories.person(Role.VIEWER, clip.project), clip, "add", 4)


def test_cuts_by_api(client, annotator, clip):
    client.force_login(annotator)
    done = client.post(f"/api/clips/{clip.uuid}/cuts", {"op": "add", "at": 4}, "application/json")
    assert done.status_code == 201
    assert [shot["number"] for shot in done.json()["shots"]] == [1, 2, 3]
    undone = client.post(f"/api/clips/{clip.uuid}/cuts/{done.json()['change']}/undo")
    assert [shot["first"] for shot in undone.json()["shots"]] == [0, 8]
    (line,) = client.get(f"/api/clips/{clip.uuid}/cuts").json()
    assert (line["op"], line["at"], line["undone_at"] is not None) == ("add", 4, True)
