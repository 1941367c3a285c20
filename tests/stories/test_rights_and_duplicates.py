"""Who may use a show, what its people agreed to, and clips that show the same moments."""

import cv2
import pytest
from playwright.sync_api import Page, expect

from koutu.samples.video import make_clip
from tests.stories.ingesting import accept_all, give, group, new_show, pan, scenery, settled


@pytest.fixture(scope="module")
def palace(script, tmp_path_factory):
    """A show with an accepted clip and nothing in its ledger; afterwards it stands in no other story's release."""
    show = new_show(script, "Palace")
    clip = give(script, show, scenery(tmp_path_factory.mktemp("palace") / "garden.mp4", 101))
    settled(script, clip)
    accept_all(script, clip)
    yield show
    script("DELETE", f"/api/shows/{show}")


@pytest.fixture
def bare(palace, script):
    """The show without a right in force and without people."""
    ledger = script("GET", f"/api/shows/{palace}/rights")
    for right in ledger["rights"]:
        if not right["withdrawn_at"]:
            script("POST", f"/api/shows/{palace}/rights/{right['id']}/withdraw", {"reason": "another story"})
    for person in ledger["cast"]:
        script("DELETE", f"/api/shows/{palace}/cast/{person['id']}")
    return palace


def blocked_by(page: Page, sentence: str) -> None:
    page.goto("/releases/new")
    expect(page.get_by_text(sentence)).to_be_visible()
    expect(page.get_by_role("button", name="Build")).to_be_disabled()


def not_blocked(page: Page) -> None:
    page.goto("/releases/new")
    expect(page.get_by_text("Nothing blocks this release.")).to_be_visible()
    expect(page.get_by_role("button", name="Build")).to_be_enabled()


def enter(page: Page, owner: str, **days: str) -> None:
    page.get_by_role("button", name="Enter a right").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Owner").fill(owner)
    dialog.get_by_label("Grants").fill("Clause 4")
    for label, day in days.items():
        dialog.get_by_label(label.replace("_", " ")).fill(day)
    dialog.get_by_role("button", name="Enter it").click()


def test_a_release_waits_for_a_right_and_for_the_word_of_a_guardian(at_home: Page, bare):
    page = at_home
    blocked_by(page, "Palace: no right is in force.")
    page.get_by_role("listitem").filter(has_text="Palace").get_by_role("link", name="Open rights").click()
    enter(page, "Tang Pictures")
    expect(page.get_by_text("Rights in force")).to_be_visible()
    not_blocked(page)

    page.goto(f"/shows/{bare}")
    page.get_by_role("button", name="Add a person").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Role, actor").fill("The princess")
    dialog.get_by_label("Consent", exact=True).click()
    page.get_by_role("option", name="Given").click()
    dialog.get_by_label("Minor").check()
    dialog.get_by_role("button", name="Add a person").click()
    cast = page.get_by_role("region", name="Cast and consent")
    expect(cast.get_by_text("No guardian has agreed")).to_be_visible()
    blocked_by(page, "Palace: The princess has not agreed, or no longer.")

    page.goto(f"/shows/{bare}")
    cast.get_by_role("button", name="Edit The princess").click()
    dialog.get_by_label("Guardian who agreed").fill("Her mother")
    dialog.get_by_role("button", name="Save").click()
    expect(cast.get_by_text("Guardian: Her mother")).to_be_visible()
    not_blocked(page)


def test_a_withdrawn_right_stays_in_the_ledger_with_its_reason(at_home: Page, script, bare):
    script("POST", f"/api/shows/{bare}/rights", {"owner": "Song Estate", "licence": "Clause 9"})
    page = at_home
    page.goto(f"/shows/{bare}")
    ledger = page.get_by_role("region", name="Rights", exact=True)
    line = ledger.get_by_role("row").filter(has_text="Song Estate")
    line.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog", name="Withdraw the right of Song Estate?")
    expect(dialog.get_by_text("1 clip with 12 frames")).to_be_visible()
    act = dialog.get_by_role("button", name="Withdraw")
    expect(act).to_be_disabled()
    dialog.get_by_label("Reason").fill("The contract ended early")
    act.click()
    expect(line.get_by_text(": The contract ended early")).to_be_visible()
    expect(line.get_by_role("button", name="Withdraw")).to_have_count(0)
    expect(page.get_by_text("Rights withdrawn")).to_be_visible()
    page.get_by_role("region", name="Stands on these rights").get_by_role("link", name="garden").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("garden")
    blocked_by(page, "Palace: no right is in force.")
    page.goto("/clips")
    expect(group(page, "Palace").get_by_text("Rights withdrawn")).to_be_visible()


def test_a_right_that_has_ended_blocks_until_another_is_entered(at_home: Page, bare):
    page = at_home
    page.goto(f"/shows/{bare}")
    enter(page, "Ming Films", First_day="2020-12-31", Last_day="2019-01-01")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("The right ends before it begins.")
    dialog.get_by_label("First day").fill("2018-01-01")
    dialog.get_by_role("button", name="Enter it").click()
    expect(page.get_by_role("row", name="Ming Films").get_by_text("Ended")).to_be_visible()
    expect(page.get_by_text("Rights withdrawn")).to_be_visible()  # of the two that ended, the later
    blocked_by(page, "Palace: no right is in force.")
    page.goto(f"/shows/{bare}")
    enter(page, "Ming Films", Last_day="2099-12-31")
    expect(page.get_by_text("Rights in force · until 31 Dec 2099")).to_be_visible()
    not_blocked(page)


@pytest.fixture(scope="module")
def copied(script, tmp_path_factory):
    """A clip, and a cropped, warmer, smaller copy of its end in another show."""
    folder, pictures = tmp_path_factory.mktemp("copies"), pan(102, 48)
    master = make_clip(folder / "wall.mp4", images=pictures)
    settled(script, give(script, new_show(script, "Originals"), master))
    changed = (cv2.resize(picture[8:-8, 14:-14], (256, 144)) for picture in pictures[12:])
    warmer = (cv2.convertScaleAbs(picture, alpha=0.9, beta=12) for picture in changed)
    copy = give(script, new_show(script, "Second prints"), make_clip(folder / "wall graded.mp4", images=warmer))
    script.until(lambda ask: ask("GET", f"/api/clips/{copy['id']}")["duplicates"])
    return copy["id"]


def test_a_copy_is_flagged_beside_its_original_and_decided_on(at_home: Page, copied):
    page = at_home
    page.goto("/clips?state=twins")
    row = group(page, "Second prints").get_by_role("link", name="wall graded")
    row.click()
    card = page.get_by_role("region", name="Duplicates")
    expect(card.get_by_role("listitem")).to_have_count(1)
    expect(card).to_contain_text("alike")
    expect(card).to_contain_text("later there")
    expect(card.get_by_role("figure")).to_have_count(2)
    card.get_by_role("button", name="Keep both, linked").click()
    expect(card.get_by_text("Kept as linked by")).to_be_visible()
    page.goto("/clips?state=twins")
    expect(page.get_by_role("button", name="Clear filters").first).to_be_visible()
    expect(row).to_have_count(0)

    page.goto(f"/clips/{copied}")
    card.get_by_role("button", name="Decide anew").click()
    card.get_by_role("button", name="Not the same").click()
    expect(card.get_by_text("Not the same, says")).to_be_visible()
    card.get_by_role("link", name="Originals · wall").click()
    expect(card.get_by_text("Not the same, says")).to_be_visible()
    expect(card.get_by_role("link", name="Second prints · wall graded")).to_be_visible()
