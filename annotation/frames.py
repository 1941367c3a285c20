"""Frames of a shot as pictures, read anew each time they are gone through."""

from collections.abc import Iterator

import numpy as np

from koutu.clips.media.pictures.files import read_picture
from koutu.clips.models import Frame, Shot
from koutu.storage import blobs


class ShotFrames:
    """The shot's frames in order, RGB uint8 (height, width, 3); holds one at a time."""

    def __init__(self, shot: Shot) -> None:
        rows = Frame.objects.filter(clip=shot.clip_id, index__range=(shot.first, shot.last))
        self.rows = list(rows.select_related("blob__pack").order_by("index"))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[np.ndarray]:
        for row in self.rows:
            yield read_picture(blobs.read(row.blob))
