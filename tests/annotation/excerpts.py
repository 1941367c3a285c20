"""The first frames of a real clip of one person who signs, at half its size, taken in as a user's upload is."""

import shutil
import uuid
from itertools import islice
from pathlib import Path

import cv2
from django.conf import settings

from koutu import samples
from koutu.accounts.roles import Role
from koutu.clips import media
from koutu.clips.actions import clips
from koutu.clips.models import Clip
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.samples.video import make_clip
from models.backends.registry import finder
from models.prelabel import FrameLabels, prelabel_shot
from tests import factories


def excerpt(folder: Path, frames: int) -> Path:
    """So many frames as a film of their own: each costs every test a tenth of a second."""
    whole = samples.find("clips/asl_eat.mkv")
    taken = islice(media.frames(whole, media.probe(whole)), frames)
    images = (cv2.resize(frame.image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for frame in taken)
    return make_clip(folder / "asl_eat.mkv", images=images, fps=30)


def taken_in(film: Path) -> Clip:
    """A clip of it, ingested; its pre-label waits as a job."""
    show = factories.show(factories.project())
    copy = settings.DATA / "tmp" / f"{uuid.uuid4()}.mkv"
    shutil.copyfile(film, copy)
    made = clips.add(factories.person(Role.ANNOTATOR, show.project), show, copy, film.name)
    jobs.run(Job.objects.get(kind="ingest").uuid)
    made.refresh_from_db()
    return made


def labels_of(film: Path) -> list[FrameLabels]:
    """What the pre-label finds in it: the networks look once for all tests that are about what comes after."""
    pictures = [frame.image for frame in media.frames(film, media.probe(film))]
    return list(prelabel_shot(pictures, finder().open()))
