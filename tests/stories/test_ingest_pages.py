"""The page of clips and what is reached from it: watched folders, many clips at once, filters, reading, refusals."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip
from tests.stories.ingesting import accept_all, choose_file, give, group, new_show, pan, scenery, send, settled

SLOW = 60_000


@pytest.fixture(scope="module")
def harbour(script, tmp_path_factory):
    """A show with an accepted clip, one that waits for a person, and a file that is no film."""
    folder, show = tmp_path_factory.mktemp("harbour"), new_show(script, "Harbour")
    (folder / "broken.mp4").write_bytes(b"not a film" * 1000)
    paths = [scenery(folder / "arrival.mp4", 201), scenery(folder / "departure.mp4", 202), folder / "broken.mp4"]
    clips = [give(script, show, path) for path in paths]
    arrival, *_ = [settled(script, clip) for clip in clips]
    accept_all(script, arrival)
    yield show
    script("DELETE", f"/api/shows/{show}")


@pytest.fixture
def reading(script):
    """The address of how clips of the project are read; put back afterwards."""
    (project,) = script("GET", "/api/me")["projects"]
    path = f"/api/projects/{project['id']}/reading"
    before = script("GET", path)
    yield path
    script("PATCH", path, before)


def names_of(page: Page, show: str) -> list[str]:
    """Names of the show's clips as they stand on the page."""
    ticks = group(page, show).get_by_role("checkbox", name=re.compile("^Choose (?!all)")).all()
    return sorted((tick.get_attribute("aria-label") or "").removeprefix("Choose ") for tick in ticks)


def test_a_watched_folder_gives_its_films_to_the_show(at_home: Page, script, dailies, tmp_path):
    page = at_home
    new_show(script, "Watchers")
    folder = dailies / "day 1"
    folder.mkdir()
    page.goto("/clips")
    group(page, "Watchers").get_by_role("button", name="Watched places of Watchers").click()
    dialog = page.get_by_role("dialog", name="Watched places of Watchers")
    place, watch = dialog.get_by_label("Folder on the server"), dialog.get_by_role("button", name="Watch", exact=True)
    place.fill("/etc")
    watch.click()
    expect(dialog.get_by_role("alert")).to_contain_text("This place is not open for watching.")
    place.fill(str(dailies / "day 2"))
    watch.click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is no such folder on the server.")
    place.fill(str(folder))
    watch.click()
    watched = dialog.get_by_role("region", name=str(folder))
    expect(watched).to_contain_text("No films there yet.", timeout=SLOW)
    film = scenery(tmp_path / "take 7.mp4", 203)
    shutil.copy(film, folder / "take 7.mp4")
    shutil.copy(film, folder / "take 7 again.mp4")
    expect(watched.get_by_role("listitem").filter(has_text="may still grow")).to_have_count(2, timeout=SLOW)
    twin = watched.get_by_role("listitem").filter(has_text="The same file is here already.")
    expect(twin.get_by_role("link", name="Open the existing clip")).to_be_visible(timeout=SLOW)
    expect(watched).to_contain_text("1 taken")
    twin.get_by_role("button", name="Keep anyway, linked").click()
    expect(watched).to_contain_text("2 taken")
    watched.get_by_role("button", name="Stop watching").click()
    page.get_by_role("dialog", name="Stop watching this place?").get_by_role("button", name="Stop watching").click()
    expect(dialog).to_be_visible()
    expect(watched).to_have_count(0)
    dialog.get_by_role("button", name="Cancel").click()
    group(page, "Watchers").get_by_role("link", name=re.compile("^take 7")).first.click(timeout=SLOW)
    expect(page.get_by_role("region", name="Shots")).to_be_visible(timeout=SLOW)
    assert (folder / "take 7.mp4").exists(), "what was watched stays where it was"


def test_two_clips_are_deleted_at_once_and_brought_back(at_home: Page, script, harbour):
    page = at_home
    page.goto("/clips?q=harbour")
    show = group(page, "Harbour")
    for name in ("arrival", "departure"):
        show.get_by_role("checkbox", name=f"Choose {name}").check()
    bar = page.get_by_role("toolbar", name="2 clips chosen")
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(show.get_by_role("link", name="arrival")).to_be_visible()
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog", name="Delete 2 clips?").get_by_role("button", name="Delete 2 clips").click()
    expect(show.get_by_role("link", name="arrival")).to_have_count(0)
    assert names_of(page, "Harbour") == ["broken"]
    note = page.get_by_role("status")
    expect(note).to_contain_text("Deleted 2 clips")
    note.get_by_role("button", name="Undo").click()
    expect(show.get_by_role("link", name="arrival")).to_be_visible()
    assert names_of(page, "Harbour") == ["arrival", "broken", "departure"]

    show.get_by_role("checkbox", name="Choose arrival").check()
    page.get_by_role("toolbar", name="1 clip chosen").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete 1 clip").click()
    expect(show.get_by_role("link", name="arrival")).to_have_count(0)
    page.get_by_role("search").get_by_role("button", name="Deleted").click()
    show.get_by_role("checkbox", name="Choose arrival").check()
    page.get_by_role("toolbar", name="1 clip chosen").get_by_role("button", name="Restore").click()
    expect(note).to_contain_text("Restored 1 clip")
    expect(show.get_by_role("checkbox", name="Choose arrival")).to_have_count(0)
    assert {clip["name"] for clip in script("GET", "/api/clips") if clip["show"] == harbour} >= {"arrival"}


def choose(page: Page, filter_: str, what: str) -> None:
    page.get_by_role("search").get_by_role("combobox", name=filter_).click()
    page.get_by_role("option", name=what, exact=True).click()


def test_clips_are_found_by_words_by_stage_and_by_rights(at_home: Page, harbour):
    page = at_home
    page.goto("/clips")
    show = group(page, "Harbour")
    expect(show.get_by_role("link", name="departure")).to_be_visible()
    words = page.get_by_role("searchbox", name="Search shows, clips")
    words.fill("departure harb")
    expect(show.get_by_role("link", name="arrival")).to_have_count(0)
    assert names_of(page, "Harbour") == ["departure"]
    words.fill("no such clip")
    expect(page.get_by_text("The filters hide all clips.")).to_be_visible()
    page.get_by_role("button", name="Clear filters").first.click()
    expect(show.get_by_role("link", name="arrival")).to_be_visible()

    words.fill("harbour")
    for stage, left in (("With accepted", ["arrival"]), ("Cannot be decoded", ["broken"])):
        choose(page, "Stage", stage)
        expect(show.get_by_role("checkbox", name=f"Choose {left[0]}")).to_be_visible()
        expect(show.get_by_role("checkbox", name="Choose departure")).to_have_count(0)
        assert names_of(page, "Harbour") == left
    page.reload()
    expect(show.get_by_role("checkbox", name="Choose broken")).to_be_visible()
    assert names_of(page, "Harbour") == ["broken"], "the address holds the filter"
    choose(page, "Rights", "In force")
    expect(page.get_by_text("The filters hide all clips.")).to_be_visible()
    choose(page, "Rights", "Not in force")
    expect(show.get_by_role("checkbox", name="Choose broken")).to_be_visible()


def open_reading(page: Page):
    page.get_by_role("button", name="Reading of clips").click()
    return page.get_by_role("dialog", name="Reading of clips")


def test_how_clips_are_read_is_chosen_kept_and_shown_again(at_home: Page, script, reading):
    page = at_home
    page.goto("/clips")
    dialog = open_reading(page)
    quality, rate = dialog.get_by_label("JPEG quality"), dialog.get_by_label("Rate of picture folders")
    save = dialog.get_by_role("button", name="Save")
    quality.fill("")
    expect(dialog.get_by_text("JPEG quality is a whole number from 1 to 100.").first).to_be_visible()
    expect(save).to_be_disabled()
    quality.fill("97")
    rate.fill("fast")
    expect(dialog.get_by_text("The rate is a number above 0").first).to_be_visible()
    expect(save).to_be_disabled()
    rate.fill("24000/1001")
    save.click()
    expect(dialog).to_have_count(0)
    page.reload()
    open_reading(page)
    expect(quality).to_have_value("97")
    expect(rate).to_have_value("24000/1001")
    dialog.get_by_label("PNG, lossless").check()
    expect(quality).to_have_count(0)
    save.click()
    expect(dialog).to_have_count(0)
    page.reload()
    expect(open_reading(page).get_by_label("PNG, lossless")).to_be_checked()
    assert script("GET", reading)["frames"] == "png"


def test_a_broken_file_tells_its_reason_wherever_it_stands(at_home: Page, harbour, tmp_path):
    page, reason = at_home, "Not a video, picture or zip of pictures that we know."
    path = tmp_path / "torn.mp4"
    path.write_bytes(b"torn" * 5000)
    page.goto("/clips")
    send(page, path, "Harbour")
    expect(page.get_by_role("region", name="Uploads")).to_contain_text(f"Failed: {reason}", timeout=SLOW)
    row = group(page, "Harbour").locator(".ticked").filter(has=page.get_by_role("checkbox", name="Choose torn"))
    expect(row).to_contain_text(reason)
    row.get_by_role("link", name="torn").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("torn")
    expect(page.get_by_role("main")).to_contain_text(reason)


def woven(frames: int) -> list:
    """Interlaced pictures of a pan: the odd rows are half a picture later."""
    moments = pan(204, 2 * frames)
    for picture, later in zip(moments[::2], moments[1::2], strict=True):
        picture[1::2] = later[1::2]
    return moments[::2]


def test_an_interlaced_clip_is_read_after_the_project_has_said_how(at_home: Page, script, reading, tmp_path):
    page, show = at_home, new_show(script, "Old tapes")
    path = make_clip(tmp_path / "reel.mkv", images=woven(16), pixel_format="yuv422p", fps=25)
    clip = settled(script, give(script, show, path))
    page.goto(f"/clips/{clip['id']}")
    expect(page.get_by_role("main")).to_contain_text("The video is interlaced.")
    dialog = open_reading(page)
    dialog.get_by_label("Make each field a frame").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    page.get_by_role("main").get_by_role("button", name="Try again").click()
    page.get_by_role("dialog").get_by_role("button", name="Try again").click()
    expect(page.get_by_role("region", name="Shots")).to_be_visible(timeout=SLOW)
    expect(page.get_by_role("region", name="Technical data")).to_contain_text("each field made a frame")


@pytest.fixture
def grant(at_home, browser, koutu):
    """As the administrator says it, in another window: the organisation may use so many bytes; nothing is no bound."""
    window = browser.new_context(base_url=koutu.address, storage_state=at_home.context.storage_state())
    office = window.new_page()

    def write(quota: str) -> None:
        office.goto("/admin/accounts/organisation/")
        office.locator("#result_list").get_by_role("link", name="Koutu").click()
        office.get_by_label("Quota bytes").fill(quota)
        office.get_by_role("button", name="Save", exact=True).click()
        office.get_by_text("was changed successfully").wait_for()

    yield write
    write("")
    window.close()


@contextmanager
def unheard(page: Page, part: str) -> Iterator[None]:
    """The page hears nothing from addresses with this part meanwhile, as when it asked a moment too early."""
    address = re.compile(re.escape(part))
    page.route(address, lambda route: route.abort())
    yield
    page.unroute(address)


@pytest.mark.usefixtures("harbour")
def test_a_file_beyond_the_quota_is_told_why_and_goes_when_there_is_room(at_home: Page, grant, tmp_path):
    page, film = at_home, scenery(tmp_path / "late.mp4", 205)
    page.goto("/clips")
    dialog = choose_file(page, film, "Harbour")
    expect(dialog.get_by_role("button", name="Upload 1 file")).to_be_enabled()
    with unheard(page, "/uploads/room"):
        grant("1")
        dialog.get_by_role("button", name="Upload 1 file").click()
    rows = page.get_by_role("region", name="Uploads")
    expect(rows).to_contain_text("Not uploaded: The organisation has no room left for this")
    choose_file(page, film, "Harbour")
    expect(dialog.get_by_role("button", name="Upload 1 file")).to_be_disabled()
    expect(dialog).to_contain_text("and 0 B is left")
    dialog.get_by_role("button", name="Cancel").click()
    grant("")
    rows.get_by_role("button", name="Try again").click()
    expect(rows.get_by_role("link", name="Open clip")).to_be_visible(timeout=SLOW)
