"""Subjects, revisions, heads, drafts, tasks and verdicts."""

from uuid import uuid4

from django.db import models
from django.db.models import Case, F, Q, When
from django.db.models.functions import Now

from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips.models import Clip, Frame, Shot
from koutu.registry.models import ModelVersion
from koutu.storage.models import Blob


class Subject(models.Model):
    """One person followed through one shot, or a part that people wear or hold in it."""

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        HEADDRESS = "headdress", "Headdress"
        WEAPON = "weapon", "Weapon"
        HAIR = "hair", "Hair"
        VEIL = "veil", "Veil or sleeve"
        ORNAMENT = "ornament", "Ornament"
        PROP = "prop", "Prop"

    class Standing(models.TextChoices):
        LEAD = "lead", "Lead"
        CROWD = "crowd", "Crowd"

    class SubjectQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Subject.SubjectQuerySet":
            return self.filter(shot__clip__show__project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Subject.SubjectQuerySet":
            return self.filter(deleted_at=None)

        def people(self) -> "Subject.SubjectQuerySet":
            return self.filter(kind=Subject.Kind.PERSON)

        def parts(self) -> "Subject.SubjectQuerySet":
            return self.exclude(kind=Subject.Kind.PERSON)

        def leads_first(self) -> "Subject.SubjectQuerySet":
            """As they are to be labelled; parts after all people."""
            part = Case(When(kind=Subject.Kind.PERSON, then=0), default=1)
            standing = Case(When(role=Subject.Standing.LEAD, then=0), default=1)
            return self.order_by(part, standing, F("lead").desc(nulls_last=True), "number")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    shot = models.ForeignKey(Shot, on_delete=models.CASCADE, related_name="subjects")
    lineage = models.UUIDField(default=uuid4, help_text="The same on both sides of a cut that a person set")
    kind = models.CharField(max_length=9, choices=Kind.choices, default=Kind.PERSON)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=8, choices=Standing.choices, default=Standing.LEAD)
    colour = models.PositiveSmallIntegerField(help_text="1–8 of the subject colours")
    lead = models.FloatField(null=True, help_text="0–1, how much of a lead the pre-label takes them for; null: unknown")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null: put away by a pre-label or a cut"
    )

    objects = SubjectQuerySet.as_manager()

    class Meta:
        ordering = ["shot", "number"]
        constraints = [models.UniqueConstraint(fields=["shot", "number"], name="subject_number_once")]

    def __str__(self) -> str:
        return self.name or f"#{self.number}"

    @property
    def project(self) -> Project:
        return self.shot.project

    @property
    def is_part(self) -> bool:
        return self.kind != Subject.Kind.PERSON


class Ownership(models.Model):
    """Whose a part is over a span of frames; two may hold it at a time.

    Part and owner are told by lineage: where a cut moves the frames to another shot it stays true.
    """

    clip = models.ForeignKey(Clip, on_delete=models.CASCADE, related_name="+")
    part = models.UUIDField()
    owner = models.UUIDField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    made_by = models.UUIDField(null=True, help_text="The act of merging or splitting people that made it")
    gone_by = models.UUIDField(null=True, help_text="The one that ended it; undone it stands again")

    class Meta:
        ordering = ["first", "last", "pk"]
        indexes = [models.Index(fields=["clip", "part"])]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="ownership_not_empty")]

    def __str__(self) -> str:
        return f"{self.part} {self.first}–{self.last}"


class Revision(models.Model):
    """The immutable state of one (frame, subject)."""

    class Presence(models.TextChoices):
        UNKNOWN = "unknown", "Unknown"
        ABSENT = "absent", "Absent"
        OCCLUDED = "occluded", "Occluded"
        PRESENT = "present", "Present"

    class Source(models.TextChoices):
        MODEL = "model", "Model"
        PERSON = "person", "Person"
        SOLVER = "solver", "Solver"
        PROPAGATION = "propagation", "Propagation"
        IMPORT = "import", "Import"
        CUT = "cut", "Carried over a cut"

    class RevisionQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Revision.RevisionQuerySet":
            return self.filter(subject__shot__clip__show__project__in=Project.objects.visible_to(user, role))

    uuid = models.UUIDField(unique=True, editable=False, default=uuid4, help_text="Made by the client")
    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="revisions")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="revisions")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    presence = models.CharField(max_length=8, choices=Presence.choices)
    source = models.CharField(max_length=12, choices=Source.choices)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    anchor = models.BooleanField(default=False, help_text="By a person; no model run passes it until unpinned")
    digest = models.CharField(max_length=64, help_text="SHA-256 of what was saved; same id and digest: same save")
    tools = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())

    objects = RevisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["frame", "subject", "-id"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(anchor=False) | Q(author__isnull=False), name="anchor_is_by_a_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.uuid}"

    @property
    def project(self) -> Project:
        return self.subject.project

    def layers(self) -> dict[str, "RevisionPlane"]:
        return {plane.layer: plane for plane in self.planes.all()}

    @property
    def stale(self) -> bool:
        """The matte was solved on a mask that has since changed."""
        layers = self.layers()
        matte, mask = layers.get(RevisionPlane.Layer.MATTE), layers.get(RevisionPlane.Layer.MASK)
        return bool(matte and mask and matte.solved_on_id and matte.solved_on_id != mask.blob_id)


class RevisionPlane(models.Model):
    """One layer of a revision. What did not change names the blob of the parent."""

    class Layer(models.TextChoices):
        MASK = "mask", "Mask"
        MATTE = "matte", "Matte"

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="planes")
    layer = models.CharField(max_length=48, choices=Layer.choices)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    solved_on = models.ForeignKey(
        Blob, on_delete=models.PROTECT, null=True, related_name="+", help_text="Of a matte: the mask it belongs to"
    )
    level = models.PositiveSmallIntegerField(
        null=True, help_text="Of a mask: the alpha (of 255) from which it took pixels of a matte; null: it took none"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "layer"], name="one_plane_a_layer")]

    def __str__(self) -> str:
        return f"{self.layer} of {self.revision_id}"

    def carried_to(self, revision: Revision) -> "RevisionPlane":
        """The same plane as an unsaved row of another revision."""
        return RevisionPlane(
            revision=revision,
            layer=self.layer,
            blob_id=self.blob_id,
            solved_on_id=self.solved_on_id,
            level=self.level,
        )


class Whole(models.Model):
    """A person's planes with the parts that they own on that frame, as a release holds them."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="wholes")
    parts = models.CharField(max_length=64, help_text="SHA-256 of the ids of the parts' revisions")
    mask = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    matte = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "parts"], name="one_whole")]

    def __str__(self) -> str:
        return f"whole of {self.revision_id}"


class Head(models.Model):
    """The newest revision of a (frame, subject). Moved only by annotation.actions.heads."""

    frame = models.ForeignKey(Frame, on_delete=models.PROTECT, related_name="heads")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="heads")
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="head_of")
    moved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "subject"], name="one_head")]

    def __str__(self) -> str:
        return f"head {self.frame_id} {self.subject_id}"


class Draft(models.Model):
    """An author's own unsent state of a (frame, subject); nobody else sees it."""

    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    parent = models.ForeignKey(Revision, on_delete=models.CASCADE, null=True, related_name="+")
    presence = models.CharField(max_length=8, choices=Revision.Presence.choices)
    matte = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    tools = models.JSONField(default=list)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "frame", "subject"], name="one_draft")]

    def __str__(self) -> str:
        return f"draft {self.frame_id} {self.subject_id}"


class Prompt(models.Model):
    """What a person said about a matte, and the matte that answers it; nobody else sees it, and no head moves by it."""

    class Told(models.TextChoices):
        CHANGED = "changed", "Changed"
        ALONE = "alone", "Only the places themselves changed"
        AGREES = "agrees", "Nothing was to be changed"

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="+")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="+")
    said = models.JSONField(help_text="Clicks, strokes and outline, in source pixels")
    before = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+", help_text="Null: empty")
    after = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    tiles = models.JSONField(default=list, help_text="Columns and rows of the tiles that changed")
    told = models.CharField(max_length=8, choices=Told.choices, blank=True, help_text="Empty: not answered yet")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["author", "created_at"])]

    def __str__(self) -> str:
        return f"prompt {self.uuid}"


class Task(models.Model):
    """A span of one shot, worked on by one person at a time under a lease."""

    class Stage(models.TextChoices):
        PRELABEL = "prelabel", "Pre-label"
        BASE = "base", "Base"
        EDGES = "edges", "Edges"
        REVIEW = "review", "Review"
        ACCEPTED = "accepted", "Accepted"

    class TaskQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Task.TaskQuerySet":
            return self.filter(shot__clip__show__project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Task.TaskQuerySet":
            return self.filter(shot__in=Shot.objects.live(), deleted_at=None)

    LENGTH = 300

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    shot = models.ForeignKey(Shot, on_delete=models.CASCADE, related_name="tasks")
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.PRELABEL)
    reject_reason = models.CharField(max_length=500, blank=True)
    rejected_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    rejected_at = models.DateTimeField(null=True)
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True, help_text="Replaced when a cut moved")

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["shot", "first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="task_not_empty"),
            models.UniqueConstraint(
                fields=["shot", "first", "last"], condition=Q(deleted_at=None), name="live_task_span_once"
            ),
            models.CheckConstraint(
                condition=Q(holder__isnull=True, lease_until__isnull=True)
                | Q(holder__isnull=False, lease_until__isnull=False),
                name="holder_has_lease",
            ),
            models.CheckConstraint(
                condition=~Q(stage="accepted") | Q(holder__isnull=True), name="accepted_is_held_by_nobody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shot} {self.first}–{self.last} {self.stage}"

    @property
    def project(self) -> Project:
        return self.shot.project


class Cutout(models.Model):
    """A shot's pictures with alpha, as a file to take away; forgotten after some days."""

    class Format(models.TextChoices):
        PNG = "png", "PNG sequence"
        PRORES = "prores", "ProRes 4444"
        VP9 = "vp9", "VP9 with alpha"

    class CutoutQuerySet(models.QuerySet):
        def visible_to(self, user: User) -> "Cutout.CutoutQuerySet":
            return self.filter(shot__in=Shot.objects.visible_to(user))

    uuid = models.UUIDField(unique=True, editable=False, help_text="Of the job that made it")
    shot = models.ForeignKey(Shot, on_delete=models.CASCADE, related_name="cutouts")
    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, null=True, related_name="+", help_text="null: all")
    format = models.CharField(max_length=6, choices=Format.choices)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    objects = CutoutQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.shot} {self.format}"


class PrelabelledShot(models.Model):
    """A shot whose pre-label is committed, keyed by the hash of its input: never done twice."""

    shot = models.ForeignKey(Shot, on_delete=models.CASCADE, related_name="prelabels")
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shot", "key"], name="prelabelled_once")]

    def __str__(self) -> str:
        return f"pre-label of {self.shot}"


class Verdict(models.Model):
    """Accepted, or rejected with a reason, on a revision."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="verdicts")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="verdicts")
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["revision", "-id"])]

    def __str__(self) -> str:
        return "accepted" if self.accepted else "rejected"
