"""Pictures with true alpha for the benches of matting: people cut out and laid over film frames."""

from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from koutu.samples import at_hand, find
from koutu.samples.figures import draw_shot
from models.matting import composite, estimate_foreground

HIGH, WIDE = 1080, 1920


class Scene(NamedTuple):
    name: str
    image: np.ndarray  # (H, W, 3) uint8
    trimap: np.ndarray  # (H, W) uint8: 0, 128, 255
    alpha: np.ndarray  # (H, W) float32

    @property
    def band(self) -> np.ndarray:
        return self.trimap == 128


class Cutout(NamedTuple):
    name: str
    colours: np.ndarray  # (h, w, 3) uint8
    alpha: np.ndarray  # (h, w) float32


def said() -> str:
    """What a figure must say of its pictures: nothing where they are the real ones."""
    absent = [name for name in ("alpha", "rendered", "images_people") if at_hand(name) is None]
    return f" (drawn figures instead of {', '.join(absent)}: set KOUTU_SAMPLES)" if absent else ""


def portraits() -> Iterator[Cutout]:
    """The eight generated portraits with alpha of their strands; drawn figures where they are not at hand."""
    folder = at_hand("alpha")
    if folder is None:
        for index, drawn in enumerate(draw_shot(8, 1, (1024, 1024), seed=21)):
            yield _cut_out(f"drawn {index}", drawn.image, drawn.alphas[0])
        return
    for path in sorted((folder / "images").glob("*.jpg")):
        image = cv2.imread(str(path))[..., ::-1]
        yield _cut_out(path.stem, image, cv2.imread(str(folder / "alphas" / f"{path.stem}.png"), cv2.IMREAD_GRAYSCALE))


def rendered(limit: int, part: str = "train") -> Iterator[Cutout]:
    """Rendered people in period dress with loose hair, as straight colour and alpha; drawn figures instead."""
    folder = at_hand(f"rendered/{part}/stills/rgba")
    if folder is None:
        for index, drawn in enumerate(draw_shot(limit, 1, (512, 512), seed=22)):
            yield _cut_out(f"drawn {index}", drawn.image, drawn.alphas[0])
        return
    for path in islice(sorted(folder.glob("*.png")), limit):
        four = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
        yield Cutout(path.stem, four[..., 2::-1], four[..., 3] / np.float32(255))


def _cut_out(name: str, image: np.ndarray, levels: np.ndarray) -> Cutout:
    alpha = levels / np.float32(255)
    return Cutout(name, estimate_foreground(np.ascontiguousarray(image), alpha), alpha)


def plates(number: int) -> list[np.ndarray]:
    """Frames (h, w, 3) uint8 of two clips, in turn: a park and a room."""
    found = [_spread(find(f"clips/{name}.mp4"), (number + 1) // 2) for name in ("juggle", "bedroom")]
    return [found[index % 2][index // 2] for index in range(number)]


def _spread(path: Path, number: int) -> list[np.ndarray]:
    film = cv2.VideoCapture(str(path))
    total = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
    wanted = {index * total // number for index in range(number)}
    frames = []
    for index in count():
        read, frame = film.read()
        if not read:
            break
        if index in wanted:
            frames.append(np.ascontiguousarray(frame[..., ::-1]))
    return [frames[index % len(frames)] for index in range(number)]


def laid(cutout: Cutout, plate: np.ndarray, size: tuple[int, int], share: float | None, margin: float = 3) -> Scene:
    """The cut-out, scaled to the height of `size` (width, height), in the middle of the plate.

    Its trimap is unknown where alpha is soft, and as many pixels round that as make up `share` of the picture;
    None: within `margin` pixels of it.
    """
    width, height = size
    breadth = min(width, round(cutout.alpha.shape[1] * height / cutout.alpha.shape[0]))
    left = (width - breadth) // 2
    shrink = cv2.INTER_AREA if height < cutout.alpha.shape[0] else cv2.INTER_CUBIC
    colours = np.zeros((height, width, 3), np.uint8)
    alpha = np.zeros((height, width), np.float32)
    colours[:, left : left + breadth] = cv2.resize(cutout.colours, (breadth, height), interpolation=shrink)
    alpha[:, left : left + breadth] = np.clip(cv2.resize(cutout.alpha, (breadth, height), interpolation=shrink), 0, 1)
    away = cv2.distanceTransform(((alpha < 0.01) | (alpha > 0.99)).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    reach = margin if share is None else np.partition(away, int(share * away.size), axis=None)[int(share * away.size)]
    trimap = np.where(away <= reach, np.uint8(128), np.where(alpha > 0.5, np.uint8(255), np.uint8(0)))
    image = composite(colours, alpha, cv2.resize(plate, size, interpolation=cv2.INTER_CUBIC))
    return Scene(cutout.name, image, trimap, alpha)


def portrait_scenes(share: float = 0.1) -> Iterator[Scene]:
    """1920x1080 scenes, one portrait each over a film frame, with `share` of the picture unknown."""
    for cutout, plate in zip(portraits(), plates(8), strict=True):
        yield laid(cutout, plate, (WIDE, HIGH), share)
