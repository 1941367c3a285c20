"""[open.first]: a 300-frame 1080p shot, from opening its address to its first frame on the canvas."""

import time
from statistics import median

from bench._canvas import FRAMES, canvas

TARGET = 1.0


def run(full: bool) -> dict:
    began = time.monotonic()
    times = []
    with canvas() as opened:
        page = opened.page
        for _ in range(9 if full else 5):
            page.goto("about:blank")
            page.goto(f"/edit/{opened.shot['id']}")
            page.wait_for_selector("canvas[data-drawn]")
            # The page's own clock: from the start of its navigation to the frame that was drawn.
            times.append(page.evaluate("Number(document.querySelector('canvas').dataset.at) / 1000"))
    value = median(times)
    return {
        "name": "open.first", "value": round(value, 3), "unit": "s", "target": TARGET, "holds": value <= TARGET,
        "against": f"{FRAMES} frames of 1920×1080, two mattes each, headless Chromium without a GPU; first run cold",
        "ratio": TARGET / value, "n": len(times), "interval": [round(min(times), 3), round(max(times), 3)],
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
