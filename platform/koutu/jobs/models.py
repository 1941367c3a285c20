"""The job row: the truth about background work. Celery only rings the bell."""

from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from koutu.accounts.models import Project, User
from koutu.jobs import kinds


class JobQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> "JobQuerySet":
        return self.filter(project__in=Project.objects.visible_to(user)).exclude(kind__in=kinds.quiet())

    def open(self) -> "JobQuerySet":
        return self.filter(state__in=Job.OPEN)

    def failed(self) -> "JobQuerySet":
        """Those that failed and that nobody has taken note of."""
        return self.filter(state=Job.State.FAILED, dismissed_at=None)

    def due(self) -> "JobQuerySet":
        """Queued jobs, and running ones whose owner has not been heard of within its lease."""
        lost = Q(state=Job.State.RUNNING, lease_until__lt=Now())
        return self.filter(Q(state=Job.State.QUEUED) | lost)


class Job(models.Model):
    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.QUEUED, State.RUNNING)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32)
    queue = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    params = models.JSONField(default=dict)
    key = models.CharField(max_length=128, help_text="Two open jobs never share a key")
    target_type = models.CharField(max_length=32, blank=True)
    target_id = models.UUIDField(null=True)
    label = models.CharField(max_length=200, blank=True)

    stage = models.CharField(max_length=32, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    stage_since = models.DateTimeField(null=True, help_text="When this attempt entered the stage")
    stage_from = models.PositiveBigIntegerField(default=0, help_text="What was done already when it did")
    error_code = models.CharField(max_length=64, blank=True)
    error = models.TextField(blank=True)
    error_detail = models.JSONField(default=dict, encoder=DjangoJSONEncoder, help_text="What the sentence names")
    retry_reason = models.CharField(max_length=500, blank=True)

    owner = models.UUIDField(null=True, help_text="Token of the worker that holds the job")
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    rung_at = models.DateTimeField(null=True, help_text="When the doorbell was last rung")

    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True, help_text="When somebody took note of the fault")
    changed_at = models.DateTimeField(db_default=Now())

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=("queued", "running")), name="one_open_job_a_key"
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(owner__isnull=False, lease_until__isnull=False),
                name="running_has_owner",
            ),
        ]
        indexes = [models.Index(fields=["state", "queue"]), models.Index(fields=["project", "-changed_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.label} {self.state}"
