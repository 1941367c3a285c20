"""Saves as the browser makes them: tiles on the parent's plane, deflated, with the address of the whole."""

import json
import uuid
import zlib

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile

from annotation.models import Head, Revision, Subject
from koutu.clips.models import Clip, Frame
from models import planes


def disc(clip: Clip, x: int, y: int, radius: int = 10) -> np.ndarray:
    """A mask-like matte, uint8 (height, width), with a soft rim."""
    rows, columns = np.mgrid[0 : clip.height, 0 : clip.width]
    distance = np.hypot(columns - x, rows - y)
    return (np.clip(radius - distance, 0, 1) * 255).astype(np.uint8)


def full(clip: Clip) -> np.ndarray:
    """A mask of the whole picture."""
    return np.full((clip.height, clip.width), 255, np.uint8)


def tiles_of(raster: np.ndarray) -> list[tuple[int, int, bytes]]:
    height, width = raster.shape
    found = []
    for ty in range(-(-height // planes.TILE)):
        for tx in range(-(-width // planes.TILE)):
            left, top, right, bottom = planes.tile_box(height, width, tx, ty)
            found.append((tx, ty, raster[top:bottom, left:right].tobytes()))
    return found


def body(clip, frame: int, subject: Subject, raster=None, *, parent=None, layer="matte", **meta) -> dict:
    """The multipart fields of PUT /api/revisions/{id}."""
    layers, sent = {}, b""
    if raster is not None:
        tiles = tiles_of(raster)
        layers[layer] = {"address": planes.address(raster), "tiles": [[tx, ty] for tx, ty, _ in tiles]}
        sent = b"".join(data for _, _, data in tiles)
    said = {
        "clip": str(clip.uuid), "frame": frame, "subject": str(subject.uuid), "presence": "present",
        "parent": str(parent) if parent else None, "layers": layers, "encoding": "deflate",
    }  # fmt: skip
    said.update(meta)
    return {"meta": json.dumps(said), "tiles": SimpleUploadedFile("tiles", zlib.compress(sent))}


def put(client, clip, frame, subject, raster=None, *, id=None, **more):
    """Save over the API; returns the response."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    data = encode_multipart(BOUNDARY, body(clip, frame, subject, raster, **more))
    return client.put(f"/api/revisions/{id or uuid.uuid4()}", data, content_type=MULTIPART_CONTENT)


def head(clip: Clip, frame: int, subject: Subject) -> Revision | None:
    row = Head.objects.filter(frame=Frame.objects.get(clip=clip, index=frame), subject=subject).first()
    return row.revision if row else None


def send_draft(client, clip: Clip, frame: int, subject: Subject, raster=None, **more):
    """Keep a draft over the API; returns the response."""
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    data = encode_multipart(BOUNDARY, body(clip, frame, subject, raster, **more))
    return client.put(f"/api/drafts/{clip.uuid}/{frame}/{subject.uuid}", data, content_type=MULTIPART_CONTENT)


def machine(clip: Clip, frame: int, subject: Subject, parent: Revision | None = None) -> Revision:
    """A model's revision that says nobody is there, not yet a head."""
    return Revision.objects.create(
        frame=Frame.objects.get(clip=clip, index=frame), subject=subject, parent=parent,
        presence="absent", source="model", digest="test",
    )  # fmt: skip
