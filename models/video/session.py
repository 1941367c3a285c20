"""A run over a span put down: typed, and written as one file that another process can take up."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from .shelf import Key, Packed
from .spans import Span

_FORM = "koutu-propagation-3"


class SessionError(ValueError):
    """Bytes that are no session of this version. The message says what to do."""


@dataclass(frozen=True)
class Session:
    """How far a run over `span` has come: `place` frames of its pass `number`, counted from 0.

    `track` is the tracker's state (see `Resumable`), empty where a pass is to be begun; `shelf` what the first pass
    left for the second. `tracker` names who follows, with the version of the weights; `anchors` is a digest of what
    people said.
    """

    span: Span
    back_first: bool = False
    number: int = 0
    place: int = 0
    track: Mapping[str, np.ndarray] = field(default_factory=dict)
    shelf: Mapping[Key, Packed] = field(default_factory=dict)
    tracker: str = ""
    anchors: str = ""

    def pieces(self) -> Iterator[bytes | memoryview]:
        """As it is written, a piece at a time, so that memory does not grow with the span: safetensors with a line of
        JSON, then the planes of the shelf, each after its key and shape in JSON. Lengths (u64 little endian) come
        before what they are of."""
        from safetensors.numpy import save

        about = {
            "span": asdict(self.span), "back_first": self.back_first, "number": self.number, "place": self.place,
            "tracker": self.tracker, "anchors": self.anchors, "planes": len(self.shelf),
        }  # fmt: skip
        arrays = {name: np.ascontiguousarray(array) for name, array in self.track.items()}
        yield from _measured(save(arrays, {_FORM: json.dumps(about)}))
        for key, (shape, data) in self.shelf.items():
            yield from _measured(json.dumps([*key, *shape]).encode())
            yield from _measured(data)

    def packed(self) -> bytes:
        """All pieces at once."""
        return b"".join(self.pieces())

    @classmethod
    def unpacked(cls, data: bytes | memoryview) -> "Session":
        """The inverse of `packed`; planes of the shelf stay where they lie in `data`. Raises SessionError."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            pieces = _pieces(memoryview(data))
            head = bytes(next(pieces, b""))
            track, about = load(head), _header(head)
            span = Span(**about["span"] | {"things": tuple(about["span"]["things"])})
            shelf = dict(_lying(line, plane) for line, plane in zip(pieces, pieces, strict=True))
            if len(shelf) != about.pop("planes"):
                raise ValueError("it ends early")
            return cls(**about | {"span": span, "track": track, "shelf": shelf})
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            raise SessionError(f"this is no session of ours ({error}): start the propagation anew") from error


def _measured(data: bytes | memoryview) -> tuple[bytes, bytes | memoryview]:
    return len(data).to_bytes(8, "little"), data


def _pieces(data: memoryview) -> Iterator[memoryview]:
    """The inverse of `_measured`, over and over. Raises ValueError where one ends early."""
    while data:
        end = 8 + int.from_bytes(data[:8], "little")
        if end > len(data):
            raise ValueError("it ends early")
        yield data[8:end]
        data = data[end:]


def _lying(line: memoryview, plane: memoryview) -> tuple[Key, Packed]:
    """A plane of the shelf with its key, by the line before it."""
    *key, height, width = json.loads(bytes(line))
    return tuple(key), ((height, width), plane)


def _header(data: bytes) -> dict:
    """The line of JSON: safetensors gives metadata of files only, so it is read by its own short specification."""
    length = int.from_bytes(data[:8], "little")
    about: dict = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][_FORM])
    return about
