"""Pictures and clips with exact truth, from a recipe and sources."""

from dataclasses import dataclass

import cv2
import numpy as np

from .layers import Stack, plate_seen, seen
from .looks import finished, in_colour, wrapped
from .motion import change, flow, moments
from .recipe import Recipe, Shot
from .sources import Part, Sources
from .staging import Stage, staged


@dataclass(frozen=True)
class Clip:
    """T frames of (H, W) with P people in all, each of one shot; people are numbered from 1 through the clip.

    `clean` is what `images` are before grain, files and subtitles. To 1/255 everywhere
    `clean = colours * alpha + plates * (1 - alpha)`, and `people` adds up to `alpha`.
    """

    images: np.ndarray  # (T, H, W, 3) uint8 RGB
    clean: np.ndarray  # (T, H, W, 3) uint8 RGB
    plates: np.ndarray  # (T, H, W, 3) uint8 RGB
    colours: np.ndarray  # (T, H, W, 3) uint8 RGB, straight; 0 where alpha is
    alpha: np.ndarray  # (T, H, W) float32, 0 to 1, of everybody
    people: np.ndarray  # (T, P, H, W) float32, what is seen of each: nearer people hide it
    parts: np.ndarray  # (T, H, W) uint8 of Part, 0 where alpha < 0.5, UNKNOWN (255) where the source had none
    instances: np.ndarray  # (T, H, W) uint8, who shows most, 0 where alpha < 0.5
    depth: np.ndarray  # (T, P) int8, 0 the nearest, -1 not in this shot; alike for people of one picture
    flow: np.ndarray  # (T - 1, H, W, 2) float32, (x, y) in pixels to the next frame, of what shows most; NaN: unknown
    void: np.ndarray  # (T, H, W) bool, where nobody is judged
    cuts: np.ndarray  # (T,) bool, first frames of shots but the first


def compose(recipe: Recipe, sources: Sources) -> Clip:
    """The same recipe and sources give the same bytes on the same machine. Raises what reading the sources raises."""
    stages = [staged(shot, sources, recipe.size) for shot in recipe.shots]
    clip = _blank(recipe, sum(len(stage.depth) for stage in stages))
    at, owner = 0, 0
    for shot, stage in zip(recipe.shots, stages, strict=True):
        clip.cuts[at] = at > 0
        clip.depth[at : at + shot.frames, owner : owner + len(stage.depth)] = stage.depth
        for frame in range(shot.frames):
            _fill(clip, at + frame, owner, stage, shot, frame)
        at, owner = at + shot.frames, owner + len(stage.depth)
    clip.images[:], clip.void[:] = finished(clip.clean, recipe.finish, recipe.seed)
    return clip


def _blank(recipe: Recipe, people: int) -> Clip:
    frames, plane = recipe.frames, (recipe.frames, *recipe.size)
    images, clean, plates, colours = (np.zeros((*plane, 3), np.uint8) for _ in range(4))
    return Clip(
        images, clean, plates, colours,
        np.zeros(plane, np.float32), np.zeros((frames, people, *recipe.size), np.float32),
        np.zeros(plane, np.uint8), np.zeros(plane, np.uint8), np.full((frames, people), -1, np.int8),
        np.full((frames - 1, *recipe.size, 2), np.nan, np.float32),
        np.zeros(plane, bool), np.zeros(frames, bool),
    )  # fmt: skip


def _fill(clip: Clip, at: int, owner: int, stage: Stage, shot: Shot, frame: int) -> None:
    """Frame `frame` of a shot into frame `at` of the clip, its people from number `owner` + 1 on."""
    size = clip.alpha.shape[1:]
    stack = _stacked(stage, shot, size, frame)
    alpha = np.minimum(stack.alphas.sum(0), 1) if stage.depth else np.zeros(size, np.float32)
    plate = plate_seen(stage.plate, stage.placing, size, frame, shot)
    seen_through = plate.astype(np.float32)
    colours = wrapped(stack.colours, alpha, seen_through, shot.light.wrap)
    clip.plates[at], clip.alpha[at] = plate, alpha
    clip.clean[at] = cv2.add(colours, cv2.multiply(seen_through, in_colour(1 - alpha)), dtype=cv2.CV_8U)
    clip.colours[at] = cv2.divide(colours, in_colour(np.maximum(alpha, np.float32(1e-6))), dtype=cv2.CV_8U)
    _name(clip, at, owner, stack, alpha >= 0.5)
    if frame + 1 < shot.frames:
        front = np.where(alpha >= 0.5, stack.front, -1)
        clip.flow[at] = _flow(stage, front, moments(shot.frames)[frame : frame + 2])


def _stacked(stage: Stage, shot: Shot, size: tuple[int, int], frame: int) -> Stack:
    stack = Stack(size, len(stage.depth))
    for number, layer in enumerate(stage.layers):
        patch = seen(layer, size, frame, shot)
        if patch is not None:
            stack.lay(patch, layer.owner, number)
    return stack


def _name(clip: Clip, at: int, owner: int, stack: Stack, solid: np.ndarray) -> None:
    """Who and what is where, of what is `solid` (H, W) bool."""
    people = len(stack.alphas)
    clip.people[at, owner : owner + people] = stack.alphas
    if people:
        front = stack.alphas.argmax(0) if people > 1 else 0
        clip.instances[at] = np.where(solid, front + owner + 1, 0)
        clip.parts[at] = np.where(solid, np.maximum(stack.parts, Part.BODY), 0)


def _flow(stage: Stage, front: np.ndarray, times: np.ndarray) -> np.ndarray:
    """(H, W, 2) between two moments, each pixel moved as the layer that `front` (H, W) names; -1 is the plate.

    NaN where somebody moves in themselves: nobody knows how.
    """
    changes = [change(*stage.placing(times))]
    changes += [change(*layer.placing(times)) * (np.nan if layer.moves else 1) for layer in stage.layers]
    return flow(np.array(changes), front + 1)
