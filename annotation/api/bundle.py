"""Planes over the wire: application/x-koutu-planes.

u32 little-endian header length, JSON header `{"planes": [{frame, subject, revision, layer, address, kind, offset,
length}]}`, then the encoded planes; offsets count from the header's end.
"""

import json
import struct
from collections.abc import Iterable

from django.http import HttpResponse

from annotation.models import Draft, RevisionPlane
from koutu.accounts.errors import Invalid
from koutu.storage import blobs
from koutu.storage.models import Blob

MEDIA_TYPE = "application/x-koutu-planes"
MAX_PLANES = 256


def respond(rows: Iterable[RevisionPlane]) -> HttpResponse:
    """Answer with these planes (revision, its frame and subject, and blob with pack selected)."""
    rows = list(rows)
    if len(rows) > MAX_PLANES:
        raise Invalid("too_many_planes", f"Ask for at most {MAX_PLANES} planes at once.", asked=len(rows))
    return _pack([(_entry(row), row.blob) for row in rows])


def respond_draft(draft: Draft) -> HttpResponse:
    """Answer with the draft's matte; with no plane where nothing is painted."""
    parent = str(draft.parent.uuid) if draft.parent else None
    entry = {"frame": draft.frame.index, "subject": str(draft.subject.uuid), "revision": parent, "layer": "matte"}
    return _pack([(entry, draft.matte)] if draft.matte else [])


def _pack(planes: list[tuple[dict, Blob]]) -> HttpResponse:
    header, body, at = [], [], 0
    for entry, blob in planes:
        data = blobs.read(blob)
        place = {"address": blob.address, "kind": blob.kind, "offset": at, "length": len(data)}
        header.append(entry | place)
        body.append(data)
        at += len(data)
    head = json.dumps({"planes": header}, separators=(",", ":")).encode()
    return HttpResponse(struct.pack("<I", len(head)) + head + b"".join(body), content_type=MEDIA_TYPE)


def _entry(row: RevisionPlane) -> dict:
    revision = row.revision
    return {
        "frame": revision.frame.index,
        "subject": str(revision.subject.uuid),
        "revision": str(revision.uuid),
        "layer": row.layer,
    }
