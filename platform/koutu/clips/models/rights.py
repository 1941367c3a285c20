"""Under which rights a show is used, and who of its people agreed."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, TruncDate

from koutu.accounts.models import Project, User
from koutu.accounts.roles import Role
from koutu.clips.models.clips import Clip, Show


class Right(models.Model):
    """One line of a show's ledger: what an owner granted, from when to when. Never changed, only withdrawn."""

    class Scope(models.TextChoices):
        INTERNAL = "internal", "Inside the organisation"
        PUBLIC = "public", "May be published"

    class RightQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Right.RightQuerySet":
            return self.filter(show__project__in=Project.objects.visible_to(user, role))

        def in_force(self) -> "Right.RightQuerySet":
            """Granted, begun, not expired (the day itself counts), not withdrawn: by the database's date."""
            today = TruncDate(Now())
            begun, lasting = Q(starts=None) | Q(starts__lte=today), Q(expires=None) | Q(expires__gte=today)
            return self.filter(begun, lasting, withdrawn_at=None)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="rights")
    owner = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, help_text="What the owner grants, by name or clause")
    scope = models.CharField(max_length=16, choices=Scope.choices, default=Scope.INTERNAL)
    territory = models.CharField(max_length=200, blank=True, help_text="Empty: the whole world")
    starts = models.DateField(null=True, blank=True)
    expires = models.DateField(null=True, blank=True, help_text="The last day; empty: no end")
    document = models.CharField(max_length=300, blank=True, help_text="Where the contract lies")
    note = models.TextField(blank=True, max_length=2000)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    objects = RightQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts=None) | Q(expires=None) | Q(expires__gte=F("starts")), name="right_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owner}: {self.licence}"


class Cast(models.Model):
    """A person of the show: an actor in a role and costume set, with what they agreed to."""

    class Consent(models.TextChoices):
        UNKNOWN = "unknown", "Not asked"
        GIVEN = "given", "Given"
        REFUSED = "refused", "Refused or withdrawn"

    class CastQuerySet(models.QuerySet):
        def visible_to(self, user: User, role: Role = Role.VIEWER) -> "Cast.CastQuerySet":
            return self.filter(show__project__in=Project.objects.visible_to(user, role))

        def live(self) -> "Cast.CastQuerySet":
            return self.filter(deleted_at=None)

        def standing_against(self) -> "Cast.CastQuerySet":
            """Those who keep their clips out of a release: refused, run out, or a minor without a guardian's word."""
            today = TruncDate(Now())
            minor = Q(minor=True) & (~Q(consent="given") | Q(guardian=""))
            return self.live().filter(Q(consent="refused") | Q(consent_until__lt=today) | minor)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    show = models.ForeignKey(Show, on_delete=models.PROTECT, related_name="cast")
    name = models.CharField(max_length=200, help_text="The role, and the actor where that may be written down")
    clips = models.ManyToManyField(Clip, blank=True, related_name="cast", help_text="Where they appear; none: anywhere")
    consent = models.CharField(max_length=16, choices=Consent.choices, default=Consent.UNKNOWN)
    consent_note = models.TextField(blank=True, max_length=2000)
    consent_until = models.DateField(null=True, blank=True)
    minor = models.BooleanField(default=False)
    guardian = models.CharField(max_length=200, blank=True, help_text="Who agreed for a minor")
    created_at = models.DateTimeField(db_default=Now())
    deleted_at = models.DateTimeField(null=True)

    objects = CastQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["show", "name"], condition=Q(deleted_at=None), name="cast_name_once")
        ]

    def __str__(self) -> str:
        return self.name
