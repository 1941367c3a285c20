"""A click answered in real Chromium by the browser's own network, while the server's answer is held back."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, ready_clips, ready_shot
from tests.stories.test_saying import SIZE, iou, share

# What stands at the middles of the picture's pixels in the view of the matte alone: white is the subject.
SEEN = """([width, height]) => {
  const canvas = document.querySelector('canvas[data-drawn]')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const scale = Math.min(canvas.width / width, canvas.height / height)
  const [left, top] = [(canvas.width - width * scale) / 2, (canvas.height - height * scale) / 2]
  return Array.from({ length: width * height }, (_, at) => {
    const x = Math.floor(left + ((at % width) + 0.5) * scale)
    const y = Math.floor(top + (Math.floor(at / width) + 0.5) * scale)
    return data[4 * (y * canvas.width + x)]
  })
}"""


@pytest.fixture(scope="module")
def filmed(script, tmp_path_factory) -> tuple[dict, np.ndarray]:
    """A shot of a drawn person, and the person's mask."""
    (truth,) = draw_shot(1, 1, SIZE, seed=7)
    # A frame more than other stories: the same film twice would be a duplicate.
    film = make_clip(tmp_path_factory.mktemp("clicking") / "still.mkv", images=[truth.image] * 4)
    made = script.upload(film, "Clicking")
    script.until(lambda ask: made["id"] in {clip["id"] for clip in ready_clips(ask)})
    return script.until(lambda ask: ready_shot(ask, made["id"])), truth.mask > 0


@pytest.fixture
def clicked(at_home: Page, script, filmed, request) -> tuple[Page, np.ndarray]:
    """The page on a subject of which nothing is marked yet, the click tool in hand; and the person's mask."""
    page, (shot, person) = at_home, filmed
    name = request.node.name[-12:]
    script("POST", f"/api/shots/{shot['id']}/subjects", {"name": name})
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name=name, exact=True).click()
    page.keyboard.press("4")
    page.keyboard.press("c")
    return page, person


def test_a_click_is_answered_while_the_server_is_silent_and_undo_takes_it_back(clicked):
    page, person = clicked
    page.route("**/api/prompts", lambda route: None)
    before = at_rest(page)
    click(page, person)
    found = until(page, lambda now: not np.array_equal(now, before))
    assert iou(found, person) > 0.5, "the browser's network finds the person"
    page.keyboard.press("Control+z")
    until(page, lambda now: np.array_equal(now, before))


def test_without_a_server_the_browsers_answer_stands_through_a_crash(clicked):
    page, person = clicked
    page.route("**/api/prompts", lambda route: route.abort())
    before = at_rest(page)
    click(page, person)
    until(page, lambda now: not np.array_equal(now, before))
    page.locator(".said.in:not(.waits)").wait_for()
    found = at_rest(page)
    assert iou(found, person) > 0.5
    page.route("**/api/revisions/**", lambda route: route.abort())
    page.reload()
    page.locator("canvas[data-drawn]").wait_for()
    page.keyboard.press("4")
    assert iou(at_rest(page), found) > 0.95, "the journal had it"


def test_the_servers_answer_takes_the_place_of_the_browsers_in_one_step(clicked):
    page, person = clicked
    before = at_rest(page)
    click(page, person)
    page.locator(".said.in:not(.waits)").wait_for(timeout=60_000)
    assert iou(at_rest(page), person) > 0.5
    page.keyboard.press("Control+z")
    until(page, lambda now: np.array_equal(now, before))


def click(page: Page, person: np.ndarray) -> None:
    rows, columns = np.nonzero(person)
    x, y = share(page, float(np.median(columns)), float(np.median(rows)))
    box = page.locator(".stage").bounding_box()
    page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])


def seen(page: Page) -> np.ndarray:
    """(H, W) bool of the picture's pixels: what is white on the canvas."""
    return np.array(page.evaluate(SEEN, list(SIZE))).reshape(SIZE[::-1]) >= 128


def until(page: Page, holds: Callable[[np.ndarray], bool], seconds: float = 30) -> np.ndarray:
    """What is seen as soon as it `holds`."""
    end = time.monotonic() + seconds
    while not holds(now := seen(page)):
        assert time.monotonic() < end, "it is not seen"
        page.wait_for_timeout(50)
    return now


def at_rest(page: Page) -> np.ndarray:
    """What is seen once it has not changed for a second: a page that opens draws one thing after the other."""
    last, since = seen(page), time.monotonic()
    while time.monotonic() < since + 1:
        page.wait_for_timeout(100)
        if not np.array_equal(now := seen(page), last):
            last, since = now, time.monotonic()
    return last
