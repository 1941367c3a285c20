"""The proxy: one picture for each frame at its own time, sent in the ranges that players ask for."""

import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from koutu.accounts.roles import Role
from koutu.clips.frame_map import frame_map
from koutu.clips.media import frames, probe
from koutu.clips.media.proxy import proxy_size, times_of
from koutu.clips.models import Frame, Proxy
from koutu.jobs import run as jobs
from koutu.jobs.actions import enqueue
from koutu.jobs.models import Job
from koutu.storage import blobs
from tests import factories
from tests.services.ports import free_port
from tests.services.s3 import KEYS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


@pytest.fixture
def clip():
    made = factories.clip(factories.show(factories.project()), frames=30)
    # A rate that changes: every third frame stays twice as long.
    for frame in Frame.objects.filter(clip=made):
        frame.pts = frame.index + frame.index // 3
        frame.save()
    return made


@pytest.fixture
def proxy(clip):
    jobs.run(enqueue("proxy", clip.project, clip, by=None).uuid)
    assert Job.objects.get().state == "done", Job.objects.get().error
    return Proxy.objects.get(clip=clip)


@pytest.fixture
def viewer(client, clip):
    client.force_login(factories.person(Role.VIEWER, clip.project))
    return client


def test_every_frame_is_in_the_proxy_at_its_own_time(proxy, clip, viewer, tmp_path):
    path = tmp_path / "proxy.webm"
    path.write_bytes(blobs.read(proxy.blob))
    told = viewer.get(f"/api/clips/{clip.uuid}/proxy/map").json()
    assert told["times"] == times_of(path)
    assert told["times"][:5] == [0, 42, 83, 167, 208]
    shown = [frame.image for frame in frames(path, probe(path))]
    for index in (0, 11, 29):
        stored = Image.open(io.BytesIO(blobs.read(Frame.objects.get(clip=clip, index=index).blob)))
        nearest = [float(np.abs(np.asarray(stored, int) - picture).mean()) for picture in shown]
        assert int(np.argmin(nearest)) == index


def test_a_player_gets_the_range_it_asks_for(proxy, clip, viewer):
    path, whole = f"/api/clips/{clip.uuid}/proxy", blobs.read(proxy.blob)

    def ask(wanted: str):
        answer = viewer.get(path, headers={"Range": wanted} if wanted else {})
        return answer.status_code, b"".join(answer) if answer.streaming else answer.content, answer

    assert ask("")[:2] == (200, whole)
    assert ask("bytes=10-19")[:2] == (206, whole[10:20])
    assert ask("bytes=100-")[:2] == (206, whole[100:])
    assert ask("bytes=-7")[:2] == (206, whole[-7:])
    assert ask("bytes=5-99999999")[:2] == (206, whole[5:])
    assert ask("bytes=0-4,9-12")[:2] == (200, whole), "several ranges: the whole"
    assert ask("bytes=10-19")[2]["Content-Range"] == f"bytes 10-19/{len(whole)}"
    for outside in (f"bytes={len(whole)}-", "bytes=9-3"):
        status, _, answer = ask(outside)
        assert (status, answer["Content-Range"]) == (416, f"bytes */{len(whole)}")


def test_a_clip_without_a_proxy_says_so(clip, viewer):
    assert viewer.get(f"/api/clips/{clip.uuid}/proxy").status_code == 404


def test_frames_that_stand_closer_than_a_millisecond_are_moved_apart():
    assert frame_map([7, 8, 9, 30], Fraction(1, 10_000)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("size", "aspect", "proxy_"),
    [
        ((1920, 1080), 1, (1280, 720)),
        ((720, 576), Fraction(16, 15), (768, 576)),
        ((65, 49), 1, (64, 48)),
        ((1, 1), 1, (2, 2)),
    ],
)
def test_a_proxy_has_square_pixels_and_an_even_size(size, aspect, proxy_):
    assert proxy_size(*size, Fraction(aspect)) == proxy_


def test_a_store_that_is_down_is_told_before_the_film_begins(proxy, clip, viewer, settings, monkeypatch):
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    settings.BLOB_BUCKET, settings.S3_ENDPOINT = "s3://gone", f"http://127.0.0.1:{free_port()}"
    for headers in ({}, {"Range": "bytes=0-0"}):
        answer = viewer.get(f"/api/clips/{clip.uuid}/proxy", headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "store_down")
