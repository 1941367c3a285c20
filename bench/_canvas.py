"""A drawn 300-frame 1080p shot with two people, open in headless Chromium: for the benches of the canvas."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Page, sync_playwright

from bench._tree import tree
from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.services import chromium
from tests.services.tree import PASSWORD, ROOT, Script

FRAMES = 300
PEOPLE = 2


@dataclass
class Canvas:
    page: Page
    shot: dict
    address: str


@contextmanager
def canvas() -> Iterator[Canvas]:
    """Ingest the drawn clip, give it its true mattes instead of a pre-label, and log a browser in."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with tempfile.TemporaryDirectory(prefix="koutu-bench-") as folder, tree() as running:
        mattes = Path(folder)
        path = make_clip(mattes / "long.mp4", images=_drawn(mattes), fps=24)
        script = Script(running.address)
        script.upload(path, "Bench")
        clip = script.until(lambda ask: next((c for c in ask("GET", "/api/clips") if c["state"] == "ready"), None))
        for job in script("GET", "/api/jobs")["results"]:
            if job["state"] in ("queued", "running"):
                script("POST", f"/api/jobs/{job['id']}/cancel")
        script.until(lambda ask: not ask("GET", "/api/activity")["counts"]["jobs_running"])
        (shot,) = script("GET", f"/api/clips/{clip['id']}/shots")
        path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
        environment = running.environment | {"DJANGO_SETTINGS_MODULE": "koutu.config.settings", "PYTHONPATH": path}
        command = [sys.executable, "-m", "bench._labels", str(mattes)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
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


def _drawn(mattes: Path) -> Iterator[np.ndarray]:
    """Pictures of the clip; the alpha of each person is left in the folder."""
    for index, drawn in enumerate(draw_shot(FRAMES, PEOPLE, (1920, 1080), seed=7)):
        for person, alpha in enumerate(drawn.alphas):
            cv2.imwrite(str(mattes / f"{index}-{person}.png"), alpha)
        yield drawn.image
