"""One shot to take away: whose alpha is in the file, who may ask, and how long it is kept."""

import io
import zipfile
from datetime import timedelta

import cv2
import numpy as np
import pytest
from django.utils import timezone

from annotation.actions import cutouts, owning, subjects
from annotation.models import Cutout
from koutu.accounts.roles import Role
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.storage.models import Blob
from tests import factories
from tests.annotation.saving import disc, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signed_in", "task")]


@pytest.fixture
def sabre(annotator, shot, subject):
    """Held by the subject from frame 3 on."""
    part = subjects.add(annotator, shot, "Sabre", kind="weapon", owner=subject)
    owning.own(part, [owning.Owned(subject, 3, shot.last)])
    return part


def ask(client, shot, **said):
    return client.post(f"/api/shots/{shot.uuid}/cutouts", said, "application/json")


def made(client, shot, **said) -> list[np.ndarray]:
    """The pictures of a cutout, RGBA."""
    asked = ask(client, shot, **{"format": "png"} | said)
    assert asked.status_code == 202, asked.json()
    jobs.run(asked.json()["id"])
    assert Job.objects.get(uuid=asked.json()["id"]).state == "done"
    answer = client.get(f"/api/cutouts/{asked.json()['id']}")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    files = [np.frombuffer(archive.read(name), np.uint8) for name in archive.namelist()]
    return [cv2.cvtColor(cv2.imdecode(file, cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA) for file in files]


def test_everybody_is_in_it_on_every_frame(client, clip, shot, subject, annotator):
    other = subjects.add(annotator, shot, "Guard")
    put(client, clip, 1, subject, disc(clip, 40, 50))
    put(client, clip, 1, other, disc(clip, 90, 50))
    pictures = made(client, shot)
    assert len(pictures) == shot.length
    assert np.array_equal(pictures[1][..., 3], np.maximum(disc(clip, 40, 50), disc(clip, 90, 50)))
    assert not pictures[0].any(), "where nobody is drawn nothing of the film is left"


def test_one_subject_has_the_parts_it_holds_where_it_holds_them(client, clip, shot, subject, annotator, sabre):
    other = subjects.add(annotator, shot, "Guard")
    for frame in (2, 4):
        put(client, clip, frame, subject, disc(clip, 40, 50))
        put(client, clip, frame, sabre, disc(clip, 60, 50, 5))
        put(client, clip, frame, other, disc(clip, 90, 50))
    pictures = made(client, shot, subject=str(subject.uuid))
    assert np.array_equal(pictures[2][..., 3], disc(clip, 40, 50))
    assert np.array_equal(pictures[4][..., 3], np.maximum(disc(clip, 40, 50), disc(clip, 60, 50, 5)))


def test_a_film_is_handed_out_under_the_name_of_its_clip(client, clip, shot, subject):
    put(client, clip, 1, subject, disc(clip, 40, 50))
    jobs.run(ask(client, shot, format="prores", subject=str(subject.uuid)).json()["id"])
    (row,) = client.get(f"/api/shots/{shot.uuid}/cutouts").json()
    assert (row["format"], row["subject"]) == ("prores", str(subject.uuid))
    answer = client.get(f"/api/cutouts/{row['id']}")
    assert (answer["Content-Type"], int(answer["Content-Length"])) == ("video/quicktime", row["bytes"])
    assert answer["Content-Disposition"].endswith('-Rifleman.mov"')
    part = client.get(f"/api/cutouts/{row['id']}", headers={"range": "bytes=4-7"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"ftyp")


def test_the_same_is_not_made_twice_at_once(client, clip, shot, subject):
    put(client, clip, 1, subject, disc(clip, 40, 50))
    assert ask(client, shot, format="png").json()["id"] == ask(client, shot, format="png").json()["id"]
    assert ask(client, shot, format="vp9").json()["id"] != ask(client, shot, format="png").json()["id"]


def test_where_nothing_is_drawn_one_is_told_so(client, shot, subject):
    refused = ask(client, shot, format="png")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "nothing_drawn")


@pytest.mark.parametrize("said", [{}, {"format": "gif"}, {"format": "png", "subject": "nobody"}])
def test_what_means_nothing_is_refused(client, shot, said):
    assert ask(client, shot, **said).status_code == 400


def test_a_subject_of_another_shot_is_not_known_here(client, clip, shot, subject):
    elsewhere = subjects.make(clip.shots.exclude(pk=shot.pk).get())
    assert ask(client, shot, format="png", subject=str(elsewhere.uuid)).status_code == 404


def test_who_only_looks_may_not_ask(client, clip, shot):
    client.force_login(factories.person(Role.VIEWER, clip.project))
    assert ask(client, shot, format="png").status_code == 403


def test_it_is_forgotten_after_some_days_and_its_bytes_are_free(client, clip, shot, subject):
    put(client, clip, 1, subject, disc(clip, 40, 50))
    made(client, shot)
    cutouts.drop_old()
    assert Cutout.objects.exists()
    Cutout.objects.update(made_at=timezone.now() - cutouts.KEPT - timedelta(minutes=1))
    cutouts.drop_old()
    assert not Cutout.objects.exists()
    assert Blob.objects.filter(kind=Blob.Kind.CUTOUT).exists(), "gc takes it with all that nobody names"
