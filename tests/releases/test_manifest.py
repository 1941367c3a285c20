"""The manifest is the release: it alone determines every exported byte, and it never changes."""

import hashlib
import json

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from annotation.models import Head, Revision, RevisionPlane, Task
from koutu.accounts.errors import Locked, Refused
from koutu.accounts.models import User
from koutu.clips.models import Shot
from koutu.jobs import actions as job_actions
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.releases import actions, build
from koutu.releases.archive import zip_stream
from koutu.releases.joins import problems
from koutu.releases.manifest import Manifest
from koutu.releases.models import Release
from koutu.storage.homes import home
from tests import factories
from tests.releases import labelling


def sha_of_zip(release) -> str:
    digest = hashlib.sha256()
    for chunk in zip_stream(actions.files(release, "davis2017")):
        digest.update(chunk)
    return digest.hexdigest()


def test_every_byte_follows_from_the_manifest(lead, project):
    clip = labelling.accepted_clip(project)
    release = labelling.build(lead, project)
    before = sha_of_zip(release)
    clip.show.name = clip.show.slug = "renamed"
    clip.show.save()
    clip.shots.get().subjects.update(deleted_at="2030-01-01T00:00:00Z")
    labelling.label(labelling.subject(clip.shots.get(), 2), {0: labelling.box(0, 0, 9, 9)})
    assert sha_of_zip(release) == before


def test_the_same_work_gives_the_same_bytes_twice(lead, project):
    labelling.accepted_clip(project)
    first = labelling.build(lead, project, version="1.0.0")
    zipped = sha_of_zip(first)
    Release.objects.filter(pk=first.pk).update(deleted_at="2030-01-01T00:00:00Z")
    assert actions.is_current(first, 0.2)
    again = labelling.build(lead, project, version="1.0.1")
    lines = [b"".join(Manifest.of(release).chunks()) for release in (first, again)]
    assert lines[0].replace(b"1.0.0", b"1.0.1", 1) == lines[1]
    assert sha_of_zip(first) == zipped


def test_lines_are_sorted_and_name_no_primary_key(lead, project):
    show = factories.show(project, "B show")
    for name in ("b", "a", "a b"):
        labelling.accepted_clip(project, show=show, name=name)
    release = labelling.build(lead, project)
    lines = [json.loads(line) for line in b"".join(Manifest.of(release).chunks()).splitlines()]
    assert lines[0]["type"] == "release"
    order = {"shot": 0, "frame": 1, "revision": 2}
    places = [(f"{x['sequence']}/".encode(), x.get("index", 0), order[x["type"]]) for x in lines[1:]]
    assert [place[:2] for place in places] == sorted(place[:2] for place in places)
    assert release.manifest_lines == len(lines) == 1 + 3 * (1 + 6 + 6)
    assert release.counts["masks"] == 18
    numbers = {"index", "clip_index", "pts", "frames", "width", "height", "format", "id", "mask_level"}
    assert {key for line in lines for key, value in line.items() if isinstance(value, int)} <= numbers


def test_a_mask_taken_from_a_matte_names_its_level(lead, project):
    clip = labelling.accepted_clip(project)
    heads = Head.objects.filter(subject__shot__clip=clip, frame__index=2)
    RevisionPlane.objects.filter(revision__head_of__in=heads, layer="mask").update(level=100)
    lines = [json.loads(line) for line in b"".join(Manifest.of(labelling.build(lead, project)).chunks()).splitlines()]
    assert [line["mask_level"] for line in lines if line["type"] == "revision"] == [None, None, 100, None, None, None]


def test_only_shots_that_are_accepted_whole_go_in(lead, project):
    clip = factories.clip(factories.show(project), frames=9, cuts=(3, 6))
    one, two, three = clip.shots.order_by("first")
    labelling.accept(one)
    Task.objects.create(shot=two, first=3, last=3, stage="accepted")
    Task.objects.create(shot=two, first=4, last=5, stage="review")
    Task.objects.create(shot=three, first=6, last=8, stage="accepted")
    Task.objects.create(shot=three, first=6, last=6, stage="base", deleted_at="2030-01-01T00:00:00Z")
    release = labelling.build(lead, project)
    shots = [line["shot"] for line in Manifest.of(release).shots()]
    assert shots == [str(one.uuid), str(three.uuid)]
    assert [line["sequence"][-4:] for line in Manifest.of(release).shots()] == ["0001", "0003"]
    seen = actions.preview(project, ["davis2017"], 0.2)
    assert [notice["code"] for notice in seen["notices"]] == ["not_accepted", "no_licence", "one_group"]
    assert seen["notices"][0]["detail"] == {"shots": 1, "frames": 3}


def test_what_is_put_away_stays_out(lead, project):
    kept, gone, hidden = (labelling.accepted_clip(project) for _ in range(3))
    type(gone).objects.filter(pk=gone.pk).update(deleted_at="2030-01-01T00:00:00Z")
    type(hidden.show).objects.filter(pk=hidden.show.pk).update(deleted_at="2030-01-01T00:00:00Z")
    other = factories.project(project.organisation, "Other")
    labelling.accepted_clip(other)
    shots = Manifest.of(labelling.build(lead, project)).shots()
    assert [line["clip"] for line in shots] == [str(kept.uuid)]


def test_nothing_accepted_is_a_blocker(lead, project):
    factories.clip(factories.show(project))
    with pytest.raises(Refused, match="No shot"):
        labelling.build(lead, project)


def test_a_stale_matte_a_missing_mask_and_an_unknown_frame_are_blockers(lead, project):
    clip = labelling.accepted_clip(project)
    heads = Head.objects.filter(frame__clip=clip).order_by("frame__index")
    other = RevisionPlane.objects.get(revision=heads[5].revision, layer="mask").blob
    RevisionPlane.objects.filter(revision=heads[0].revision, layer="matte").update(solved_on=other)
    RevisionPlane.objects.filter(revision=heads[1].revision).delete()
    Revision.objects.filter(pk=heads[2].revision_id).update(presence="unknown")
    heads[3].delete()
    with pytest.raises(Refused) as refusal:
        labelling.build(lead, project)
    blockers = refusal.value.detail["blockers"]
    counts = {blocker["code"]: blocker["detail"]["count"] for blocker in blockers}
    assert counts == {"unknown_presence": 2, "no_mask": 1, "stale": 1}


def test_a_ready_release_never_changes(lead, project):
    labelling.accepted_clip(project)
    release = labelling.build(lead, project)
    release.notes = "rewritten"
    for attempt in (
        release.save,
        release.delete,
        lambda: Release.objects.filter(pk=release.pk).update(notes="rewritten"),
        lambda: Release.objects.all().delete(),
        lambda: Release.objects.bulk_update([release], ["notes"]),
    ):
        with pytest.raises(Locked, match="never changes"), transaction.atomic():
            attempt()
    release.refresh_from_db()
    assert release.notes == ""


def test_versions_go_up_and_are_never_used_twice(lead, project):
    labelling.accepted_clip(project)
    first = labelling.build(lead, project)
    assert first.version == "1.0.0"
    actions.delete(lead, first)
    assert labelling.build(lead, project).version == "1.1.0"
    with pytest.raises(Refused, match="exists"):
        labelling.build(lead, project, version="1.0.0")
    assert actions.restore(lead, first).deleted_at is None


def test_the_job_may_run_twice(lead, project):
    labelling.accepted_clip(project)
    release = labelling.build(lead, project)
    job = Job.objects.get(target_id=release.uuid)
    Job.objects.filter(pk=job.pk).update(state="queued")
    jobs.run(job.uuid)
    again = Release.objects.get(pk=release.pk)
    assert (again.manifest_id, again.splits) == (release.manifest_id, release.splits)


def test_work_opened_again_during_the_build_fails_it(lead, project, monkeypatch):
    clip = labelling.accepted_clip(project)
    real = build.draft

    def reopened_meanwhile(*args):
        made = real(*args)
        Task.objects.filter(shot__clip=clip).update(stage="base")
        return made

    monkeypatch.setattr(build, "draft", reopened_meanwhile)
    release = labelling.build(lead, project)
    assert release.state == "failed"
    assert Job.objects.get(target_id=release.uuid).error_code == "changed_meanwhile"


def test_a_failed_release_can_be_tried_again(lead, project):
    clip = labelling.accepted_clip(project)
    release, job = actions.create(lead, project, "court", formats_=["davis2017"], val=0.2)
    Task.objects.filter(shot__clip=clip).update(stage="review")
    jobs.run(job.uuid)
    release.refresh_from_db()
    assert release.state == "failed"
    Task.objects.filter(shot__clip=clip).update(stage="accepted")
    job.refresh_from_db()
    job_actions.retry(lead, job, "accepted again")
    jobs.run(job.uuid)
    release.refresh_from_db()
    assert release.state == "ready"


def test_gc_keeps_the_manifest_and_fsck_misses_what_is_gone(lead, project):
    labelling.accepted_clip(project)
    release = labelling.build(lead, project)
    assert list(problems()) == []
    home().path_of(release.manifest.pack.uuid).unlink()
    assert "cannot be read" in next(iter(problems()))


def test_a_shot_that_moved_takes_only_its_own_frames(lead, project):
    """Heads of frames that a cut gave to another shot are not this shot's."""
    clip = labelling.accepted_clip(project, frames=6)
    shot = clip.shots.get()
    Shot.objects.filter(pk=shot.pk).update(last=2)
    Task.objects.filter(shot=shot).update(last=2)
    release = labelling.build(lead, project)
    assert release.counts["frames"] == release.counts["masks"] == 3


def test_the_command_makes_it_once_and_writes_the_same_tree(lead, project, tmp_path, capsys):
    User.objects.filter(pk=lead.pk).update(is_superuser=True)
    labelling.accepted_clip(project)
    trees = []
    for folder in ("one", "two"):
        out = tmp_path / folder
        call_command("release", "build", "court", format="davis2017", split="val=0.2", out=out)
        trees.append({str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert trees[0] == trees[1]
    assert Release.objects.count() == 1
    assert "nothing has changed" in capsys.readouterr().out
    labelling.accepted_clip(project)
    with pytest.raises(CommandError, match="something else"):
        call_command("release", "build", "court", out=tmp_path)
    call_command("release", "build", "court", out=tmp_path / "three")
    assert sorted(Release.objects.values_list("version", flat=True)) == ["1.0.0", "1.1.0"]
