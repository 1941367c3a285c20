"""Frames, thumbnails and filmstrips: never changed, so browsers keep them; each request is checked."""

from django.http import Http404, HttpResponse, HttpResponseNotModified
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.views import APIView

from koutu.clips import strip
from koutu.clips.models import Clip, Frame
from koutu.storage import blobs

FOREVER = "private, max-age=31536000, immutable"
PNG = b"\x89PNG"


def immutable(request, etag: str, content) -> HttpResponse:
    """Answer 304 when the browser has it, else what `content()` gives."""
    quoted = f'"{etag}"'
    headers = {"ETag": quoted, "Cache-Control": FOREVER}
    if request.headers.get("If-None-Match") == quoted:
        return HttpResponseNotModified(headers=headers)
    data = content()
    kind = "image/png" if data[:4] == PNG else "image/jpeg"
    return HttpResponse(data, content_type=kind, headers=headers)


class FrameFileView(APIView):
    """The frame's own file, byte for byte what a release holds."""

    @extend_schema(responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request, id, index: int) -> HttpResponse:
        frame = _frame(request, id, index, "blob__pack")
        return immutable(request, frame.sha256, lambda: blobs.read(frame.blob))


class ThumbView(APIView):
    """A small picture of the frame."""

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request, id, index: int) -> HttpResponse:
        frame = _frame(request, id, index, "thumb__pack")
        return immutable(request, frame.thumb.address, lambda: blobs.read(frame.thumb))


class StripQuery(serializers.Serializer):
    first = serializers.IntegerField(min_value=0, default=0)
    last = serializers.IntegerField(min_value=0, required=False)
    count = serializers.IntegerField(min_value=1, max_value=strip.MAX_CELLS, default=8)
    height = serializers.IntegerField(min_value=8, max_value=120, default=34)


class StripView(APIView):
    """A filmstrip: `count` thumbnails side by side."""

    @extend_schema(
        parameters=[OpenApiParameter(name, int) for name in ("first", "last", "count", "height")],
        responses={(200, "image/jpeg"): OpenApiTypes.BINARY},
    )
    def get(self, request, id) -> HttpResponse:
        form = StripQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        clip = Clip.objects.visible_to(request.user).filter(uuid=id, state=Clip.State.READY).first()
        if clip is None:
            raise Http404
        asked = {"last": clip.frame_count - 1, **form.validated_data}
        asked["last"] = min(asked["last"], clip.frame_count - 1)
        etag = "-".join([clip.uuid.hex, *(str(asked[name]) for name in ("first", "last", "count", "height"))])
        return immutable(request, etag, lambda: strip.sprite(clip, **asked))


def _frame(request, id, index: int, *related: str) -> Frame:
    clips = Clip.objects.visible_to(request.user).filter(uuid=id)
    frame = Frame.objects.filter(clip__in=clips, index=index).select_related(*related).first()
    if frame is None:
        raise Http404
    return frame
