"""A drawn 300-frame 1080p shot, open in headless Chromium: for the benches of the canvas."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench._tree import tree
from koutu.samples.video import make_clip
from tests.services import chromium
from tests.services.tree import PASSWORD, Script

FRAMES = 300


@dataclass
class Canvas:
    page: Page
    shot: dict
    address: str


@contextmanager
def canvas() -> Iterator[Canvas]:
    """Ingest the drawn clip (pre-label is cancelled: it is not what is measured) and log a browser in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory(prefix="koutu-bench-") as folder, tree() as running:
        path = make_clip(Path(folder) / "long.mp4", frames=FRAMES, size=(1920, 1080))
        running.manage("ingest", str(path), "--show", "Bench")
        script = Script(running.address)
        clip = script.until(lambda ask: next((c for c in ask("GET", "/api/clips") if c["state"] == "ready"), None))
        for job in script("GET", "/api/jobs")["results"]:
            if job["state"] in ("queued", "running"):
                script("POST", f"/api/jobs/{job['id']}/cancel")
        script.until(lambda ask: not ask("GET", "/api/activity")["counts"]["jobs_running"])
        (shot,) = script("GET", f"/api/clips/{clip['id']}/shots")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments())
            page = browser.new_page(base_url=running.address, viewport={"width": 1440, "height": 900})
            page.goto("/login")
            page.locator("input[autocomplete=username]").fill("admin")
            page.locator("input[type=password]").fill(PASSWORD)
            page.locator("button[type=submit]").click()
            page.wait_for_url("**/")
            yield Canvas(page, shot, running.address)
            browser.close()
