"""Rendered people of the validation part over film frames without anybody, which no training sees either."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from models import gold
from models.gold.making import pictures
from models.matting import composite
from models.predict import Fault, PredictError

from .cases import Case, labels_of

_PARTS = {"hair": 2, "headdress": 3, "weapon": 4, "veil": 5, "prop": 6}  # as data/rendered/README.md numbers them


def rendered_cases(samples: Path) -> Iterator[Case]:
    """The validation stills, then its clips, each over a plate chosen by its name, with true alpha and parts.

    Plates are the gold frames that show nobody. Raises PredictError.
    """
    home, plates = samples / "rendered" / "val", empty_frames(samples)
    for described in sorted((home / "stills").glob("*.json")):
        yield _case(described.stem, "stills", home / "stills", json.loads(described.read_text()), plates)
    for clip in sorted(path.parent for path in (home / "clips").glob("*/meta.json")):
        about = json.loads((clip / "meta.json").read_text())
        plate = [_chosen(clip.name, plates)]
        for place, file in enumerate(sorted((clip / "rgba").glob("*.png"))):
            yield _case(file.stem, clip.name, clip, about, plate, follows=place > 0)


def empty_frames(samples: Path) -> list[np.ndarray]:
    """The gold frames without anybody, (H, W, 3) uint8 RGB, by clip and index. Raises PredictError."""
    empty = [frame for frame in gold.frames() if not frame.people]
    found: list[np.ndarray] = []
    for clip, frames in groupby(empty, key=lambda frame: frame.clip):
        found += pictures(samples / clip, [frame.index for frame in frames])
    return found


def _case(
    stem: str, group: str, home: Path, about: dict[str, Any], plates: Sequence[np.ndarray], follows: bool = False
) -> Case:
    """One picture of the folder `home`: rgba/, parts/ and, of several people, people/."""
    size, corner = about["size"], about["offset"]
    four = _placed(_read(home / "rgba" / f"{stem}.png"), size, corner)
    parts = _placed(labels_of(home / "parts" / f"{stem}.png"), size, corner)
    alpha = four[..., 3] / np.float32(255)
    image = composite(np.ascontiguousarray(four[..., :3]), alpha, _filling(_chosen(stem, plates), size))
    held = {name: parts == number for name, number in _PARTS.items() if (parts == number).any()}
    people = _people(home / "people" / f"{stem}.png", size, corner, alpha)
    nowhere = np.zeros(alpha.shape, bool)
    return Case(f"{group}/{stem}", group, image, alpha >= 0.5, nowhere, held, people, alpha, follows)


def _people(path: Path, size: Sequence[int], corner: Sequence[int], alpha: np.ndarray) -> np.ndarray:
    """Who has most of each pixel of the people, (H, W) uint8."""
    somebody = alpha >= 0.5
    if not path.exists():
        return somebody.astype(np.uint8)
    each = _placed(_read(path), size, corner)
    return np.where(somebody, each.argmax(axis=2) + 1, 0).astype(np.uint8)


def _chosen(name: str, plates: Sequence[np.ndarray]) -> np.ndarray:
    return plates[hashlib.sha256(name.encode()).digest()[1] % len(plates)]


def _placed(crop: np.ndarray, size: Sequence[int], corner: Sequence[int]) -> np.ndarray:
    """The crop in a frame of `size` (width, height), its upper left corner at `corner` (x, y), 0 elsewhere."""
    whole = np.zeros((size[1], size[0], *crop.shape[2:]), crop.dtype)
    whole[corner[1] : corner[1] + crop.shape[0], corner[0] : corner[0] + crop.shape[1]] = crop
    return whole


def _filling(plate: np.ndarray, size: Sequence[int]) -> np.ndarray:
    """The plate's middle at `size` (width, height), its shape kept."""
    import cv2

    width, height = size
    scale = max(width / plate.shape[1], height / plate.shape[0])
    grown = max(width, round(plate.shape[1] * scale)), max(height, round(plate.shape[0] * scale))
    larger = cv2.resize(plate, grown, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA)
    left, top = (grown[0] - width) // 2, (grown[1] - height) // 2
    return np.ascontiguousarray(larger[top : top + height, left : left + width])


def _read(path: Path) -> np.ndarray:
    """(h, w, channels) uint8, red first. Raises PredictError."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            return np.array(picture)
    except OSError as error:
        raise PredictError(Fault.PICTURE, f"{path} cannot be read: {error}. Give another copy") from error
