from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koutu.accounts.api.serializers import PersonSerializer
from koutu.accounts.models import Project
from koutu.clips import rights
from koutu.clips.api.serializers import StandingSerializer
from koutu.clips.models import Show
from koutu.releases import formats
from koutu.releases.lapsed import Lapsed
from koutu.releases.models import Release, name_rule, version_rule


class VisibleProjects(serializers.SlugRelatedField):
    """A project by its public id, among those the person may see."""

    def get_queryset(self):
        return Project.objects.visible_to(self.context["request"].user)


class SplitFiguresSerializer(serializers.Serializer):
    frames = serializers.IntegerField()
    shots = serializers.IntegerField()
    groups = serializers.IntegerField()
    share = serializers.FloatField()


class SplitsSerializer(serializers.Serializer):
    train = SplitFiguresSerializer()
    val = SplitFiguresSerializer()


class ReleaseCountsSerializer(serializers.Serializer):
    shows = serializers.IntegerField(default=0)
    clips = serializers.IntegerField(default=0)
    shots = serializers.IntegerField(default=0)
    frames = serializers.IntegerField(default=0)
    subjects = serializers.IntegerField(default=0)
    masks = serializers.IntegerField(default=0)


class ManifestSerializer(serializers.Serializer):
    sha256 = serializers.CharField(source="manifest.address")
    lines = serializers.IntegerField(source="manifest_lines")
    size = serializers.IntegerField(source="manifest.length")


class LapsedSerializer(serializers.Serializer):
    """A show of a release that nobody may use today, and why."""

    show = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    standing = serializers.SerializerMethodField()

    @extend_schema_field(StandingSerializer)
    def get_standing(self, show: Show) -> dict:
        return StandingSerializer(rights.standing(show, timezone.now().date())).data


class ReleaseSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    project = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)
    formats = serializers.ListField(child=serializers.CharField())
    split = serializers.DictField(source="query.split", child=serializers.FloatField())
    policy = serializers.CharField(source="splits.policy", default=None, allow_null=True)
    counts = ReleaseCountsSerializer()
    splits = serializers.SerializerMethodField()
    manifest = serializers.SerializerMethodField()
    lapsed = serializers.SerializerMethodField(help_text="Shows it holds whose right is not in force today")
    job = serializers.UUIDField(read_only=True, allow_null=True, default=None)
    fault = serializers.CharField(read_only=True, allow_null=True, default=None)

    class Meta:
        model = Release
        fields = [
            "id", "project", "name", "version", "state", "formats", "split", "policy", "notes", "created_by",
            "created_at", "deleted_at", "counts", "splits", "manifest", "lapsed", "job", "fault",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(SplitsSerializer(allow_null=True))
    def get_splits(self, release: Release) -> dict | None:
        return SplitsSerializer(release.splits["figures"]).data if release.splits else None

    @extend_schema_field(LapsedSerializer(many=True))
    def get_lapsed(self, release: Release) -> list[dict]:
        if "lapsed" not in self.context:  # once for all releases of an answer
            self.context["lapsed"] = Lapsed(Project.objects.visible_to(self.context["request"].user))
        return LapsedSerializer(self.context["lapsed"].of(release), many=True).data

    @extend_schema_field(ManifestSerializer(allow_null=True))
    def get_manifest(self, release: Release) -> dict | None:
        return ManifestSerializer(release).data if release.manifest_id else None


class ShareSerializer(serializers.Serializer):
    val = serializers.FloatField(min_value=0, max_value=0.9, default=0.2)


class WantedSerializer(serializers.Serializer):
    """What a release shall hold."""

    project = VisibleProjects(slug_field="uuid", queryset=Project.objects.none())
    formats = serializers.MultipleChoiceField(
        choices=[known.name for known in formats.every()], allow_empty=False, default=["davis2017"]
    )
    split = ShareSerializer(default={"val": 0.2})


class NewReleaseSerializer(WantedSerializer):
    name = serializers.CharField(max_length=80, validators=[name_rule])
    version = serializers.CharField(
        max_length=32, validators=[version_rule], required=False, help_text="The next minor version by default"
    )
    notes = serializers.CharField(max_length=4000, allow_blank=True, default="")


class FindingSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.DictField()


class PreviewSerializer(serializers.Serializer):
    shows = serializers.IntegerField()
    clips = serializers.IntegerField()
    shots = serializers.IntegerField()
    frames = serializers.IntegerField()
    masks = serializers.IntegerField()
    policy = serializers.CharField()
    splits = SplitsSerializer()
    blockers = FindingSerializer(many=True)
    notices = FindingSerializer(many=True)
