"""From unlabelled pictures and films to targets: looked at by the teacher, refused or kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.backends import Segmenter

from .agreement import Disagreement, Target, agreed
from .likeness import Album
from .store import Done, Store
from .unlabelled import Piece, album_of, clips, pieces, still, stills


def make(samples: Path, store: Store, teacher: Segmenter, most: int | None = None) -> Iterator[Done]:
    """Teach what is not done yet, piece by piece, and tell of each; at most `most` of them.

    A piece is refused that is, or holds, a copy of what is judged, and one of which the teacher's views think
    differently. Raises PredictError and WeightsMissing.
    """
    album = album_of(samples)
    for piece in _undone(samples, store):
        if most is not None and most <= 0:
            return
        most = None if most is None else most - 1
        _teach(piece, store, teacher, album)
        yield store.done[piece.name]


def _undone(samples: Path, store: Store) -> Iterator[Piece]:
    for name, file in stills(samples):
        if name not in store.done:
            yield still(name, file)
    for clip in clips(samples):
        yield from (piece for piece in pieces(clip) if piece.name not in store.done)


def _teach(piece: Piece, store: Store, teacher: Segmenter, album: Album) -> None:
    for frame in piece.frames:
        original = album.original(frame)
        if original is not None:
            store.refuse(piece.name, f"a copy of {original}, which is kept for judging")
            return
    try:
        store.add(piece, [target(frame, teacher) for frame in piece.frames])
    except Disagreement as disagreement:
        store.refuse(piece.name, str(disagreement))


def target(image: np.ndarray, teacher: Segmenter) -> Target:
    """What the teacher's views of `image` (H, W, 3) uint8 RGB, as it is and mirrored, agree on. Raises
    Disagreement."""
    mirrored = teacher.opinions(np.ascontiguousarray(image[:, ::-1]))[..., ::-1]
    return agreed(np.concatenate([teacher.opinions(image), mirrored]))
