"""What is made of a clip in the background, by workers that write to one database at the same time."""

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
