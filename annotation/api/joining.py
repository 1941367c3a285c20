from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from annotation.actions import joining
from annotation.models import Subject


def _indices() -> serializers.ListField:
    return serializers.ListField(child=serializers.IntegerField())


class MergeQuery(serializers.Serializer):
    """`other` is put away, and what it has becomes the subject's."""

    other = serializers.UUIDField()


class SplitQuery(serializers.Serializer):
    """From `frame` on it is somebody else."""

    frame = serializers.IntegerField(min_value=0)


class MergeSerializer(MergeQuery):
    """`state` as the plan told it."""

    state = serializers.CharField(max_length=64)


class SplitSerializer(SplitQuery):
    """`state` as the plan told it."""

    state = serializers.CharField(max_length=64)


class UndoSerializer(serializers.Serializer):
    act = serializers.UUIDField()


class PlanSerializer(serializers.Serializer):
    """Frames by what will happen: `moved` change hands, of `united` both parts are joined, on `kept` the subject's own
    state stands before the other's."""

    state = serializers.CharField()
    moved = _indices()
    united = _indices()
    kept = _indices()


class JoinedSerializer(serializers.Serializer):
    """`act` undoes it; `subject` goes on with `frames`."""

    act = serializers.UUIDField()
    subject = serializers.UUIDField(source="subject.uuid")
    frames = _indices()


class UnjoinedSerializer(serializers.Serializer):
    frames = _indices()


class JoiningViewSet(viewsets.GenericViewSet):
    """Subjects merged and split by hand: what will happen, the act itself, and its undoing."""

    serializer_class = PlanSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet:
        return Subject.objects.visible_to(self.request.user).select_related("shot__clip__show__project__organisation")

    @extend_schema(methods=["get"], parameters=[MergeQuery], responses=PlanSerializer)
    @extend_schema(methods=["post"], request=MergeSerializer, responses=JoinedSerializer)
    @action(detail=True, methods=["get", "post"])
    def merge(self, request, id) -> Response:
        """What merging another subject into this one would do; or the merge, on the state that was told."""
        subject = self.get_object()
        asked = self._asked(MergeQuery, MergeSerializer)
        other = get_object_or_404(self.get_queryset(), uuid=asked["other"])
        if request.method == "GET":
            return Response(PlanSerializer(joining.merge_plan(subject, other)).data)
        return Response(JoinedSerializer(joining.merge(request.user, subject, other, asked["state"])).data)

    @extend_schema(methods=["get"], parameters=[SplitQuery], responses=PlanSerializer)
    @extend_schema(methods=["post"], request=SplitSerializer, responses=JoinedSerializer)
    @action(detail=True, methods=["get", "post"])
    def split(self, request, id) -> Response:
        """What splitting the subject from a frame on would do; or the split, on the state that was told."""
        subject = self.get_object()
        asked = self._asked(SplitQuery, SplitSerializer)
        if request.method == "GET":
            return Response(PlanSerializer(joining.split_plan(subject, asked["frame"])).data)
        return Response(JoinedSerializer(joining.split(request.user, subject, asked["frame"], asked["state"])).data)

    @extend_schema(request=UndoSerializer, responses=UnjoinedSerializer)
    @action(detail=True, methods=["post"])
    def unjoin(self, request, id) -> Response:
        """Undo a merge or a split where nobody has worked since."""
        form = UndoSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        frames = joining.undo(request.user, self.get_object(), form.validated_data["act"])
        return Response(UnjoinedSerializer({"frames": frames}).data)

    def _asked(self, told: type[serializers.Serializer], done: type[serializers.Serializer]) -> dict:
        request = self.request
        form = told(data=request.query_params) if request.method == "GET" else done(data=request.data)
        form.is_valid(raise_exception=True)
        return form.validated_data
