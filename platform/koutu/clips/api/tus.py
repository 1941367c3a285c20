"""Uploads in pieces by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload): core, creation,
termination and expiration. What became of a file that is here whole is told by a plain GET, since a client of the
protocol only knows bytes.
"""

import base64
from datetime import timedelta

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.errors import Invalid, Refused
from koutu.clips import parts
from koutu.clips.actions import uploads
from koutu.clips.api.uploads import UploadSerializer
from koutu.clips.models import Show, Upload

VERSION = "1.0.0"


def _header(name: str, kind: type = str, **more) -> OpenApiParameter:
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, required=True, **more)


SPOKEN = _header("Tus-Resumable", enum=[VERSION])
PIECE = "application/offset+octet-stream"


class WrongVersion(Refused):
    status = 412


class TooLarge(Refused):
    status = 413


class WrongType(Refused):
    status = 415


class Gone(Refused):
    status = 410


class PieceParser(BaseParser):
    """Leaves the body on the wire, for `append` to stream to disk."""

    media_type = PIECE

    def parse(self, stream, media_type=None, parser_context=None):
        return stream


class TusView(APIView):
    """Speaks the version in every answer, and with nobody who speaks another."""

    parser_classes = [PieceParser]

    def initial(self, request, *args, **kwargs) -> None:
        super().initial(request, *args, **kwargs)
        if request.method not in ("GET", "OPTIONS") and request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion("tus_version", f"Say Tus-Resumable: {VERSION}.")

    def finalize_response(self, request, response, *args, **kwargs):
        response["Tus-Resumable"] = VERSION
        response["Tus-Version"] = VERSION
        response["Cache-Control"] = "no-store"
        return super().finalize_response(request, response, *args, **kwargs)

    def options(self, request, *args, **kwargs) -> Response:
        extensions = "creation,termination,expiration"
        return Response(
            status=204, headers={"Tus-Extension": extensions, "Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES)}
        )


class UploadsView(TusView):
    """Files on their way in."""

    @extend_schema(responses=UploadSerializer(many=True), operation_id="uploads_list")
    def get(self, request) -> Response:
        """One's own that are not finished yet, to go on with."""
        mine = Upload.objects.visible_to(request.user).open().select_related("show", "clip").order_by("pk")
        return Response(UploadSerializer(mine, many=True).data)

    @extend_schema(
        parameters=[SPOKEN, _header("Upload-Length", int), _header("Upload-Metadata")],
        request=None,
        responses={201: None},
    )
    def post(self, request) -> Response:
        """tus creation: the metadata names `filename` and `show`, and may give `name` and `mark`."""
        said = _metadata(request.headers.get("Upload-Metadata", ""))
        show = get_object_or_404(Show.objects.visible_to(request.user).live(), uuid=said.get("show"))
        length = _number(request, "Upload-Length")
        name, filename, mark = (said.get(key, "") for key in ("name", "filename", "mark"))
        upload = uploads.begin(request.user, show, filename, length, name, mark)
        headers = {"Location": reverse("upload", args=[upload.uuid]), "Upload-Expires": _expires(upload)}
        return Response(status=201, headers=headers)


class UploadView(TusView):
    """One file on its way in."""

    def _upload(self) -> Upload:
        mine = Upload.objects.visible_to(self.request.user).select_related("show__project__organisation", "clip")
        return get_object_or_404(mine, uuid=self.kwargs["id"])

    @extend_schema(responses=UploadSerializer)
    def get(self, request, id) -> Response:
        """What became of it: how much is here, the clip, or why there is none."""
        return Response(UploadSerializer(self._upload()).data)

    @extend_schema(responses={200: None})
    def head(self, request, id) -> Response:
        upload = self._upload()
        headers = {"Upload-Offset": str(_offset(upload)), "Upload-Length": str(upload.length)}
        return Response(status=200, headers=headers | {"Upload-Expires": _expires(upload)})

    @extend_schema(
        parameters=[SPOKEN, _header("Upload-Offset", int)],
        request={PIECE: OpenApiTypes.BINARY},
        responses={204: None},
    )
    def patch(self, request, id) -> Response:
        """tus: the piece that begins at Upload-Offset, at most 16 MiB."""
        if request.content_type != PIECE:
            raise WrongType("piece_type", f"A piece has the type {PIECE}.")
        upload, size = self._upload(), _number(request, "Content-Length")
        if size > settings.UPLOAD_PIECE_BYTES:
            raise TooLarge("piece_too_large", f"A piece has at most {settings.UPLOAD_PIECE_BYTES >> 20} MiB.")
        _offset(upload)
        here = uploads.append(upload, _number(request, "Upload-Offset"), request.stream, size)
        return Response(status=204, headers={"Upload-Offset": str(here), "Upload-Expires": _expires(upload)})

    @extend_schema(parameters=[SPOKEN], responses={204: None})
    def delete(self, request, id) -> Response:
        """tus termination: give the file up."""
        uploads.cancel(request.user, self._upload())
        return Response(status=204)


def _offset(upload: Upload) -> int:
    """How much is here; all of it once the clip is made. Raises Gone for one that was given up or refused."""
    if upload.clip_id:
        return upload.length
    try:
        return parts.offset(upload.uuid)
    except FileNotFoundError as error:
        raise Gone("upload_gone", upload.fault or "This upload was given up. Send the file anew.") from error


def _number(request, header: str) -> int:
    value = request.headers.get(header, "")
    if not value.isascii() or not value.isdigit() or len(value) > 15:
        raise Invalid("header", f"{header} must be a whole number.", header=header)
    return int(value)


def _metadata(header: str) -> dict[str, str]:
    """Upload-Metadata: pairs of a key and Base64, by commas. Raises Invalid."""
    try:
        pairs = (pair.strip().partition(" ") for pair in header.split(",") if pair.strip())
        return {key: base64.b64decode(value, validate=True).decode() for key, _, value in pairs}
    except ValueError as error:
        raise Invalid(
            "header", "Upload-Metadata must hold pairs of a key and Base64.", header="Upload-Metadata"
        ) from error


def _expires(upload: Upload) -> str:
    return http_date((upload.touched_at + timedelta(days=settings.UPLOAD_KEEP_DAYS)).timestamp())
