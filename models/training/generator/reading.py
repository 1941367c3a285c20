"""People and plates from folders: what may be trained on, and nothing else."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import cv2
import numpy as np

from models import gold
from models.evaluate.cases import is_validation
from models.gold.making import pictures
from models.gold.store import read_labels
from models.predict.sources import SUFFIXES, read_picture

from .sources import Cutout, Footage, Memory, Part, Shelf

TALLEST = 512  # pixels of a cut-out: more is seldom seen and fills the memory
_ROOM = 8  # pixels left round a cut-out: where there are none, the picture's edge cut it off
# Fashion pictures number hat 3, bag 4, scarf 5, glasses 6, shoes 7, belt 8, jewellery 9.
FASHION_PARTS = np.array([0, 1, 2, Part.HEADDRESS, Part.PROP, Part.VEIL, Part.PROP, 1, 1, Part.PROP], np.uint8)


Split = Literal["train", "val"]


def rendered(folder: Path, part: Split, memory: Memory) -> Shelf[Cutout]:
    """Rendered stills of one person each, exact soft alpha and parts. Raises ValueError for an unknown part."""
    return _stills(folder, part, memory, together=False)


def together(folder: Path, part: Split, memory: Memory) -> Shelf[Cutout]:
    """Rendered stills of two or three people, with the visible alpha of each. Raises ValueError."""
    return _stills(folder, part, memory, together=True)


def footage(folder: Path, part: Split, memory: Memory) -> Shelf[Footage]:
    """Rendered clips, of one person or several, with motion blur. Raises ValueError for an unknown part."""
    described = sorted((_part(folder, part) / "clips").glob("*/meta.json"))
    return Shelf([partial(_footage, path, memory) for path in described], memory)


def _stills(folder: Path, part: Split, memory: Memory, together: bool) -> Shelf[Cutout]:
    described = sorted((_part(folder, part) / "stills").glob("*.json"))
    counted = [(path, _people(path)) for path in described]
    chosen = [(path, people) for path, people in counted if (people > 1) == together]
    return Shelf([partial(_rendered, path.parent, path.stem, people) for path, people in chosen], memory)


def _part(folder: Path, part: Split) -> Path:
    if part not in ("train", "val"):
        raise ValueError(f"{part} is no part of the rendered people: train or val")
    return folder / part


def _people(described: Path) -> int:
    return len(json.loads(described.read_text())["people"])


def fashion(folder: Path, memory: Memory) -> Shelf[Cutout]:
    """The training part of pictures with a hard mask: `images/`, `masks/`, and `parts/` where there is one."""
    return Shelf([partial(_fashion, folder, file) for file in training_pictures(folder)], memory)


def portraits(folder: Path, memory: Memory, without: Collection[str] = ()) -> Shelf[Cutout]:
    """Portraits on plain grey with true alpha of hair, `images/` and `alphas/`, but those `without` (file stems).

    Raises ValueError for one of these that is not there: a slip of the pen would train on what is to judge.
    """
    files = sorted((folder / "images").glob("*.jpg"))
    if absent := sorted(set(without) - {file.stem for file in files}):
        raise ValueError(f"there is no portrait {absent[0]} in {folder / 'images'}")
    return Shelf([partial(_portrait, folder, file) for file in files if file.stem not in without], memory)


def plates(folder: Path, memory: Memory) -> Shelf[np.ndarray]:
    """Every picture of a folder known to hold nobody."""
    return Shelf([partial(read_picture, file) for file in plate_files(folder)], memory)


def plate_files(folder: Path) -> list[Path]:
    """Its pictures, by name."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)


def plates_beside(folder: Path, names: Collection[str], memory: Memory) -> Shelf[np.ndarray]:
    """What is seen beside the people of the fashion pictures named, as far as they are of the training part.

    It is the widest strip without them or void. Whether passers-by stand there no label says: name what was looked at.
    """
    return Shelf([partial(_beside, folder, file) for file in training_pictures(folder) if file.stem in names], memory)


def strips(folder: Path, columns: Mapping[str, Sequence[int]], memory: Memory) -> Shelf[np.ndarray]:
    """Of pictures named, as far as they are there, the columns from one to before another, which hold nobody."""
    there = [(folder / f"{name}.jpg", ends) for name, ends in sorted(columns.items())]
    return Shelf([partial(_strip, file, *ends) for file, ends in there if file.is_file()], memory)


def plates_of_clip(clip: Path, indices: list[int], memory: Memory) -> Shelf[np.ndarray]:
    """Frames of a clip that hold nobody, at rising `indices`; the clip is read once, when the first is wanted.

    Raises ValueError for one of a shot that is kept for judging; a reader PredictError and IndexError.
    """
    if barred := [index for index in indices if gold.barred(clip.name, index)]:
        raise ValueError(f"{clip.name} {barred}: shots with gold frames are kept for judging")

    def frame(place: int) -> np.ndarray:
        film = memory.get(clip, lambda: np.stack(list(pictures(clip, indices))))
        return film[place]

    return Shelf([partial(frame, place) for place in range(len(indices))], memory)


def training_pictures(folder: Path) -> list[Path]:
    """The fashion pictures that are not kept for judging, by name."""
    return [file for file in sorted((folder / "images").glob("*.jpg")) if not is_validation(file.stem)]


def _rendered(folder: Path, name: str, people: int) -> Cutout:
    rgba = _picture(folder / "rgba" / f"{name}.png")
    parts = read_labels(folder / "parts" / f"{name}.png")
    shares = _picture(folder / "people" / f"{name}.png")[..., ::-1][..., :people].copy() if people > 1 else None
    return Cutout(cv2.cvtColor(rgba, cv2.COLOR_BGRA2RGB), rgba[..., 3].copy(), parts, name, "rendered", shares)


def _picture(file: Path) -> np.ndarray:
    """As OpenCV reads it: blue first."""
    found = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise OSError(f"{file} cannot be read: render it again")
    return found


def _footage(described: Path, memory: Memory) -> Footage:
    """All frames cropped to where anybody is in any of them."""
    home, people = described.parent, _people(described)
    names = sorted(file.stem for file in (home / "rgba").glob("*.png"))
    anybody = np.maximum.reduce([_picture(home / "rgba" / f"{name}.png")[..., 3] for name in names])
    rows, columns = _box(anybody)
    readers = [partial(_footage_frame, home, name, people, rows, columns) for name in names]
    shape = rows.stop - rows.start, columns.stop - columns.start
    whole = Cutout(np.zeros((*shape, 3), np.uint8), anybody[rows, columns], None, home.name, "footage")
    return Footage(Shelf(readers, memory), shape, people, whole.cut)


def _footage_frame(home: Path, name: str, people: int, rows: slice, columns: slice) -> Cutout:
    frame, crop = _rendered(home, name, people), (rows, columns)
    parts, shares = (None if plane is None else plane[crop].copy() for plane in (frame.parts, frame.shares))
    colours, alpha = frame.colours[crop].copy(), frame.alpha[crop].copy()
    return replace(frame, colours=colours, alpha=alpha, parts=parts, shares=shares)


def _fashion(folder: Path, file: Path) -> Cutout:
    """A hard mask made safe to paste: its outermost pixel dropped, softened, and coloured from further in."""
    mask = (read_labels(folder / "masks" / f"{file.stem}.png") > 0).astype(np.uint8)
    inner = cv2.erode(mask, np.ones((3, 3), np.uint8))
    labelled = folder / "parts" / f"{file.stem}.png"
    parts = FASHION_PARTS[read_labels(labelled)] if labelled.exists() else mask * np.uint8(Part.BODY)
    alpha = (cv2.GaussianBlur(inner * np.float32(255), (0, 0), 0.8)).round().astype(np.uint8)
    colours = _carried_outwards(read_picture(file), cv2.erode(inner, np.ones((3, 3), np.uint8)))
    return _fitted(Cutout(colours, alpha, parts, file.stem, "fashion"))


def _portrait(folder: Path, file: Path) -> Cutout:
    """Colours without the grey that shows through: it is plain, so it is known."""
    image = read_picture(file).astype(np.float32)
    alpha = read_labels(folder / "alphas" / f"{file.stem}.png")
    grey = np.median(image[alpha == 0], axis=0) if (alpha == 0).any() else np.zeros(3)
    share = alpha[..., None].astype(np.float32) / 255
    colours = (image - (1 - share) * grey) / np.maximum(share, 0.05)
    solid = _carried_outwards(np.clip(colours, 0, 255).round().astype(np.uint8), (alpha > 127).astype(np.uint8))
    return _fitted(Cutout(solid, alpha, None, file.stem, "portraits"))


def _carried_outwards(colours: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The colours (h, w, 3) uint8 where `known` (h, w) is 1, elsewhere those of what is known nearby."""
    weight = cv2.GaussianBlur(known.astype(np.float32), (0, 0), 4)[..., None]
    near = cv2.GaussianBlur(colours * known[..., None].astype(np.float32), (0, 0), 4) / np.maximum(weight, 1e-4)
    return np.where(known[..., None] > 0, colours, near.round().clip(0, 255).astype(np.uint8))


def _fitted(cutout: Cutout) -> Cutout:
    """Cropped to what is not empty and a little more, and not taller than it may be.

    Raises ValueError where all is empty.
    """
    if not cutout.alpha.any():
        raise ValueError(f"{cutout.name} holds nobody: leave it out")
    crop = _box(cutout.alpha)
    both = cutout.colours[crop], cutout.alpha[crop]
    scale = min(1, TALLEST / both[1].shape[0])
    size = max(1, round(both[1].shape[1] * scale)), max(1, round(both[1].shape[0] * scale))
    colours, alpha = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in both)
    parts = None if cutout.parts is None else cv2.resize(cutout.parts[crop], size, interpolation=cv2.INTER_NEAREST)
    return Cutout(colours, alpha, parts, cutout.name, cutout.group)


def _box(alpha: np.ndarray) -> tuple[slice, slice]:
    """Rows and columns of what is not empty and a little more."""
    x, y, width, height = cv2.boundingRect((alpha > 0).astype(np.uint8))
    down, right = (min(side, end + _ROOM) for side, end in zip(alpha.shape, (y + height, x + width), strict=True))
    return slice(max(0, y - _ROOM), down), slice(max(0, x - _ROOM), right)


def _beside(folder: Path, file: Path) -> np.ndarray:
    planes = [folder / kind / f"{file.stem}.png" for kind in ("masks", "void")]
    taken = np.stack([read_labels(plane) for plane in planes if plane.exists()])
    left, right = _widest_gap(taken.max((0, 1)) > 0)
    return np.ascontiguousarray(read_picture(file)[:, left:right])


def _strip(file: Path, left: int, right: int) -> np.ndarray:
    return np.ascontiguousarray(read_picture(file)[:, left:right])


def _widest_gap(taken: np.ndarray) -> tuple[int, int]:
    """From where to where the widest run of columns (w,) bool is free; a column at least."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], taken, [True]]).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return 0, 1
    left, right = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(left), int(right)
