"""The three next steps of a person: mend a frame, review a shot, make a release."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from annotation.models import Revision, Subject, Task
from koutu.accounts.models import User
from koutu.releases.models import Release

Step = dict[str, Any]


def of(user: User) -> list[Step]:
    """Each step with its key, whether it was ever done, and the task that it opens."""
    tasks = Task.objects.visible_to(user).live().select_related("shot__clip")
    mend, review = _to_mend(user, tasks), _to_review(tasks)
    accepted = tasks.filter(stage=Task.Stage.ACCEPTED)
    by_people = Revision.objects.visible_to(user).filter(source=Revision.Source.PERSON)
    releases = Release.objects.visible_to(user).live().ready()
    shown = accepted.order_by("-updated_at", "-pk").first() or review or mend
    return [
        _step("mend", by_people.exists(), mend),
        _step("review", accepted.exists(), review or mend),
        _step("release", releases.exists(), None, shown),
    ]


def _to_mend(user: User, tasks: QuerySet[Task]) -> Task | None:
    """One's own task first, then a rejected one, then the one in which people have set fewest anchors."""
    free = Q(holder=None) | Q(holder=user) | Q(lease_until__lt=Now())
    mine = Q(holder=user, lease_until__gte=Now())
    in_work = tasks.filter(free, stage__in=(Task.Stage.BASE, Task.Stage.EDGES))
    in_work = in_work.annotate(
        mine=Count("pk", filter=mine, distinct=True),
        people=Count("shot__subjects", filter=_people(), distinct=True),
        anchors=Count("shot__subjects__heads", filter=_anchor_in_span(), distinct=True),
    )
    some = in_work.filter(people__gt=0)
    order = ("-mine", F("rejected_at").asc(nulls_last=True), "anchors", "pk")
    return some.order_by(*order).first() or in_work.order_by(*order).first()


def _people() -> Q:
    return Q(shot__subjects__deleted_at=None, shot__subjects__kind=Subject.Kind.PERSON)


def _anchor_in_span() -> Q:
    heads = "shot__subjects__heads"
    span = {f"{heads}__frame__index__gte": F("first"), f"{heads}__frame__index__lte": F("last")}
    return Q(**span, **{f"{heads}__revision__anchor": True})


def _to_review(tasks: QuerySet[Task]) -> Task | None:
    return tasks.filter(stage=Task.Stage.REVIEW).order_by("updated_at", "pk").first()


def _step(key: str, done: bool, task: Task | None, shown: Task | None = None) -> Step:
    shown = shown or task
    clip = shown.shot.clip.uuid if shown else None
    return {
        "key": key,
        "done": done,
        "task": task.uuid if task else None,
        "shot": task.shot.uuid if task else None,
        "clip": task.shot.clip.uuid if task else None,
        "thumb": f"/api/clips/{clip}/frames/{(shown.first + shown.last) // 2}/thumb" if shown else None,
    }
