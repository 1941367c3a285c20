from pathlib import Path

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from koutu.clips import summaries
from koutu.clips.actions import clips as clip_actions
from koutu.clips.actions import cuts as cut_actions
from koutu.clips.actions import shows as show_actions
from koutu.clips.api import serializers
from koutu.clips.models import Clip, CutChange, Duplicate, Frame, Shot, Show
from koutu.jobs.models import Job

LIVE_CLIPS = Q(clips__deleted_at=None)
DELETED = OpenApiParameter("deleted", bool, description="Those put away instead of the live ones")


def wants_deleted(request) -> bool:
    return request.query_params.get("deleted", "") in ("1", "true")


class ShowViewSet(viewsets.ModelViewSet):
    """Shows of the projects one may see."""

    serializer_class = serializers.ShowSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    queryset = Show.objects.none()

    def get_queryset(self):
        shows = (
            Show.objects.visible_to(self.request.user)
            .select_related("project")
            .prefetch_related("rights", "watches")
            .order_by("name")
        )
        if self.action == "list":
            shows = shows.filter(deleted_at__isnull=not wants_deleted(self.request))
            if project := self.request.query_params.get("project"):
                shows = shows.filter(project__uuid=project)
        return shows.annotate(
            clips_=Count("clips", filter=LIVE_CLIPS), frames_=Sum("clips__frame_count", filter=LIVE_CLIPS)
        )

    @extend_schema(parameters=[OpenApiParameter("project", str), DELETED])
    def list(self, request, *args, **kwargs) -> Response:
        return super().list(request, *args, **kwargs)

    def perform_create(self, form) -> None:
        form.instance = show_actions.create(self.request.user, **form.validated_data)

    def perform_update(self, form) -> None:
        values = {key: value for key, value in form.validated_data.items() if key != "project"}
        form.instance = show_actions.update(self.request.user, form.instance, **values)

    def perform_destroy(self, show: Show) -> None:
        show_actions.delete(self.request.user, show)

    @extend_schema(request=None, responses=serializers.ShowSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request, id) -> Response:
        return Response(self.get_serializer(show_actions.restore(request.user, self.get_object())).data)


class ClipViewSet(
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    mixins.UpdateModelMixin,
    mixins.DestroyModelMixin,
    viewsets.GenericViewSet,
):
    """Clips of the shows one may see."""

    serializer_class = serializers.ClipSerializer
    parser_classes = [JSONParser, MultiPartParser]
    lookup_field, lookup_url_kwarg = "uuid", "id"
    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    queryset = Clip.objects.none()

    def get_queryset(self):
        clips = Clip.objects.visible_to(self.request.user).select_related("show__project", "source")
        if self.action == "list":
            clips = clips.filter(deleted_at__isnull=False) if wants_deleted(self.request) else clips.live()
            if show := self.request.query_params.get("show"):
                clips = clips.filter(show__uuid=show)
        running = Job.objects.open().filter(target_id=OuterRef("uuid")).order_by("-pk")
        ended = Job.objects.filter(target_id=OuterRef("uuid"), kind="ingest", state=Job.State.FAILED).order_by("-pk")
        shots = Shot.objects.filter(clip=OuterRef("pk"), deleted_at=None).values("clip").annotate(n=Count("pk"))
        open_pairs = Duplicate.objects.filter(clip=OuterRef("pk"), state=Duplicate.State.OPEN, twin__deleted_at=None)
        pairs = open_pairs.order_by().values("clip").annotate(n=Count("pk"))
        return clips.annotate(
            job=Subquery(running.values("uuid")[:1]),
            failed_job=Subquery(ended.values("uuid")[:1]),
            fault_detail=Subquery(ended.values("error_detail")[:1]),
            shots_=Subquery(shots.values("n")[:1]),
            duplicates_=Subquery(pairs.values("n")[:1]),
        ).order_by("show__name", "name", "pk")

    @extend_schema(parameters=[OpenApiParameter("show", str), DELETED])
    def list(self, request, *args, **kwargs) -> Response:
        return self._answer(list(self.get_queryset()), many=True)

    def retrieve(self, request, *args, **kwargs) -> Response:
        return self._answer(self.get_object())

    @extend_schema(
        request={"multipart/form-data": serializers.WholeFileSerializer}, responses={201: serializers.ClipSerializer}
    )
    def create(self, request) -> Response:
        form = serializers.WholeFileSerializer(data=request.data, context=self.get_serializer_context())
        form.is_valid(raise_exception=True)
        sent = form.validated_data
        path = Path(sent["file"].temporary_file_path())
        clip = clip_actions.add(request.user, sent["show"], path, sent["file"].name, sent["name"])
        return self._answer(self.get_queryset().get(pk=clip.pk), status=201)

    def perform_update(self, form) -> None:
        clip_actions.rename(self.request.user, form.instance, form.validated_data.get("name", form.instance.name))

    def perform_destroy(self, clip: Clip) -> None:
        clip_actions.delete(self.request.user, clip)

    @extend_schema(request=None, responses=serializers.ClipSerializer)
    @action(detail=True, methods=["post"])
    def restore(self, request, id) -> Response:
        clip_actions.restore(request.user, self.get_object())
        return self._answer(self.get_object())

    @extend_schema(responses=serializers.ShotSerializer(many=True))
    @action(detail=True)
    def shots(self, request, id) -> Response:
        return Response(self._shots(self.get_object()))

    @extend_schema(
        parameters=[OpenApiParameter("first", int), OpenApiParameter("last", int)],
        responses=serializers.FrameSerializer(many=True),
    )
    @action(detail=True)
    def frames(self, request, id) -> Response:
        """Index, time and hash of frames, at most 2,000 in one answer."""
        clip = self.get_object()
        form = serializers.FramesQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        first = form.validated_data["first"]
        last = min(form.validated_data.get("last", clip.frame_count - 1), first + 1999)
        frames = Frame.objects.filter(clip=clip, index__range=(first, last)).order_by("index")
        return Response(serializers.FrameSerializer(frames, many=True, context={"clip": clip}).data)

    @extend_schema(methods=["get"], responses=serializers.CutChangeSerializer(many=True))
    @extend_schema(methods=["post"], request=serializers.CutSerializer, responses=serializers.CutDoneSerializer)
    @action(detail=True, methods=["get", "post"])
    def cuts(self, request, id) -> Response:
        clip = self.get_object()
        if request.method == "GET":
            latest = clip.cut_changes.select_related("by")[:50]
            return Response(serializers.CutChangeSerializer(latest, many=True).data)
        form = serializers.CutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        change = cut_actions.change(request.user, clip, **form.validated_data)
        return Response({"change": change.uuid, "shots": self._shots(clip)}, status=201)

    @extend_schema(request=None, responses=serializers.ShotsSerializer)
    @action(detail=True, methods=["post"], url_path=r"cuts/(?P<change>[0-9a-f-]{36})/undo")
    def undo_cut(self, request, id, change) -> Response:
        clip = self.get_object()
        cut_actions.undo(request.user, get_object_or_404(CutChange, clip=clip, uuid=change))
        return Response({"shots": self._shots(clip)})

    def _answer(self, clips, *, many: bool = False, status: int = 200) -> Response:
        keys = [clip.pk for clip in (clips if many else [clips])]
        context = self.get_serializer_context() | {"figures": summaries.of_clips(keys)}
        return Response(self.serializer_class(clips, many=many, context=context).data, status=status)

    def _shots(self, clip: Clip) -> list:
        shots = list(Shot.objects.filter(clip=clip, deleted_at=None).select_related("clip").order_by("first"))
        numbers = {shot.pk: number for number, shot in enumerate(shots, 1)}
        context = {"numbers": numbers, "figures": summaries.of_shots(list(numbers))}
        return serializers.ShotSerializer(shots, many=True, context=context).data
