"""A head with single hairs before a wall, painted by us: picture, trimap, true alpha and true colours."""

from typing import NamedTuple

import cv2
import numpy as np


class Head(NamedTuple):
    image: np.ndarray  # (H, W, 3) uint8
    trimap: np.ndarray  # (H, W) uint8
    alpha: np.ndarray  # (H, W) float32
    foreground: np.ndarray  # (H, W, 3) uint8
    background: np.ndarray  # (H, W, 3) uint8

    @property
    def band(self):
        return self.trimap == 128

    def error(self, alpha):
        """MAD in the band."""
        return float(np.abs(alpha - self.alpha)[self.band].mean())


def head(height=96, width=80, hairs=14, seed=1):
    chance = np.random.default_rng(seed)
    alpha = soft_head(height, width, hairs, chance)
    foreground = texture(height, width, (150, 70, 45), chance)
    background = texture(height, width, (70, 120, 170), chance)
    image = np.rint(alpha[..., None] * foreground + (1 - alpha[..., None]) * background).astype(np.uint8)
    soft = ((alpha > 0) & (alpha < 1)).astype(np.uint8)
    unknown = cv2.dilate(soft, np.ones((5, 5), np.uint8)) > 0
    trimap = np.where(unknown, 128, np.where(alpha > 0.5, 255, 0)).astype(np.uint8)
    return Head(image, trimap, alpha, foreground, background)


def soft_head(height, width, hairs, chance):
    """An ellipse with a soft edge and hairs under two pixels wide, painted at 4 times the size."""
    canvas = np.zeros((4 * height, 4 * width), np.uint8)
    middle = np.array([2 * width, 2 * height])
    radii = np.array([0.24 * 4 * width, 0.28 * 4 * height])
    cv2.ellipse(canvas, middle.tolist(), radii.astype(int).tolist(), 0, 0, 360, 255, -1)
    canvas = cv2.GaussianBlur(canvas, (0, 0), 3)
    for angle in chance.uniform(0, 2 * np.pi, hairs):
        way = np.array([np.cos(angle), np.sin(angle)])
        ends = [(middle + way * radii * far).astype(int).tolist() for far in (0.9, chance.uniform(1.25, 1.5))]
        cv2.line(canvas, *ends, 255, 3, cv2.LINE_AA)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def texture(height, width, colour, chance):
    """Blotches and a slow shade round a colour."""
    noise = cv2.GaussianBlur(chance.normal(0, 1, (height, width, 3)), (0, 0), 4)
    shade = np.linspace(-12, 12, width)[None, :, None]
    return np.clip(np.array(colour) + 8 * noise / noise.std() + shade, 0, 255).astype(np.uint8)
