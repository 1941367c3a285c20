"""Writing the frame files and their thumbnails."""

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray

QUALITY = 95
THUMB_HEIGHT = 90
THUMB_QUALITY = 80
PNG_LEVEL = 1


def encode_jpeg(rgb: NDArray[np.uint8], quality: int = QUALITY, subsampling: str = "4:4:4") -> bytes:
    """Encode RGB uint8 (height, width, 3) as JPEG by libjpeg-turbo.

    ``quality`` 1 to 100; ``subsampling`` 4:4:4, 4:2:2 or 4:2:0. The same picture gives the same bytes with the
    same `encoder_name`.
    """
    return simplejpeg.encode_jpeg(rgb, quality=quality, colorspace="RGB", colorsubsampling=subsampling.replace(":", ""))


def encoder_name(quality: int = QUALITY, subsampling: str = "4:4:4") -> str:
    """Name what writes the frame files: with the same name the same picture gives the same bytes."""
    return f"simplejpeg {simplejpeg.__version__} q{quality} {subsampling}"


def encode_png(image: NDArray) -> bytes:
    """Encode uint8 or uint16 grey (height, width), RGB or RGBA (height, width, 3 or 4) as PNG, without loss.

    At the fast end of deflate: a frame of film packs hardly better for three times the time.
    """
    if image.ndim == 3:
        image = cv2.cvtColor(image, cv2.COLOR_RGBA2BGRA if image.shape[2] == 4 else cv2.COLOR_RGB2BGR)
    done, data = cv2.imencode(".png", image, [cv2.IMWRITE_PNG_COMPRESSION, PNG_LEVEL])
    if not done:
        raise ValueError("the picture cannot be written as PNG")
    return data.tobytes()


def png_name() -> str:
    """Name what writes PNG: with the same name the same picture gives the same bytes."""
    return f"opencv {cv2.__version__} png level {PNG_LEVEL}"


def small_size(rows: int, columns: int, height: int = THUMB_HEIGHT, pixel_aspect: float = 1.0) -> tuple[int, int]:
    """Return (width, height) of a picture shrunk to ``height``, never enlarged, with square pixels."""
    scale = min(1.0, height / rows)
    return max(1, round(columns * pixel_aspect * scale)), max(1, round(rows * scale))


def small(rgb: NDArray[np.uint8], height: int = THUMB_HEIGHT, pixel_aspect: float = 1.0) -> NDArray[np.uint8]:
    """Return RGB shrunk by area to `small_size`."""
    size = small_size(rgb.shape[0], rgb.shape[1], height, pixel_aspect)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def thumbnail(rgb: NDArray[np.uint8], height: int = THUMB_HEIGHT, pixel_aspect: float = 1.0) -> bytes:
    """Return a small JPEG of RGB uint8 (height, width, 3) for film strips."""
    return encode_jpeg(small(rgb, height, pixel_aspect), THUMB_QUALITY, "4:2:0")
