"""What stories of the ingest pages share: shows and clips that are there before a person comes, and sending a file."""

import json
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page

from koutu.samples.figures import background
from koutu.samples.video import make_clip
from tests.services.tree import Script


def scenery(path: Path, seed: int, frames: int = 12) -> Path:
    """A film of a camera that goes over a landscape with nobody in it."""
    return make_clip(path, images=pan(seed, frames))


def pan(seed: int, frames: int, step: int = 4) -> list[np.ndarray]:
    """RGB uint8 (180, 320, 3), each picture `step` pixels further to the right."""
    plate = background((320 + step * frames, 180), np.random.default_rng(seed))
    return [np.ascontiguousarray(plate[:, step * at : step * at + 320]) for at in range(frames)]


def new_show(script: Script, name: str) -> str:
    """Its id; no right is entered for it."""
    (project,) = script("GET", "/api/me")["projects"]
    return script("POST", "/api/shows", {"name": name, "project": project["id"]})["id"]


def give(script: Script, show: str, path: Path) -> dict:
    with path.open("rb") as file:
        return json.loads(script.raw("POST", "/api/clips", data={"show": show}, files={"file": file}))


def settled(script: Script, clip: dict) -> dict:
    """The clip once it is read and pre-labelled, or refused."""

    def ended(ask: Script) -> dict | None:
        now = ask("GET", f"/api/clips/{clip['id']}")
        return now if now["state"] in ("ready", "failed") and not now["job"] else None

    return script.until(ended)


def accept_all(script: Script, clip: dict) -> None:
    for task in script("GET", f"/api/tasks?clip={clip['id']}"):
        script("POST", f"/api/tasks/{task['id']}/accept")


def choose_file(page: Page, path: Path, show: str) -> Locator:
    """Open the upload dialog and say which file goes into which show; returns the dialog."""
    dialog = page.get_by_role("dialog")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload clips").first.click()
        dialog.get_by_role("button", name="Choose files", exact=True).click()
    chosen.value.set_files(path)
    dialog.get_by_label("Into show").click()
    page.get_by_role("option", name=show, exact=True).click()
    return dialog


def send(page: Page, path: Path, show: str) -> None:
    choose_file(page, path, show).get_by_role("button", name="Upload 1 file").click()


def group(page: Page, show: str) -> Locator:
    """The show with its clips on the page of clips."""
    return page.get_by_role("region", name=show, exact=True)
