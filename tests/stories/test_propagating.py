"""A painted frame carried through a shot in real Chromium: what is told when one comes back, and when it is out of
date."""

import numpy as np
from playwright.sync_api import Page, expect

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, stroke, with_anna

LAST = 5


def test_a_changed_anchor_offers_to_make_anew_what_was_propagated_from_it(at_home: Page, script, tmp_path):
    page, (frame,) = at_home, list(draw_shot(1, 1, (320, 180), seed=43))
    film = make_clip(tmp_path / "again.mkv", images=[frame.image] * (LAST + 1))
    shot, subject = with_anna(script, film, "Propagating")

    def heads(name: str) -> list:
        rows = script("GET", f"/api/shots/{shot['id']}/heads")
        return [row[name] for row in rows if row["subject"] == subject]

    def painted(at: int) -> np.ndarray:
        return matte(script, shot["id"], subject, at) >= 128

    def takes_the_brush() -> None:
        page.locator("canvas[data-drawn='0'][data-mattes='2']").wait_for()
        page.get_by_role("button", name="Anna", exact=True).click()
        page.keyboard.press("b")

    page.goto(f"/edit/{shot['id']}")
    takes_the_brush()
    stroke(page, [(0.4, 0.4), (0.5, 0.5), (0.6, 0.4)])
    page.keyboard.press("d")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"{LAST} frames will change, 1–{LAST}").wait_for()
    page.keyboard.press("Enter")
    told = page.get_by_text(f"{LAST} frames changed: 1–{LAST}")
    told.wait_for(timeout=60_000)
    assert heads("source") == ["person"] + ["propagation"] * LAST

    page.reload()
    told.wait_for()  # the work of a moment ago is still to be taken back
    page.get_by_role("button", name="Close").last.click()
    page.reload()
    drawn(page, 0)
    expect(told).to_have_count(0)

    takes_the_brush()
    stroke(page, [(0.4, 0.7), (0.6, 0.7)])
    page.keyboard.press("Enter")
    outdated = page.get_by_text(f"Anna: anchors changed since {LAST} frames were propagated: 1–{LAST}.")
    outdated.wait_for()
    before = painted(1).sum()
    page.keyboard.press("Shift+R")
    dialog.get_by_text(f"{LAST} frames will change, 1–{LAST}").wait_for()
    page.keyboard.press("Enter")
    told.wait_for(timeout=60_000)
    assert painted(1).sum() > before
    expect(outdated).to_have_count(0)

    page.keyboard.press("End")
    drawn(page, LAST)
    page.keyboard.press("Control+Backspace")
    page.get_by_text(f"Anna: anchors changed since {LAST - 1} frames").wait_for()
    assert heads("presence") == ["present"] * LAST + ["occluded"]
    page.keyboard.press("Shift+R")
    dialog.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("anchors changed since")).to_have_count(0)
