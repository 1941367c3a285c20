"""A part in real Chromium: added by a key, painted, handed over and taken back."""

import numpy as np
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, ready_clips, ready_shot, stroke


def test_a_weapon_is_painted_by_itself_and_changes_hands(at_home: Page, script, tmp_path):
    page = at_home
    made = script.upload(make_clip(tmp_path / "duel.mp4", frames=24, size=(320, 180), seed=34), "A duel")
    script.until(lambda ask: made["id"] in {clip["id"] for clip in ready_clips(ask)})
    shot = script.until(lambda ask: ready_shot(ask, made["id"]))
    anna, bo = (script("POST", f"/api/shots/{shot['id']}/subjects", {"name": name}) for name in ("Anna", "Bo"))
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    panel = page.get_by_role("region", name="Subjects and parts")
    panel.get_by_role("button", name="Anna", exact=True).click()
    stroke(page, [(0.3, 0.3), (0.3, 0.6)])
    page.keyboard.press("Control+s")
    script.until(lambda ask: head_of(ask, shot, anna))
    before = matte(script, shot["id"], anna["id"], shot["first"])

    page.keyboard.press("Shift+T")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Kind").select_option("weapon")
    expect(dialog.get_by_label("Owner")).to_have_value(anna["id"])
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Weapon", exact=True)).to_have_attribute("aria-pressed", "true")
    stroke(page, [(0.3, 0.5), (0.45, 0.5)])
    page.keyboard.press("Control+s")
    sword = script.until(lambda ask: next((one for one in subjects(ask, shot) if one["kind"] == "weapon"), None))
    script.until(lambda ask: head_of(ask, shot, sword))
    own, part = (matte(script, shot["id"], one["id"], shot["first"]) for one in (anna, sword))
    assert np.array_equal(own, before), "the owner's own planes stay"
    assert (part > before).any()

    panel.get_by_role("button", name="Ownership").click()
    dialog.get_by_role("group").get_by_label("Owner").select_option(bo["id"])
    dialog.get_by_role("button", name="Theirs").click()
    dialog.get_by_role("button", name="Save ownership").click()
    page.get_by_text("ownership changed").wait_for()
    assert [span["subject"] for span in owners(script, shot)] == [bo["id"]]
    page.get_by_role("button", name="Undo", exact=True).click()
    script.until(lambda ask: owners(ask, shot) == sword["owners"])


def subjects(ask, shot: dict) -> list[dict]:
    return ask("GET", f"/api/shots/{shot['id']}")["subjects"]


def owners(ask, shot: dict) -> list[dict]:
    (weapon,) = (one for one in subjects(ask, shot) if one["kind"] == "weapon")
    return weapon["owners"]


def head_of(ask, shot: dict, subject: dict) -> dict | None:
    heads = ask("GET", f"/api/shots/{shot['id']}/heads")
    return next((head for head in heads if head["subject"] == subject["id"]), None)
