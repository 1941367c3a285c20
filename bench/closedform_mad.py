"""[closedform.mad]: how far our torch solver's alpha is from PyMatting's own closed form, in the band."""

import time
from itertools import chain

import cv2
import numpy as np
from pymatting import estimate_alpha_cf

from bench._matting_data import HIGH, WIDE, Scene, portrait_scenes, said
from koutu.samples import at_hand, find
from models.matting import solve
from models.matting.trimap import band_radius, band_trimap

TARGET = 0.005


def run(full: bool) -> dict:
    began = time.perf_counter()
    rows = [_row(scene) for scene in chain(portrait_scenes(), _photographs())]
    value = max(row["MAD"] for row in rows)
    return {
        "name": "closedform.mad", "value": round(value, 4), "unit": "MAD in the band", "target": TARGET,
        "holds": value <= TARGET,
        "against": "PyMatting estimate_alpha_cf on the same trimaps; the worst picture. Generated people over film "
        "frames with a tenth unknown, and photographs with the platform's own band along their masks" + said(),
        "ratio": round(TARGET / value, 2), "n": len(rows), "interval": [min(row["MAD"] for row in rows), value],
        "seconds": round(time.perf_counter() - began, 1), "rows": rows,
    }  # fmt: skip


def _row(scene: Scene) -> dict:
    reference = estimate_alpha_cf(scene.image / 255, np.where(scene.band, 0.5, scene.trimap / 255))
    mad = np.abs(solve(scene.image, scene.trimap, "torch") - reference)[scene.band].mean()
    return {"picture": scene.name, "unknown": int(scene.band.sum()), "MAD": round(float(mad), 4)}


def _photographs():
    """Street photographs with hand-made masks, four side by side at 1920x1080; frames of a film room instead."""
    folder = at_hand("images_people")
    if folder is None:
        folder = find("sequences/one_by_one_b")
    names = [path.stem for path in sorted((folder / "masks").glob("*.png"))]
    for first in (0, 1):
        chosen = names[first :: len(names) // 4][:4]
        image, mask = np.zeros((HIGH, WIDE, 3), np.uint8), np.zeros((HIGH, WIDE), np.uint8)
        for place, name in enumerate(chosen):
            column = np.s_[:, place * WIDE // 4 : (place + 1) * WIDE // 4]
            size = (WIDE // 4, HIGH)
            image[column] = cv2.resize(cv2.imread(str(folder / "images" / f"{name}.jpg"))[..., ::-1], size)
            labels = cv2.imread(str(folder / "masks" / f"{name}.png"), cv2.IMREAD_GRAYSCALE)
            mask[column] = np.where(cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST) > 0, 255, 0)
        yield Scene(", ".join(chosen), image, band_trimap(mask, band_radius(HIGH, WIDE)), mask / np.float32(255))
