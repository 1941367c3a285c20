"""A reviewer sends work back and says why, without touching the mouse but once."""

from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, ready_clips, ready_shot


def test_a_task_is_sent_back_with_a_reason_typed_at_once(at_home: Page, script, tmp_path):
    page, (frame,) = at_home, list(draw_shot(1, 1, (320, 180), seed=31))
    made = script.upload(make_clip(tmp_path / "back.mkv", images=[frame.image] * 3), "Sending back")
    script.until(lambda ask: made["id"] in {clip["id"] for clip in ready_clips(ask)})
    shot = script.until(lambda ask: ready_shot(ask, made["id"]))
    (task,) = (one for one in script("GET", "/api/tasks?stage=base") if one["shot"] == shot["id"])
    script("POST", f"/api/tasks/{task['id']}/submit")
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name="Reject").click()
    page.get_by_role("dialog").wait_for()
    page.keyboard.type("The sleeve is missing")
    page.get_by_role("dialog").get_by_role("button", name="Reject").click()
    script.until(lambda ask: ask("GET", f"/api/tasks/{task['id']}")["rejected"])
    told = script("GET", f"/api/tasks/{task['id']}")
    assert (told["stage"], told["rejected"]["reason"]) == ("base", "The sleeve is missing")
