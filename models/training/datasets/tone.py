"""How a photograph or film is made to look otherwise: its labels stay true."""

from dataclasses import dataclass

import cv2
import numpy as np

from models.training.generator.looks import Finish, draw_finish

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601


@dataclass(frozen=True)
class Tone:
    """A `gain` a channel, a `gamma`, a `saturation` from 0 (grey), a Gaussian `blur` in shares of the side, and what
    a film and its file add."""

    gain: tuple[float, float, float]
    gamma: float
    saturation: float
    blur: float
    finish: Finish

    def coloured(self, picture: np.ndarray) -> np.ndarray:
        """A picture (h, w, 3) uint8 in this tone."""
        level = (picture.astype(np.float32) / 255) ** np.float32(self.gamma) * np.array(self.gain, np.float32)
        grey = (level @ _LUMA)[..., None]
        return ((grey + (level - grey) * np.float32(self.saturation)) * 255).round().clip(0, 255).astype(np.uint8)

    def softened(self, plane: np.ndarray) -> np.ndarray:
        """A plane out of focus, pictures and people alike."""
        sigma = self.blur * plane.shape[0]
        return plane if sigma < 0.3 else cv2.GaussianBlur(plane, (0, 0), sigma)


def draw_tone(rng: np.random.Generator) -> Tone:
    """By chance: a third is darkened, a third recoloured, a quarter blurred."""
    level = np.exp(rng.uniform(np.log(0.1), np.log(0.8))) if rng.random() < 0.35 else rng.uniform(0.85, 1.15)
    cast = rng.uniform(0.8, 1.2, 3) if rng.random() < 0.35 else np.ones(3)
    return Tone(
        tuple((level * cast).tolist()),
        float(np.exp(rng.uniform(-0.35, 0.35))),
        float(rng.uniform(0, 1.4)) if rng.random() < 0.35 else 1.0,
        float(rng.uniform(0.001, 0.008)) if rng.random() < 0.25 else 0.0,
        draw_finish(rng),
    )
