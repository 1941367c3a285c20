"""What a person says on the canvas in real Chromium: a lasso round somebody, and a scribble over what is too much."""

import cv2
import numpy as np
from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, stroke, with_anna

SIZE = (320, 180)


def test_a_lasso_finds_who_is_in_it_and_a_scribble_takes_away_what_it_lies_on(at_home: Page, script, tmp_path):
    page, (truth,) = at_home, list(draw_shot(1, 1, SIZE, seed=7))
    film = make_clip(tmp_path / "still.mkv", images=[truth.image] * 3)
    shot, subject = with_anna(script, film, "Saying")
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name="Anna", exact=True).click()

    def saved() -> np.ndarray:
        page.keyboard.press("Control+s")
        heads = script("GET", f"/api/shots/{shot['id']}/heads")
        there = any(head["subject"] == subject for head in heads)
        return matte(script, shot["id"], subject, shot["first"]) >= 128 if there else np.zeros(SIZE[::-1], bool)

    page.keyboard.press("Shift+P")
    stroke(page, [share(page, x, y) for x, y in loose_loop(truth.mask > 0)])
    script.until(lambda ask: saved().any())
    found = saved()
    wanted, loop = truth.mask > 0, np.zeros(SIZE[::-1], np.uint8)
    cv2.fillPoly(loop, [np.rint(loose_loop(wanted)).astype(np.int32)], 1)
    assert iou(found, wanted) > iou(loop > 0, wanted) + 0.1, "somebody is found, not the loop filled"
    page.get_by_text("1 lasso").wait_for()

    page.keyboard.press("c")
    page.keyboard.press("x")
    rows, columns = np.nonzero(found)
    top, middle = int(np.quantile(rows, 0.3)), int(np.median(columns))
    stroke(page, [share(page, middle - 8, top), share(page, middle + 8, top), share(page, middle + 8, top + 12)])
    script.until(lambda ask: saved().sum() < found.sum())
    after = saved()
    assert not after[top, middle], "what was scribbled over is gone"
    page.get_by_text("1 scribble").wait_for()

    page.keyboard.press("r")
    told = page.get_by_text("mended 1 time").or_(page.get_by_text("Nothing changed"))
    script.until(lambda ask: saved().any() and told.first.is_visible())
    assert iou(saved(), after) > 0.8, "mended as it is, the person is still there"


def share(page: Page, x: float, y: float) -> tuple[float, float]:
    """Source pixels as shares of the stage, where the whole frame fits it."""
    box = page.locator(".stage").bounding_box()
    scale = min(box["width"] / SIZE[0], box["height"] / SIZE[1])
    left, top = (box["width"] - SIZE[0] * scale) / 2, (box["height"] - SIZE[1] * scale) / 2
    return (left + x * scale) / box["width"], (top + y * scale) / box["height"]


def loose_loop(mask: np.ndarray) -> np.ndarray:
    """(24, 2) places round the mask, within the frame."""
    rows, columns = np.nonzero(mask)
    centre, half = (columns.mean(), rows.mean()), (np.ptp(columns) * 0.62 + 6, np.ptp(rows) * 0.6 + 6)
    turns = np.linspace(0, 2 * np.pi, 24)
    places = np.stack([centre[0] + half[0] * np.cos(turns), centre[1] + half[1] * np.sin(turns)], 1)
    return np.clip(places, 1, np.array(SIZE) - 1)


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())
