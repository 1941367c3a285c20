from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce, Now
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from annotation.actions import acceptance, revisions, tasks
from annotation.api import serializers
from annotation.models import Head, Subject, Task
from koutu.clips.models import Shot

Stage = Task.Stage


def _count(rows: QuerySet, by: str, what: str = "pk") -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count(what)).values("n")
    return Coalesce(Subquery(counted[:1], output_field=IntegerField()), 0)


def described(rows: QuerySet) -> QuerySet:
    """Tasks with the figures that lists show, in one query."""
    subjects = Subject.objects.live().people().filter(shot=OuterRef("shot"))
    heads = Head.objects.filter(
        subject__shot=OuterRef("shot"), subject__deleted_at=None, subject__kind=Subject.Kind.PERSON,
        frame__index__gte=OuterRef("first"), frame__index__lte=OuterRef("last"),
    )  # fmt: skip
    earlier = Shot.objects.filter(clip=OuterRef("shot__clip"), deleted_at=None, first__lte=OuterRef("shot__first"))
    return rows.select_related("shot__clip__show", "holder", "rejected_by").annotate(
        subjects_=_count(subjects, "shot"),
        labelled_=_count(heads, "subject__shot", "frame"),
        anchors_=_count(heads.filter(revision__anchor=True), "subject__shot"),
        number_=_count(earlier, "clip"),
        held_=Q(lease_until__gt=Now()),
    )


class TaskFilter(filters.FilterSet):
    stage = filters.MultipleChoiceFilter(choices=Stage.choices)
    clip = filters.UUIDFilter(field_name="shot__clip__uuid")
    show = filters.UUIDFilter(field_name="shot__clip__show__uuid")
    mine = filters.BooleanFilter(method="only_mine")

    class Meta:
        model = Task
        fields = ["stage", "clip", "show", "mine"]

    def only_mine(self, rows, name, value):
        return rows.filter(holder=self.request.user) if value else rows


class TaskViewSet(viewsets.ReadOnlyModelViewSet):
    """Spans of shots to be worked on."""

    serializer_class = serializers.TaskSerializer
    filterset_class = TaskFilter
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Task.objects.none()

    def get_queryset(self) -> QuerySet:
        rows = Task.objects.visible_to(self.request.user).live()
        return described(rows).order_by("shot__clip__show__name", "shot__clip__name", "first")

    def _done(self, task: Task) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=task.pk)).data)

    @extend_schema(request=None, responses={200: serializers.TaskSerializer, 204: OpenApiResponse()})
    @action(detail=False, methods=["get"], url_path="next", pagination_class=None, filterset_class=None)
    def next_task(self, request) -> Response:
        """One's own claimed task, else the rejected, else of those that nobody holds the first with a lead, or any."""
        free = self.get_queryset().filter(pk__in=tasks.open_to(request.user), stage__in=(Stage.BASE, Stage.EDGES))
        mine = Case(When(holder=request.user, then=0), default=1)
        leads = Subject.objects.live().people().filter(shot=OuterRef("shot"), role=Subject.Standing.LEAD)
        ordered = free.order_by(mine, F("rejected_at").asc(nulls_last=True), Exists(leads).desc(), "pk")
        task = ordered.first()
        return Response(self.get_serializer(task).data) if task else Response(status=204)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def claim(self, request, id) -> Response:
        return self._done(tasks.claim(request.user, self.get_object()))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def heartbeat(self, request, id) -> Response:
        return self._done(tasks.heartbeat(request.user, self.get_object()))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def release(self, request, id) -> Response:
        return self._done(tasks.release(request.user, self.get_object()))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def submit(self, request, id) -> Response:
        return self._done(tasks.act(request.user, self.get_object(), "submit"))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def accept(self, request, id) -> Response:
        return self._done(tasks.act(request.user, self.get_object(), "accept"))

    @extend_schema(request=serializers.ReasonSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request, id) -> Response:
        form = serializers.ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return self._done(tasks.act(request.user, self.get_object(), "reject", form.validated_data["reason"]))

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def reopen(self, request, id) -> Response:
        return self._done(tasks.act(request.user, self.get_object(), "reopen"))

    @extend_schema(request=serializers.AbsentSerializer, responses=serializers.MarkedSerializer)
    @action(detail=True, methods=["post"])
    def absent(self, request, id) -> Response:
        """Mark the subject absent in these frames, or wherever nobody has said anything."""
        task = self.get_object()
        form = serializers.AbsentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        subject = get_object_or_404(Subject.objects.live(), shot=task.shot, uuid=form.validated_data["subject"])
        frames = form.validated_data.get("frames")
        if frames is None:
            frames = acceptance.unknown_frames(task, subject)
        marked = revisions.mark_absent(request.user, task, subject, frames)
        return Response({"frames": [revision.frame.index for revision in marked]})
