"""What the browser's answer to a click must agree with, as numbers: `python -m tests.models.interaction.browser` writes
frontend/src/engine/clicking/fixture.json anew."""

import json
from pathlib import Path

import cv2
import numpy as np

from models import clicks
from models.backends.prompt import Prompt
from models.exporting import answer
from models.interaction.marks import marked, near
from models.interaction.reach import depths, reach_of
from models.interaction.words import Point, Words
from models.matting.guided import guided
from models.matting.trimap import band_radius

ROOT = Path(__file__).parents[3]
FIXTURE = ROOT / "frontend/src/engine/clicking/fixture.json"
WEIGHTS = ROOT / "models/weights/koutu-s-small.onnx"
WIDE, HIGH = 96, 64


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A picture of an ellipse (HIGH, WIDE, 3), the mask that is known of it and the whole one, by a rule that the
    browser's test repeats."""
    y, x = np.mgrid[:HIGH, :WIDE]
    whole = ((x - 46) / 20) ** 2 + ((y - 32) / 26) ** 2 <= 1
    image = np.where(whole[..., None], (190, 120, 80), (40, 90, 60)) + ((x * 7 + y * 13) % 23)[..., None]
    return image.astype(np.uint8), whole & (x < 52), whole


def written() -> dict:
    image, mask, _ = scene()
    click = Point(58.3, 31.6, True)
    place = np.array([[click.x, click.y]])
    prompt = Prompt([(click.x, click.y)], [1], mask=mask.astype(np.float32))
    prior = clicks.prior_of(prompt, HIGH, WIDE)
    view = clicks.view_of(prompt, prior, HIGH, WIDE)
    reach = reach_of(mask, place, True)
    trimap = np.full(mask.shape, 128, np.uint8)
    trimap[:, :40], trimap[:, 60:] = 255, 0
    ramp = (np.arange(30 * 20, dtype=np.float32).reshape(20, 30) * 7) % 31
    return {
        "depth": float(depths(mask, place, True)[0]),
        "reach": int(reach.sum()),
        "rows": reach.sum(1).tolist(),
        "circles": {str(radius): _circle(radius) for radius in (1, 5, 13, 40)},
        "bound": int((marked(Words([click]), mask) == 1).sum()),
        "view": [view.left, view.top, view.right, view.bottom, view.height, view.width],
        "views": [_view(*case) for case in _VIEWS],
        "smaller": cv2.resize(ramp, (13, 9), interpolation=cv2.INTER_AREA).ravel().round(4).tolist(),
        "larger": cv2.resize(ramp, (35, 23), interpolation=cv2.INTER_LINEAR).ravel().round(4).tolist(),
        "guided": (guided(image, trimap)[::8] * 255).round().astype(int).tolist(),
        "bands": [[*size, band_radius(*size)] for size in ((1080, 1920), (180, 320), (2160, 3840))],
        "answer": _answer(image, prior, click)[::4, ::4].round(3).ravel().tolist(),
    }  # fmt: skip


_VIEWS = [
    (1080, 1920, None, (900.0, 500.0)),
    (1080, 1920, (300, 200, 1500, 1080), (400.5, 1079.0)),
    (300, 500, (9, 9, 90, 90), (3.0, 3.0)),
]


def _circle(radius: int) -> list[int]:
    """Pixels of each of its rows."""
    rows = near((99, 99), np.array([[49, 49]]), np.array([radius])).sum(1)
    return rows[rows > 0].tolist()


def _view(height: int, width: int, ink: tuple | None, place: tuple) -> dict:
    mask = np.zeros((height, width), np.float32)
    if ink:
        mask[ink[1] : ink[3], ink[0] : ink[2]] = 1
    prompt = Prompt([place], [1], mask=mask)
    view = clicks.view_of(prompt, clicks.prior_of(prompt, height, width), height, width)
    return {"height": height, "width": width, "ink": ink, "place": place,
            "view": [view.left, view.top, view.right, view.bottom, view.height, view.width]}  # fmt: skip


def _answer(image: np.ndarray, prior: np.ndarray, click: Point) -> np.ndarray:
    """Logits on the network's canvas: the frame is smaller than that and lies in its corner."""
    side = clicks.SIDE
    planes = {"image": np.zeros((1, 3, side, side), np.float32), "given": np.ones(1, np.float32)}
    planes |= {name: np.zeros((1, 1, side, side), np.float32) for name in ("prior", "positive", "negative")}
    planes["image"][0, :, :HIGH, :WIDE] = image.transpose(2, 0, 1) / np.float32(255)
    planes["prior"][0, 0, :HIGH, :WIDE] = prior
    planes["positive"][0, 0, :HIGH, :WIDE] = clicks.discs([(click.x, click.y)], HIGH, WIDE)
    return answer(WEIGHTS, planes)["mask"][0, 0, :HIGH, :WIDE]


if __name__ == "__main__":
    FIXTURE.write_text(json.dumps(written()) + "\n")
