"""What a hand draws on the canvas in real Chromium, and exactly that is saved: polygons, fills, copies, moves."""

import numpy as np
from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, stroke, with_anna
from tests.stories.test_saying import share

SIZE = (320, 180)


def test_what_is_drawn_is_saved_as_it_was_drawn(at_home: Page, script, tmp_path):
    page, (truth,) = at_home, list(draw_shot(1, 1, SIZE, seed=52))
    shot, subject = with_anna(script, make_clip(tmp_path / "drawing.mkv", images=[truth.image] * 4), "Drawing")
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name="Anna", exact=True).click()

    def saved(pixels: dict[tuple[int, int], int], at: int = shot["first"]) -> np.ndarray:
        """What the server has once these pixels are as they should be there."""
        page.keyboard.press("Control+s")

        def there() -> np.ndarray | None:
            heads = script("GET", f"/api/shots/{shot['id']}/heads")
            if not any(head["subject"] == subject and head["frame"] == at for head in heads):
                return None
            return matte(script, shot["id"], subject, at)

        def right(ask) -> list:
            found = there()
            ready = found is not None and all(found[y, x] == alpha for (x, y), alpha in pixels.items())
            return [found] if ready else []

        return script.until(right)[0]

    whole, hollow = polygons(page, saved)
    fills(page, saved, whole, hollow)
    copies(page, saved, hollow, shot["first"] + 1)


def polygons(page: Page, saved) -> tuple[np.ndarray, np.ndarray]:
    """Returns a matte, and the same with a hole in it, which is what remains."""
    page.keyboard.press("p")
    for x, y in [(60, 40), (200, 40), (260, 90), (200, 140), (60, 140)]:
        click(page, x, y)
    page.keyboard.press("Backspace")  # (60, 140) again, a little to the left
    click(page, 50, 140)
    page.keyboard.press("Enter")
    whole = saved({(90, 130): 255, (250, 90): 255, (54, 138): 255, (270, 90): 0, (130, 30): 0})
    assert soft(whole) > 100, "the edge is smooth"
    page.get_by_text("1 polygon").wait_for()

    for x, y in [(100, 60), (160, 60), (160, 120), (100, 120), (100, 60)]:  # the first corner closes it
        click(page, x, y, button="right")
    hollow = saved({(130, 90): 0, (105, 65): 0, (90, 90): 255, (170, 90): 255})

    click(page, 10, 10)
    click(page, 40, 10)
    page.keyboard.press("Escape")
    click(page, 120, 80)
    click(page, 140, 80)
    click(page, 140, 100, count=2)  # a double click closes it
    saved({(20, 9): 0, (138, 84): 255, (122, 98): 0})

    page.keyboard.press("Control+z")
    assert (saved({(138, 84): 0}) == hollow).all()
    page.keyboard.press("Control+z")
    assert (saved({(130, 90): 255}) == whole).all()
    page.keyboard.press("Control+Shift+z")
    assert (saved({(130, 90): 0}) == hollow).all()
    return whole, hollow


def fills(page: Page, saved, whole: np.ndarray, hollow: np.ndarray) -> None:
    """The hole filled in three ways, each without a seam and taken back."""

    def in_and_back() -> None:
        assert (saved({(130, 90): 255}) == whole).all()
        page.keyboard.press("Control+z")
        assert (saved({(130, 90): 0}) == hollow).all()

    page.keyboard.press("g")
    click(page, 130, 90)
    in_and_back()
    click(page, 80, 90, button="right")
    assert not saved({(80, 90): 0}).any(), "what hangs together is taken away, its soft edge too"
    page.keyboard.press("Control+z")
    page.keyboard.press("Shift+G")
    click(page, 80, 90)
    in_and_back()
    page.keyboard.press("Shift+G")
    in_and_back()
    page.get_by_text("holes filled").first.wait_for()


def copies(page: Page, saved, hollow: np.ndarray, later: int) -> None:
    page.keyboard.press("Control+c")
    page.keyboard.press(".")
    drawn(page, later)
    page.keyboard.press("Control+v")
    assert (saved({(80, 90): 255, (130, 90): 0}, later) == hollow).all()
    page.get_by_text("pasted").wait_for()
    page.keyboard.press("v")
    stroke(page, [share(page, 80, 90), share(page, 90, 85), share(page, 103, 80)])
    there = saved({(55, 90): 0, (165, 80): 0, (80, 100): 255}, later)
    # A pointer stands on whole pixels of the screen.
    assert any((there == np.roll(hollow, (-up, right), (0, 1))).all() for up in (9, 10, 11) for right in (22, 23, 24))
    page.keyboard.press("Control+z")
    assert (saved({(55, 90): 255}, later) == hollow).all()


def click(page: Page, x: float, y: float, button="left", count: int = 1) -> None:
    """In source pixels."""
    box = page.locator(".stage").bounding_box()
    left, top = share(page, x, y)
    page.mouse.click(box["x"] + left * box["width"], box["y"] + top * box["height"], button=button, click_count=count)


def soft(alpha: np.ndarray) -> int:
    return int(((alpha > 0) & (alpha < 255)).sum())
