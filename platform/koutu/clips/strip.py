"""Filmstrips: a few thumbnails side by side in one JPEG."""

import io

from PIL import Image

from koutu.clips.models import Clip, Frame
from koutu.storage import blobs

MAX_CELLS = 64


def indices(first: int, last: int, count: int) -> list[int]:
    """Return `count` frame indices spread evenly over first … last (both may appear)."""
    step = (last - first) / count
    return [first + int(step * (cell + 0.5)) for cell in range(count)]


def sprite(clip: Clip, first: int, last: int, count: int, height: int) -> bytes:
    """Return a JPEG of `count` cells, `height` px high, each of the clip's own shape as displayed."""
    wanted = indices(first, last, count)
    frames = Frame.objects.filter(clip=clip, index__in=wanted).select_related("thumb__pack")
    thumbs = {frame.index: frame.thumb for frame in frames}
    ratio = clip.width * clip.pixel_aspect_num / (clip.height * clip.pixel_aspect_den)
    width = max(1, round(height * ratio))
    strip = Image.new("RGB", (width * count, height))
    for cell, index in enumerate(wanted):
        if index in thumbs:
            with Image.open(io.BytesIO(blobs.read(thumbs[index]))) as thumb:
                strip.paste(thumb.resize((width, height), Image.Resampling.LANCZOS), (cell * width, 0))
    out = io.BytesIO()
    strip.save(out, "JPEG", quality=80)
    return out.getvalue()
