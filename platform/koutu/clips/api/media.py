"""Frames, thumbnails, filmstrips and proxies: never changed, so browsers keep them; each request is checked."""

import re
from collections.abc import Iterator
from itertools import chain

from django.http import Http404, HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.clips import frame_map, strip
from koutu.clips.models import Clip, Frame, Proxy
from koutu.storage import blobs
from koutu.storage.models import Blob

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


def ranged(request, blob: Blob, kind: str) -> HttpResponseBase:
    """Stream a blob, or the one range asked for; 416 for a range outside of it. Several ranges get the whole."""
    headers = {"ETag": f'"{blob.address}"', "Cache-Control": FOREVER, "Accept-Ranges": "bytes"}
    wanted = _range(request.headers.get("Range", ""), blob.length)
    if wanted is None:
        answer = StreamingHttpResponse(_begun(blobs.stream(blob)), content_type=kind, headers=headers)
        answer["Content-Length"] = str(blob.length)
        return answer
    first, last = wanted
    if first > last:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{blob.length}"})
    size = last - first + 1
    headers |= {"Content-Range": f"bytes {first}-{last}/{blob.length}", "Content-Length": str(size)}
    chunks = _begun(blobs.stream(blob, first, size))
    return StreamingHttpResponse(chunks, status=206, content_type=kind, headers=headers)


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, its first chunk read: once the answer has begun, a store that is down can no longer be told."""
    return chain((next(chunks, b""),), chunks)


def _range(header: str, length: int) -> tuple[int, int] | None:
    """First and last byte asked for, first above last where they lie outside; None for no range we know."""
    found = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", header)
    if not found or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        return max(0, length - int(last)), length - 1
    return (int(first), min(int(last or length), length - 1)) if int(first) < length else (length, 0)


class ProxyMapSerializer(serializers.Serializer):
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    times = serializers.ListField(child=serializers.IntegerField(), help_text="Milliseconds, one for each frame")


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


class ProxyView(APIView):
    """The clip's film for playback, or the range of it that a player asks for (RFC 9110 §14)."""

    @extend_schema(responses={(200, "video/webm"): OpenApiTypes.BINARY, (206, "video/webm"): OpenApiTypes.BINARY})
    def get(self, request, id) -> HttpResponseBase:
        proxy = _proxy(request, id)
        return ranged(request, proxy.blob, "video/webm")


class ProxyMapView(APIView):
    """When each frame is shown in the proxy."""

    @extend_schema(responses=ProxyMapSerializer)
    def get(self, request, id) -> Response:
        proxy = _proxy(request, id)
        told = {"width": proxy.width, "height": proxy.height, "times": frame_map.of(proxy.clip)}
        return Response(ProxyMapSerializer(told).data, headers={"Cache-Control": FOREVER})


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


def _proxy(request, id) -> Proxy:
    clips = Clip.objects.visible_to(request.user).filter(uuid=id)
    proxy = Proxy.objects.filter(clip__in=clips).select_related("clip", "blob__pack").first()
    if proxy is None:
        raise Http404
    return proxy


def _frame(request, id, index: int, *related: str) -> Frame:
    clips = Clip.objects.visible_to(request.user).filter(uuid=id)
    frame = Frame.objects.filter(clip__in=clips, index=index).select_related(*related).first()
    if frame is None:
        raise Http404
    return frame
