"""A propagation as it is asked for over the API, from something that a person put into somebody's hand."""

import numpy as np

from koutu.storage import blobs
from models import planes
from tests.annotation.saving import head, put


def mask_of(clip, frame, subject):
    layers = head(clip, frame, subject).layers()
    return planes.decode(blobs.read(layers["mask"].blob)) > 0 if layers else np.zeros((clip.height, clip.width), bool)


def hold_a_sword(client, clip, frame, subject, anchor=True):
    """Save the pre-label of a frame with something in the person's hand, as an anchor."""
    matte = planes.decode(blobs.read(head(clip, frame, subject).layers()["matte"].blob)).copy()
    matte[20:100, 30:40] = 255
    saved = put(client, clip, frame, subject, matte, parent=head(clip, frame, subject).uuid, anchor=anchor)
    assert saved.status_code == 201, saved.json()
    return matte >= 128


def ask(client, subject, frame, reach="both", **more):
    said = {"subject": str(subject.uuid), "frame": frame, "reach": reach, **more}
    return client.post(f"/api/shots/{subject.shot.uuid}/propagate", said, "application/json")


def plan(client, subject, frame, reach="both"):
    return client.get(
        f"/api/shots/{subject.shot.uuid}/propagate", {"subject": str(subject.uuid), "frame": frame, "reach": reach}
    )
