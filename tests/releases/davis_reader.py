"""A reader after the rules of davisvideochallenge/davis2017-evaluation (davis2017/davis.py): no code of ours in it."""

from pathlib import Path

import numpy as np
from PIL import Image


class Davis:
    """A DAVIS 2017 tree at `root`; raises AssertionError where the official reader would not take it."""

    def __init__(self, root: Path, subset: str, resolution: str = "Full-Resolution") -> None:
        names = (root / "ImageSets" / "2017" / f"{subset}.txt").read_text().splitlines()
        self.images = {name: sorted((root / "JPEGImages" / resolution / name).glob("*.jpg")) for name in names}
        self.masks = {name: sorted((root / "Annotations" / resolution / name).glob("*.png")) for name in names}
        for name in names:
            assert self.images[name], f"{name} has no images"
            assert [path.stem for path in self.images[name]] == [path.stem for path in self.masks[name]]

    def ids(self, name: str) -> np.ndarray:
        """Ids (frames, height, width) uint8; 255 is void and read as ground."""
        rasters = []
        for path in self.masks[name]:
            picture = Image.open(path)
            assert picture.mode == "P"
            rasters.append(np.array(picture))
        stack = np.stack(rasters)
        stack[stack == 255] = 0
        return stack

    def objects(self, name: str) -> np.ndarray:
        """Masks (objects, frames, height, width) bool; as many objects as the first frame's highest id."""
        ids = self.ids(name)
        count = int(ids[0].max())
        return ids[None] == np.arange(1, count + 1)[:, None, None, None]
