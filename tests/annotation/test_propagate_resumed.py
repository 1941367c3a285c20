"""A worker dies in the middle of a propagation: the next one goes on from there, and to the same end."""

import errno
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from annotation import resuming, trackers
from annotation.models import Head
from koutu.jobs import run as jobs
from koutu.jobs import states
from koutu.jobs.models import Job
from models.video.carrier import Carrier
from models.video.propagation import Propagation
from tests.annotation.propagating import ask
from tests.annotation.saving import disc, head, put

pytestmark = pytest.mark.django_db


class SeesLight:
    """A network that takes what is bright for people."""

    name, version, licence = "sees-light", "1", "Apache-2.0"

    def person_probability(self, image):
        return image.mean(2, dtype=np.float32) / np.float32(255)


@pytest.fixture
def network(monkeypatch):
    """Who is followed is found by a network so simple that a step costs nothing."""
    made = SeesLight()
    monkeypatch.setattr(trackers, "tracker", lambda: Carrier(made))
    return made


@pytest.fixture(autouse=True)
def _always(monkeypatch):
    """Put down after each frame."""
    monkeypatch.setattr(resuming, "EVERY", 0)
    monkeypatch.setattr(resuming, "SHARE", 0)


@pytest.fixture
def steps(monkeypatch):
    """The frames stepped to, by all attempts; `die_at` is the number of the step that a worker dies in."""
    step = Propagation.step

    class Steps(list):
        die_at = None

        def count(self, propagation):
            if len(self) + 1 == self.die_at:
                self.die_at = None
                raise KeyboardInterrupt
            followed = step(propagation)
            self.append(followed.index)
            return followed

    made = Steps()
    monkeypatch.setattr(Propagation, "step", lambda propagation: made.count(propagation))
    return made


@pytest.fixture
def asked(client, signed_in, subject, network, steps):
    """Asks for all between the anchors of eight frames: at both ends, or at these; returns the job."""

    def make(*anchors):
        for frame in anchors or (0, 7):
            put(client, subject.shot.clip, frame, subject, disc(subject.shot.clip, 40 + 4 * frame, 50, 20), anchor=True)
        return Job.objects.get(uuid=ask(client, subject, 0, "all").json()["id"])

    return make


def left(subject):
    """What stands on each frame, with the addresses of its planes."""
    heads = Head.objects.filter(subject=subject).select_related("revision", "frame")
    return {
        one.frame.index: (one.revision.presence, {n: p.blob.address for n, p in one.revision.layers().items()})
        for one in heads
    }


def undisturbed(client, job, subject, steps):
    """What the job leaves where nobody dies. Then it is taken back; returns another job of the same work, too."""
    jobs.run(job.uuid)
    found = left(subject)
    undone = client.post(
        f"/api/shots/{subject.shot.uuid}/propagations/undo", {"job": str(job.uuid)}, "application/json"
    )
    assert undone.status_code == 200
    steps.clear()
    return found, Job.objects.get(uuid=ask(client, subject, 0, "all").json()["id"])


def die(job, steps, at):
    """A worker takes the job up and dies in the step of this number."""
    steps.die_at = at
    with pytest.raises(KeyboardInterrupt):
        jobs.run(job.uuid)
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    steps.clear()


def go_on(job):
    """Another worker takes the job up, to its end."""
    with capture_logs() as said:
        jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.done) == ("done", 2, job.total)
    assert not states.path_of(job.uuid).exists(), "nothing is left behind"
    return {line["event"]: line.get("error", line.get("steps")) for line in said}


@pytest.mark.parametrize(
    ("at", "taken", "again"),
    [
        pytest.param(4, 3, [4, 5, 6, 6, 5, 4, 3, 2, 1], id="on the first way"),
        pytest.param(7, 6, [6, 5, 4, 3, 2, 1], id="where it turns"),
        pytest.param(9, 6, [6, 5, 4, 3, 2, 1], id="before a frame has its last word"),
        pytest.param(11, 8, [4, 3, 2, 1], id="on the last way"),
    ],
)
def test_what_was_put_down_is_not_followed_again(client, subject, asked, steps, at, taken, again):
    whole, job = undisturbed(client, asked(), subject, steps)
    die(job, steps, at)
    kept = {frame: head(subject.shot.clip, frame, subject) for frame in range(8)}
    assert go_on(job)["taken_up"] == taken
    assert steps == again
    assert left(subject) == whole
    final = range(15 - at, 7)
    assert all(head(subject.shot.clip, frame, subject) == kept[frame] for frame in final), "what was committed stays"


def test_one_way_is_gone_on_with_too(client, subject, asked, steps):
    whole, job = undisturbed(client, asked(0), subject, steps)
    die(job, steps, 5)
    assert go_on(job)["taken_up"] == 1
    assert steps == [2, 3, 4, 5, 6, 7]
    assert left(subject) == whole


def test_spans_that_are_finished_are_not_followed_again(client, subject, asked, steps):
    whole, job = undisturbed(client, asked(0, 4, 7), subject, steps)
    die(job, steps, 7)
    go_on(job)
    assert steps == [5, 6, 6, 5]
    assert left(subject) == whole


def test_nothing_is_put_down_before_its_time(subject, asked, steps, monkeypatch):
    monkeypatch.setattr(resuming, "EVERY", 10)
    job = asked()
    die(job, steps, 4)
    assert not states.path_of(job.uuid).exists()
    die(Job.objects.get(pk=job.pk), steps, 9)
    assert states.path_of(job.uuid).exists(), "but where it turned"


def damaged(job):
    path = states.path_of(job.uuid)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def emptied(job):
    states.path_of(job.uuid).write_bytes(b"")


def of_another_release(job):
    states.remove(job.uuid)
    with states.draft(job.uuid, job.uuid, [bytes(4), b"what no release writes"]) as draft:
        draft.replace(states.path_of(job.uuid))


@pytest.mark.parametrize(
    ("happens", "said"),
    [(damaged, "state_damaged"), (emptied, "state_unread"), (of_another_release, "not_taken_up")],
)
def test_where_it_cannot_be_taken_up_the_span_is_followed_anew(client, subject, asked, steps, happens, said):
    whole, job = undisturbed(client, asked(), subject, steps)
    die(job, steps, 11)
    happens(job)
    events = go_on(job)
    assert said in events
    assert "taken_up" not in events
    assert len(steps) == 12
    assert left(subject) == whole


def test_another_tracker_begins_anew(subject, asked, steps, network, monkeypatch):
    job = asked()
    die(job, steps, 11)
    monkeypatch.setattr(SeesLight, "version", "2")
    assert "sees-light 1 began this, and carried-sees-light 2 is here" in go_on(job)["not_taken_up"]
    assert len(steps) == 12


def change(client, subject, frame):
    """Another word of a person on an anchor."""
    clip = subject.shot.clip
    put(client, clip, frame, subject, disc(clip, 60, 50, 20), parent=head(clip, frame, subject).uuid, anchor=True)


def test_an_anchor_further_on_that_was_changed_meanwhile_begins_anew(client, subject, asked, steps):
    asked(0, 3, 7)
    job = Job.objects.get(uuid=ask(client, subject, 0, "later").json()["id"])
    die(job, steps, 4)
    change(client, subject, 7)
    assert "people say otherwise by now" in go_on(job)["not_taken_up"]
    assert len(steps) == 4


def test_an_anchor_at_its_end_that_was_changed_meanwhile_asks_for_another_look(client, subject, asked, steps):
    job = asked()
    die(job, steps, 11)
    stood = left(subject)
    change(client, subject, 7)
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert (job.state, job.error_code, steps) == ("failed", "plan_changed", [])
    assert {frame: left(subject)[frame] for frame in range(7)} == {frame: stood[frame] for frame in range(7)}


def test_a_disk_that_is_full_costs_time_alone(client, subject, asked, steps, settings, monkeypatch):
    whole, job = undisturbed(client, asked(), subject, steps)
    written = Path.open

    def full(path, *more):
        if path.parent.name == "jobs" and more == ("wb",):
            written(path, *more).close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return written(path, *more)

    monkeypatch.setattr(Path, "open", full)
    with capture_logs() as said:
        die(job, steps, 11)
    assert "not_put_down" in {line["event"] for line in said}
    assert not list(states.path_of(job.uuid).parent.glob(f"{job.uuid.hex}*")), "nothing half is kept"
    go_on(job)
    assert len(steps) == 12
    assert left(subject) == whole


def test_a_job_that_is_stopped_leaves_nothing(client, subject, asked, steps):
    job = asked()
    die(job, steps, 4)
    assert states.path_of(job.uuid).exists()
    client.post(f"/api/jobs/{job.uuid}/cancel")
    jobs.run(job.uuid)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert not states.path_of(job.uuid).exists()
