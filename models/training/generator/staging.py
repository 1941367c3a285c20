"""From a shot and its sources to what stands in it: layers from back to front, and the plate behind them."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from .layers import Layer, Look, Placing
from .looks import Light, defocused, drawn_near, graded, in_colour, spilt
from .props import PROPS, draw_prop
from .recipe import MOST_PEOPLE, Figure, Shot
from .sources import UNKNOWN, Cutout, Performer, Sources, divided

MARGIN = 0.25  # of the frame, on every side of a plate: its motion never shows what is beyond
_MIRROR = {"left": "right", "right": "left"}
_CALM = 0.15  # of its motion is left to somebody cut off above or at a side
_LARGEST = 320  # a prop is drawn for nobody larger, and enlarged: canvases grow with the square


@dataclass(frozen=True)
class Stage:
    """All of a shot: plate (h, w, 3) float32, 0 to 255, and its placing; layers back to front, owners from 1.

    `depth` of every person, 0 the nearest; people of one picture stand at one depth, as nobody said who is nearer.
    """

    plate: np.ndarray
    placing: Placing
    layers: list[Layer]
    depth: list[int]


def staged(shot: Shot, sources: Sources, size: tuple[int, int]) -> Stage:
    """For a frame of `size` (H, W)."""
    rng = np.random.default_rng(shot.seed)
    plate = _plate(shot, sources, size, rng)
    around = plate.reshape(-1, 3)[:: max(1, plate.size // 30000)].mean(0)
    cast = _cast(shot, sources)
    depth = [place for place, (_, performer) in enumerate(cast) for _ in range(performer.people)]
    layers: list[Layer] = []
    for place, (figure, performer) in reversed(list(enumerate(cast))):
        layers += figure_layers(figure, performer, shot, size, depth.index(place) + 1, around)
    plate = drawn_near(plate, _colours_of(layers), shot.light.near)
    plate = graded(defocused(plate, shot.defocus * size[0]), shot.light)
    return Stage(plate, _plate_placing(shot, size), layers, depth)


def _cast(shot: Shot, sources: Sources) -> list[tuple[Figure, Performer]]:
    """Who plays each figure, nearest first; who comes as several may leave no room for those behind."""
    cast: list[tuple[Figure, Performer]] = []
    for figure in shot.people:
        performer = sources.somebody(figure.group, figure.pick)
        if performer.people + sum(other.people for _, other in cast) <= MOST_PEOPLE:
            cast.append((figure, performer))
    return cast


def _colours_of(layers: list[Layer]) -> np.ndarray:
    """(N, 3) of some solid pixels of the nearest person; none where nobody is."""
    nearest = [layer.looks[0].rgba for layer in layers if layer.owner == 1][:1]
    solid = [rgba[..., :3][rgba[..., 3] > 0.95] for rgba in nearest]
    return solid[0][:: max(1, len(solid[0]) // 2000)] if solid else np.empty((0, 3))


def figure_layers(
    figure: Figure, performer: Performer, shot: Shot, size: tuple[int, int], owner: int, around: np.ndarray
) -> list[Layer]:
    """The person and what they wear and hold, back to front; `around` (3,) is the mean colour behind them.

    People who move in themselves, and several together, get nothing further to hold: it would not stay in their hands.
    """
    figure = _kept_cut(figure, performer, size)
    rng = np.random.default_rng(figure.seed)
    shown = performer.shown(shot.frames, rng)
    looks = [_sized(cutout, figure, size[0]) for cutout in shown]
    if rng.random() < 0.5:
        level = rng.uniform(0.15, 0.6) if rng.random() < 0.2 else rng.uniform(0.6, 1.15)  # some with the light behind
        own = Light(gain=tuple((level * rng.uniform(0.93, 1.07, 3)).tolist()))
        looks = [look._replace(rgba=graded(look.rgba, own)) for look in looks]
    body = Layer(looks, owner, _figure_placing(figure, looks[0].parts.shape, size))
    holds = figure.props and len(shown) == 1 and performer.people == 1
    behind, before = _props(body, "below" in performer.cut, shot.frames, rng) if holds else ([], [])
    return [_lit(layer, figure, shot, size[0], around) for layer in (*behind, body, *before)]


def _kept_cut(figure: Figure, performer: Performer, size: tuple[int, int]) -> Figure:
    """Somebody cut off by a picture's edge stays cut off by the frame's, as far as they move and both sides allow."""
    cut = {_MIRROR.get(edge, edge) for edge in performer.cut} if figure.mirrored else performer.cut
    height, (x, y) = figure.height, figure.at
    if "below" in cut:
        height = max(1.4 if "above" in cut else 0.5, height)
        y = max(y, 1.15 + 0.1 * height)
    if "above" in cut:
        height = max(0.6, height)
        y = min(y, 0.95 * height)
    half = height * performer.shape[1] / performer.shape[0] * size[0] / size[1] / 2
    if {"left", "right"} <= cut:
        height, half = height * max(1, 0.6 / half), max(half, 0.6)
        x = float(np.clip(x, 1.05 - half, half - 0.05))
    elif "left" in cut:
        x = min(x, 0.94 * half)
    elif "right" in cut:
        x = max(x, 1 - 0.94 * half)
    motion = figure.motion if cut <= {"below"} else figure.motion.calmed(_CALM)
    return replace(figure, height=height, at=(x, y), motion=motion)


def _sized(cutout: Cutout, figure: Figure, height: int) -> Look:
    """As large as it is seen, mirrored where asked."""
    rgba = cutout.premultiplied()
    parts = np.uint8(UNKNOWN) * (rgba[..., 3] > 0) if cutout.parts is None else cutout.parts
    tall = max(4, round(figure.height * height))
    wide = max(2, round(tall * rgba.shape[1] / rgba.shape[0]))
    how = cv2.INTER_AREA if tall < rgba.shape[0] else cv2.INTER_LINEAR
    rgba = cv2.resize(rgba, (wide, tall), interpolation=how)
    parts = cv2.resize(parts, (wide, tall), interpolation=cv2.INTER_NEAREST_EXACT)
    shares = None if cutout.shares is None else cv2.resize(cutout.shares, (wide, tall), interpolation=how)
    alphas = None if shares is None else divided(rgba[..., 3], shares)
    if not figure.mirrored:
        return Look(rgba, parts, alphas)
    return Look(rgba[:, ::-1].copy(), parts[:, ::-1].copy(), None if alphas is None else alphas[:, ::-1].copy())


def _figure_placing(figure: Figure, of: tuple[int, int], size: tuple[int, int]) -> Placing:
    x, y = figure.at[0] * size[1], figure.at[1] * size[0]
    stand = _shift(x - of[1] / 2, y - of[0])
    return lambda times: figure.motion.at(times, size[0], (x, y - of[0] / 2)) @ stand


def _plate_placing(shot: Shot, size: tuple[int, int]) -> Placing:
    middle, stand = (size[1] / 2, size[0] / 2), _shift(-round(MARGIN * size[1]), -round(MARGIN * size[0]))
    return lambda times: shot.motion.at(times, size[0], middle) @ stand


def _shift(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], np.float64)


def _lit(layer: Layer, figure: Figure, shot: Shot, height: int, around: np.ndarray) -> Layer:
    """Out of focus, in the light of its surroundings, and graded with them."""
    radius = figure.defocus * height
    looks, placing = layer.looks, layer.placing
    if radius >= 0.5:
        room = int(np.ceil(radius)) + 1
        looks, placing = [_blurred(look, radius, room) for look in looks], _with_room(placing, room)
    lit = (graded(spilt(look.rgba, around, shot.light.spill), shot.light) for look in looks)
    return Layer(
        [look._replace(rgba=rgba) for look, rgba in zip(looks, lit, strict=True)], layer.owner, placing
    )  # fmt: skip


def _blurred(look: Look, radius: float, room: int) -> Look:
    """Out of focus, with room on all sides."""
    sides = room, room, room, room
    rgba, parts = (cv2.copyMakeBorder(plane, *sides, cv2.BORDER_CONSTANT) for plane in (look.rgba, look.parts))
    alphas = None if look.alphas is None else cv2.copyMakeBorder(look.alphas, *sides, cv2.BORDER_CONSTANT)
    return Look(defocused(rgba, radius), parts, None if alphas is None else defocused(alphas, radius))


def _with_room(placing: Placing, room: int) -> Placing:
    return lambda times: placing(times) @ _shift(-room, -room)


def _props(body: Layer, bust: bool, frames: int, rng: np.random.Generator) -> tuple[list[Layer], list[Layer]]:
    """One or two things, behind the person and before them."""
    alpha = body.looks[0].rgba[..., 3]
    length = alpha.shape[0] * (1.8 if bust else 1.0)
    scale = max(1.0, length / _LARGEST)
    layers: tuple[list[Layer], list[Layer]] = [], []
    for kind in rng.choice(sorted(PROPS), size=int(rng.integers(1, 3)), replace=False):
        prop = draw_prop(str(kind), length / scale, rng)
        at = _head(alpha) if prop.on_head else _hand(alpha, rng)
        placing = _swaying(body.placing, at, prop.anchor, scale, frames, rng)
        parts = np.full(prop.rgba.shape[:2], prop.part, np.uint8)
        layers[int(rng.random() < 0.75)].append(Layer([Look(prop.rgba, parts)], body.owner, placing))
    return layers


def _swaying(
    body: Placing, at: tuple[float, float], anchor: tuple[float, float], scale: float, frames: int,
    rng: np.random.Generator,
) -> Placing:  # fmt: skip
    """Fixed to the person at one point and turning to and fro about it."""
    far, rounds, first = rng.uniform(0, 0.25), rng.uniform(0, 0.06) * frames, rng.uniform(0, 2 * np.pi)

    def placing(times: np.ndarray) -> np.ndarray:
        turns = far * np.sin(2 * np.pi * rounds * times + first)
        turned = np.zeros((len(turns), 3, 3))
        turned[:, 0, 0] = turned[:, 1, 1] = scale * np.cos(turns)
        turned[:, 1, 0], turned[:, 0, 1] = scale * np.sin(turns), -scale * np.sin(turns)
        turned[:, 2, 2] = 1
        return body(times) @ _shift(*at) @ turned @ _shift(-anchor[0], -anchor[1])

    return placing


def _head(alpha: np.ndarray) -> tuple[float, float]:
    """(x, y) just below the crown."""
    rows = np.flatnonzero((alpha > 0.5).any(axis=1))
    if not len(rows):
        return alpha.shape[1] / 2, 0.0
    near = alpha[rows[0] : rows[0] + max(1, len(rows) // 16)] > 0.5
    return float(np.flatnonzero(near.any(axis=0)).mean()), float(rows[0] + 0.03 * len(rows))


def _hand(alpha: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """(x, y) at one side of the person, between breast and knee."""
    row = int(alpha.shape[0] * rng.uniform(0.35, 0.65))
    columns = np.flatnonzero(alpha[row] > 0.5)
    side = int(rng.integers(2))
    if not len(columns):
        return alpha.shape[1] / 2, float(row)
    return float(columns[-side] + (0.02 - 0.04 * side) * alpha.shape[0]), float(row)


def _plate(shot: Shot, sources: Sources, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """(h, w, 3) float32 of the plate with its decoys, so much larger than the frame as it may move."""
    large = size[0] + 2 * round(MARGIN * size[0]), size[1] + 2 * round(MARGIN * size[1])
    plate = _cropped(sources.plate(shot.plate), large, rng)
    for decoy in shot.decoys:
        rgba, corner = _decoy(decoy, sources, size, rng)
        _pasted(plate, rgba, corner)
    return plate


def _cropped(picture: np.ndarray, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Any part of a picture that has the frame's shape, mirrored by chance, (h, w, 3) float32.

    A narrow picture goes on as in mirrors: enlarged instead, it would be softer than people ever are.
    """
    lacks = min(3 * picture.shape[1], round(picture.shape[0] * size[1] / size[0]) - picture.shape[1])
    if lacks > 0:
        picture = cv2.copyMakeBorder(picture, 0, 0, lacks // 2, lacks - lacks // 2, cv2.BORDER_REFLECT_101)
    share = float(rng.uniform(0.6, 1))
    scale = share * min(picture.shape[0] / size[0], picture.shape[1] / size[1])
    tall, wide = (max(1, int(side * scale)) for side in size)
    top, left = (int(rng.integers(room + 1)) for room in (picture.shape[0] - tall, picture.shape[1] - wide))
    crop = picture[top : top + tall, left : left + wide]
    smaller = tall > size[0]
    resized = cv2.resize(crop, size[::-1], interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return np.ascontiguousarray(resized[:, ::-1] if rng.random() < 0.5 else resized, np.float32)


def _decoy(
    figure: Figure, sources: Sources, size: tuple[int, int], rng: np.random.Generator
) -> tuple[np.ndarray, tuple[int, int]]:
    """Something of a person's shape that is none, or a thing nobody holds, and where its corner (y, x) is."""
    performer = sources.somebody(figure.group, figure.pick)
    figure = _kept_cut(figure, performer, size)
    rgba = _sized(performer.shown(1, rng)[0], figure, size[0]).rgba
    alpha = cv2.extractChannel(rgba, 3)
    if rng.random() < 0.3:
        rgba = draw_prop(str(rng.choice(sorted(PROPS))), min(rgba.shape[0], _LARGEST), rng).rgba
    else:
        stuff = _cropped(sources.plate(rng.random()), rgba.shape[:2], rng)
        grey = cv2.transform(rgba, np.array([[1, 1, 1, 0]], np.float32) / (3 * 255))
        light = cv2.GaussianBlur(grey, (0, 0), max(1.5, rgba.shape[0] / 30)) + np.float32(0.5)
        lit = np.minimum(cv2.multiply(stuff, in_colour(light)), np.float32(255))
        rgba = cv2.merge([*cv2.split(cv2.multiply(lit, in_colour(alpha))), alpha])
    bottom, middle = (MARGIN + figure.at[1]) * size[0], (MARGIN + figure.at[0]) * size[1]
    return rgba, (round(bottom - rgba.shape[0]), round(middle - rgba.shape[1] / 2))


def _pasted(plate: np.ndarray, rgba: np.ndarray, corner: tuple[int, int]) -> None:
    """Over the plate, in place; what is beyond its edges is lost."""
    ends = [min(start + side, whole) for start, side, whole in zip(corner, rgba.shape, plate.shape, strict=False)]
    top, left = (max(0, start) for start in corner)
    if top < ends[0] and left < ends[1]:
        seen = rgba[top - corner[0] : ends[0] - corner[0], left - corner[1] : ends[1] - corner[1]]
        there = plate[top : ends[0], left : ends[1]]
        there[:] = there * (1 - seen[..., 3:]) + seen[..., :3]
