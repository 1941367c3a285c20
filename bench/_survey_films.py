"""Synthetic films with known transitions, repeats, bars, logos and subtitles, out of real shots and through a codec."""

import io
import itertools
import json
import random
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from koutu.clips.media.decode import frames
from koutu.clips.media.probing import probe
from koutu.samples import catalogue, find, is_real

ROOT = Path(__file__).resolve().parent
WIDTH, HEIGHT = 480, 270
FILM = "tears_of_steel_battle.webm"
# Shots of the film with an even number and these clips are for setting thresholds, the others for measuring.
TUNING = ["bedroom.mp4", "asl_again.mkv", "asl_bird.mkv", "asl_eat.mkv"]
# In these nothing is shown twice: a webcam's clips repeat by themselves.
MOVING = [FILM, "bedroom.mp4", "juggle.mp4", "asl_eat.mkv"]
MEASURING = ["juggle.mp4", "asl_book.mkv", "asl_hungry.mkv", "asl_sorry.mkv"]
SPLIT = "one_by_one.mp4"
CODECS = [("libx264", "crf", (18, 28)), ("mpeg4", "qscale", (3, 7)), ("libvpx", "crf", (10, 30))]
WORDS = "the night is over we must go now who are you never come back tell him wait for me I saw it".split()

Pictures = list[np.ndarray]


@dataclass
class Film:
    """A film and the truth about it; overlays and the box are in fractions."""

    pictures: Pictures
    transitions: list[tuple[str, int, int]] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    repeats: list[int] = field(default_factory=list)
    cadence: str = ""
    letterbox: tuple[float, float, float, float] | None = None
    overlays: list[tuple[str, int, int, tuple[float, float, float, float]]] = field(default_factory=list)


def load(name: str, width: int = WIDTH) -> Pictures:
    """Return a sample clip, RGB uint8, ``width`` pixels wide."""
    path = find(f"clips/{name}")
    pictures = []
    for frame in frames(path, probe(path)):
        height = round(frame.image.shape[0] * width / frame.image.shape[1])
        pictures.append(cv2.resize(frame.image, (width, height), interpolation=cv2.INTER_AREA))
    return pictures


def shots(measuring: bool, moving: bool = False) -> list[Pictures]:
    """Return the shots of one half of the samples, each of at least 25 frames of 16:9.

    ``moving`` asks for those in which every picture is new.
    """
    film = load(FILM)
    ends = [0, *_cuts(), len(film)]
    found = [film[a:b] for a, b in zip(ends, ends[1:], strict=False)][measuring::2]
    names = MEASURING if measuring else TUNING
    found += [load(name) for name in names if name in MOVING or not moving]
    if not moving:
        room = load(SPLIT)
        half = len(room) // 2
        room = room[half:] if measuring else room[:half]
        found += [room[at : at + 100] for at in range(0, len(room) - 100, 150)]
    return [[_wide(picture) for picture in shot] for shot in found if len(shot) >= 25]


def _cuts() -> list[int]:
    if is_real(find(f"clips/{FILM}")):
        return json.loads((ROOT / "cuts_truth.json").read_text())["cuts"]
    lengths = [count for count, _ in catalogue()[f"clips/{FILM}"].drawing.shots]
    return list(itertools.accumulate(lengths))[:-1]


def _wide(picture: np.ndarray) -> np.ndarray:
    rows, columns = picture.shape[:2]
    width, height = min(columns, rows * 16 // 9), min(rows, columns * 9 // 16)
    top, left = (rows - height) // 2, (columns - width) // 2
    crop = picture[top : top + height, left : left + width]
    return cv2.resize(crop, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


def joined(pool: list[Pictures], rng: random.Random, pieces: int) -> Film:
    """Join pieces by hard cuts, dissolves of 8 to 40 frames and fades; put flashes into some."""
    film = Film(_piece(pool, rng, rng.randint(35, 70)))
    for _ in range(pieces - 1):
        join = rng.choice(["cut", "dissolve", "dissolve", "fade"])
        {"cut": _cut, "dissolve": _dissolve, "fade": _fade}[join](film, pool, rng)
        if rng.random() < 0.4:
            _flash(film, rng)
    return film


def cut_only(pool: list[Pictures], rng: random.Random, pieces: int) -> Film:
    """Join pieces by hard cuts."""
    film = Film(_piece(pool, rng, rng.randint(25, 60)))
    for _ in range(pieces - 1):
        _cut(film, pool, rng)
    return film


def _piece(pool: list[Pictures], rng: random.Random, length: int) -> Pictures:
    shot = rng.choice(pool)
    length = min(length, len(shot))
    start = rng.randint(0, len(shot) - length)
    return [picture.copy() for picture in shot[start : start + length]]


def _cut(film: Film, pool: list[Pictures], rng: random.Random) -> None:
    film.cuts.append(len(film.pictures))
    film.pictures += _piece(pool, rng, rng.randint(25, 60))


def _dissolve(film: Film, pool: list[Pictures], rng: random.Random) -> None:
    after = _piece(pool, rng, rng.randint(45, 90))
    last_join = max([0, *film.cuts, *(last for _, _, last in film.transitions)])
    room = min(len(film.pictures) - last_join - 5, len(after) - 8, 40)
    if room < 8 or _alike(film.pictures[-1], after[0]):
        _cut(film, pool, rng)
        return
    length = rng.randint(8, room)
    first = len(film.pictures) - length
    for step in range(length):
        share = (step + 1) / (length + 1)
        film.pictures[first + step] = cv2.addWeighted(film.pictures[first + step], 1 - share, after[step], share, 0)
    film.pictures += after[length:]
    film.transitions.append(("dissolve", first, first + length - 1))


def _alike(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether both are views of one set: dissolving those is hardly one to the eye."""
    grey = [cv2.resize(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (48, 27)).ravel() for p in (before, after)]
    return float(np.corrcoef(grey)[0, 1]) > 0.6


def _fade(film: Film, pool: list[Pictures], rng: random.Random) -> None:
    colour = rng.choice([(0, 0, 0), (0, 0, 0), (255, 255, 255), (16, 16, 16)])
    out, flat, into = rng.randint(6, 25), rng.randint(1, 20), rng.randint(6, 25)
    last_join = max([0, *film.cuts, *(last for _, _, last in film.transitions)])
    out = min(out, len(film.pictures) - last_join - 5)
    if out < 6:
        _cut(film, pool, rng)
        return
    plain = np.full_like(film.pictures[0], colour)
    first = len(film.pictures) - out
    for step in range(out):
        film.pictures[first + step] = _mix(film.pictures[first + step], plain, (step + 1) / (out + 1))
    film.transitions.append(("fade_out", first, first + out - 1))
    film.pictures += [plain.copy() for _ in range(flat)]
    after = _piece(pool, rng, rng.randint(45, 90))
    into = min(into, len(after) - 5)
    start = len(film.pictures)
    film.pictures += [_mix(after[step], plain, 1 - (step + 1) / (into + 1)) for step in range(into)] + after[into:]
    film.transitions.append(("fade_in", start, start + into - 1))


def _mix(picture: np.ndarray, other: np.ndarray, share: float) -> np.ndarray:
    return cv2.addWeighted(picture, 1 - share, other, share, 0)


def _flash(film: Film, rng: random.Random) -> None:
    length = rng.randint(1, 4)
    last_join = max([0, *film.cuts, *(last for _, _, last in film.transitions)])
    free = len(film.pictures) - last_join - length - 10
    if free < 2:
        return
    first = last_join + 5 + rng.randrange(free)
    white, share = np.full_like(film.pictures[0], 255), rng.uniform(0.6, 1.0)
    for at in range(first, first + length):
        film.pictures[at] = _mix(film.pictures[at], white, share)
    film.transitions.append(("flash", first, first + length - 1))


def retimed(film: Film, rng: random.Random) -> Film:
    """Repeat pictures: every one twice or three times, or one in N."""
    every = rng.choice([2, 2, 3, 5, 13, 25, 25])
    film.cadence = {2: "twos", 3: "threes"}.get(every, f"one in {every}")
    pictures: Pictures = []
    phase = rng.randrange(every)
    for number, picture in enumerate(film.pictures):
        pictures.append(picture)
        more = every - 1 if every <= 3 else int((number + phase) % (every - 1) == 0)
        for _ in range(more):
            film.repeats.append(len(pictures))
            pictures.append(picture)
    film.pictures = pictures[:400]
    film.repeats = [at for at in film.repeats if at < 400]
    return film


def boxed(film: Film, rng: random.Random) -> Film:
    """Lay bars at the top and bottom, at the sides, or all round."""
    up = rng.randint(8, 40) if rng.random() < 0.8 else 0
    side = rng.randint(10, 60) if not up or rng.random() < 0.15 else 0
    level = rng.choice([0, 0, 16])
    picture_size = (WIDTH - 2 * side, HEIGHT - 2 * up)
    for at, picture in enumerate(film.pictures):
        frame = np.full_like(picture, level)
        frame[up : HEIGHT - up, side : WIDTH - side] = cv2.resize(picture, picture_size, interpolation=cv2.INTER_AREA)
        film.pictures[at] = frame
    film.letterbox = (side / WIDTH, up / HEIGHT, 1 - side / WIDTH, 1 - up / HEIGHT)
    return film


def with_logo(film: Film, rng: random.Random) -> Film:
    """Draw a ring or letters into a corner, half to fully opaque, from the start or from a tenth on."""
    alpha, scale = rng.uniform(0.5, 1.0), rng.uniform(0.5, 1.1)
    left, top = rng.random() < 0.5, rng.random() < 0.7
    mark = np.zeros((HEIGHT, WIDTH), np.uint8)
    width, height = round(60 * scale), round(26 * scale)
    x = rng.randint(10, 30) if left else WIDTH - width - rng.randint(10, 30)
    y = rng.randint(8, 24) if top else HEIGHT - height - rng.randint(8, 24)
    if rng.random() < 0.5:
        cv2.circle(mark, (x + height // 2, y + height // 2), height // 2, 255, 2, cv2.LINE_AA)
        cv2.circle(mark, (x + height // 2, y + height // 2), height // 5, 255, -1, cv2.LINE_AA)
        x2, word = x + height + 3, "TV"
    else:
        x2, word = x, rng.choice(["KTV", "ONE", "CH5"])
    cv2.putText(mark, word, (x2, y + height - 3), cv2.FONT_HERSHEY_DUPLEX, 0.9 * scale, 255, 2, cv2.LINE_AA)
    cover = (mark / 255.0 * alpha)[..., None]
    first = 0 if rng.random() < 0.8 else len(film.pictures) // 10
    colour = np.array(rng.choice([(255, 255, 255), (250, 210, 60), (200, 30, 30)]), np.float64)
    rows, columns = _around(mark)
    cover = cover[rows, columns]
    for at in range(first, len(film.pictures)):
        patch = film.pictures[at][rows, columns]
        patch[:] = np.rint(patch * (1 - cover) + colour * cover)
    film.overlays.append(("logo", first, len(film.pictures) - 1, _box_of(mark)))
    return film


def with_subtitles(film: Film, rng: random.Random) -> Film:
    """Write outlined lines into the lower or upper quarter, each for 15 to 100 frames."""
    base = round(HEIGHT * (0.93 if rng.random() < 0.8 else 0.12))
    scale, colour = rng.uniform(0.45, 0.75), rng.choice([(255, 255, 255), (255, 255, 255), (255, 240, 80)])
    at = rng.randint(5, 30)
    while at + 20 < len(film.pictures):
        last = min(at + rng.randint(15, 100), len(film.pictures)) - 1
        fill, edge = _line(" ".join(rng.choices(WORDS, k=rng.randint(3, 8))), base, scale)
        rows, columns = _around(edge)
        dark, cover = edge[rows, columns, None] / 255.0, fill[rows, columns, None] / 255.0
        for index in range(at, last + 1):
            patch = film.pictures[index][rows, columns]
            patch[:] = np.rint(patch * (1 - dark) * (1 - cover) + np.array(colour) * cover)
        film.overlays.append(("subtitle", at, last, _box_of(edge)))
        at = last + 1 + rng.choice([0, 2, 10, 30, 60])
    return film


def _line(words: str, base: int, scale: float) -> tuple[np.ndarray, np.ndarray]:
    (width, _), _ = cv2.getTextSize(words, cv2.FONT_HERSHEY_SIMPLEX, scale, 1)
    fill, edge = np.zeros((HEIGHT, WIDTH), np.uint8), np.zeros((HEIGHT, WIDTH), np.uint8)
    place = (max(4, (WIDTH - width) // 2), base)
    cv2.putText(edge, words, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 4, cv2.LINE_AA)
    cv2.putText(fill, words, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    return fill, edge


def _around(mark: np.ndarray) -> tuple[slice, slice]:
    x, y, width, height = cv2.boundingRect(mark)
    return slice(y, y + height), slice(x, x + width)


def _box_of(mark: np.ndarray) -> tuple[float, float, float, float]:
    x, y, width, height = cv2.boundingRect((mark > 40).astype(np.uint8))
    return x / WIDTH, y / HEIGHT, (x + width) / WIDTH, (y + height) / HEIGHT


def coded(film: Film, rng: random.Random) -> Film:
    """Put a film through a lossy codec in memory."""
    codec, knob, span = rng.choice(CODECS)
    value = rng.randint(*span)
    store = io.BytesIO()
    with av.open(store, "w", format="matroska") as container:
        stream = container.add_stream(codec, rate=Fraction(25))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.codec_context.thread_count = 1
        stream.options = {
            "libx264": {"preset": "veryfast", "crf": str(value)},
            "mpeg4": {"qmin": str(value), "qmax": str(value + 1)},
            "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": str(value), "b": "1500000"},
        }[codec]
        for picture in film.pictures:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    store.seek(0)
    with av.open(store) as container:
        film.pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return film


def make(kind: str, pool: list[Pictures], seed: int) -> Film:
    """Make one film: ``kind`` is joins, cadence, bars or marks."""
    rng = random.Random(f"{kind} {seed}")
    if kind == "joins":
        film = joined(pool, rng, rng.randint(5, 8))
        film = boxed(film, rng) if rng.random() < 0.15 else film
    elif kind == "cadence":
        film = retimed(cut_only(pool, rng, rng.randint(2, 6)), rng)
    elif kind == "bars":
        film = boxed(cut_only(pool, rng, rng.randint(2, 5)), rng)
        film = with_subtitles(film, rng) if rng.random() < 0.4 else film
    else:
        film = cut_only(pool, rng, rng.randint(9, 14))
        film = boxed(film, rng) if rng.random() < 0.2 else film
        film = with_logo(film, rng) if rng.random() < 0.7 else film
        film = with_subtitles(film, rng) if rng.random() < 0.6 else film
    return coded(film, rng)
