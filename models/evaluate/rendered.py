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
# Groups: pixels of a picture, how large the people are made, and how many of their widths they stand apart.
_WIDE, _HIGH, _SCALE, _SHARES = 910, 512, 0.75, (0.5, 0.7, 0.9, 1.1)


def rendered_cases(samples: Path) -> Iterator[Case]:
    """The validation stills, groups put together of them, then its clips, with true alpha and parts.

    Each is laid over a plate chosen by its name: a gold frame that shows nobody. Raises PredictError.
    """
    home, plates = samples / "rendered" / "val", empty_frames(samples)
    stills = {path.stem: json.loads(path.read_text()) for path in sorted((home / "stills").glob("*.json"))}
    for stem, about in stills.items():
        yield _case(stem, "stills", home / "stills", about, plates)
    alone = [stem for stem, about in stills.items() if len(about["people"]) == 1]
    for names in groups(alone):
        yield together(names, home / "stills", plates)
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


def groups(names: Sequence[str]) -> list[Sequence[str]]:
    """Two or three neighbours in the list, beginning with each of its names: every third group is of three."""
    found = [names[place : place + 2 + (place % 3 == 0)] for place in range(len(names) - 1)]
    return [group for group in found if len(group) > 1]


def together(names: Sequence[str], home: Path, plates: Sequence[np.ndarray]) -> Case:
    """Those of the stills in the folder `home` side by side, the first in front, near enough to hide one another.

    Raises PredictError.
    """
    folders = [(_read(home / "rgba" / f"{name}.png"), labels_of(home / "parts" / f"{name}.png")) for name in names]
    layers = [(_scaled(four), _scaled(parts)) for four, parts in folders]
    name = "+".join(names)
    share = _SHARES[_byte(name) % len(_SHARES)]
    lefts, width = _side_by_side([parts.shape[1] for _, parts in layers], share)
    corners = [(left, _HIGH - parts.shape[0]) for (_, parts), left in zip(layers, lefts, strict=True)]
    size = (width, _HIGH)
    fours = [_placed(four, size, corner) for (four, _), corner in zip(layers, corners, strict=True)]
    parts = [_placed(part, size, corner) for (_, part), corner in zip(layers, corners, strict=True)]
    return _laid(name, fours, parts, _filling(_chosen(name, plates), size))


def _laid(name: str, fours: list[np.ndarray], parts: list[np.ndarray], plate: np.ndarray) -> Case:
    """Layers (H, W, 4) uint8, the front-most first, over a plate of their size."""
    image, seen = plate, list[np.ndarray]()
    hidden: np.ndarray = np.ones(plate.shape[:2], np.float32)
    for four in reversed(fours):
        image = composite(np.ascontiguousarray(four[..., :3]), four[..., 3] / np.float32(255), image)
    for four in fours:
        alpha = four[..., 3] / np.float32(255)
        seen.append(alpha * hidden)
        hidden *= np.float32(1) - alpha
    front, alpha = np.argmax(seen, axis=0), 1 - hidden
    truth = alpha >= 0.5
    numbers = np.where(truth, np.take_along_axis(np.stack(parts), front[None], 0)[0], 0)
    people = np.where(truth, front + 1, 0).astype(np.uint8)
    nowhere = np.zeros(truth.shape, bool)
    return Case(f"together/{name}", "together", image, truth, nowhere, _held(numbers), people, alpha)


def _side_by_side(widths: Sequence[int], share: float) -> tuple[list[int], int]:
    """Where people of these widths begin, so many of their mean widths apart, and how wide the picture is."""
    centres = [0.0]
    for one, other in zip(widths, widths[1:], strict=False):
        centres.append(centres[-1] + share * (one + other) / 2)
    lefts = [centre - width / 2 for centre, width in zip(centres, widths, strict=True)]
    reach = max(left + width for left, width in zip(lefts, widths, strict=True)) - min(lefts)
    whole = max(_WIDE, round(reach) + 2)
    start = (whole - reach) / 2 - min(lefts)
    return [round(left + start) for left in lefts], whole


def _scaled(picture: np.ndarray) -> np.ndarray:
    """At the size of people in a group; numbers and alpha alike."""
    import cv2

    size = tuple(max(1, round(side * _SCALE)) for side in picture.shape[1::-1])
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if picture.ndim == 3 else cv2.INTER_NEAREST)


def _held(parts: np.ndarray) -> dict[str, np.ndarray]:
    return {name: parts == number for name, number in _PARTS.items() if (parts == number).any()}


def _byte(name: str) -> int:
    return hashlib.sha256(name.encode()).digest()[1]


def _case(
    stem: str, group: str, home: Path, about: dict[str, Any], plates: Sequence[np.ndarray], follows: bool = False
) -> Case:
    """One picture of the folder `home`: rgba/, parts/ and, of several people, people/."""
    size, corner = about["size"], about["offset"]
    four = _placed(_read(home / "rgba" / f"{stem}.png"), size, corner)
    parts = _placed(labels_of(home / "parts" / f"{stem}.png"), size, corner)
    alpha = four[..., 3] / np.float32(255)
    image = composite(np.ascontiguousarray(four[..., :3]), alpha, _filling(_chosen(stem, plates), size))
    people = _people(home / "people" / f"{stem}.png", size, corner, alpha)
    nowhere = np.zeros(alpha.shape, bool)
    return Case(f"{group}/{stem}", group, image, alpha >= 0.5, nowhere, _held(parts), people, alpha, follows)


def _people(path: Path, size: Sequence[int], corner: Sequence[int], alpha: np.ndarray) -> np.ndarray:
    """Who has most of each pixel of the people, (H, W) uint8."""
    somebody = alpha >= 0.5
    if not path.exists():
        return somebody.astype(np.uint8)
    each = _placed(_read(path), size, corner)
    return np.where(somebody, each.argmax(axis=2) + 1, 0).astype(np.uint8)


def _chosen(name: str, plates: Sequence[np.ndarray]) -> np.ndarray:
    return plates[_byte(name) % len(plates)]


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
