from django.db.models import OuterRef, Subquery
from django.http import HttpResponse, HttpResponseNotModified, StreamingHttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.response import Response

from koutu.accounts.actions import require
from koutu.accounts.roles import Role
from koutu.jobs.models import Job
from koutu.releases import actions
from koutu.releases.api.serializers import (
    NewReleaseSerializer,
    PreviewSerializer,
    ReleaseSerializer,
    WantedSerializer,
)
from koutu.releases.archive import zip_stream
from koutu.releases.formats.palette import ENCODER
from koutu.releases.models import Release
from koutu.storage import blobs

DELETED = OpenApiParameter("deleted", bool, description="Those put away instead of the live ones")


class FormatIsOurs(DefaultContentNegotiation):
    """`?format=` names a format of export here, not a renderer."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


class ReleaseViewSet(
    mixins.RetrieveModelMixin, mixins.ListModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet
):
    """Releases of the projects one may see."""

    serializer_class = ReleaseSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    content_negotiation_class = FormatIsOurs
    queryset = Release.objects.none()

    def get_queryset(self):
        releases = Release.objects.visible_to(self.request.user)
        if self.action == "list":
            gone = self.request.query_params.get("deleted", "") in ("1", "true")
            releases = releases.filter(deleted_at__isnull=not gone)
            if project := self.request.query_params.get("project"):
                releases = releases.filter(project__uuid=project)
        jobs = Job.objects.filter(target_id=OuterRef("uuid"), kind="release").order_by("-pk")
        return releases.annotate(
            job=Subquery(jobs.values("uuid")[:1]), fault=Subquery(jobs.values("error")[:1])
        ).select_related("project__organisation", "manifest__pack", "created_by")

    @extend_schema(parameters=[OpenApiParameter("project", OpenApiTypes.UUID), DELETED])
    def list(self, request, *args, **kwargs) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(request=NewReleaseSerializer, responses={201: ReleaseSerializer})
    def create(self, request) -> Response:
        sent = self._sent(NewReleaseSerializer, request)
        release, _ = actions.create(
            request.user,
            sent["project"],
            sent["name"],
            version=sent.get("version", ""),
            formats_=sorted(sent["formats"]),
            val=sent["split"]["val"],
            notes=sent["notes"],
        )
        return Response(self.get_serializer(self.get_queryset().get(pk=release.pk)).data, status=201)

    @extend_schema(request=WantedSerializer, responses=PreviewSerializer)
    @action(detail=False, methods=["post"])
    def preview(self, request) -> Response:
        """What a release made now would hold, and what stands in its way."""
        sent = self._sent(WantedSerializer, request)
        require(request.user, sent["project"], Role.VIEWER)
        seen = actions.preview(sent["project"], sorted(sent["formats"]), sent["split"]["val"])
        return Response(PreviewSerializer(seen).data)

    def perform_destroy(self, release: Release) -> None:
        actions.delete(self.request.user, release)

    @extend_schema(request=None, responses=ReleaseSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request, id) -> Response:
        actions.restore(request.user, self.get_object())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={(200, "application/jsonl"): OpenApiTypes.BINARY})
    @action(detail=True)
    def manifest(self, request, id) -> HttpResponse:
        """The manifest: JSON Lines."""
        release = self.get_object()
        blob = release.blob
        kind = "application/jsonl"
        return _stream(request, lambda: blobs.stream(blob), f"{release}.jsonl", kind, blob.address)

    @extend_schema(
        parameters=[OpenApiParameter("format", str, default="davis2017")],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    @action(detail=True)
    def download(self, request, id) -> HttpResponse:
        """The release as a zip, the same bytes every time."""
        release = self.get_object()
        name = request.query_params.get("format", "davis2017")
        files = actions.files(release, name)
        etag = f"{release.blob.address}-{name}-{ENCODER}"
        return _stream(request, lambda: zip_stream(files), f"{release}-{name}.zip", "application/zip", etag)

    def _sent(self, form_class, request) -> dict:
        form = form_class(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        return form.validated_data


def _stream(request, chunks, filename: str, content_type: str, etag: str) -> HttpResponse:
    headers = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponseNotModified(headers=headers)
    name = filename.replace(" ", "-")
    headers["Content-Disposition"] = content_disposition_header(True, name)
    return StreamingHttpResponse(chunks(), content_type=content_type, headers=headers)
