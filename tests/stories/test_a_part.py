"""A part in real Chromium: added by a key, painted, handed over and taken back; missed, and found with another."""

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from koutu.samples.video import make_clip
from tests.services.desk import Desk
from tests.stories.test_clip_to_release import drawn, matte, ready_clips, ready_shot, stroke

SIZE = 320, 180


@pytest.fixture(scope="module")
def shot(script, tmp_path_factory) -> dict:
    """A duel, for whoever is drawn in it."""
    path = make_clip(tmp_path_factory.mktemp("films") / "duel.mp4", frames=12, size=SIZE, seed=34)
    made = script.upload(path, "A duel")
    script.until(lambda ask: made["id"] in {clip["id"] for clip in ready_clips(ask)})
    return script.until(lambda ask: ready_shot(ask, made["id"]))


def test_a_weapon_is_painted_by_itself_and_changes_hands(at_home: Page, script, shot):
    page = at_home
    anna, bo = (added(script, shot, name) for name in ("Anna", "Bo"))
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
    sword = script.until(lambda ask: weapon_of(ask, shot))
    script.until(lambda ask: head_of(ask, shot, sword))
    own, part = (matte(script, shot["id"], one["id"], shot["first"]) for one in (anna, sword))
    assert np.array_equal(own, before), "the owner's own planes stay"
    assert (part > before).any()

    panel.get_by_role("button", name="Ownership").click()
    dialog.get_by_role("group").get_by_label("Owner").select_option(bo["id"])
    dialog.get_by_role("button", name="Theirs").click()
    dialog.get_by_role("button", name="Save ownership").click()
    page.get_by_text("ownership changed").wait_for()
    assert [span["subject"] for span in owners(script, shot, sword)] == [bo["id"]]
    page.get_by_role("button", name="Undo", exact=True).click()
    script.until(lambda ask: owners(ask, shot, sword) == sword["owners"])


def test_where_a_weapon_is_missing_and_who_took_it_is_found_and_taken_over(at_home: Page, script, shot):
    """Cai has a sabre, which is lost for two frames; from the eighth frame on it is at Dan."""
    page, first, last = at_home, shot["first"], shot["last"]
    cai, dan = (added(script, shot, name) for name in ("Cai", "Dan"))
    sabre = added(script, shot, "Sabre", kind="weapon", owner=cai["id"])
    paint(script, shot, cai, dict.fromkeys(range(9), box(20, 40, 60, 140)))
    paint(script, shot, dan, dict.fromkeys((7, 8), box(200, 40, 240, 140)))
    at_cai, at_dan = box(60, 80, 100, 86), box(160, 80, 200, 86)
    paint(script, shot, sabre, dict.fromkeys((0, 1, 2, 5, 6), at_cai) | dict.fromkeys((7, 8), at_dan))

    page.goto(f"/edit/{shot['id']}")
    drawn(page, first)
    found, lanes = page.get_by_role("region", name="Part checks"), page.locator(".lane.part .marks")
    lost = f"Sabre missing {first + 3}–{first + 4}"
    taken = f"Sabre: #{cai['number']} → #{dan['number']} from {first + 7}"
    found.get_by_role("button", name=lost).click()
    drawn(page, first + 3)
    chosen = page.get_by_role("region", name="Subjects and parts").get_by_role("button", name="Sabre", exact=True)
    expect(chosen).to_have_attribute("aria-pressed", "true")
    mark, hand_over = (lanes.get_by_role("button", name=text) for text in (lost, taken))
    assert_spans(mark, (first + 3, first + 4), shot)
    hand_over.click()
    drawn(page, first + 7)

    found.get_by_role("listitem").filter(has_text=taken).get_by_role("button", name="Apply").click()
    page.get_by_text("ownership changed").wait_for()
    now = [
        {"subject": cai["id"], "first": first, "last": first + 6},
        {"subject": dan["id"], "first": first + 7, "last": last},
    ]
    assert owners(script, shot, sabre) == now
    expect(hand_over).to_have_count(0)
    expect(found.get_by_role("button", name=taken)).to_have_count(0)
    expect(found.get_by_role("button", name=lost)).to_be_visible()
    mark.click()
    drawn(page, first + 3)


def added(script, shot: dict, name: str, **said) -> dict:
    return script("POST", f"/api/shots/{shot['id']}/subjects", {"name": name} | said)


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    matte = np.zeros(SIZE[::-1], np.uint8)
    matte[top:bottom, left:right] = 255
    return matte


def paint(script, shot: dict, subject: dict, mattes: dict[int, np.ndarray]) -> None:
    """Save mattes by frame, counted from the shot's first."""
    desk = Desk(script, shot["id"], subject["id"])
    for index, painted in mattes.items():
        desk.save(index, painted, [])


def assert_spans(mark: Locator, frames: tuple[int, int], shot: dict) -> None:
    """A mark lies along these frames of its lane."""
    lane, here = (one.bounding_box() for one in (mark.locator(".."), mark))
    each = lane["width"] / (shot["last"] - shot["first"] + 1)
    left, right = ((here["x"] - lane["x"]) / each, (here["x"] + here["width"] - lane["x"]) / each)
    assert abs(left + shot["first"] - frames[0]) < 0.3
    assert abs(right + shot["first"] - frames[1] - 1) < 0.3


def subjects(ask, shot: dict) -> list[dict]:
    return ask("GET", f"/api/shots/{shot['id']}")["subjects"]


def weapon_of(ask, shot: dict) -> dict | None:
    """The one that nobody gave a name."""
    return next((one for one in subjects(ask, shot) if one["kind"] == "weapon" and not one["name"]), None)


def owners(ask, shot: dict, part: dict) -> list[dict]:
    (weapon,) = (one for one in subjects(ask, shot) if one["id"] == part["id"])
    return weapon["owners"]


def head_of(ask, shot: dict, subject: dict) -> dict | None:
    heads = ask("GET", f"/api/shots/{shot['id']}/heads")
    return next((head for head in heads if head["subject"] == subject["id"]), None)
