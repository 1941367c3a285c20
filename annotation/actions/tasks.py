"""The way of a task: planned, claimed under a lease, submitted, accepted or rejected, opened again."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from annotation.actions import acceptance
from annotation.models import Head, Task, Verdict
from koutu.accounts.actions import audit, require
from koutu.accounts.errors import Invalid, Locked, Refused
from koutu.accounts.models import User
from koutu.accounts.roles import Role
from koutu.clips.events import ClipReady
from koutu.clips.models import Shot
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job

Stage = Task.Stage

# (stage, act) → (next stage, least role). What is not here cannot be done.
TRANSITIONS = {
    (Stage.BASE, "submit"): (Stage.REVIEW, Role.ANNOTATOR),
    (Stage.EDGES, "submit"): (Stage.REVIEW, Role.ANNOTATOR),
    (Stage.BASE, "accept"): (Stage.ACCEPTED, Role.REVIEWER),
    (Stage.EDGES, "accept"): (Stage.ACCEPTED, Role.REVIEWER),
    (Stage.REVIEW, "accept"): (Stage.ACCEPTED, Role.REVIEWER),
    (Stage.REVIEW, "reject"): (Stage.BASE, Role.REVIEWER),
    (Stage.ACCEPTED, "reopen"): (Stage.BASE, Role.REVIEWER),
}


def plan_clip(event: ClipReady) -> None:
    """Give each shot its tasks and queue the pre-label of the clip."""
    for shot in event.clip.shots.filter(deleted_at=None):
        Task.objects.bulk_create(Task(shot=shot, first=first, last=last) for first, last in spans(shot))
    enqueue("prelabel", event.clip.project, event.clip, by=event.by, label=event.clip.name, params={"round": 1})


def spans(shot: Shot, length: int = Task.LENGTH) -> list[tuple[int, int]]:
    """Cut the shot into the fewest spans of at most `length` frames, of nearly equal length."""
    count = -(-shot.length // length)
    edges = [shot.first + shot.length * number // count for number in range(count + 1)]
    return [(first, last - 1) for first, last in zip(edges, edges[1:], strict=False)]


def open_waiting(job: Job) -> None:
    """Open the clip's tasks that still wait for this pre-label: one that failed must not stop people."""
    tasks = Task.objects.filter(shot__clip__uuid=job.target_id, stage=Stage.PRELABEL)
    tasks.update(stage=Stage.BASE, updated_at=Now())


def open_to(actor: User) -> QuerySet[Task]:
    """Tasks that are not accepted and that nobody else holds; a lapsed lease gives a task back by itself."""
    free = Q(holder=None) | Q(holder=actor) | Q(lease_until__lt=Now())
    return Task.objects.filter(free, deleted_at=None).exclude(stage=Stage.ACCEPTED)


def still_open(actor: User, shot: Shot, index: int) -> bool:
    """Whether a frame is the actor's to change: not accepted meanwhile, not in another's hands. Locks the task."""
    return open_to(actor).filter(shot=shot, first__lte=index, last__gte=index).select_for_update().exists()


def open_round(actor: User, shot: Shot, index: int) -> tuple[int, int]:
    """The first and the last of the frames round this one that are the actor's to change.

    Raises Invalid where the shot does not hold it, and Locked.
    """
    all_ = list(Task.objects.filter(shot=shot, deleted_at=None).order_by("first"))
    free = set(open_to(actor).filter(shot=shot).values_list("pk", flat=True))
    here = next((place for place, task in enumerate(all_) if task.first <= index <= task.last), None)
    if here is None:
        raise Invalid("outside_shot", f"Give a frame from {shot.first} to {shot.last}.")
    if all_[here].pk not in free:
        raise held_by_another(all_[here])
    begin = end = here
    while begin > 0 and all_[begin - 1].pk in free:
        begin -= 1
    while end + 1 < len(all_) and all_[end + 1].pk in free:
        end += 1
    return all_[begin].first, all_[end].last


def hold_span(actor: User, shot: Shot, first: int, last: int) -> None:
    """Take or keep the lease of every task that meets the frames; raises Locked."""
    for task in Task.objects.filter(shot=shot, deleted_at=None, first__lte=last, last__gte=first).order_by("pk"):
        if not hold(actor, task):
            raise held_by_another(task)


def hold(actor: User, task: Task) -> bool:
    """Take or keep the lease if the task is open to the actor; tell whether they hold it now."""
    until = Now() + timedelta(seconds=settings.TASK_LEASE_SECONDS)
    return bool(open_to(actor).filter(pk=task.pk).update(holder=actor, lease_until=until))


@transaction.atomic
def claim(actor: User, task: Task) -> Task:
    """Take the task under a lease; raises Locked while another holds it or once it is accepted."""
    require(actor, task.project, Role.ANNOTATOR)
    if not hold(actor, task):
        raise held_by_another(task)
    task.refresh_from_db()
    audit(actor, task.project, "task_claim", task)
    return task


def heartbeat(actor: User, task: Task) -> Task:
    """Keep the lease."""
    require(actor, task.project, Role.ANNOTATOR)
    if not hold(actor, task):
        raise held_by_another(task)
    task.refresh_from_db()
    return task


@transaction.atomic
def release(actor: User, task: Task) -> Task:
    """Give the task back; nothing happens where another has it."""
    if Task.objects.filter(pk=task.pk, holder=actor).update(holder=None, lease_until=None):
        audit(actor, task.project, "task_release", task)
    task.refresh_from_db()
    return task


@transaction.atomic
def act(actor: User, task: Task, name: str, reason: str = "") -> Task:
    """Do one act of the table; raises Refused with what is missing, Locked while another works on it."""
    task = Task.objects.select_for_update(of=("self",)).select_related("shot__clip__show__project").get(pk=task.pk)
    step = TRANSITIONS.get((Stage(task.stage), name))
    if step is None:
        raise Refused("wrong_stage", f"A task in stage {task.stage} cannot be {name}ed.", stage=task.stage)
    stage, role = step
    require(actor, task.project, role)
    if task.deleted_at or Task.objects.filter(pk=task.pk, lease_until__gt=Now()).exclude(holder=actor).exists():
        raise held_by_another(task)
    if name == "accept":
        acceptance.require_acceptable(task)
    if name in ("accept", "reject"):
        _write_verdicts(actor, task, accepted=name == "accept", reason=reason)
    _advance(actor, task, name, stage, reason)
    audit(actor, task.project, f"task_{name}", task, reason=reason)
    task.refresh_from_db()
    return task


def _advance(actor: User, task: Task, name: str, stage: Stage, reason: str) -> None:
    rejected = {"rejected_by": None, "rejected_at": None, "reject_reason": ""}
    if name == "reject":
        rejected = {"rejected_by": actor, "rejected_at": Now(), "reject_reason": reason[:500]}
    Task.objects.filter(pk=task.pk).update(
        stage=stage, holder=None, lease_until=None, updated_at=Now(), **rejected
    )


def _write_verdicts(actor: User, task: Task, *, accepted: bool, reason: str) -> None:
    heads = Head.objects.filter(subject__shot=task.shot, subject__deleted_at=None)
    heads = heads.filter(frame__index__range=(task.first, task.last))
    Verdict.objects.bulk_create(
        Verdict(revision_id=pk, task=task, accepted=accepted, reason=reason[:500], by=actor)
        for pk in heads.values_list("revision", flat=True)
    )


def held_by_another(task: Task) -> Locked:
    """Why the task cannot be had: accepted, replaced, or in the hands of whom and until when."""
    task.refresh_from_db()
    if task.stage == Stage.ACCEPTED:
        return Locked("accepted", "The task is accepted and frozen. A reviewer can open it again.")
    if task.deleted_at:
        return Locked("replaced", "A cut moved and the task was replaced. Open the shot again.")
    name = task.holder.shown_name if task.holder else ""
    return Locked("held", f"{name} is working on this task.", holder=name, lease_until=task.lease_until)
