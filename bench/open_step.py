"""[open.step]: from the key press to the next frame and its two mattes on the canvas, among frames decoded ahead."""

import time
from statistics import median, quantiles

from bench._canvas import canvas

TARGET = 50.0
PRESS = """async (frame) => {
  const canvas = document.querySelector('canvas')
  const from = performance.now()
  window.dispatchEvent(new KeyboardEvent('keydown', { code: 'Period' }))
  window.dispatchEvent(new KeyboardEvent('keyup', { code: 'Period' }))
  const stands = () => canvas.dataset.drawn === String(frame) && canvas.dataset.mattes === '2'
  while (!stands()) await new Promise((next) => setTimeout(next, 1))
  return performance.now() - from
}"""


def run(full: bool) -> dict:
    began = time.monotonic()
    with canvas() as opened:
        page = opened.page
        page.goto(f"/edit/{opened.shot['id']}")
        page.wait_for_selector("canvas[data-drawn='0'][data-mattes='2']")
        page.wait_for_timeout(4000)
        times = []
        for frame in range(1, 41 if full else 21):
            times.append(page.evaluate(PRESS, frame))
            page.wait_for_timeout(250)
    value = median(times)
    return {
        "name": "open.step", "value": round(value, 1), "unit": "ms", "target": TARGET, "holds": value <= TARGET,
        "against": "1920×1080, two mattes a frame, headless Chromium without a GPU; a step each 250 ms",
        "ratio": TARGET / value, "n": len(times),
        "interval": [round(min(times), 1), round(quantiles(times, n=20)[-1], 1)],
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip
