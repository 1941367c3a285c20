"""Real rows with real bytes: people, shows, and clips whose frames went through the storage."""

import hashlib
import itertools
import uuid

import numpy as np
from django.db import transaction
from django.utils.text import slugify

from koutu.accounts.models import Membership, Organisation, Project, User
from koutu.accounts.roles import Role
from koutu.clips.media.encode import encode_jpeg, thumbnail
from koutu.clips.models import Clip, Frame, Right, Shot, Show
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob

PASSWORD = "a long enough phrase"
_numbers = itertools.count(1)


def organisation(name: str = "") -> Organisation:
    return Organisation.objects.create(name=name or f"Studio {next(_numbers)}")


def project(of: Organisation | None = None, name: str = "Dramas") -> Project:
    return Project.objects.create(organisation=of or organisation(), name=name)


def person(role: Role, of: Project, *, whole_organisation: bool = False) -> User:
    """A person with a role in one project, or in all of its organisation."""
    user = User.objects.create_user(f"{role.value}-{next(_numbers)}", password=PASSWORD)
    place = None if whole_organisation else of
    Membership.objects.create(user=user, organisation=of.organisation, project=place, role=role)
    return user


def show(of: Project, name: str = "", *, owned: bool = True) -> Show:
    """A show, with a right to use it unless told otherwise."""
    name = name or f"Show {next(_numbers)}"
    made = Show.objects.create(project=of, name=name, slug=slugify(name))
    if owned:
        Right.objects.create(show=made, owner="The studio", licence="All uses inside the house")
    return made


def picture(index: int, width: int = 64, height: int = 48) -> np.ndarray:
    """RGB uint8 (height, width, 3): a gradient with a disc that moves with `index`."""
    rows, columns = np.mgrid[0:height, 0:width]
    rgb = np.stack([columns * 255 // width, rows * 255 // height, np.full_like(rows, index * 7 % 256)], axis=-1)
    disc = (columns - (8 + index * 2) % width) ** 2 + (rows - height // 2) ** 2 < (height // 5) ** 2
    rgb[disc] = (230, 200, 170)
    return rgb.astype(np.uint8)


def clip(
    of: Show, frames: int = 12, width: int = 64, height: int = 48, cuts: tuple[int, ...] = (), name: str = ""
) -> Clip:
    """A ready clip with its frames, thumbnails and shots; no event is sent, so no task or job is made."""
    name = name or f"clip {next(_numbers)}"
    source = uuid.uuid4().bytes
    pictures = [picture(index, width, height) for index in range(frames)]
    files = [(encode_jpeg(rgb), thumbnail(rgb, 24)) for rgb in pictures]
    with PackWriter(of.project.organisation) as pack:
        pack.add(Blob.Kind.SOURCE, _sha(source), source)
        for data, thumb in files:
            pack.add(Blob.Kind.FRAME, _sha(data), data)
            pack.add(Blob.Kind.THUMB, _sha(thumb), thumb)
    with transaction.atomic():
        blobs = pack.record()
        row = Clip.objects.create(
            show=of, name=name, slug=slugify(name), state=Clip.State.READY, source_name=f"{name}.mp4",
            source=blobs[Blob.Kind.SOURCE, _sha(source)], width=width, height=height, rate_num=24,
            time_base_num=1, time_base_den=24, codec="h264", frame_count=frames,
        )  # fmt: skip
        Frame.objects.bulk_create(
            Frame(
                clip=row, index=index, pts=index, sha256=_sha(data), phash=index,
                blob=blobs[Blob.Kind.FRAME, _sha(data)], thumb=blobs[Blob.Kind.THUMB, _sha(thumb)],
            )  # fmt: skip
            for index, (data, thumb) in enumerate(files)
        )
        _shots(row, cuts)
    return row


def _shots(row: Clip, cuts: tuple[int, ...]) -> None:
    firsts = [0, *cuts]
    lasts = [cut - 1 for cut in cuts] + [row.frame_count - 1]
    for first, last in zip(firsts, lasts, strict=True):
        cut = Shot.Cut.DETECTOR if first else Shot.Cut.START
        Shot.objects.create(clip=row, first=first, last=last, cut=cut)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
