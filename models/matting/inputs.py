"""What matting accepts, checked once at the door."""

from enum import StrEnum

import numpy as np

from models.faults import Faulty
from models.planes import PlaneError, check_size


class Fault(StrEnum):
    """What was wrong, for a caller that has to tell cases apart."""

    SHAPE = "shape"
    DTYPE = "dtype"
    NAN = "nan"
    RANGE = "range"
    PALETTE = "palette"
    TOO_LARGE = "too_large"
    NO_UNKNOWN = "no_unknown"
    NO_FOREGROUND = "no_foreground"
    NO_BACKGROUND = "no_background"
    METHOD = "method"
    MISSING = "missing"
    UNSOLVED = "unsolved"
    FILE = "file"


class MattingError(Faulty):
    """Something that cannot be matted."""


def check(image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None) -> None:
    """Raise MattingError unless `solve` can work on these.

    `image` is (H, W, 3) uint8 RGB, `trimap` (H, W) uint8 with some 0, some 255 and some of neither, `prior`
    (H, W) float in 0..1 or None.
    """
    check_image(image)
    _check_trimap(trimap)
    if trimap.shape != image.shape[:2]:
        raise MattingError(
            Fault.SHAPE, f"the picture is {_size(image)} and the trimap {_size(trimap)}: give both the same size"
        )
    if prior is not None:
        check_alpha(prior, image, "the prior")


def check_image(image: np.ndarray) -> None:
    """Raise MattingError unless `image` is (H, W, 3) uint8 and of a size that planes may have."""
    _check_array(image, "the picture")
    if image.ndim == 2:
        raise MattingError(
            Fault.PALETTE, "the picture has no colours: a grey one, or a palette's numbers. Convert it to RGB"
        )
    if image.ndim != 3 or image.shape[2] != 3:
        raise MattingError(Fault.SHAPE, f"the picture is {image.shape}, not (height, width, 3): give RGB without alpha")
    if image.dtype != np.uint8:
        raise MattingError(*_wrong_dtype(image, "the picture"))
    _check_size(image, "the picture")


def check_alpha(alpha: np.ndarray, image: np.ndarray, name: str = "the alpha") -> None:
    """Raise MattingError unless `alpha` is a float (H, W) in 0..1 of the image's size, without NaN."""
    _check_array(alpha, name)
    if not np.issubdtype(alpha.dtype, np.floating):
        raise MattingError(Fault.DTYPE, f"{name} is {alpha.dtype}: give a float in 0..1; divide 8 bits by 255")
    if alpha.shape != image.shape[:2]:
        raise MattingError(Fault.SHAPE, f"{name} is {alpha.shape}, the picture {image.shape[:2]}: give the same size")
    least, most = alpha.min(), alpha.max()
    if np.isnan(least):
        raise MattingError(Fault.NAN, f"{name} holds NaN: mend what made it")
    if least < 0 or most > 1:
        raise MattingError(Fault.RANGE, f"{name} reaches from {least:g} to {most:g}: alpha lies in 0..1")


def _wrong_dtype(array: np.ndarray, name: str) -> tuple[Fault, str]:
    if np.issubdtype(array.dtype, np.floating) and np.isnan(array).any():
        return Fault.NAN, f"{name} holds NaN: mend what made it, then give uint8"
    return Fault.DTYPE, f"{name} is {array.dtype}, not uint8: scale it to 0..255 and round"


def _check_array(array: np.ndarray, name: str) -> None:
    if not isinstance(array, np.ndarray):
        raise MattingError(
            Fault.DTYPE, f"{name} is a {type(array).__name__}: give a numpy array, as np.asarray makes it"
        )


def _check_trimap(trimap: np.ndarray) -> None:
    _check_array(trimap, "the trimap")
    if trimap.ndim != 2:
        raise MattingError(Fault.SHAPE, f"the trimap is {trimap.shape}, not (height, width): give one channel")
    if trimap.dtype != np.uint8:
        raise MattingError(*_wrong_dtype(trimap, "the trimap"))
    _check_size(trimap, "the trimap")
    counts = np.bincount(trimap.ravel(), minlength=256)
    _check_levels(counts)
    if counts[0] + counts[255] == trimap.size:
        raise MattingError(
            Fault.NO_UNKNOWN, "the trimap leaves nothing unknown, so there is nothing to solve: mark the edge 128"
        )
    if not counts[255]:
        raise MattingError(Fault.NO_FOREGROUND, "the trimap holds no known person: mark what is surely hers 255")
    if not counts[0]:
        raise MattingError(Fault.NO_BACKGROUND, "the trimap holds no known background: mark what surely is it 0")


def _check_levels(counts: np.ndarray) -> None:
    """Small numbers alone are a palette's or a class map's, such as 0, 1, 2: taken as they stand all is unknown."""
    used = np.flatnonzero(counts)
    if 0 < used[-1] < 32:
        values = ", ".join(map(str, used[:6]))
        raise MattingError(
            Fault.PALETTE,
            f"the trimap holds {values}: numbers of a palette or of classes. "
            "Save it in grey: 0 background, 128 unknown, 255 person",
        )


def _check_size(array: np.ndarray, name: str) -> None:
    if not array.size:
        raise MattingError(Fault.SHAPE, f"{name} is empty, {_size(array)}: give one that has pixels")
    try:
        check_size(*array.shape[:2])
    except PlaneError as error:
        raise MattingError(Fault.TOO_LARGE, f"{error}: cut or scale the picture first") from error


def _size(array: np.ndarray) -> str:
    return f"{array.shape[1]}x{array.shape[0]}"
