"""The server that keeps the packs goes away and comes back: a person sees why, and has nothing to do."""

import pytest
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip
from tests.services.s3 import BUCKET, S3, s3
from tests.services.tree import PASSWORD, Script, Tree

BROKEN = "[...document.images].filter((image) => image.complete && !image.naturalWidth).length"


@pytest.fixture(scope="module")
def bucket():
    with s3() as running:
        yield running


@pytest.fixture(scope="module")
def koutu(tmp_path_factory, bucket):
    """Its packs are in a bucket."""
    data = tmp_path_factory.mktemp("bucket") / "data"
    address = {"KOUTU_BLOBS": f"s3://{BUCKET}/packs", "KOUTU_S3_ENDPOINT": bucket.endpoint}
    tree = Tree(data, KOUTU_ADMIN_PASSWORD=PASSWORD, **address)
    tree.wait_for("Koutu is at")
    yield tree
    tree.stop()


@pytest.fixture(scope="module")
def script(koutu) -> Script:
    return Script(koutu.address)


@pytest.fixture(scope="module")
def cookies() -> list:
    return []


@pytest.fixture(scope="module")
def clip(script, tmp_path_factory) -> dict:
    """Decoded, with its film for playback."""
    made = script.upload(make_clip(tmp_path_factory.mktemp("films") / "first.mp4", frames=12, seed=1), "Masters")
    script.until(lambda ask: ask("GET", f"/api/clips/{made['id']}")["state"] == "ready")
    script.until(lambda ask: all(job["state"] == "done" for job in ask("GET", "/api/jobs")["results"]))
    return made


def test_pictures_are_missed_in_words_and_come_back(at_home: Page, bucket: S3, clip):
    page = at_home
    bucket.stop()
    page.goto(f"/clips/{clip['id']}")
    note = page.get_by_role("alert").filter(has_text="The file store does not answer")
    expect(note).to_have_count(1)
    expect(page.locator("video")).to_have_count(0)
    assert page.locator(".no-picture").count() > 1
    assert page.evaluate(BROKEN) == 0
    expect(page.get_by_role("button", name="Cut here")).to_have_attribute("aria-disabled", "true")
    bucket.start()
    expect(note).to_have_count(0, timeout=30_000)
    expect(page.locator(".no-picture")).to_have_count(0)
    expect(page.locator("video")).to_have_count(1)
    expect(page.get_by_role("button", name="Cut here")).not_to_have_attribute("aria-disabled", "true")


def test_an_upload_waits_for_the_store(at_home: Page, bucket: S3, clip, tmp_path):
    page = at_home
    page.goto("/clips")
    bucket.stop()
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Upload clips").click()
        page.get_by_role("dialog").get_by_role("button", name="Choose files", exact=True).click()
    chosen.value.set_files(make_clip(tmp_path / "second.mp4", frames=12, seed=2))
    page.get_by_role("dialog").get_by_role("button", name="Upload 1 file").click()
    expect(page.get_by_text("Waiting for the file store").first).to_be_visible(timeout=60_000)
    bucket.start()
    expect(page.get_by_role("link", name="Open clip")).to_be_visible(timeout=60_000)
