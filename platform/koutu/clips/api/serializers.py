from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koutu.accounts.api.serializers import PersonSerializer
from koutu.accounts.models import Project
from koutu.clips import rights
from koutu.clips.models import Clip, CutChange, Frame, Shot, Show


class VisibleProjects(serializers.SlugRelatedField):
    """A project by its public id, among those the person may see."""

    def get_queryset(self):
        return Project.objects.visible_to(self.context["request"].user)


class VisibleShows(serializers.SlugRelatedField):
    def get_queryset(self):
        return Show.objects.visible_to(self.context["request"].user).live()


class StandingSerializer(serializers.Serializer):
    """Of a show's rights; `until` is the last day, null where there is no end; of `later` the first day."""

    state = serializers.ChoiceField(choices=["ok", "soon", "later", "expired", "withdrawn", "missing"])
    until = serializers.DateField(allow_null=True)


class WatchedPlacesSerializer(serializers.Serializer):
    """How many places are watched for a show, and how many of them could not be looked at last time."""

    places = serializers.IntegerField()
    failing = serializers.IntegerField()


class ShowSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    project = VisibleProjects(slug_field="uuid", queryset=Project.objects.none())
    clips = serializers.IntegerField(source="clips_", read_only=True, default=0)
    frames = serializers.SerializerMethodField()
    rights = serializers.SerializerMethodField()
    watched = serializers.SerializerMethodField()

    class Meta:
        model = Show
        fields = [
            "id", "project", "name", "slug", "licence", "attribution", "clips", "frames", "rights", "watched",
            "created_at", "deleted_at",
        ]  # fmt: skip
        read_only_fields = ["slug", "created_at", "deleted_at"]
        validators: list = []

    def get_frames(self, show: Show) -> int:
        return getattr(show, "frames_", None) or 0

    @extend_schema_field(StandingSerializer)
    def get_rights(self, show: Show) -> dict:
        return StandingSerializer(rights.standing(show, timezone.now().date())).data

    @extend_schema_field(WatchedPlacesSerializer)
    def get_watched(self, show: Show) -> dict:
        watches = [watch for watch in show.watches.all() if watch.stopped_at is None]
        return {"places": len(watches), "failing": sum(bool(watch.fault_code) for watch in watches)}


class ClipFaultSerializer(serializers.Serializer):
    """`detail` holds what the sentence names; `job` is the one that failed, where it can be tried again."""

    code = serializers.CharField(source="fault_code")
    message = serializers.CharField(source="fault")
    detail = serializers.SerializerMethodField()
    job = serializers.UUIDField(source="failed_job", allow_null=True, default=None)

    def get_detail(self, clip: Clip) -> dict[str, Any]:
        """Empty while the job is tried again."""
        return getattr(clip, "fault_detail", None) or {}


class ProgressSerializer(serializers.Serializer):
    """Frames by stage of work."""

    pre = serializers.IntegerField(default=0)
    work = serializers.IntegerField(default=0)
    review = serializers.IntegerField(default=0)
    accepted = serializers.IntegerField(default=0)
    rejected = serializers.IntegerField(default=0)


class ClipSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    show = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    fault = serializers.SerializerMethodField()
    pixel_aspect = serializers.SerializerMethodField()
    rate = serializers.SerializerMethodField()
    frames = serializers.IntegerField(source="frame_count", read_only=True)
    duration = serializers.SerializerMethodField()
    size_bytes = serializers.IntegerField(source="source.length", read_only=True)
    shots = serializers.SerializerMethodField()
    job = serializers.UUIDField(read_only=True, allow_null=True, default=None)
    progress = serializers.SerializerMethodField()
    subjects = serializers.SerializerMethodField()
    duplicates = serializers.SerializerMethodField()
    field_reading = serializers.CharField(source="fields", read_only=True, help_text="plain, bob or film")

    class Meta:
        model = Clip
        fields = [
            "id", "show", "name", "slug", "state", "fault", "width", "height", "pixel_aspect", "rate", "variable_rate",
            "frames", "duration", "codec", "pixel_format", "rotation", "field_order", "cadence", "field_reading",
            "colour", "encoder", "reading", "estimated_bytes", "source_name", "size_bytes", "created_at", "deleted_at",
            "shots", "progress", "job", "subjects", "duplicates",
        ]  # fmt: skip
        read_only_fields = [field for field in fields if field != "name"]

    @extend_schema_field(ClipFaultSerializer(allow_null=True))
    def get_fault(self, clip: Clip) -> dict | None:
        return ClipFaultSerializer(clip).data if clip.fault_code else None

    def get_shots(self, clip: Clip) -> int:
        return getattr(clip, "shots_", None) or 0

    def get_duplicates(self, clip: Clip) -> int:
        """Pairs with an earlier clip that nobody has decided on."""
        return getattr(clip, "duplicates_", None) or 0

    def get_pixel_aspect(self, clip: Clip) -> list[int]:
        return [clip.pixel_aspect_num, clip.pixel_aspect_den]

    def get_rate(self, clip: Clip) -> list[int]:
        return [clip.rate_num, clip.rate_den]

    def get_duration(self, clip: Clip) -> float:
        """Seconds at the mean rate."""
        return clip.frame_count * clip.rate_den / clip.rate_num if clip.rate_num else 0.0

    @extend_schema_field(ProgressSerializer)
    def get_progress(self, clip: Clip) -> dict:
        return ProgressSerializer(self._figure("progress", clip, {})).data

    def get_subjects(self, clip: Clip) -> int:
        return self._figure("subjects", clip, 0)

    def _figure(self, name: str, clip: Clip, empty):
        return self.context.get("figures", {}).get(name, {}).get(clip.pk, empty)


class WholeFileSerializer(serializers.Serializer):
    show = VisibleShows(slug_field="uuid", queryset=Show.objects.none())
    name = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    file = serializers.FileField(allow_empty_file=True, max_length=255)


class PersonInShotSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    number = serializers.IntegerField()
    colour = serializers.IntegerField(help_text="1–8 of the subject colours")


class ShotSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    clip = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    number = serializers.SerializerMethodField()
    subjects = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField()
    tasks = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Shot
        fields = ["id", "clip", "number", "first", "last", "cut", "subjects", "people", "tasks", "state"]

    def get_number(self, shot: Shot) -> int:
        numbers = self.context.get("numbers")
        return numbers[shot.pk] if numbers else shot.number

    def get_subjects(self, shot: Shot) -> int:
        return len(self._figure("people", shot, []))

    @extend_schema_field(PersonInShotSerializer(many=True))
    def get_people(self, shot: Shot) -> list[dict]:
        return PersonInShotSerializer(self._figure("people", shot, []), many=True).data

    def get_tasks(self, shot: Shot) -> list[str]:
        return self._figure("tasks", shot, [])

    def get_state(self, shot: Shot) -> str:
        """The least advanced stage among its tasks."""
        return self._figure("state", shot, "prelabel")

    def _figure(self, name: str, shot: Shot, empty):
        return self.context.get("figures", {}).get(name, {}).get(shot.pk, empty)


class FrameSerializer(serializers.ModelSerializer):
    time = serializers.SerializerMethodField()

    class Meta:
        model = Frame
        fields = ["index", "pts", "time", "sha256"]

    def get_time(self, frame: Frame) -> float:
        """Seconds from the first frame's own clock."""
        clip = self.context["clip"]
        return frame.pts * clip.time_base_num / clip.time_base_den


class FramesQuery(serializers.Serializer):
    first = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
    last = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class CutSerializer(serializers.Serializer):
    op = serializers.ChoiceField(choices=CutChange.Op.choices)
    at = serializers.IntegerField(min_value=1)
    to = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class CutChangeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    by = PersonSerializer(read_only=True)

    class Meta:
        model = CutChange
        fields = ["id", "op", "at", "to", "by", "created_at", "undone_at"]


class ShotsSerializer(serializers.Serializer):
    shots = ShotSerializer(many=True)


class CutDoneSerializer(ShotsSerializer):
    change = serializers.UUIDField()
