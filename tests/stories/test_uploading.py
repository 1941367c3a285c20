"""Uploads in a real browser: a line that drops, a page that was closed, a duplicate kept on purpose."""

import pytest
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip
from tests.services.cutting import CuttingProxy


@pytest.fixture
def show(script):
    (project,) = script("GET", "/api/me")["projects"]
    return next((s for s in script("GET", "/api/shows") if s["name"] == "Masters"), None) or script(
        "POST", "/api/shows", {"name": "Masters", "project": project["id"]}
    )


def film(folder, seed: int):
    """Thirty megabytes: more than one piece."""
    path = make_clip(folder / f"episode {seed}.mp4", frames=12, seed=seed)
    with path.open("r+b") as file:
        end = file.seek(0, 2)
        file.write((30_000_000 - end).to_bytes(4, "big") + b"free")
        file.truncate(30_000_000)
    return path


def send(page: Page, path, address: str = "") -> None:
    page.goto(f"{address}/clips")
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload clips").click()
        page.get_by_role("dialog").get_by_role("button", name="Choose files", exact=True).click()
    chosen.value.set_files(path)
    page.get_by_role("dialog").get_by_label("Into show").click()
    page.get_by_role("option", name="Masters").click()
    page.get_by_role("dialog").get_by_role("button", name="Upload 1 file").click()


@pytest.fixture
def line(koutu):
    """What lies between the browser and Koutu: it breaks in the second piece and stays so until mended."""
    proxy = CuttingProxy(koutu.port, 20_000_000, stays_cut=True)
    yield proxy
    proxy.close()


def test_a_line_that_drops_is_tried_again_by_itself(at_home: Page, script, show, line, tmp_path):
    page = at_home
    send(page, film(tmp_path, 1), f"http://127.0.0.1:{line.port}")
    expect(page.get_by_text("Connection lost, trying again").first).to_be_visible(timeout=20_000)
    line.mend()
    expect(page.get_by_role("link", name="Open clip")).to_be_visible(timeout=60_000)
    assert script("GET", "/api/uploads") == []


def test_a_page_that_was_closed_goes_on_where_it_was(at_home: Page, script, show, line, tmp_path):
    page = at_home
    path = film(tmp_path, 2)
    send(page, path, f"http://127.0.0.1:{line.port}")
    expect(page.get_by_text("Connection lost, trying again").first).to_be_visible(timeout=20_000)
    (half,) = script("GET", "/api/uploads")
    assert 0 < half["offset"] < half["length"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/clips")
    expect(page.get_by_role("region", name="Not finished")).to_contain_text("episode 2.mp4")
    sent: list[int] = []
    page.on("request", lambda request: request.method == "PATCH" and sent.append(int(request.headers["upload-offset"])))
    send(page, path)
    expect(page.get_by_role("link", name="Open clip")).to_be_visible(timeout=60_000)
    assert sent[0] == half["offset"], "what the server had was not sent again"
    assert script("GET", f"/api/uploads/{half['id']}")["clip"]


def test_what_came_of_a_file_can_be_discarded(at_home: Page, script, show, line, tmp_path):
    page = at_home
    send(page, film(tmp_path, 4), f"http://127.0.0.1:{line.port}")
    expect(page.get_by_text("Connection lost, trying again").first).to_be_visible(timeout=20_000)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/clips")
    left = page.get_by_role("region", name="Not finished")
    left.get_by_role("button", name="Discard what came of episode 4.mp4").click()
    expect(left).to_have_count(0)
    assert all(upload["cancelled_at"] for upload in script("GET", "/api/uploads"))


def test_a_duplicate_can_be_kept_on_purpose(at_home: Page, script, show, tmp_path):
    page = at_home
    path = film(tmp_path, 3)
    send(page, path)
    expect(page.get_by_role("link", name="Open clip")).to_be_visible(timeout=60_000)
    send(page, path)
    expect(page.get_by_role("link", name="Open the existing clip")).to_be_visible()
    page.get_by_role("button", name="Keep anyway, linked").click()
    expect(page.get_by_role("link", name="Open the existing clip")).to_have_count(0)
    names = [clip["name"] for clip in script("GET", "/api/clips") if clip["name"] == "episode 3"]
    assert len(names) == 2
