"""The whole way in real Chromium on a real clip: upload → pre-label → paint → save → accept → release → unzip."""

import hashlib
import io
import zipfile
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from koutu import samples
from koutu.clips import media
from koutu.samples.video import make_clip
from models import planes

pytestmark = pytest.mark.timeout(600)
FRAMES, FRAME = 16, 6  # of the film, and the one that is painted on


def matte(script, shot: str, subject: str, frame: int) -> np.ndarray:
    """What GET planes answers for one frame."""
    bundle = script.raw("GET", f"/api/shots/{shot}/planes?first={frame}&last={frame}&subject={subject}")
    start = 4 + int.from_bytes(bundle[:4], "little")
    return planes.decode(bundle[start:])


def drawn(page: Page, frame: int) -> None:
    page.locator(f"canvas[data-drawn='{frame}']").wait_for()


def stroke(page: Page, points: list[tuple[float, float]]) -> None:
    """Draw through points given as shares of the stage."""
    box = page.locator(".stage").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=8)
    page.mouse.up()


@pytest.fixture
def film(tmp_path) -> Path:
    """The first frames of a real clip."""
    whole = samples.find("clips/asl_eat.mkv")
    taken = islice(media.frames(whole, media.probe(whole)), FRAMES)
    return make_clip(tmp_path / "asl_eat.mkv", images=(frame.image for frame in taken), fps=30)


def test_from_upload_to_pixels_in_the_release(at_home: Page, script, film):
    page = at_home
    page.goto("/clips")
    page.get_by_role("button", name="New show").click()
    page.get_by_label("Name of the show").fill("Signs")
    page.get_by_role("button", name="Make the show").click()
    page.get_by_text("Signs").first.wait_for()

    upload(page, film, into="Signs")
    clip = script.until(lambda ask: next((c for c in ready_clips(ask) if c["name"] == "asl_eat"), None))
    shot = script.until(lambda ask: ready_shot(ask, clip["id"]))
    assert shot["subjects"], "pre-label found the person"

    page.goto(f"/clips/{clip['id']}")
    page.get_by_role("link", name="Open shot 001 in the editor").click()
    drawn(page, 0)
    subject = shot["subjects"][0]["id"]
    for frame in range(1, FRAME + 1):
        page.keyboard.press("Period")
        drawn(page, frame)
    before = matte(script, shot["id"], subject, FRAME)
    stroke(page, [(0.35, 0.2), (0.45, 0.35), (0.4, 0.5)])
    page.keyboard.press("e")
    stroke(page, [(0.5, 0.75), (0.55, 0.8)])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    # What was saved before says "Saved" as well.
    script.until(lambda ask: (matte(script, shot["id"], subject, FRAME) > before).any())
    painted = matte(script, shot["id"], subject, FRAME)
    assert (painted >= before).all(), "the undone eraser took nothing"

    click_and_undo(page, script, shot, subject, painted)

    page.keyboard.press("Enter")
    page.get_by_text("confirmed").wait_for()
    # The clicks before may still have been on their way to the server.
    (anchor,) = script.until(lambda ask: anchors(ask, shot["id"]))
    assert (anchor["frame"], anchor["by_person"]) == (FRAME, True)
    propagate_earlier(page, script, shot, subject, painted > before)
    split_and_undo(page, script, shot, subject)

    for task in shot["tasks"]:
        page.goto(f"/edit/{shot['id']}?task={task['id']}")
        page.get_by_role("button", name="Accept").click()
        page.get_by_text("This task is accepted and frozen.").wait_for()

    page.goto("/releases/new")
    page.get_by_role("link", name="Open rights").click()
    enter_right(page)
    page.goto("/releases/new")
    page.get_by_role("button", name="Build").click()
    release = script.until(lambda ask: next((r for r in ask("GET", "/api/releases") if r["state"] == "ready"), None))
    page.goto(f"/releases/{release['id']}")
    with page.expect_download() as download:
        page.get_by_role("link", name="DAVIS 2017 · ZIP").click()
    archive = zipfile.ZipFile(download.value.path())
    check_archive(archive, script, clip, shot, subject, painted)
    again = script.raw("GET", f"/api/releases/{release['id']}/download?format=davis2017")
    assert hashlib.sha256(again).digest() == hashlib.sha256(download.value.path().read_bytes()).digest()


def anchors(ask, shot: str) -> list[dict]:
    return [head for head in ask("GET", f"/api/shots/{shot}/heads") if head["anchored"]]


def click_and_undo(page: Page, script, shot: dict, subject: str, painted: np.ndarray) -> None:
    """A right-click into what was painted over the background takes it away; undo brings it and no click is left."""

    def saved() -> np.ndarray:
        page.keyboard.press("Control+s")
        return matte(script, shot["id"], subject, FRAME)

    page.keyboard.press("c")
    box = page.locator(".stage").bounding_box()
    page.mouse.click(box["x"] + 0.4 * box["width"], box["y"] + 0.28 * box["height"], button="right")
    expect(page.get_by_label("Clicked: not the subject")).to_have_count(1)
    script.until(lambda ask: (saved() != painted).any())
    after = saved()
    assert ((after < 128) & (painted >= 128)).any(), "the click took away"
    assert (after <= painted).mean() > 0.99, "and gave nothing"
    page.get_by_text("1 click").wait_for()
    page.keyboard.press("Control+z")
    expect(page.get_by_label("Clicked: not the subject")).to_have_count(0)
    script.until(lambda ask: np.array_equal(saved(), painted))
    page.keyboard.press("b")


def propagate_earlier(page: Page, script, shot: dict, subject: str, stroke: np.ndarray) -> None:
    """What was painted on one frame comes to those before it, and to no other."""
    later = matte(script, shot["id"], subject, FRAME + 1)
    page.keyboard.press("Shift+D")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"{FRAME} frames will change, 0–{FRAME - 1}").wait_for()
    dialog.get_by_role("button", name="Propagate", exact=True).click()
    page.get_by_text(f"{FRAME} frames changed: 0–{FRAME - 1}").wait_for(timeout=60_000)
    assert (matte(script, shot["id"], subject, 0)[stroke] >= 128).mean() > 0.7
    assert np.array_equal(matte(script, shot["id"], subject, FRAME + 1), later)
    heads = script("GET", f"/api/shots/{shot['id']}/heads")
    assert {head["frame"] for head in heads if head["source"] == "propagation"} == set(range(FRAME))
    page.get_by_role("button", name="Undo all of it").click()
    page.get_by_text(f"{FRAME} frames are as they were: 0–{FRAME - 1}").wait_for()
    assert not (matte(script, shot["id"], subject, 0)[stroke] >= 128).mean() > 0.7
    page.get_by_role("button", name="Close").last.click()


def split_and_undo(page: Page, script, shot: dict, subject: str) -> None:
    """Who is two people becomes two, told before; taken back, all is as it was."""

    def present() -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for head in script("GET", f"/api/shots/{shot['id']}/heads"):
            if head["presence"] == "present":
                found.setdefault(head["subject"], []).append(head["frame"])
        return found

    before = present()
    page.get_by_role("button", name="Merge or split").click()
    page.get_by_role("menuitem", name=f"Split at frame {FRAME}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("go to a new subject").wait_for()
    dialog.get_by_role("button", name="Split", exact=True).click()
    page.get_by_text("belong to a new subject").wait_for()
    apart = present()
    assert apart[subject] == list(range(FRAME))
    assert sorted(sum(apart.values(), [])) == before[subject]
    page.get_by_role("button", name="Undo", exact=True).last.click()
    script.until(lambda ask: present() == before)


def upload(page: Page, clip: Path, into: str) -> None:
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload clips").click()
        page.get_by_role("dialog").get_by_role("button", name="Choose files", exact=True).click()
    expect(page.get_by_role("dialog").get_by_label("Into show")).to_have_value(into)
    chosen.value.set_files(clip)
    page.get_by_role("dialog").get_by_role("button", name="Upload 1 file").click()


def enter_right(page: Page) -> None:
    page.get_by_role("button", name="Enter a right").click()
    page.get_by_role("dialog").get_by_label("Owner").fill("The studio")
    page.get_by_role("dialog").get_by_label("Grants").fill("All uses inside the house")
    page.get_by_role("button", name="Enter it").click()
    page.get_by_text("Rights in force").wait_for()


def ready_clips(ask) -> list[dict]:
    return [clip for clip in ask("GET", "/api/clips") if clip["state"] == "ready"]


def ready_shot(ask, clip: str):
    (first, *_) = ask("GET", f"/api/clips/{clip}/shots")
    shot = ask("GET", f"/api/shots/{first['id']}")
    return shot if all(task["stage"] == "base" for task in shot["tasks"]) else None


def with_anna(script, film: Path, show: str) -> tuple[dict, str]:
    """The first shot of a film once people may work on it, and a subject Anna in it whom nobody has drawn."""
    made = script.upload(film, show)
    script.until(lambda ask: made["id"] in {clip["id"] for clip in ready_clips(ask)})
    shot = script.until(lambda ask: ready_shot(ask, made["id"]))
    return shot, script("POST", f"/api/shots/{shot['id']}/subjects", {"name": "Anna"})["id"]


def check_archive(archive: zipfile.ZipFile, script, clip, shot, subject, painted) -> None:
    names = archive.namelist()
    frames = sorted(name for name in names if "JPEGImages/" in name)
    masks = sorted(name for name in names if "Annotations/" in name)
    assert len(frames) == len(masks) == shot["last"] - shot["first"] + 1
    for index in (0, FRAME, len(frames) - 1):
        stored = script.raw("GET", f"/api/clips/{clip['id']}/frames/{index}")
        assert archive.read(frames[index]) == stored
    with Image.open(io.BytesIO(archive.read(masks[FRAME]))) as image:
        ids = np.array(image)
    changed = ids[painted >= 250]
    assert set(np.unique(ids)) <= {0, 1}
    assert (changed == 1).all(), "what was painted is the person in the release"
