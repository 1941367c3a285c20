"""One running Koutu and one real Chromium for all stories."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.services import chromium
from tests.services.tree import PASSWORD, Script, Tree


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Every story is the browser's, whoever forgets to say so; it is told here before pytest chooses by mark."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


# What a page shows in the end: on a busy machine it may take a while.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def dailies(tmp_path_factory) -> Path:
    """A folder of the server that the administrator opened for watching."""
    return tmp_path_factory.mktemp("dailies")


@pytest.fixture(scope="session")
def koutu(tmp_path_factory, dailies):
    data = tmp_path_factory.mktemp("stories") / "data"
    tree = Tree(data, KOUTU_ADMIN_PASSWORD=PASSWORD, KOUTU_WATCH=str(dailies))
    tree.wait_for("Koutu is at")
    yield tree
    tree.stop()


@pytest.fixture(scope="session")
def browser() -> Browser:
    # Playwright's loop runs in this thread; Django would take it for an async view of ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        with playwright.chromium.launch(executable_path=chromium.executable(), args=chromium.arguments()) as opened:
            yield opened


@pytest.fixture(scope="session")
def script(koutu) -> Script:
    return Script(koutu.address)


@pytest.fixture
def page(koutu, browser) -> Page:
    """A page in English of which every unexpected error fails the test."""
    context = browser.new_context(base_url=koutu.address, viewport={"width": 1440, "height": 900}, locale="en-US")
    faults: list[str] = []
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert not faults


@pytest.fixture(scope="session")
def cookies() -> list:
    """Of the administrator's session, once somebody has logged in."""
    return []


@pytest.fixture
def at_home(page, script, cookies) -> Page:
    """Logged in: the first time by the form, as a person does."""
    script("PATCH", "/api/me", {"language": "en"})
    page.context.add_cookies(cookies)
    page.goto("/")
    if not cookies:
        page.get_by_label("User name").fill("admin")
        page.locator("input[type=password]").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", level=1).wait_for()
    page.get_by_role("link", name="Clips").first.wait_for()
    cookies[:] = page.context.cookies()
    return page
