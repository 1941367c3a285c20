"""`python -m models.prelabel VIDEO_OR_FOLDER --out DIR`: the pre-label of one shot, without the platform.

Writes DIR/masks/TRACK/00000.png and DIR/mattes/TRACK/00000.png, 8-bit grey at the frame's size, for the frames a
person is in. The whole input is one shot: cut a film into its shots first.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from models import planes
from models.backends import WeightsMissing
from models.backends.registry import finder

from .shot import FrameLabels, prelabel_shot

_PICTURES = {".jpg", ".jpeg", ".png"}


class Frames:
    """The pictures of a video file or a folder, decoded anew each time they are gone through."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __iter__(self) -> Iterator[np.ndarray]:
        """Pictures (height, width, 3) uint8 RGB in order: by name in a folder, as presented in a video."""
        return self._of_folder() if self.path.is_dir() else self._of_video()

    def _of_folder(self) -> Iterator[np.ndarray]:
        for file in sorted(self.path.iterdir()):
            if file.suffix.lower() in _PICTURES:
                yield np.asarray(Image.open(file).convert("RGB"))

    def _of_video(self) -> Iterator[np.ndarray]:
        import av

        with av.open(str(self.path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            for frame in container.decode(stream):
                yield frame.to_ndarray(format="rgb24")


def write(labels: FrameLabels, out: Path) -> None:
    """Write one frame's planes as PNG under `out`."""
    for person in labels.people:
        for kind, raster in (("masks", person.mask), ("mattes", person.matte)):
            file = out / kind / str(person.track) / f"{labels.index:05d}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(planes.encode("matte", raster))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; answers the exit status."""
    parser = argparse.ArgumentParser(prog="python -m models.prelabel", description="Pre-label one shot.")
    parser.add_argument("shot", type=Path, help="a video file, or a folder of numbered JPEG or PNG pictures")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    options = parser.parse_args(arguments)
    if not options.shot.exists():
        parser.error(f"{options.shot} does not exist")
    frames, tracks = 0, set[int]()
    try:
        for labels in prelabel_shot(Frames(options.shot), finder().open(), _tell):
            write(labels, options.out)
            frames += 1
            tracks.update(person.track for person in labels.people)
    except WeightsMissing as missing:
        print(missing, file=sys.stderr)
        return 1
    print(f"\n{frames} frames, {len(tracks)} people, written to {options.out}")
    return 0


def _tell(stage: str, done: int) -> None:
    print(f"\r{stage}: {done} frames", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
