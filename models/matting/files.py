"""Pictures, trimaps and mattes as files."""

from pathlib import Path

import numpy as np

from models.planes import encode, snap

from .inputs import Fault, MattingError, check_image


def read_image(path: Path, grey: bool = False) -> np.ndarray:
    """An RGB picture (H, W, 3) uint8, turned as its EXIF says. 16-bit colours keep their upper 8 bits.

    `grey` takes a grey picture of 8 bits as well, such as an old photograph. Raises MattingError for a palette or a
    partly transparent picture, for any other grey one, which may be a trimap, and for what cannot be read.
    """
    picture = _open(path)
    if grey and picture.mode == "L":
        return np.asarray(picture.convert("RGB"))
    if picture.mode == "P":
        raise MattingError(Fault.PALETTE, f"{path} is a palette picture: convert it to RGB, or give the photograph")
    if picture.mode == "RGBA" and picture.getextrema()[3] != (255, 255):
        raise MattingError(Fault.FILE, f"{path} is partly transparent: give the picture with its background")
    if picture.mode not in ("RGB", "RGBA"):
        raise MattingError(Fault.FILE, f"{path} is of mode {picture.mode}: matting needs colours; convert it to RGB")
    return np.asarray(picture.convert("RGB"))


def read_trimap(path: Path) -> np.ndarray:
    """A trimap (H, W) uint8, turned as its EXIF says: 0 background, 255 person, all else unknown.

    Grey of 8 or 16 bits, or RGB with three equal channels. Raises MattingError otherwise, and for a palette.
    """
    picture = _open(path)
    if picture.mode == "P":
        raise MattingError(
            Fault.PALETTE, f"{path} is a palette picture: save it in grey, 0 background, 128 unknown, 255 person"
        )
    if picture.mode in ("I;16", "I"):
        return _halved(np.asarray(picture), path)
    if picture.mode in ("1", "L"):
        return np.asarray(picture.convert("L"))
    channels = np.asarray(picture)
    if picture.mode != "RGB" or (channels != channels[..., :1]).any():
        raise MattingError(Fault.FILE, f"{path} is of mode {picture.mode}, not grey: save it with one channel")
    return channels[..., 0]


def write_alpha(path: Path, alpha: np.ndarray) -> None:
    """Alpha (H, W) float32 in 0..1 as an 8-bit grey PNG. Raises MattingError where it cannot be written."""
    _write(path, encode("matte", snap(alpha)))


def write_image(path: Path, image: np.ndarray) -> None:
    """A picture (H, W, 3) uint8 RGB as PNG. Raises MattingError where it cannot be written."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(image).save(out, "PNG", compress_level=1)
    _write(path, out.getvalue())


def check_target(path: Path) -> None:
    """Raise MattingError where no file can be written, before the work is done in vain."""
    if not path.parent.is_dir():
        raise MattingError(Fault.FILE, f"{path} cannot be written: there is no folder {path.parent}")
    if path.suffix.lower() != ".png":
        raise MattingError(Fault.FILE, f"{path} cannot be written: the result is a PNG, so name it .png")


def _open(path: Path):
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as picture:
            width, height = picture.size
            check_image(np.broadcast_to(np.uint8(0), (height, width, 3)))  # before its pixels take memory
            return ImageOps.exif_transpose(picture)
    except FileNotFoundError as error:
        raise MattingError(Fault.FILE, f"there is no file {path}") from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise MattingError(Fault.FILE, f"{path} cannot be read: {error}") from error


def _halved(values: np.ndarray, path: Path) -> np.ndarray:
    """16 bits as 8. Only 0 and 65535 are known: a neighbour of either stays unknown."""
    if values.max() < 256:
        raise MattingError(
            Fault.RANGE, f"{path} has 16 bits but no value above 255: save it as 8-bit grey, 0, 128 and 255"
        )
    return np.where(values == 0, 0, np.where(values == 65535, 255, np.clip(values >> 8, 1, 254))).astype(np.uint8)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise MattingError(Fault.FILE, f"{path} cannot be written: {error.strerror}") from error
