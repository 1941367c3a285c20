"""Planes over the wire: application/x-koutu-planes.

u32 little-endian header length, JSON header `{"planes": [{frame, subject, revision, layer, address, kind, offset,
length}]}`, then the encoded planes; offsets count from the header's end.
"""

import hashlib
import json
import struct
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

from annotation.models import Draft, RevisionPlane
from koutu.accounts.errors import Invalid
from koutu.storage import blobs
from koutu.storage.models import Blob

MEDIA_TYPE = "application/x-koutu-planes"
MAX_PLANES = 256


def respond(request: HttpRequest, rows: Iterable[RevisionPlane]) -> HttpResponse:
    """Answer with these planes (revision, its frame and subject, and blob with pack selected).

    Revisions never change, so their ids and layers are the ETag: a window that the browser has costs no pixel.
    """
    rows = list(rows)
    if len(rows) > MAX_PLANES:
        raise Invalid("too_many_planes", f"Ask for at most {MAX_PLANES} planes at once.", asked=len(rows))
    named = " ".join(f"{row.revision.uuid} {row.layer}" for row in rows)
    etag = f'"{hashlib.sha256(named.encode()).hexdigest()}"'
    # Asked again each time all the same: who may see it can change.
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers=headers)
    return _pack([(_entry(row), row.blob) for row in rows], headers)


def respond_draft(draft: Draft) -> HttpResponse:
    """Answer with the draft's matte; with no plane where nothing is painted."""
    parent = str(draft.parent.uuid) if draft.parent else None
    entry = {"frame": draft.frame.index, "subject": str(draft.subject.uuid), "revision": parent, "layer": "matte"}
    return _pack([(entry, draft.matte)] if draft.matte else [])


def _pack(planes: list[tuple[dict, Blob]], headers: dict[str, str] | None = None) -> HttpResponse:
    header, body, at = [], [], 0
    for entry, blob in planes:
        data = blobs.read(blob)
        place = {"address": blob.address, "kind": blob.kind, "offset": at, "length": len(data)}
        header.append(entry | place)
        body.append(data)
        at += len(data)
    head = json.dumps({"planes": header}, separators=(",", ":")).encode()
    content = struct.pack("<I", len(head)) + head + b"".join(body)
    return HttpResponse(content, content_type=MEDIA_TYPE, headers=headers)


def _entry(row: RevisionPlane) -> dict:
    revision = row.revision
    return {
        "frame": revision.frame.index,
        "subject": str(revision.subject.uuid),
        "revision": str(revision.uuid),
        "layer": row.layer,
    }
