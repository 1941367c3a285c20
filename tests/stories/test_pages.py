"""Pages in both languages, journal after a crash, subjects, cuts: what an annotator meets on an ordinary day."""

import re

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page, expect

from koutu.clips import media
from koutu.samples.video import make_clip
from tests.services.tree import ROOT, Script
from tests.stories.test_clip_to_release import drawn, matte, stroke

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def demo(koutu, tmp_path_factory):
    """Three shots of the demo clip, a dozen frames of each, decoded and pre-labelled."""
    whole = ROOT / "demo" / "court.webm"
    frames = (one for one in media.frames(whole, media.probe(whole)) if one.index < 138 and one.index % 46 < 12)
    short = make_clip(tmp_path_factory.mktemp("demo") / "court.webm", images=(frame.image for frame in frames))
    koutu.manage("ingest", str(short), "--show", "Court", "--wait")
    return next(clip for clip in Script(koutu.address)("GET", "/api/clips") if clip["name"] == "court")


@pytest.fixture
def shots(script, demo):
    return script("GET", f"/api/clips/{demo['id']}/shots")


HEADINGS = {"en": ["Clips", "Tasks", "Releases"], "zh-CN": ["片段", "任务", "版本"]}


@pytest.mark.parametrize(("language", "headings"), HEADINGS.items())
def test_every_page_speaks_the_chosen_language(at_home: Page, language, headings):
    at_home.get_by_role("button", name="中文" if language == "zh-CN" else "English").click()
    for path, heading in zip(("/clips", "/tasks", "/releases"), headings, strict=True):
        at_home.goto(path)
        expect(at_home.get_by_role("heading", level=1)).to_contain_text(heading)
    expect(at_home.locator("html")).to_have_attribute("lang", language)
    at_home.get_by_role("button", name="English").click()


def test_what_was_painted_and_not_sent_is_back_after_a_crash(at_home: Page, script, shots):
    page, shot = at_home, shots[0]
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name="Confirm anchor").wait_for()
    page.wait_for_timeout(800)
    page.context.set_offline(True)
    stroke(page, [(0.2, 0.2), (0.25, 0.3)])
    page.get_by_text("Unsent: 1 frame").wait_for()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    # A crash: the page is gone without a word.
    page.goto("about:blank")
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    head = script("GET", f"/api/shots/{shot['id']}/heads")[0]
    if not head["by_person"]:
        page.get_by_text("were not sent last time and are back").wait_for()
        page.keyboard.press("Control+s")
        page.get_by_role("banner").get_by_text("Saved").wait_for()
    assert script("GET", f"/api/shots/{shot['id']}/heads")[0]["by_person"]


def test_a_hand_faster_than_the_line_loses_nothing(at_home: Page, script, shots):
    """A stroke, a step and a copy of it, all before it is known which mattes there are."""
    page, shot = at_home, shots[1]
    late, first = [], shot["first"]
    page.route(re.compile("/heads$"), lambda asked: late.append(asked))
    page.goto(f"/edit/{shot['id']}")
    drawn(page, first)
    page.keyboard.press("b")
    stroke(page, [(0.2, 0.2), (0.3, 0.3)])
    expect(page.locator(".stage.waits")).to_be_visible()
    for key in ("Period", "Shift+V", "Control+s"):
        page.keyboard.press(key)
    for asked in late:
        asked.continue_()
    page.unroute(re.compile("/heads$"))
    script.until(lambda ask: {first, first + 1} <= {one["frame"] for one in of_people(ask, shot)})
    drawn(page, first + 1)
    expect(page.locator(".stage.waits")).to_have_count(0)
    subject = of_people(script, shot)[0]["subject"]
    both = [matte(script, shot["id"], subject, first + at) for at in (0, 1)]
    assert (both[0] == both[1]).all()


def of_people(ask, shot: dict) -> list[dict]:
    return [head for head in ask("GET", f"/api/shots/{shot['id']}/heads") if head["by_person"]]


def test_a_subject_is_added_named_put_away_and_brought_back(at_home: Page, shots):
    page, shot = at_home, shots[1]
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    panel = page.get_by_role("region", name="Subjects")
    before = panel.get_by_role("listitem").count()
    page.keyboard.press("Shift+A")
    expect(panel.get_by_role("listitem")).to_have_count(before + 1)
    panel.get_by_role("button", name="Rename").last.click()
    page.get_by_role("textbox", name="Rename").fill("Guard")
    page.keyboard.press("Enter")
    panel.get_by_role("button", name="Delete · Guard").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete Guard").click()
    expect(panel.get_by_role("listitem")).to_have_count(before)
    panel.get_by_text("1 deleted").click()
    panel.get_by_role("button", name="Restore").click()
    expect(panel.get_by_role("listitem")).to_have_count(before + 1)


def test_a_cut_is_added_and_undone_on_the_clip_page(at_home: Page, script, demo, shots):
    page = at_home
    page.goto(f"/clips/{demo['id']}")
    line = page.get_by_role("slider", name="Timeline of the clip")
    line.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Cut here").click()
    script.until(lambda ask: len(ask("GET", f"/api/clips/{demo['id']}/shots")) == len(shots) + 1, 20)
    page.get_by_role("button", name="Undo").first.click()
    script.until(lambda ask: ask("GET", f"/api/clips/{demo['id']}/shots") == shots, 20)


def test_a_cut_is_dragged_along_the_strip_and_undone(at_home: Page, script, demo, shots):
    page = at_home
    page.goto(f"/clips/{demo['id']}")
    line = page.get_by_role("slider", name="Timeline of the clip")
    box = line.bounding_box()
    cut, to = shots[1]["first"], shots[1]["first"] + 6

    def at(frame: int) -> tuple[float, float]:
        return box["x"] + box["width"] * frame / demo["frames"], box["y"] + box["height"] / 2

    page.mouse.move(*at(cut))
    page.mouse.down()
    page.mouse.move(*at(cut + 3))
    page.mouse.move(*at(to))
    page.mouse.up()
    moved = script.until(
        lambda ask: (found := ask("GET", f"/api/clips/{demo['id']}/shots"))[1]["first"] != cut and found
    )
    assert abs(moved[1]["first"] - to) <= 1
    assert len(moved) == len(shots)
    page.keyboard.press("Control+z")
    script.until(lambda ask: ask("GET", f"/api/clips/{demo['id']}/shots")[1]["first"] == cut)


CANVAS = ".stage > canvas"


def encoded(image: np.ndarray) -> bytes:
    return cv2.imencode(".png", image[..., ::-1])[1].tobytes()


def seen(page: Page) -> str:
    """The picture alone, without what lies over it."""
    page.wait_for_timeout(250)
    return page.locator(CANVAS).evaluate("canvas => canvas.toDataURL()")


def colour(page: Page, clip, x: float, y: float) -> list[int]:
    """At a share of the picture, while all of it is shown: the stage fits it with a margin of 12."""
    page.wait_for_timeout(250)
    code = """(canvas, [width, height, x, y]) => {
        const scale = Math.min((canvas.width - 24) / width, (canvas.height - 24) / height)
        const at = [canvas.width / 2 + (x - 0.5) * width * scale, canvas.height / 2 + (y - 0.5) * height * scale]
        return [...canvas.getContext('2d').getImageData(...at.map(Math.round), 1, 1).data].slice(0, 3)
    }"""
    return page.locator(CANVAS).evaluate(code, [clip["width"], clip["height"], x, y])


def opened(page: Page, shot) -> None:
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.wait_for_timeout(1500)


def test_views_change_what_is_seen(at_home: Page, shots):
    page = at_home
    opened(page, shots[2])
    pictures = {}
    for key in "12345678":
        page.keyboard.press(key)
        pictures[key] = seen(page)
    page.keyboard.press("2")
    page.keyboard.press("0")
    pictures["0"] = seen(page)
    assert len(set(pictures.values())) == 9
    page.keyboard.press("0")
    page.keyboard.down("Backquote")
    assert seen(page) == pictures["1"]
    page.keyboard.up("Backquote")
    assert seen(page) == pictures["2"]
    page.keyboard.press("Shift+Slash")
    expect(page.get_by_role("dialog")).to_contain_text("Confirm as anchor")


def test_a_composite_stands_on_any_backdrop(at_home: Page, demo, shots):
    page = at_home
    opened(page, shots[2])
    for name, expected in {"black": [0, 0, 0], "white": [255, 255, 255], "green": [30, 158, 74]}.items():
        page.get_by_role("button", name=f"Backdrop {name}").click()
        assert colour(page, demo, 0.02, 0.02) == expected
    own = {"name": "sky.png", "mimeType": "image/png", "buffer": encoded(np.full((40, 30, 3), (20, 90, 200), np.uint8))}
    page.locator("input[type=file]").set_input_files(own)
    assert colour(page, demo, 0.02, 0.02) == [20, 90, 200]
    # What is made anew under the hand is what is made when all is made anew.
    stroke(page, [(0.3, 0.3), (0.5, 0.4), (0.6, 0.3)])
    painted = seen(page)
    page.keyboard.press("1")
    assert seen(page) != painted
    page.keyboard.press("5")
    assert seen(page) == painted
    page.keyboard.press("Control+z")


def test_a_difference_shows_what_was_gained(at_home: Page, demo, shots):
    page = at_home
    opened(page, shots[2])
    before = colour(page, demo, 0.1, 0.1)
    page.keyboard.press("8")
    expect(page.get_by_text("View Diff")).to_contain_text("Pre-label")
    stroke(page, [(0.08, 0.1), (0.12, 0.1), (0.15, 0.15)])
    box = page.locator(CANVAS).bounding_box()
    code = "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"
    place = [round(0.1 * box["width"]), round(0.1 * box["height"])]
    page.wait_for_timeout(250)
    assert page.locator(CANVAS).evaluate(code, place) == [0x6C, 0xA8, 0xF2]
    page.keyboard.press("Control+z")
    assert page.locator(CANVAS).evaluate(code, place) != [0x6C, 0xA8, 0xF2]
    page.keyboard.press("2")
    assert colour(page, demo, 0.1, 0.1) == before


def test_view_filters_are_for_the_eye(at_home: Page, shots):
    page = at_home
    opened(page, shots[2])
    page.keyboard.press("1")
    plain = seen(page)
    page.get_by_text("View filters").click()
    page.get_by_label("Gamma", exact=True).fill("2")
    assert seen(page) != plain
    page.get_by_role("button", name="Reset").click()
    assert seen(page) == plain
    assert page.get_by_text("Unsent").count() == 0


def test_the_loupe_and_the_minimap_come_when_asked_for(at_home: Page, shots):
    page = at_home
    opened(page, shots[2])
    stage = page.locator(".stage")
    assert page.locator(".minimap, .loupe").count() == 0
    stage.hover()
    page.keyboard.press("Backslash")
    expect(page.locator(".loupe")).to_contain_text("Loupe 8×")
    for _ in range(4):
        page.mouse.wheel(0, -400)
    expect(page.locator(".loupe")).to_contain_text("Loupe 64×")
    before = seen(page)
    page.locator(".minimap").click(position={"x": 10, "y": 10})
    assert seen(page) != before
    page.keyboard.press("Shift+Backslash")
    expect(page.locator(".minimap")).to_have_count(0)
    page.keyboard.press("Shift+Backslash")
    page.keyboard.press("Backslash")
    page.keyboard.press("f")
    expect(page.locator(".minimap, .loupe")).to_have_count(0)


def test_the_jobs_page_shows_what_was_done(at_home: Page, demo):
    at_home.goto("/jobs")
    expect(at_home.get_by_text("court").first).to_be_visible()
