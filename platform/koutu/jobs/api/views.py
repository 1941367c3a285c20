import hashlib
from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.jobs import actions, counts
from koutu.jobs.api.serializers import ActivitySerializer, JobSerializer, RetrySerializer
from koutu.jobs.models import Job


class NewestFirst(CursorPagination):
    ordering = "-id"
    page_size = 50


class JobViewSet(viewsets.ReadOnlyModelViewSet):
    """Background work of the projects one may see."""

    serializer_class = JobSerializer
    pagination_class = NewestFirst
    lookup_field = "uuid"
    lookup_url_kwarg = "id"
    filterset_fields = ["state", "kind", "target_id"]
    queryset = Job.objects.none()

    def get_queryset(self):
        jobs = Job.objects.visible_to(self.request.user).select_related("created_by")
        return jobs.filter(created_by=self.request.user) if "mine" in self.request.query_params else jobs

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request, id) -> Response:
        job = actions.cancel(request.user, self.get_object())
        return Response(self.get_serializer(job).data)

    @extend_schema(request=RetrySerializer, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request, id) -> Response:
        form = RetrySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job = actions.retry(request.user, self.get_object(), form.validated_data["reason"])
        return Response(self.get_serializer(job).data)

    @extend_schema(request=None, responses=JobSerializer)
    @action(detail=True, methods=["post"])
    def dismiss(self, request, id) -> Response:
        job = actions.dismiss(request.user, self.get_object())
        return Response(self.get_serializer(job).data)


class ActivityView(APIView):
    """What changed since the cursor: polled by open pages, answered 304 while nothing has."""

    @extend_schema(parameters=[OpenApiParameter("cursor", str)], responses=ActivitySerializer)
    def get(self, request) -> Response:
        jobs = Job.objects.visible_to(request.user).select_related("created_by")
        since = _time(request.query_params.get("cursor", "")) or timezone.now() - timedelta(hours=1)
        changed = list(jobs.filter(changed_at__gt=since).order_by("-changed_at")[:50])
        cursor = changed[0].changed_at if changed else since
        body = ActivitySerializer(
            {"cursor": cursor.isoformat(), "jobs": changed, "counts": counts.of(request.user)}
        ).data
        return self._unless_same(request, body)

    def _unless_same(self, request, body: dict) -> Response:
        etag = '"' + hashlib.sha256(repr(body).encode()).hexdigest()[:24] + '"'
        if request.headers.get("If-None-Match") == etag:
            return Response(status=304, headers={"ETag": etag})
        return Response(body, headers={"ETag": etag, "Cache-Control": "no-cache"})


def _time(cursor: str) -> datetime | None:
    """The time that a cursor names; None for one that names none."""
    try:
        time = parse_datetime(cursor)
    except ValueError:
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)
