"""[duplicates.recall]: is a copy of a clip known again, and nothing else taken for one?

Copies are made of pieces (2 to 6 s, some of the sign clips shorter) of real clips, at 270 lines, and all are really
encoded, as VP9 or MPEG-4: 40 of each kind, every fourth with a second kind on top.

* re-encode: 60 to 300 kb/s, 45 to 90 % of the size, at 12, 15, 25 or 30 frames a second;
* crop: each side by 2 to 5 %; grade: contrast, lift, gamma, saturation (a quarter black and white), tint;
* shift: begins or ends 1 s off; logo: an opaque one in a corner, half of them with a subtitle;
* letterbox and mirrored are measured too, but count in no figure.

Non-pairs share no moment of time: two parts of one clip (most of them of a locked camera or of one film), two takes
before one locked camera, and pieces of different clips, copies among them.

Thresholds were set on other pieces: the first half of each long clip and three of the six sign clips, with
other seeds (``DEVELOPED``). What is measured here is the second halves and the other three. They were looked at
once before the rule was final: 8 false of 2,000 then showed that the development pairs held too little of the locked
camera, of which more was drawn; nothing was set on the measured pieces. Pairs are drawn of
pieces in which something moves (`_moves`); of the locked room in which nothing does, one moment cannot be told from
another, and no match is the right answer: row "still" says how many such copies are found all the same.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np

from koutu.clips.media.decode import frames
from koutu.clips.media.encode import small
from koutu.clips.media.likeness.candidates import candidates
from koutu.clips.media.likeness.fingerprint import Fingerprint, Fingerprinter
from koutu.clips.media.likeness.match import Match, likeness
from koutu.clips.media.probing import probe
from koutu.samples import find, is_real
from koutu.samples.video import make_clip

ROOT = Path(__file__).resolve().parent
FILM = "tears_of_steel_battle.webm"
# How many of the pairs come of each; the sign clips share the rest.
SHARES = {FILM: 0.36, "one_by_one.mp4": 0.24, "juggle.mp4": 0.1, "bedroom.mp4": 0.08, "court.webm": 0.08}
SIGNS = (["asl_bird.mkv", "asl_eat.mkv", "asl_hungry.mkv"], ["asl_again.mkv", "asl_book.mkv", "asl_sorry.mkv"])
LOCKED = "one_by_one.mp4"
DEVELOPED, MEASURED = (0, (11, 77)), (1, 2026)
KINDS = ("re-encode", "crop", "grade", "shift", "logo")
EXTRAS = {"letterbox": 20, "mirrored": 20, "still": 10}
EACH, NON_PAIRS = 40, {"one clip, other part": 900, "one camera, other take": 200, "other clips": 900}
HEIGHT, SHIFT, AIM, MOST_FALSE = 270, 1.0, 0.95, 1
DRAWS = 60


@dataclass
class Piece:
    """Some seconds of a clip: frames RGB uint8, and their times in seconds."""

    images: list[np.ndarray]
    times: list[float]


@dataclass(frozen=True)
class Pair:
    """A piece and its copy: where they lie in the clip (seconds), and their fingerprints."""

    clip: str
    kinds: tuple[str, ...]
    piece: tuple[float, float]
    copied: tuple[float, float]
    original: Fingerprint = field(repr=False)
    copy: Fingerprint = field(repr=False)


def run(full: bool) -> dict:
    """Measure recall over 200 pairs and false matches over 2,000 non-pairs; ``full``: three times as many."""
    began = time.perf_counter()
    times = 3 if full else 1
    with ProcessPoolExecutor(2) as pool:
        pairs = make_pairs(pool, *MEASURED, times)
        found = list(pool.map(_compare, [(pair.original, pair.copy) for pair in pairs], chunksize=8))
        others = {kind: list(_non_pairs(kind, count * times, pairs)) for kind, count in NON_PAIRS.items()}
        matched = {kind: list(pool.map(_compare, asked, chunksize=16)) for kind, asked in others.items()}
    judged = list(zip(pairs, found, strict=True))
    rows = [_row(kind, [one for one in judged if one[0].kinds[0] == kind]) for kind in (*KINDS, *EXTRAS)]
    rows += [{"set": kind, "n": len(some), "false": sum(map(bool, some))} for kind, some in matched.items()]
    rows.append(_short_list(pairs))
    false = sum(row.get("false", 0) for row in rows)
    hits, n = (sum(row[name] for row in rows if row["set"] in KINDS) for name in ("found", "n"))
    return {
        "name": "duplicates.recall",
        "value": round(hits / n, 4),
        "unit": "recall",
        "target": AIM,
        "holds": hits / n >= AIM and false <= MOST_FALSE * times,
        "against": f"copies made of {'real' if is_real(find(f'clips/{FILM}')) else 'stand-in'} clips, "
        f"at most {MOST_FALSE} false of {sum(NON_PAIRS.values())} non-pairs",
        "ratio": round(hits / n / AIM, 3),
        "n": n,
        "interval": _wilson(hits, n),
        "seconds": round(time.perf_counter() - began, 1),
        "false": false,
        "rows": rows,
    }


def _compare(two: tuple[Fingerprint, Fingerprint]) -> Match | None:
    cv2.setNumThreads(1)
    return likeness(*two)


def _row(kind: str, judged: list[tuple[Pair, Match | None]]) -> dict:
    hits = [(pair, match) for pair, match in judged if match]
    right = [match for pair, match in hits if abs(match.shift - (pair.piece[0] - pair.copied[0])) <= 0.3]
    missed = [f"{pair.clip} {pair.piece[0]:.1f}-{pair.piece[1]:.1f}" for pair, match in judged if not match]
    return {
        "set": kind,
        "n": len(judged),
        "found": len(hits),
        "at the right shift": len(right),
        "least score": round(min((match.score for _, match in hits), default=0.0), 3),
        "missed": missed[:10],
    }


def _short_list(pairs: list[Pair]) -> dict:
    """Is the original among the 20 candidates for its copy? Clips of the same moments in between do not count."""
    asked = [pair for pair in pairs if "still" not in pair.kinds][::4]
    began, found = time.perf_counter(), 0
    for pair in asked:
        library = [(one, one.original) for one in pairs if one is pair or _apart(one, pair)]
        found += pair in candidates(pair.copy, library)
    each = (time.perf_counter() - began) / (len(asked) * len(pairs))
    return {"set": "short list of 20", "n": len(asked), "found": found, "ms a clip": round(each * 1000, 3)}


def _non_pairs(kind: str, count: int, pairs: list[Pair]) -> Iterator[tuple[Fingerprint, Fingerprint]]:
    rng = random.Random(kind)
    fits = {
        "one clip, other part": lambda one, other: one.clip == other.clip and _apart(one, other),
        "one camera, other take": lambda one, other: "asl_" in one.clip and "asl_" in other.clip,
        "other clips": lambda one, other: "asl_" not in one.clip or "asl_" not in other.clip,
    }[kind]
    asked = [pair for pair in pairs if kind != "one camera, other take" or "asl_" in pair.clip]
    for _ in range(count * 200):
        one, other = rng.choice(asked), rng.choice(asked)
        if fits(one, other) and (kind == "one clip, other part" or one.clip != other.clip):
            yield rng.choice((one.original, one.copy)), rng.choice((other.original, other.copy))
            count -= 1
        if not count:
            return


def _apart(one: Pair, other: Pair, least: float = 0.3) -> bool:
    """Whether two pairs share no moment."""
    (begin, end), (later, last) = (
        (min(pair.piece[0], pair.copied[0]), max(pair.piece[1], pair.copied[1])) for pair in (one, other)
    )
    return one.clip != other.clip or end + least < later or last + least < begin


def make_pairs(pool: ProcessPoolExecutor, half: int, seed: int, times: int = 1) -> list[Pair]:
    """Make all pairs, each from its own seed, clip by clip so that one clip's frames are held at a time."""
    rng = random.Random(seed)
    kinds = [kind for kind in KINDS for _ in range(EACH * times)]
    kinds += [kind for kind, count in EXTRAS.items() for _ in range(count)]
    tasks: dict[tuple[str, int], list] = {}
    for index, kind in enumerate(kinds):
        more = [rng.choice([other for other in KINDS if other != kind])] if kind in KINDS and index % 4 == 0 else []
        asked = (kind, *more)
        clip = _clip_for(asked, half, rng)
        # The clips most is drawn of are split, so that both processes have work to the end.
        part = index % 3 if clip in (FILM, LOCKED) else 0
        tasks.setdefault((clip, part), []).append((seed * 10_000 + index, asked))
    order = sorted(tasks, key=lambda task: -len(tasks[task]))
    made = pool.map(_make_some, [task[0] for task in order], [half] * len(order), [tasks[task] for task in order])
    return [pair for some in made for pair in some]


def _clip_for(kinds: tuple[str, ...], half: int, rng: random.Random) -> str:
    if "still" in kinds:
        return LOCKED
    # A second taken off a sign leaves nearly nothing of it.
    signs = [] if "shift" in kinds else SIGNS[half]
    names = [*SHARES, *signs]
    return rng.choices(names, [SHARES.get(name, (1 - sum(SHARES.values())) / 3) for name in names])[0]


def _make_some(clip: str, half: int, asked: list[tuple[int, tuple[str, ...]]]) -> list[Pair]:
    cv2.setNumThreads(1)
    whole = _half(clip, half)
    with tempfile.TemporaryDirectory() as folder:
        return [_make(clip, whole, kinds, random.Random(seed), Path(folder)) for seed, kinds in asked]


def _half(clip: str, half: int) -> Piece:
    path = ROOT.parent / "demo" / clip if clip == "court.webm" else find(f"clips/{clip}")
    every = [(small(frame.image, HEIGHT), frame.time) for frame in frames(path, probe(path))]
    middle = len(every) // 2
    kept = every if "asl_" in clip else every[middle:] if half else every[:middle]
    return Piece([image for image, _ in kept], [at for _, at in kept])


def _make(clip: str, whole: Piece, kinds: tuple[str, ...], rng: random.Random, folder: Path) -> Pair:
    for _ in range(DRAWS):
        piece, copied = _draw(whole, rng, "shift" in kinds)
        shared = _part(whole, max(piece.times[0], copied.times[0]), min(piece.times[-1], copied.times[-1]))
        if _moves(shared) != ("still" in kinds):
            break
    changed = copied.images
    for kind in kinds:
        if change := _CHANGES.get(kind):
            changed = list(map(change(rng), changed))
    copy = _encoded(Piece(changed, copied.times), "re-encode" in kinds, rng, folder)
    begin = piece.times[0]
    original = Piece([small(image) for image in piece.images], [at - begin for at in piece.times])
    spans = [(one.times[0], one.times[-1]) for one in (piece, copied)]
    return Pair(clip, kinds, spans[0], spans[1], _fingerprint(original), _fingerprint(copy))


def _draw(whole: Piece, rng: random.Random, shifted: bool) -> tuple[Piece, Piece]:
    """Return a piece and what is copied: the same, or that which begins and ends 1 s later or earlier."""
    first, last = whole.times[0], whole.times[-1]
    length = min(last - first, rng.uniform(3.0 if shifted else 2.0, 6.0))
    start = first + rng.uniform(0, last - first - length)
    piece = _part(whole, start, start + length)
    if not shifted:
        return piece, piece
    by = SHIFT * rng.choice((-1, 1))
    # At an end of the clip the copy is a second shorter.
    return piece, _part(whole, max(first, start + by), min(last, start + length + by))


def _part(whole: Piece, start: float, end: float) -> Piece:
    inside = [index for index, at in enumerate(whole.times) if start <= at <= end]
    return Piece([whole.images[index] for index in inside], [whole.times[index] for index in inside])


def _moves(piece: Piece) -> bool:
    """Whether in three half seconds or more at least 2 % of the picture changes by more than 16 levels."""
    at = np.arange(piece.times[0], piece.times[-1], 0.25)
    greys = [cv2.cvtColor(small(piece.images[_index(piece, t)]), cv2.COLOR_RGB2GRAY) for t in at]
    changed = [float((cv2.absdiff(a, b) > 16).mean()) for a, b in zip(greys, greys[2:], strict=False)]
    return sum(share >= 0.02 for share in changed) >= 3


def _index(piece: Piece, at: float) -> int:
    return max(0, int(np.searchsorted(piece.times, at + 1e-6)) - 1)


def _fingerprint(piece: Piece) -> Fingerprint:
    maker = Fingerprinter()
    for image, at in zip(piece.images, piece.times, strict=True):
        maker.push(image, at)
    return maker.finish()


def _encoded(piece: Piece, hard: bool, rng: random.Random, folder: Path) -> Piece:
    """Write the pictures as a video and read them back, small."""
    rows, columns = piece.images[0].shape[:2]
    scale = rng.uniform(0.45, 0.9) if hard else 1.0
    size = (round(columns * scale) // 2 * 2, round(rows * scale) // 2 * 2)
    fps = rng.choice((12, 15, 25, 30)) if hard else (len(piece.times) - 1) / (piece.times[-1] - piece.times[0])
    at = np.arange(piece.times[0], piece.times[-1] + 1e-3, 1 / fps)
    images = (cv2.resize(piece.images[_index(piece, t)], size, interpolation=cv2.INTER_AREA) for t in at)
    ending, rates = rng.choice(((".webm", (60, 120, 200)), (".mp4", (150, 300))))
    rate = f"{rng.choice(rates) if hard else 800}000"
    path = folder / f"copy{ending}"
    make_clip(path, images=images, fps=Fraction(fps).limit_denominator(100), options={"b": rate, "crf": "40"})
    back = [(small(frame.image), frame.time) for frame in frames(path, probe(path))]
    return Piece([image for image, _ in back], [time for _, time in back])


Change = Callable[[np.ndarray], np.ndarray]


def _crop(rng: random.Random) -> Change:
    top, bottom, left, right = (rng.uniform(0.02, 0.05) for _ in range(4))

    def change(image: np.ndarray) -> np.ndarray:
        rows, columns = image.shape[:2]
        return image[
            round(top * rows) : round((1 - bottom) * rows), round(left * columns) : round((1 - right) * columns)
        ]

    return change


def _grade(rng: random.Random) -> Change:
    saturation = 0.0 if rng.random() < 0.25 else rng.uniform(0.4, 1.5)
    contrast, lift, gamma = rng.uniform(0.65, 1.35), rng.uniform(-0.08, 0.08), rng.uniform(0.6, 1.6)
    tint = np.array([rng.uniform(0.85, 1.1) for _ in range(3)], np.float32)

    def change(image: np.ndarray) -> np.ndarray:
        light = image.astype(np.float32) / 255
        grey = cv2.cvtColor(light, cv2.COLOR_RGB2GRAY)[..., None]
        toned = (grey + (light - grey) * saturation - 0.5) * contrast + 0.5 + lift
        return np.clip(np.clip(toned, 0, 1) ** gamma * tint * 255, 0, 255).astype(np.uint8)

    return change


def _logo(rng: random.Random) -> Change:
    corner, share, subtitle = rng.randrange(4), rng.uniform(0.08, 0.14), rng.random() < 0.5

    def change(image: np.ndarray) -> np.ndarray:
        image = image.copy()
        rows, columns = image.shape[:2]
        wide = round(share * columns)
        x, y = (8 if corner % 2 else columns - wide - 8), (8 if corner < 2 else rows - wide // 2 - 8)
        cv2.rectangle(image, (x, y), (x + wide, y + wide // 2), (230, 40, 60), -1)
        _write(image, "TV", (x + 4, y + wide // 2 - 4), wide / 60)
        if subtitle:
            _write(image, "and so they went away for good", (columns // 6, rows - 16), columns / 800)
        return image

    return change


def _write(image: np.ndarray, text: str, at: tuple[int, int], size: float) -> None:
    for colour, thick in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(image, text, at, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick)


def _letterbox(rng: random.Random) -> Change:
    above, beside = rng.choice(((0.1, 0), (0.16, 0), (0, 0.12)))

    def change(image: np.ndarray) -> np.ndarray:
        down, across = round(above * image.shape[0]), round(beside * image.shape[1])
        return cv2.copyMakeBorder(image, down, down, across, across, cv2.BORDER_CONSTANT)

    return change


def _mirror(rng: random.Random) -> Change:
    return lambda image: np.ascontiguousarray(image[:, ::-1])


_CHANGES = {"crop": _crop, "grade": _grade, "logo": _logo, "letterbox": _letterbox, "mirrored": _mirror}


def _wilson(hits: int, n: int, z: float = 1.96) -> list[float]:
    share = hits / n
    middle, spread = share + z * z / (2 * n), z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return [round(max(0.0, (middle - spread) / (1 + z * z / n)), 3), round((middle + spread) / (1 + z * z / n), 3)]
