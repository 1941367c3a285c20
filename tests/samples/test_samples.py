"""A sample is always found: the real one where it can be, a drawn one where not."""

import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from koutu.samples import UnknownSample, catalogue, find, finder, is_real
from koutu.samples.catalogue import page
from koutu.samples.figures import draw_shot, draw_shots

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A machine with neither samples nor cache nor network."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("KOUTU_SAMPLES_OFFLINE", "1")
    monkeypatch.delenv("KOUTU_SAMPLES", raising=False)
    return tmp_path


@pytest.fixture
def server(tmp_path):
    """A public address of our own; yields its root folder and address."""
    root = tmp_path / "public"
    root.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(root))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        yield root, f"http://127.0.0.1:{served.server_port}"
        served.shutdown()


def listed_at(monkeypatch, url, data):
    """Let the catalogue name this address and content for the juggler."""
    sample = replace(catalogue()["clips/juggle.mp4"], url=url, sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(finder, "catalogue", lambda: {sample.name: sample})
    monkeypatch.delenv("KOUTU_SAMPLES_OFFLINE")


def test_the_samples_folder_comes_first(bare, monkeypatch):
    mine = bare / "samples" / "clips" / "juggle.mp4"
    mine.parent.mkdir(parents=True)
    mine.write_bytes(b"real footage")
    monkeypatch.setenv("KOUTU_SAMPLES", str(bare / "samples"))
    assert find("clips/juggle.mp4") == mine
    assert is_real(mine)


def test_a_download_is_kept_when_it_is_the_right_file(bare, server, monkeypatch):
    root, address = server
    (root / "juggle.mp4").write_bytes(b"the very file")
    listed_at(monkeypatch, f"{address}/juggle.mp4", b"the very file")
    path = find("clips/juggle.mp4")
    assert path.read_bytes() == b"the very file"
    assert is_real(path)
    (root / "juggle.mp4").unlink()
    assert find("clips/juggle.mp4") == path  # the second time from the cache


@pytest.mark.parametrize("published", [b"another file", None])
def test_a_wrong_or_missing_download_becomes_a_stand_in(bare, server, monkeypatch, capsys, published):
    root, address = server
    if published:
        (root / "juggle.mp4").write_bytes(published)
    listed_at(monkeypatch, f"{address}/juggle.mp4", b"the very file")
    path = find("clips/juggle.mp4")
    assert not is_real(path)
    assert capsys.readouterr().err.count("stand-in") == 1


def test_a_stand_in_clip_plays(bare):
    path = find("clips/asl_eat.mkv")
    with av.open(str(path)) as container:
        count = sum(1 for _ in container.decode(video=0))
    assert count == 47
    again = path.read_bytes()
    path.unlink()
    assert find("clips/asl_eat.mkv").read_bytes() == again  # drawn anew, the same to the byte


def test_a_stand_in_sequence_has_a_mask_for_every_picture(bare):
    folder = find("sequences/one_by_one_a")
    pictures, masks = (sorted(p.stem for p in (folder / name).iterdir()) for name in ("images", "masks"))
    assert pictures == masks == [f"{n:05}" for n in range(48)]
    mask = cv2.imread(str(folder / "masks" / "00010.png"), cv2.IMREAD_UNCHANGED)
    assert set(np.unique(mask)) == {0, 255}
    assert 0.02 < (mask > 0).mean() < 0.4


@pytest.mark.parametrize("name", ["clips/nobody.mp4", "../secrets", "/etc/passwd", "clips/../../x"])
def test_unknown_names_are_refused(bare, name):
    with pytest.raises(UnknownSample):
        find(name)


def test_the_page_and_the_catalogue_say_the_same():
    assert (ROOT / "docs" / "samples.md").read_text(encoding="utf-8") == page()


def test_drawings_are_the_same_every_time_and_their_alpha_is_true():
    first, second = (list(draw_shots([(3, 2), (2, 0)], (160, 90), seed=9)) for _ in range(2))
    assert all(np.array_equal(a.image, b.image) for a, b in zip(first, second, strict=True))
    assert [len(drawn.alphas) for drawn in first] == [2, 2, 2, 0, 0]
    for drawn in first:
        total = sum((alpha.astype(int) for alpha in drawn.alphas), np.zeros(drawn.image.shape[:2], int))
        assert total.max(initial=0) <= 256  # two people never cover a pixel more than once
    assert not first[3].mask.any()
    soft = first[0].alphas[0]
    assert ((soft > 20) & (soft < 235)).sum() > 50  # hair and edges are soft


def test_figures_stand_out_only_where_their_alpha_says():
    """Two people drawn and none drawn differ nowhere but under the alphas."""
    crowd = next(draw_shot(1, 1, (160, 90), seed=4))
    empty = next(draw_shot(1, 0, (160, 90), seed=4))
    changed = (crowd.image != empty.image).any(axis=2)
    assert not (changed & (crowd.alphas[0] == 0)).any()
    assert changed[crowd.mask > 0].mean() > 0.95
