"""What annotation adds to the registries and events of lower apps."""

from annotation import summaries
from annotation.actions import cuts, tasks
from annotation.models import Cutout, Draft, Prompt, RevisionPlane, Task, Whole
from koutu.clips import summaries as clip_summaries
from koutu.clips.events import clip_ready, frames_moved
from koutu.jobs import chores, counts, kinds
from koutu.storage import holders


def join() -> None:
    kinds.register(
        kinds.JobKind("prelabel", "gpu", "annotation.prelabel.work", "annotation.actions.tasks.open_waiting")
    )
    kinds.register(kinds.JobKind("solve", "interactive", "annotation.solve.work"))
    kinds.register(kinds.JobKind("propagate", "interactive", "annotation.propagate.work"))
    kinds.register(kinds.JobKind("prompt", "interactive", "annotation.prompts.work", quiet=True))
    kinds.register(kinds.JobKind("cutout", "io", "annotation.cutting_out.work"))
    chores.register("old cutouts", 3600, "annotation.actions.cutouts.drop_old")
    clip_ready.listen(tasks.plan_clip)
    frames_moved.listen(cuts.follow)
    counts.register("tasks", lambda user: Task.objects.visible_to(user).live().exclude(stage="accepted").count())
    clip_summaries.register_clips("progress", summaries.progress_of_clips, {})
    clip_summaries.register_clips("subjects", summaries.subjects_of_clips, 0)
    clip_summaries.register_shots("people", summaries.people_of_shots, [])
    clip_summaries.register_shots("tasks", summaries.tasks_of_shots, [])
    clip_summaries.register_shots("state", summaries.state_of_shots, "prelabel")
    holders.register_holder("planes", lambda: RevisionPlane.objects.values("blob"))
    holders.register_holder("masks of wholes", lambda: Whole.objects.values("mask"))
    holders.register_holder("mattes of wholes", lambda: Whole.objects.exclude(matte=None).values("matte"))
    holders.register_holder("drafts", lambda: Draft.objects.exclude(matte=None).values("matte"))
    holders.register_holder("prompts", lambda: Prompt.objects.exclude(before=None).values("before"))
    holders.register_holder("answers", lambda: Prompt.objects.exclude(after=None).values("after"))
    holders.register_holder("cutouts", lambda: Cutout.objects.values("blob"))
    holders.register_check("annotation", "annotation.checks.problems")
