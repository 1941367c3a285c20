"""Sources drawn on the spot: a soft person with hair and a hat, a bust, plates of noise."""

import cv2
import numpy as np
import pytest

from models.training.generator import Cutout, Part, Sources


def drawn_person(seed: int, size: tuple[int, int] = (120, 60), bust: bool = False) -> Cutout:
    """Somebody in stripes, with a soft edge; a bust goes on below the picture's edge."""
    rng = np.random.default_rng(seed)
    height, width = size
    body = np.zeros(size, np.uint8)
    end = height + 20 if bust else height - 12
    cv2.rectangle(body, (width // 4, height // 3), (3 * width // 4, end), 255, -1)
    cv2.circle(body, (width // 2, height // 4), width // 5, 255, -1)
    parts = (body > 0) * np.uint8(Part.BODY)
    parts[: height // 5][parts[: height // 5] > 0] = Part.HAIR
    colours = np.zeros((*size, 3), np.uint8) + rng.integers(40, 220, 3).astype(np.uint8)
    colours[::6] = rng.integers(0, 256, 3)
    soft = cv2.GaussianBlur(body.astype(np.float32) / 255, (0, 0), 1.2)
    return Cutout(colours, soft, parts, f"drawn{seed}", "bust" if bust else "drawn")


@pytest.fixture(scope="session")
def sources() -> Sources:
    rng = np.random.default_rng(0)
    plates = [cv2.resize(rng.integers(0, 256, (9, 12, 3), np.uint8), (160, 120)) for _ in range(3)]
    groups = {"drawn": [drawn_person(seed) for seed in range(4)], "busts": [drawn_person(9, (80, 70), bust=True)]}
    return Sources(groups, plates)
