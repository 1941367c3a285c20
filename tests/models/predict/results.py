"""Predicting, and looking at what it left behind."""

import av
import numpy as np
from PIL import Image

from models.predict.__main__ import main


def predicted(out, *arguments):
    """The folder that the command filled."""
    assert main([*map(str, arguments), "-o", str(out)]) == 0
    return out


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def picture(path):
    return np.asarray(Image.open(path))


def everything(out):
    """Bytes of every picture by its place."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.png"))}


def video(path):
    """Pictures and their times in seconds."""
    with av.open(str(path)) as container:
        return [(frame.to_ndarray(format="rgb24"), frame.time) for frame in container.decode(video=0)]


def likeness(matte, truth):
    """Intersection over union at one half."""
    found = matte >= 128
    return (found & truth).sum() / max(1, (found | truth).sum())
