"""Enlarged crops to outline by and to check by, with a grid from which pixel coordinates are read."""

import cv2
import numpy as np

Box = tuple[int, int, int, int]  # x0, y0, x1, y1 in frame pixels, ends outside

_RULER, _STEP = 26, 10
_GRID, _TENTH, _INK = (110, 110, 110), (210, 210, 90), (255, 255, 0)
_LINES = [(255, 0, 0), (0, 255, 0), (80, 160, 255), (255, 220, 0), (255, 0, 255), (0, 255, 255)]
_VOID_LINE, _BACKDROP = (255, 255, 255), (255, 0, 255)


def shown(image: np.ndarray, box: Box, scale: int, stretch: bool = True, grid: bool = True) -> np.ndarray:
    """A crop (RGB uint8) of `image` (H, W, 3) uint8, `scale` times as large; rulers count frame pixels.

    Grid lines stand every 10 pixels, at the left and upper edge of the pixel they name. `stretch` spreads the crop's
    levels so that dark frames can be read.
    """
    crop = _crop(image, box)
    return _ruled(_enlarged(_stretched(crop) if stretch else crop, scale), box, scale, grid)


def checked(image: np.ndarray, labels: np.ndarray, box: Box, scale: int) -> np.ndarray:
    """The crop with the borders of `labels` (H, W) uint8 over it, above (or beside) the cut-out on magenta."""
    crop, here = _stretched(_crop(image, box)), _crop(labels, box)
    view = _enlarged(crop, scale)
    large = cv2.resize(here, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    for number in np.unique(large)[::-1]:
        if number:
            colour = _VOID_LINE if number == 255 else _LINES[(int(number) - 1) % len(_LINES)]
            edges, _ = cv2.findContours((large == number).astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(view, edges, -1, colour, 1)
    cut = _enlarged(_on_magenta(crop, here), scale)
    wide = view.shape[1] > view.shape[0]
    return np.concatenate([_ruled(view, box, scale, False), _ruled(cut, box, scale, False)], axis=0 if wide else 1)


def _on_magenta(crop: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Void shows half."""
    cut = np.where((labels == 0)[..., None], np.array(_BACKDROP, np.uint8), crop)
    half = (crop // 2 + np.array(_BACKDROP) // 2).astype(np.uint8)
    return np.where((labels == 255)[..., None], half, cut)


def _crop(raster: np.ndarray, box: Box) -> np.ndarray:
    x0, y0, x1, y1 = box
    return raster[max(0, y0) : y1, max(0, x0) : x1]


def _stretched(crop: np.ndarray) -> np.ndarray:
    low, high = np.percentile(crop, (0.5, 99.5))
    level = np.clip((crop.astype(np.float32) - low) / max(1.0, high - low), 0, 1)
    gamma = np.clip(np.log(0.45) / np.log(np.clip(level.mean(), 0.05, 0.95)), 0.5, 1.0)
    return (level**gamma * 255).astype(np.uint8)


def _enlarged(crop: np.ndarray, scale: int) -> np.ndarray:
    return cv2.resize(crop, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)


def _ruled(view: np.ndarray, box: Box, scale: int, grid: bool) -> np.ndarray:
    """Rulers above and left; with `grid` lines over the picture."""
    framed = cv2.copyMakeBorder(view, _RULER, 0, _RULER, 0, cv2.BORDER_CONSTANT)
    for axis in (0, 1):
        start = max(0, box[axis])
        for value in range(-(-start // _STEP) * _STEP, start + view.shape[1 - axis] // scale, _STEP):
            named = value % 50 == 0 or scale >= 3
            _mark(framed, axis, str(value) if named else "", _RULER + (value - start) * scale, grid)
    return framed


def _mark(framed: np.ndarray, axis: int, name: str, at: int, grid: bool) -> None:
    begin = _RULER - 4
    end = framed.shape[axis] if grid else _RULER
    line = (slice(begin, end), at) if axis == 0 else (at, slice(begin, end))
    colour = np.array(_TENTH if name.endswith(("00", "50")) else _GRID)
    framed[line] = (framed[line] * 0.6 + colour * 0.4).astype(np.uint8) if grid else colour
    where = (at - 9, 14) if axis == 0 else (0, at + 4)
    cv2.putText(framed, name, where, cv2.FONT_HERSHEY_PLAIN, 0.75, _INK, 1, cv2.LINE_AA)
