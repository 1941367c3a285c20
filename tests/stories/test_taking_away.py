"""One shot taken away from the canvas in real Chromium: what is painted is in the file that the browser saves."""

import io
import zipfile

import cv2
import numpy as np
from playwright.sync_api import Page

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from tests.stories.test_clip_to_release import drawn, matte, stroke, with_anna


def test_a_shot_is_taken_away_with_what_was_just_painted(at_home: Page, script, tmp_path):
    page, (frame,) = at_home, list(draw_shot(1, 1, (320, 180), seed=47))
    shot, subject = with_anna(script, make_clip(tmp_path / "away.mkv", images=[frame.image] * 3), "Taking away")
    page.goto(f"/edit/{shot['id']}")
    drawn(page, shot["first"])
    page.get_by_role("button", name="Anna", exact=True).click()
    page.keyboard.press("b")
    stroke(page, [(0.4, 0.4), (0.5, 0.5), (0.6, 0.4)])

    page.get_by_role("button", name="Take this shot away").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Whose alpha").select_option("Anna")
    dialog.get_by_role("button", name="Make the file").click()
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Download").click(timeout=60_000)
    assert download.value.suggested_filename == "away-00000-Anna.zip"
    archive = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert archive.namelist() == [f"{index:05d}.png" for index in range(3)]
    first, second = (
        cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
        for name in archive.namelist()[:2]
    )
    assert np.array_equal(first[..., 3], matte(script, shot["id"], subject, shot["first"]))
    assert first[..., 3].any()
    assert not second.any(), "nobody painted there"
    opaque = first[..., 3] == 255
    stored = np.frombuffer(script.raw("GET", f"/api/clips/{shot['clip']['id']}/frames/{shot['first']}"), np.uint8)
    assert np.array_equal(first[..., :3][opaque], cv2.imdecode(stored, cv2.IMREAD_COLOR)[opaque])
