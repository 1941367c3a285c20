"""What is made of a clip in the background, by workers that write to one database at the same time."""

import numpy as np
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip

MADE = ("proxy", "likeness")


def test_all_that_is_made_of_a_clip_is_made_at_the_first_try(script, tmp_path):
    clips = [
        script.upload(
            make_clip(tmp_path / f"{seed}.mp4", frames=400, size=(160, 90), seed=seed), f"Side by side {seed}"
        )
        for seed in (31, 32)
    ]

    def ended(script):
        jobs = [job for clip in clips for job in script("GET", f"/api/jobs?target_id={clip['id']}")["results"]]
        made = [job for job in jobs if job["kind"] in MADE and job["state"] in ("done", "failed")]
        return made if len(made) == 4 else None

    made = script.until(ended)
    assert sorted((job["kind"], job["state"], job["attempts"]) for job in made) == [
        ("likeness", "done", 1),
        ("likeness", "done", 1),
        ("proxy", "done", 1),
        ("proxy", "done", 1),
    ]
    # Looking for people on 800 frames is not what this is about, and the next story's clip would wait for it.
    for job in (job for clip in clips for job in script("GET", f"/api/jobs?target_id={clip['id']}")["results"]):
        if job["kind"] == "prelabel":
            script("POST", f"/api/jobs/{job['id']}/cancel")


def test_bars_that_were_noticed_are_accepted_as_void(at_home: Page, script, tmp_path):
    frames = (boxed(index) for index in range(40))
    clip = script.upload(make_clip(tmp_path / "boxed.mp4", images=frames), "In a letterbox")
    page = at_home
    page.goto(f"/clips/{clip['id']}")
    card = page.get_by_role("region", name="Noticed")
    expect(card.get_by_text("Letterbox")).to_be_visible(timeout=60_000)
    card.get_by_role("button", name="Accept").click()
    expect(card.get_by_text("Accepted by")).to_be_visible()
    voids = script("GET", f"/api/clips/{clip['id']}/survey")["voids"]
    assert sorted((void["top"], void["bottom"]) for void in voids) == [(0, 24), (156, 180)]
    card.get_by_role("button", name="Decide again").click()
    expect(card.get_by_role("button", name="Accept")).to_be_visible()
    assert script("GET", f"/api/clips/{clip['id']}/survey")["voids"] == []


def test_a_logo_that_nobody_noticed_is_drawn_over_and_hatched_where_one_paints(at_home: Page, script, tmp_path):
    clip = script.upload(make_clip(tmp_path / "logo.mp4", frames=24, size=(320, 180), seed=33), "With a logo")
    page = at_home
    page.goto(f"/clips/{clip['id']}")
    card = page.get_by_role("region", name="Void areas")
    expect(card).to_be_visible(timeout=60_000)
    card.get_by_role("button", name="Add area").click()
    dialog = page.get_by_role("dialog")
    place = dialog.get_by_role("img", name="Frame to draw on").bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.75, place["y"] + 1)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] + 30, place["y"] + place["height"] / 4, steps=4)
    page.mouse.up()
    dialog.get_by_label("Last frame").fill("19")
    dialog.get_by_role("button", name="Add area").click()
    expect(card.get_by_text("Logo", exact=True)).to_be_visible()
    (area,) = script("GET", f"/api/clips/{clip['id']}/survey")["voids"]
    assert (area["first"], area["last"], area["right"], area["kind"]) == (0, 19, 320, "logo")
    assert abs(area["left"] - 240) <= 1
    assert abs(area["bottom"] - 45) <= 1
    (shot,) = script("GET", f"/api/clips/{clip['id']}/shots")
    page.goto(f"/edit/{shot['id']}?frame=19")
    hatched = page.get_by_role("img", name="Void area")
    expect(hatched).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(hatched).to_be_hidden()
    page.goto(f"/clips/{clip['id']}")
    card.get_by_role("button", name="Remove area").click()
    expect(card.get_by_text("None.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).last.click()
    expect(card.get_by_text("Logo", exact=True)).to_be_visible()


def boxed(index: int) -> np.ndarray:
    """A picture that moves, between bars of 24 rows: RGB uint8 (180, 320, 3)."""
    rows, columns = np.mgrid[0:180, 0:320]
    light = 128 + 100 * np.sin((columns + 5 * index) / 17) * np.cos((rows - 3 * index) / 11)
    light[:24] = light[156:] = 0
    return np.repeat(light[..., None], 3, axis=2).astype(np.uint8)
