from datetime import datetime

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.actions import owning, propagating
from annotation.models import Draft, Revision, Subject, Task
from koutu.accounts.api.serializers import PersonSerializer
from koutu.clips.api.serializers import ShotSerializer
from koutu.clips.models import Clip, Shot
from koutu.jobs.api.serializers import JobSerializer
from koutu.jobs.models import Job
from models.video.spans import Reach


class TaskSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    shot = serializers.UUIDField(source="shot.uuid")
    shot_first = serializers.IntegerField(source="shot.first")
    shot_number = serializers.IntegerField(source="number_", default=0)
    clip = serializers.UUIDField(source="shot.clip.uuid")
    clip_name = serializers.CharField(source="shot.clip.name")
    show = serializers.UUIDField(source="shot.clip.show.uuid")
    show_name = serializers.CharField(source="shot.clip.show.name")
    rejected = serializers.SerializerMethodField()
    holder = serializers.SerializerMethodField()
    lease_until = serializers.SerializerMethodField()
    frames = serializers.SerializerMethodField()
    subjects = serializers.IntegerField(source="subjects_", default=0)
    labelled = serializers.IntegerField(source="labelled_", default=0)
    anchors = serializers.IntegerField(source="anchors_", default=0)

    class Meta:
        model = Task
        fields = [
            "id", "shot", "shot_first", "shot_number", "clip", "clip_name", "show", "show_name", "first", "last",
            "stage", "rejected", "holder", "lease_until", "subjects", "frames", "labelled", "anchors", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    class RejectedSerializer(serializers.Serializer):
        reason = serializers.CharField(source="reject_reason")
        by = PersonSerializer(source="rejected_by")
        at = serializers.DateTimeField(source="rejected_at")

    @extend_schema_field(RejectedSerializer(allow_null=True))
    def get_rejected(self, task: Task) -> dict | None:
        return self.RejectedSerializer(task).data if task.rejected_at else None

    @extend_schema_field(PersonSerializer(allow_null=True))
    def get_holder(self, task: Task) -> dict | None:
        """Who works on it now. A lapsed lease holds nothing."""
        return PersonSerializer(task.holder).data if task.held_ else None

    def get_lease_until(self, task: Task) -> datetime | None:
        return task.lease_until if task.held_ else None

    def get_frames(self, task: Task) -> int:
        return task.last - task.first + 1


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class AbsentSerializer(serializers.Serializer):
    """Frames where the subject is not; without `frames`, wherever nobody has said anything."""

    subject = serializers.UUIDField()
    frames = serializers.ListField(child=serializers.IntegerField(min_value=0), required=False)


class MarkedSerializer(serializers.Serializer):
    frames = serializers.ListField(child=serializers.IntegerField())


class OwnedSerializer(serializers.Serializer):
    """Whose a part is from frame `first` to `last`, both with it."""

    subject = serializers.UUIDField(source="owner.uuid")
    first = serializers.IntegerField(min_value=0)
    last = serializers.IntegerField(min_value=0)


class SubjectSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    shot = serializers.UUIDField(source="shot.uuid", read_only=True)
    colour = serializers.IntegerField(min_value=1, max_value=8, required=False)
    dashed = serializers.SerializerMethodField()
    owners = serializers.SerializerMethodField()

    class Meta:
        model = Subject
        fields = ["id", "shot", "kind", "number", "name", "role", "lead", "colour", "dashed", "owners", "deleted_at"]
        read_only_fields = ["kind", "number", "lead", "deleted_at"]

    @extend_schema_field(OwnedSerializer(many=True))
    def get_owners(self, subject: Subject) -> list[dict]:
        """Of a part; asked once for all that are shown of a shot."""
        if not subject.is_part:
            return []
        of_shot = self.context.setdefault("owners", {})
        if subject.shot_id not in of_shot:
            of_shot[subject.shot_id] = owning.owners_of(subject.shot)
        return OwnedSerializer(of_shot[subject.shot_id].get(subject.lineage, []), many=True).data

    def get_dashed(self, subject: Subject) -> bool:
        """The second round of the colours is drawn dashed."""
        return subject.number > 8


class AddSubjectSerializer(serializers.ModelSerializer):
    """A person; or, by its kind, a part, of `owner` over the whole shot or of nobody yet."""

    owner = serializers.UUIDField(required=False, allow_null=True)

    class Meta:
        model = Subject
        fields = ["name", "role", "kind", "owner"]


class OwnersSerializer(serializers.Serializer):
    """All of a part's owners in its shot; two may hold it at a time."""

    owners = OwnedSerializer(many=True)


class SpanOfFramesSerializer(serializers.Serializer):
    first = serializers.IntegerField()
    last = serializers.IntegerField()


class OwnerChangeSerializer(serializers.Serializer):
    """From `frame` on `owner` is seen to hold the part, where `before` is written down; null: nobody."""

    frame = serializers.IntegerField()
    owner = serializers.UUIDField(source="owner.uuid", allow_null=True, default=None)
    before = serializers.UUIDField(source="before.uuid", allow_null=True, default=None)


class PartFindingsSerializer(serializers.Serializer):
    """What a person should look at: frames where the part is `missing` though its owner is seen, and `changes`."""

    part = serializers.UUIDField(source="part.uuid")
    missing = SpanOfFramesSerializer(many=True)
    changes = OwnerChangeSerializer(many=True)


class ModelNameSerializer(serializers.Serializer):
    name = serializers.CharField()
    version = serializers.CharField()


class RevisionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid")
    frame = serializers.IntegerField(source="frame.index")
    subject = serializers.UUIDField(source="subject.uuid")
    parent = serializers.UUIDField(source="parent.uuid", allow_null=True, default=None)
    model = ModelNameSerializer(source="model_version", allow_null=True)
    author = PersonSerializer(allow_null=True)
    anchored = serializers.BooleanField(source="anchor")
    stale = serializers.BooleanField()
    head = serializers.SerializerMethodField()
    layers = serializers.SerializerMethodField()

    class Meta:
        model = Revision
        fields = [
            "id", "frame", "subject", "parent", "presence", "source", "model", "author", "created_at", "anchored",
            "stale", "head", "layers", "tools",
        ]  # fmt: skip
        read_only_fields = fields

    def get_head(self, revision: Revision) -> bool:
        return hasattr(revision, "head_of")

    def get_layers(self, revision: Revision) -> dict[str, str]:
        """The address of each layer's plane."""
        return {layer: plane.blob.address for layer, plane in revision.layers().items()}


class HeadSerializer(serializers.Serializer):
    """A head in short: no pixels, one row a frame and subject."""

    subject = serializers.UUIDField(source="subject.uuid")
    frame = serializers.IntegerField(source="frame.index")
    revision = serializers.UUIDField(source="revision.uuid")
    presence = serializers.ChoiceField(choices=Revision.Presence.choices, source="revision.presence")
    source = serializers.ChoiceField(choices=Revision.Source.choices, source="revision.source")
    by_person = serializers.SerializerMethodField()
    anchored = serializers.BooleanField(source="revision.anchor")
    stale = serializers.BooleanField(source="revision.stale")
    has = serializers.SerializerMethodField()
    accepted = serializers.BooleanField(source="accepted_")

    def get_by_person(self, head) -> bool:
        return head.revision.author_id is not None

    def get_has(self, head) -> list[str]:
        return sorted(head.revision.layers())


class SavedSerializer(RevisionSerializer):
    side = serializers.BooleanField(default=False)

    class Meta(RevisionSerializer.Meta):
        fields = [*RevisionSerializer.Meta.fields, "side"]
        read_only_fields = fields


class NewIdSerializer(serializers.Serializer):
    id = serializers.UUIDField()


class DraftSerializer(serializers.ModelSerializer):
    frame = serializers.IntegerField(source="frame.index")
    subject = serializers.UUIDField(source="subject.uuid")
    parent = serializers.UUIDField(source="parent.uuid", allow_null=True, default=None)
    address = serializers.CharField(source="matte.address", allow_null=True, default=None)

    class Meta:
        model = Draft
        fields = ["frame", "subject", "parent", "presence", "address", "tools", "updated_at"]
        read_only_fields = fields


class ClipOfShotSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid")
    show = serializers.UUIDField(source="show.uuid")
    show_name = serializers.CharField(source="show.name")
    rate = serializers.SerializerMethodField()
    pixel_aspect = serializers.SerializerMethodField()
    frames = serializers.IntegerField(source="frame_count")

    class Meta:
        model = Clip
        fields = [
            "id", "name", "show", "show_name", "width", "height", "pixel_aspect", "rate", "variable_rate", "frames",
        ]  # fmt: skip
        read_only_fields = fields

    def get_rate(self, clip: Clip) -> list[int]:
        return [clip.rate_num, clip.rate_den]

    def get_pixel_aspect(self, clip: Clip) -> list[int]:
        return [clip.pixel_aspect_num, clip.pixel_aspect_den]


class ShotDetailSerializer(ShotSerializer):
    clip = ClipOfShotSerializer(read_only=True)
    tasks = TaskSerializer(many=True, read_only=True, source="tasks_")
    subjects = SubjectSerializer(many=True, read_only=True, source="subjects_")
    previous = serializers.UUIDField(allow_null=True, read_only=True)
    next = serializers.UUIDField(allow_null=True, read_only=True)

    class Meta:
        model = Shot
        fields = ["id", "clip", "number", "first", "last", "cut", "tasks", "subjects", "previous", "next"]


class PropagateSerializer(serializers.Serializer):
    """From the anchor of `subject` at `frame` to frames before it, after it, or both; or wherever anchors changed."""

    subject = serializers.UUIDField()
    frame = serializers.IntegerField(min_value=0)
    reach = serializers.ChoiceField(choices=list(Reach), default=Reach.BOTH)


class SpanSerializer(serializers.Serializer):
    """Frames that a propagation changes, both ends with it, and the anchors just beyond."""

    first = serializers.IntegerField()
    last = serializers.IntegerField()
    left = serializers.IntegerField(allow_null=True)
    right = serializers.IntegerField(allow_null=True)


class PropagateAsToldSerializer(PropagateSerializer):
    """With the `spans` that were told before: where they are others by now, nothing is propagated."""

    spans = SpanSerializer(many=True, required=False)


class PropagationSerializer(serializers.Serializer):
    """A propagation: where it was asked for, what it changes, and what of that stands so far."""

    job = JobSerializer(source="*")
    subject = serializers.UUIDField(source="target_id")
    frame = serializers.IntegerField(source="params.frame")
    spans = SpanSerializer(source="params.spans", many=True)
    changed = serializers.SerializerMethodField()

    def get_changed(self, job: Job) -> list[int]:
        return list(propagating.changed_by(job).values_list("frame__index", flat=True))


class UndoPropagationSerializer(serializers.Serializer):
    job = serializers.UUIDField(write_only=True)
    frames = serializers.ListField(child=serializers.IntegerField(), read_only=True)


class SolveSerializer(serializers.Serializer):
    subject = serializers.UUIDField()
    first = serializers.IntegerField(min_value=0)
    last = serializers.IntegerField(min_value=0)
