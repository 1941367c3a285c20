"""Watched folders and buckets of a show."""

from django.conf import settings
from django.db.models import Case, Count, When
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.actions import require
from koutu.accounts.roles import Role
from koutu.clips.actions import watches
from koutu.clips.models import Clip, Show, Watch, WatchedFile

LATEST = 50


class WatchedFileSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    clip = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    state = serializers.ChoiceField(source="told", choices=WatchedFile.TOLD, read_only=True)
    fault_code = serializers.SerializerMethodField()
    fault = serializers.SerializerMethodField()

    class Meta:
        model = WatchedFile
        fields = ["id", "name", "size", "state", "clip", "fault_code", "fault", "seen_at"]
        read_only_fields = fields

    def get_fault_code(self, file: WatchedFile) -> str:
        """Why it was refused, or why the clip it became failed."""
        return self._at_fault(file).fault_code

    def get_fault(self, file: WatchedFile) -> str:
        return self._at_fault(file).fault

    def _at_fault(self, file: WatchedFile) -> WatchedFile | Clip:
        return file.clip if file.clip and file.told == WatchedFile.FAILED else file


class WatchSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    counts = serializers.SerializerMethodField()
    files = serializers.SerializerMethodField()

    class Meta:
        model = Watch
        fields = [
            "id", "place", "looked_at", "reached_at", "found", "fault_code", "fault", "created_at", "counts", "files",
        ]  # fmt: skip
        read_only_fields = [field for field in fields if field != "place"]

    def get_counts(self, watch: Watch) -> dict[str, int]:
        """How many files are in each state."""
        return dict(watch.files.told().order_by().values_list("told").annotate(n=Count("pk")))

    @extend_schema_field(WatchedFileSerializer(many=True))
    def get_files(self, watch: Watch) -> list[dict]:
        """The newest that are no good clips of their own; last those that an earlier watch has taken."""
        files = watch.files.told().select_related("clip").exclude(told=WatchedFile.State.TAKEN)
        calm = Case(When(state=WatchedFile.State.BEFORE, then=1), default=0)
        return WatchedFileSerializer(files.order_by(calm, "-seen_at")[:LATEST], many=True).data


class WatchesSerializer(serializers.Serializer):
    """`roots`: what the administrator opened, folders and buckets; below them anything can be watched."""

    roots = serializers.ListField(child=serializers.CharField())
    watches = WatchSerializer(many=True)


class WatchesView(APIView):
    def _show(self) -> Show:
        return get_object_or_404(Show.objects.visible_to(self.request.user), uuid=self.kwargs["id"])

    @extend_schema(responses=WatchesSerializer)
    def get(self, request, id) -> Response:
        """What is watched for the show, and what could be. For leads: it names folders of the server."""
        require(request.user, self._show().project, Role.LEAD)
        found = Watch.objects.visible_to(request.user).filter(show=self._show()).order_by("created_at")
        roots = [*map(str, settings.WATCH_ROOTS), *settings.WATCH_BUCKETS]
        return Response(WatchesSerializer({"roots": roots, "watches": found}).data)

    @extend_schema(request=WatchSerializer, responses={201: WatchSerializer})
    def post(self, request, id) -> Response:
        """Watch one more place."""
        form = WatchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        watch = watches.begin(request.user, self._show(), form.validated_data["place"])
        return Response(WatchSerializer(watch).data, status=201)


class WatchView(APIView):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request, id, watch) -> Response:
        """Watch the place no more; its clips stay."""
        found = Watch.objects.visible_to(request.user).filter(show__uuid=id)
        watches.stop(request.user, get_object_or_404(found, uuid=watch))
        return Response(status=204)


class KeepFileView(APIView):
    @extend_schema(request=None, responses=WatchedFileSerializer)
    def post(self, request, id, watch, file) -> Response:
        """Make a linked clip of a watched file whose bytes are a clip already."""
        watched = get_object_or_404(Watch.objects.visible_to(request.user).filter(show__uuid=id), uuid=watch)
        kept = watches.keep_anyway(request.user, get_object_or_404(watched.files, uuid=file))
        return Response(WatchedFileSerializer(watched.files.told().select_related("clip").get(pk=kept.pk)).data)
