"""What goes into a release: shots whose every task is accepted, and what stands in the way."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from annotation.models import Head, Revision, RevisionPlane, Subject, Task
from koutu.accounts.models import Project
from koutu.clips import rights
from koutu.clips.models import Clip, Frame, Shot
from koutu.releases import splits

NAMED = 20


@dataclass(frozen=True)
class Finding:
    """A blocker or a notice; the page translates the code."""

    code: str
    message: str
    detail: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Pick:
    """A shot that goes in. `number` is its place among the clip's live shots, from 1."""

    shot: Shot
    number: int

    @property
    def clip(self) -> Clip:
        return self.shot.clip

    @property
    def sequence(self) -> str:
        """Slugs hold no underscore, so no two shots of a project share the name."""
        return f"{self.clip.show.slug}_{self.clip.slug}_{self.number:04d}"


@dataclass
class Selection:
    picks: list[Pick]
    left_out: list[Shot]

    @property
    def policy(self) -> str:
        """Split by show; by clip while there is one show."""
        return "show" if len({pick.clip.show_id for pick in self.picks}) > 1 else "clip"

    def group_of(self, pick: Pick) -> str:
        return str(pick.clip.show.uuid if self.policy == "show" else pick.clip.uuid)

    def frames(self) -> Counter:
        """Frames by group."""
        return _sums((self.group_of(pick), pick.shot.length) for pick in self.picks)

    def shots(self) -> Counter:
        return Counter(self.group_of(pick) for pick in self.picks)

    def solve(self, val: float) -> dict[str, Any]:
        """The solution as a release stores it: policy, split by group, figures by split."""
        frames = self.frames()
        assigned = splits.solve(frames, val)
        figures = splits.figures(frames, self.shots(), assigned)
        return {"policy": self.policy, "groups": assigned, "figures": figures}


def _sums(pairs: Iterable[tuple[str, int]]) -> Counter:
    total: Counter = Counter()
    for key, number in pairs:
        total[key] += number
    return total


def select(project: Project) -> Selection:
    """Return the accepted shots of the project, sorted by the UTF-8 bytes of their path, and the live others."""
    ready = Shot.objects.live().filter(clip__show__project=project, clip__state=Clip.State.READY)
    tasks = Task.objects.filter(shot=OuterRef("pk"), deleted_at=None)
    accepted = Exists(tasks) & ~Exists(tasks.exclude(stage=Task.Stage.ACCEPTED))
    shots = ready.annotate(accepted_=accepted).select_related("clip__show").order_by("clip", "first")
    picks, left_out = [], []
    numbers: Counter = Counter()
    for shot in shots:
        numbers[shot.clip_id] += 1
        if shot.accepted_:
            picks.append(Pick(shot, numbers[shot.clip_id]))
        else:
            left_out.append(shot)
    picks.sort(key=lambda pick: f"{pick.sequence}/".encode())
    return Selection(picks, left_out)


def heads_of(shots: Iterable[Shot]) -> QuerySet[Head]:
    """Heads of people on the frames of their shot. What they wear and hold is in their mattes."""
    return Head.objects.filter(
        subject__shot__in=[shot.pk for shot in shots],
        subject__kind=Subject.Kind.PERSON,
        subject__deleted_at=None,
        frame__clip=F("subject__shot__clip"),
        frame__index__gte=F("subject__shot__first"),
        frame__index__lte=F("subject__shot__last"),
    )


def blob_of(layer: str, value: str = "blob") -> Subquery:
    """Of a queryset of heads: a column of the plane of this layer, or null."""
    return Subquery(RevisionPlane.objects.filter(revision=OuterRef("revision"), layer=layer).values(value)[:1])


def blockers(selection: Selection, frame_types: Iterable[str] = ()) -> list[Finding]:
    """What must be cleared before this can be built. `frame_types`: the file types the formats can hold."""
    if not selection.picks:
        return [Finding("nothing_accepted", "No shot has all its tasks accepted.")]
    found = _rights(selection)
    for start in range(0, len(selection.picks), 500):
        found += _faults(selection.picks[start : start + 500])
    found += _unfit_files(selection, set(frame_types))
    return found


def _rights(selection: Selection) -> list[Finding]:
    """Shows that nobody may use (now), and people who did not agree."""
    clips = {pick.clip.pk: pick.clip for pick in selection.picks}
    shows = {clip.show_id: clip.show for clip in clips.values()}
    bare = [
        Finding("no_right", f"No right is in force for {show.name}.", {"show": str(show.uuid), "name": show.name})
        for show in rights.without_right(shows.values())
    ]
    people = [
        Finding(
            "no_consent",
            f"{cast.name} of {cast.show.name} has not agreed, or no longer.",
            {"show": str(cast.show.uuid), "name": cast.show.name, "cast": cast.name},
        )
        for cast in rights.standing_against(clips.values())
    ]
    return sorted(bare, key=lambda finding: finding.detail["name"]) + people


def notices(selection: Selection, val: float) -> list[Finding]:
    """What a person should know of, though it stops nothing."""
    found = []
    if selection.left_out:
        frames = sum(shot.length for shot in selection.left_out)
        found.append(
            Finding(
                "not_accepted",
                f"{len(selection.left_out)} shots with {frames} frames are not accepted and stay out.",
                {"shots": len(selection.left_out), "frames": frames},
            )
        )
    found += _unlicensed(selection) + _not_asked(selection)
    if val > 0 and len(selection.frames()) == 1:
        text = f"There is one {selection.policy} only: everything is train."
        found.append(Finding("one_group", text, {"policy": selection.policy}))
    return found


def _unlicensed(selection: Selection) -> list[Finding]:
    shows = sorted({pick.clip.show.name for pick in selection.picks if not pick.clip.show.licence})
    text = f"No licence is given for {', '.join(shows[:NAMED])}."
    return [Finding("no_licence", text, {"shows": shows[:NAMED]})] if shows else []


def _not_asked(selection: Selection) -> list[Finding]:
    people = [cast.name for cast in rights.not_asked({pick.clip.pk: pick.clip for pick in selection.picks}.values())]
    text = f"Nobody has noted whether {', '.join(people[:NAMED])} agreed."
    return [Finding("consent_not_asked", text, {"cast": people[:NAMED]})] if people else []


def _faults(picks: list[Pick]) -> list[Finding]:
    heads = heads_of(pick.shot for pick in picks)
    present = heads.filter(revision__presence=Revision.Presence.PRESENT)
    bare = present.filter(~Exists(RevisionPlane.objects.filter(revision=OuterRef("revision"), layer="mask")))
    stale = present.annotate(mask_=blob_of("mask"), solved_=blob_of("matte", "solved_on")).exclude(solved_=None)
    table = [
        ("unknown_presence", "frames where nobody has said whether the person is there", _unknown(picks, heads)),
        ("no_mask", "frames where a person is present without a mask", _by_shot(bare)),
        ("stale", "frames whose matte belongs to an older mask", _by_shot(stale.exclude(solved_=F("mask_")))),
    ]
    by_key = {pick.shot.pk: pick for pick in picks}
    return [
        Finding(code, f"{by_key[key].sequence}: {number} {what}.", _where(by_key[key], number))
        for code, what, counted in table
        for key, number in sorted(counted.items())
    ]


def _where(pick: Pick, count: int) -> dict[str, Any]:
    return {"shot": str(pick.shot.uuid), "clip": str(pick.clip.uuid), "sequence": pick.sequence, "count": count}


def _by_shot(heads: QuerySet[Head]) -> dict[int, int]:
    return dict(heads.order_by().values_list("subject__shot").annotate(n=Count("pk")))


def _unknown(picks: list[Pick], heads: QuerySet[Head]) -> dict[int, int]:
    shots = [pick.shot.pk for pick in picks]
    rows = Subject.objects.live().people().filter(shot__in=shots).order_by().values_list("shot").annotate(n=Count("pk"))
    subjects = dict(rows)
    known = _by_shot(heads.exclude(revision__presence=Revision.Presence.UNKNOWN))
    missing = {
        pick.shot.pk: subjects.get(pick.shot.pk, 0) * pick.shot.length - known.get(pick.shot.pk, 0) for pick in picks
    }
    return {key: number for key, number in missing.items() if number}


def _unfit_files(selection: Selection, frame_types: set[str]) -> list[Finding]:
    from koutu.releases.store import file_type

    if not frame_types:
        return []
    clips = {pick.clip.pk: pick.clip for pick in selection.picks}
    first = Frame.objects.filter(clip__in=clips, index=0).select_related("blob__pack")
    unfit = sorted(clips[frame.clip_id].name for frame in first if file_type(frame.blob) not in frame_types)
    return [frames_unfit(unfit, frame_types)] if unfit else []


def frames_unfit(clips: list[str], frame_types: Iterable[str]) -> Finding:
    """The blocker for clips whose own frame files a format cannot hold unchanged."""
    shown = ", ".join(clips[:NAMED])
    kinds = " or ".join(sorted(frame_types)).upper()
    text = f"The format holds {kinds} frames unchanged, and these clips have other files: {shown}."
    return Finding("frames_unfit", text, {"clips": clips[:NAMED], "types": sorted(frame_types)})
