"""A small picture by which a subject is known: the head of its mask, cut out of one of its frames."""

import cv2
import numpy as np

from annotation.models import Head, Revision, RevisionPlane, Subject
from koutu.clips.media.encode import encode_jpeg
from koutu.clips.media.pictures.files import read_picture
from koutu.storage import blobs
from models import planes

SIDE = 96
QUALITY = 85
# Of a mask's height: where the head is, whether the whole body stands there or the hips up.
TOP = 0.2
AIR = 1.5
# The head's share of the height, by how slender the mask is: a whole figure is three times as high as wide, a bust
# about as high as wide.
SLENDER, LEAST, MOST = 0.8, 0.18, 0.6


def mask_of(subject: Subject) -> RevisionPlane | None:
    """The mask nearest to the middle of the shot; None for a subject without any."""
    middle = (subject.shot.first + subject.shot.last) // 2
    heads = Head.objects.filter(subject=subject, revision__presence=Revision.Presence.PRESENT)
    indices = list(heads.filter(revision__planes__layer="mask").values_list("frame__index", flat=True))
    if not indices:
        return None
    nearest = min(indices, key=lambda index: (abs(index - middle), index))
    rows = RevisionPlane.objects.filter(revision__head_of__subject=subject, revision__frame__index=nearest)
    return rows.filter(layer="mask").select_related("blob__pack", "revision__frame__blob__pack").first()


def face(plane: RevisionPlane) -> bytes:
    """A JPEG of 96 × 96 pixels of the head that the mask shows."""
    mask = planes.decode(blobs.read(plane.blob))
    picture = read_picture(blobs.read(plane.revision.frame.blob))
    left, top, side = head_box(mask)
    canvas = cv2.copyMakeBorder(picture, side, side, side, side, cv2.BORDER_REPLICATE)
    cut = canvas[top + side : top + 2 * side, left + side : left + 2 * side]
    return encode_jpeg(cv2.resize(cut, (SIDE, SIDE), interpolation=cv2.INTER_AREA), QUALITY, "4:2:0")


def head_box(mask: np.ndarray) -> tuple[int, int, int]:
    """Left, top and side in pixels of a square round the head of a mask uint8 (height, width); it may reach outside.

    The whole picture's middle where the mask is empty.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        side = min(mask.shape)
        return (mask.shape[1] - side) // 2, (mask.shape[0] - side) // 2, side
    height = int(rows[-1] - rows[0]) + 1
    head = mask[rows[0] : rows[0] + max(1, round(TOP * height))] > 0
    columns = np.flatnonzero(head.any(axis=0))
    # Half of the rows are this wide or less: a raised hand does not count.
    width = float(np.median(head.sum(axis=1)))
    broad = float(np.median((mask[rows] > 0).sum(axis=1)))
    share = min(max(SLENDER * broad / height, LEAST), MOST)
    side = int(min(max(AIR * width, share * height, 8), 2 * max(mask.shape)))
    weights = head[:, columns].sum(axis=0)
    centre = float((columns * weights).sum() / weights.sum())
    return round(centre - side / 2), int(rows[0] - 0.12 * side), side
