"""Figures of annotation shown in lists of clips and shots."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Count, F, Sum

from annotation.models import Subject, Task

Stage = Task.Stage
# How a stage is shown in progress bars. A rejected task is in work again, and says so.
SHOWN = {
    Stage.PRELABEL: "pre",
    Stage.BASE: "work",
    Stage.EDGES: "work",
    Stage.REVIEW: "review",
    Stage.ACCEPTED: "accepted",
}


def progress_of_clips(keys: Sequence[int]) -> dict[int, dict[str, int]]:
    """Frames of each clip by shown stage: pre, work, review, accepted, rejected."""
    rows = (
        Task.objects.live()
        .filter(shot__clip__in=keys)
        .values("shot__clip", "stage", "rejected_at")
        .annotate(frames=Sum(F("last") - F("first") + 1))
    )
    found: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        shown = "rejected" if row["rejected_at"] and row["stage"] != Stage.ACCEPTED else SHOWN[row["stage"]]
        found[row["shot__clip"]][shown] += row["frames"]
    return found


def subjects_of_clips(keys: Sequence[int]) -> dict[int, int]:
    """People of each clip, one on both sides of a person's cut counted once."""
    rows = Subject.objects.live().people().filter(shot__clip__in=keys, shot__deleted_at=None)
    counted = rows.values("shot__clip").annotate(n=Count("lineage", distinct=True))
    return {row["shot__clip"]: row["n"] for row in counted}


def people_of_shots(keys: Sequence[int]) -> dict[int, list[dict]]:
    """People of each shot by number."""
    found: dict[int, list[dict]] = defaultdict(list)
    for row in Subject.objects.live().people().filter(shot__in=keys).order_by("number"):
        found[row.shot_id].append({"id": row.uuid, "name": row.name, "number": row.number, "colour": row.colour})
    return found


def tasks_of_shots(keys: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for task in Task.objects.filter(shot__in=keys, deleted_at=None).order_by("first"):
        found[task.shot_id].append(str(task.uuid))
    return found


def state_of_shots(keys: Sequence[int]) -> dict[int, str]:
    """The least advanced stage among the tasks of each shot."""
    order = list(Stage)
    found: dict[int, str] = {}
    for task in Task.objects.filter(shot__in=keys, deleted_at=None):
        held = found.get(task.shot_id, Stage.ACCEPTED)
        found[task.shot_id] = min(held, task.stage, key=order.index)
    return found
