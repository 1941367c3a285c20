"""MediaPipe selfie segmentation (Google, 2021): two networks of 0.25 MB out of one npm package.

One sees a picture stretched to 256x256, the other one stretched to 256x144. Apache-2.0 as the package states it.
They find upright people well and call about 15 % of person-free pictures a person: never use them without the
presence gate of `models.prelabel`.
"""

import importlib.util
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from . import litert
from .protocol import WeightsMissing

PACKAGE = "@mediapipe/selfie_segmentation"
_FILES = ("selfie_segmentation.tflite", "selfie_segmentation_landscape.tflite")
_INSTALLED = Path(__file__).parents[2] / "frontend" / "node_modules" / PACKAGE


def weights_folder(given: str | Path = "") -> Path:
    """The folder of the weight files: the one given, else `KOUTU_SELFIE_WEIGHTS`, else the npm package in the
    front end."""
    return Path(given or os.environ.get("KOUTU_SELFIE_WEIGHTS") or _INSTALLED)


def available(folder: str | Path = "") -> str | None:
    """None when the networks can run here, else one sentence that says what is missing and what to do."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        return 'ai-edge-litert is not installed: run "make setup" (it is in the extra "ml")'
    folder = weights_folder(folder)
    for name in _FILES:
        if not (folder / name).is_file():
            return (
                f'{name} is not in {folder}: run "npm ci" in frontend/ (it brings {PACKAGE}),'
                " or set KOUTU_SELFIE_WEIGHTS to a folder that holds it"
            )
    return None


@dataclass
class Selfie:
    """Both networks as a `Segmenter`. Loaded on first use; safe to share between threads, which take turns."""

    threads: int = 2
    folder: str | Path = ""
    name: str = field(default="mediapipe-selfie", init=False)
    version: str = field(default="0.1.1675465747", init=False)
    licence: str = field(default="Apache-2.0", init=False)
    _runners: list[Any] = field(default_factory=list, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """Probability (2, height, width) float32 in 0..1, square view first; see `Segmenter`. 10 ms on two cores."""
        import cv2

        height, width = image.shape[:2]
        above, below = _margins(height, width)
        tall = cv2.copyMakeBorder(image, above, below, 0, 0, cv2.BORDER_REFLECT)
        with self._lock:
            answers = [_run(runner, tall) for runner in self._load()]
        full = [cv2.resize(soft, tall.shape[1::-1], interpolation=cv2.INTER_LINEAR) for soft in answers]
        return np.clip(np.stack(full)[:, above : above + height], 0.0, 1.0)

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """The mean of both opinions (height, width) float32 in 0..1; see `Segmenter`."""
        return self.opinions(image).mean(axis=0)

    def _load(self) -> list[Any]:
        if not self._runners:
            reason = available(self.folder)
            if reason is not None:
                raise WeightsMissing(reason)
            self._runners = [litert.open_runner(weights_folder(self.folder) / name, self.threads) for name in _FILES]
        return self._runners


def _margins(height: int, width: int) -> tuple[int, int]:
    """Rows to add above and below a picture wider than 3:2. Stretched to a square, people in wide-screen film are
    half as wide as they are and the networks miss them: with mirrored margins they saw somebody on 51 of 52 frames of
    one film shot and 51 of 72 of another, without on a third and a tenth. Black bars make towers into people."""
    missing = max(0, round(width / 1.5) - height)
    # A mirror cannot show more than there is.
    missing = min(missing, 2 * height)
    return missing // 2, missing - missing // 2


def _run(runner: Any, image: np.ndarray) -> np.ndarray:
    import cv2

    _, rows, columns, _ = runner.get_input_details()[0]["shape"]
    # Area averaging, for a plain bilinear step from 1080 lines to 144 skips most of them.
    small = cv2.resize(image, (int(columns), int(rows)), interpolation=cv2.INTER_AREA)
    (answer,) = litert.run(runner, small.astype(np.float32) / np.float32(255)).values()
    return answer[:, :, 0]
