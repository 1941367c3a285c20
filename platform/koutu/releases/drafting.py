"""Writing a manifest from the accepted heads: a stream, shot by shot, memory independent of its length."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from annotation.models import Revision, Subject
from koutu.clips.models import Clip, Frame, VoidArea
from koutu.releases import manifest
from koutu.releases.formats.palette import ENCODER
from koutu.releases.models import Release
from koutu.releases.ordering import State, front_to_back, ids_of, states_by_frame, windows
from koutu.releases.selection import Pick, Selection
from koutu.releases.store import Store, file_type

STEP = 64


class Tell(Protocol):
    """Called now and then with the number of frames written; may raise to stop the work."""

    def __call__(self, done: int) -> None: ...


@dataclass
class Draft:
    """A written manifest, not yet anybody's: where it lies and what is in it."""

    path: Path
    digest: Any = field(default_factory=hashlib.sha256)
    lines: int = 0
    counts: Counter = field(default_factory=Counter)
    file_types: dict[str, set[str]] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        return self.digest.hexdigest()

    def write(self, file: BinaryIO, line: manifest.Line) -> None:
        data = manifest.encode(line)
        file.write(data)
        self.digest.update(data)
        self.lines += 1

    def clips_unfit_for(self, types: set[str]) -> list[str]:
        """Names of clips with frame files of other types."""
        return sorted(name for name, seen in self.file_types.items() if not seen <= types)


def draft(release: Release, selection: Selection, splits: dict[str, Any], path: Path, tell: Tell) -> Draft:
    """Write the manifest of `release` over `selection` to `path`; `splits` is the stored solution."""
    out = Draft(path)
    store = Store(release.project.organisation)
    with path.open("wb") as file:
        out.write(file, _header(release, selection, splits))
        for pick in selection.picks:
            split = splits["groups"][selection.group_of(pick)]
            for line in _shot(pick, split, store):
                _count(out, pick.clip, line)
                out.write(file, line)
                if line["type"] == "frame" and out.counts["frames"] % STEP == 0:
                    tell(out.counts["frames"])
    out.counts["shows"] = len({pick.clip.show_id for pick in selection.picks})
    out.counts["clips"] = len({pick.clip.pk for pick in selection.picks})
    return out


def _header(release: Release, selection: Selection, splits: dict[str, Any]) -> manifest.Line:
    shows = {pick.clip.show_id: pick.clip.show for pick in selection.picks}
    return {
        "type": "release",
        "format": manifest.FORMAT,
        "name": release.name,
        "version": release.version,
        "notes": release.notes,
        "query": release.query,
        "policy": splits["policy"],
        "encoder": ENCODER,
        "shows": sorted(
            (
                {
                    "show": str(show.uuid),
                    "slug": show.slug,
                    "name": show.name,
                    "licence": show.licence,
                    "attribution": show.attribution,
                }
                for show in shows.values()
            ),
            key=lambda show: show["slug"].encode(),
        ),
    }


def _shot(pick: Pick, split: str, store: Store) -> Iterator[manifest.Line]:
    subjects = front_to_back(pick)
    ids = ids_of(pick, subjects, store)
    yield _shot_line(pick, split, subjects, ids)
    depth = {subject.pk: place for place, subject in enumerate(subjects)}
    voids = list(VoidArea.objects.live().filter(clip=pick.clip).order_by("first", "top", "left", "uuid"))
    for span in windows(pick):
        states = states_by_frame(pick, span)
        frames = Frame.objects.filter(clip=pick.clip, index__range=span).order_by("index")
        for frame in frames.select_related("blob__pack"):
            yield _frame_line(pick, frame) | _void(voids, frame.index)
            for state in sorted(states.get(frame.index, []), key=lambda state: depth[state.subject]):
                yield _revision_line(pick, state, ids)


def _shot_line(pick: Pick, split: str, subjects: list[Subject], ids: dict[int, int]) -> manifest.Line:
    clip = pick.clip
    return {
        "type": "shot",
        "sequence": pick.sequence,
        "show": str(clip.show.uuid),
        "clip": str(clip.uuid),
        "shot": str(pick.shot.uuid),
        "split": split,
        "frames": pick.shot.length,
        "width": clip.width,
        "height": clip.height,
        "pixel_aspect": [clip.pixel_aspect_num, clip.pixel_aspect_den],
        "rate": [clip.rate_num, clip.rate_den],
        "time_base": [clip.time_base_num, clip.time_base_den],
        "source": clip.source.address,
        "encoder": clip.encoder,
        "colour": clip.colour,
        "subjects": [
            {"id": ids.get(subject.pk), "subject": str(subject.uuid), "name": subject.name, "role": subject.role}
            for subject in subjects
        ],
    }


def _frame_line(pick: Pick, frame: Frame) -> manifest.Line:
    return {
        "type": "frame",
        "sequence": pick.sequence,
        "index": frame.index - pick.shot.first,
        "clip_index": frame.index,
        "pts": frame.pts,
        "file": file_type(frame.blob),
        "sha256": frame.sha256,
    }


def _void(areas: list[VoidArea], at: int) -> manifest.Line:
    """The rectangles of a frame in which nobody is judged; a frame without any says nothing of them."""
    boxes = [[area.left, area.top, area.right, area.bottom] for area in areas if area.first <= at <= area.last]
    return {"void": boxes} if boxes else {}


def _revision_line(pick: Pick, state: State, ids: dict[int, int]) -> manifest.Line:
    return {
        "type": "revision",
        "sequence": pick.sequence,
        "index": state.at - pick.shot.first,
        "id": ids.get(state.subject),
        "subject": str(state.subject_uuid),
        "revision": str(state.revision),
        "presence": state.presence,
        "source": state.source,
        "mask": state.mask,
        "matte": state.matte,
        "mask_level": state.mask_level,
    }


def _count(out: Draft, clip: Clip, line: manifest.Line) -> None:
    kind = line["type"]
    out.counts[f"{kind}s"] += 1
    if kind == "shot":
        out.counts["subjects"] += len(line["subjects"])
    elif kind == "frame":
        out.file_types.setdefault(clip.name, set()).add(line["file"])
    elif line["presence"] == Revision.Presence.PRESENT:
        out.counts["masks"] += 1
