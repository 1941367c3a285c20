"""Index rasters as palette PNG: value = id, colours of PASCAL VOC, the same bytes wherever the encoder is the same."""

import io

import numpy as np
from PIL import Image, __version__, features

LEVEL = 6


def _encoder() -> str:
    name = "zlib_ng" if "zlib_ng" in features.get_supported_features() else "zlib"
    number = features.version(name)
    return f"pillow {__version__}, {name} {number}, level {LEVEL}"


ENCODER = _encoder()


def voc_colours() -> list[int]:
    """The 256 colours of PASCAL VOC as 768 numbers: bit i of a channel comes from bits of the id, three by three."""
    colours = []
    for number in range(256):
        channels = [0, 0, 0]
        for bit in range(8):
            for channel in range(3):
                channels[channel] |= (number >> (3 * bit + channel) & 1) << (7 - bit)
        colours += channels
    return colours


_COLOURS = voc_colours()


def png(ids: np.ndarray) -> bytes:
    """Encode ids (height, width) uint8 as an 8-bit palette PNG. Readers: PIL (mode P); OpenCV turns it into colours."""
    height, width = ids.shape
    picture = Image.frombytes("P", (width, height), ids.tobytes())
    picture.putpalette(_COLOURS)
    out = io.BytesIO()
    # `bits` keeps Pillow from packing few ids into 1, 2 or 4 bits, which not every reader takes.
    picture.save(out, "PNG", compress_level=LEVEL, bits=8)
    return out.getvalue()
