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


def boxed(index: int) -> np.ndarray:
    """A picture that moves, between bars of 24 rows: RGB uint8 (180, 320, 3)."""
    rows, columns = np.mgrid[0:180, 0:320]
    light = 128 + 100 * np.sin((columns + 5 * index) / 17) * np.cos((rows - 3 * index) / 11)
    light[:24] = light[156:] = 0
    return np.repeat(light[..., None], 3, axis=2).astype(np.uint8)
