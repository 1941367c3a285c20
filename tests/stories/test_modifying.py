"""A matte made wider by numbers in real Chromium: tried, given up, kept, and done again on the frames that follow."""

import numpy as np
from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, stroke, with_anna


def test_an_edge_is_moved_by_a_number_and_so_on_the_next_frames(at_home: Page, script, tmp_path):
    page, (frame,) = at_home, list(draw_shot(1, 1, (320, 180), seed=41))
    shot, subject = with_anna(script, make_clip(tmp_path / "numbers.mkv", images=[frame.image] * 6), "Modifying")
    first = shot["first"]

    def area(at: int) -> float:
        heads = script("GET", f"/api/shots/{shot['id']}/heads")
        there = any(head["subject"] == subject and head["frame"] == at for head in heads)
        return float(np.sum(matte(script, shot["id"], subject, at) / 255)) if there else 0.0

    page.goto(f"/edit/{shot['id']}")
    drawn(page, first)
    page.get_by_role("button", name="Anna", exact=True).click()
    page.keyboard.press("b")
    stroke(page, [(0.4, 0.4), (0.5, 0.5), (0.6, 0.4)])
    for at in range(1, 5):
        page.keyboard.press(".")
        drawn(page, first + at)
        page.keyboard.press("Shift+V")
    page.keyboard.press("Enter")  # a person's word on frame 4
    page.keyboard.press("Home")
    drawn(page, first)
    page.keyboard.press("Control+s")
    painted = script.until(lambda ask: area(first + 4) and area(first))

    page.keyboard.press("m")
    grow = page.get_by_label("Grow", exact=True)
    grow.fill("3")
    page.get_by_role("button", name="Keep").and_(page.locator(":not([aria-disabled])")).wait_for()
    grow.press("Escape")
    assert grow.input_value() == "0"
    page.keyboard.press("Control+s")
    assert area(first) == painted, "what was given up is not saved"

    grow.fill("3")
    page.get_by_label("Feather", exact=True).fill("2")
    page.get_by_role("button", name="Keep").and_(page.locator(":not([aria-disabled])")).wait_for()
    grow.press("Enter")
    page.keyboard.press("Control+s")
    page.get_by_text("modified 1 time").wait_for()
    page.get_by_label("frames", exact=True).fill("3")
    page.locator(".stage").click(button="middle", position={"x": 5, "y": 5})
    page.keyboard.press("Shift+M")
    wider = script.until(lambda ask: area(first + 3) > painted * 1.1 and area(first + 3))
    assert [area(first + at) for at in (0, 1, 2)] == [wider] * 3
    assert area(first + 4) == painted, "no further than was said, and a person's word stands"

    page.keyboard.press(".")
    drawn(page, first + 1)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+s")
    script.until(lambda ask: area(first + 1) == painted)
