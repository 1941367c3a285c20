"""A run over a span put down: typed, and written as one file that another process can take up."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

import numpy as np

from .shelf import Key, Packed
from .spans import Span

_FORM = "koutu-propagation-2"


class SessionError(ValueError):
    """Bytes that are no session of this version. The message says what to do."""


@dataclass(frozen=True)
class Session:
    """How far a run over `span` has come: `place` frames of its pass `number`, counted from 0.

    `track` is the tracker's state (see `Resumable`), empty where a pass is to be begun; `shelf` what the first pass
    left for the second. `tracker` names who follows, with the version of the weights.
    """

    span: Span
    back_first: bool = False
    number: int = 0
    place: int = 0
    track: Mapping[str, np.ndarray] = field(default_factory=dict)
    shelf: Mapping[Key, Packed] = field(default_factory=dict)
    tracker: str = ""

    def packed(self) -> bytes:
        """As safetensors: arrays, and one line of JSON for the rest."""
        from safetensors.numpy import save

        about = {
            "span": asdict(self.span), "back_first": self.back_first, "number": self.number, "place": self.place,
            "tracker": self.tracker, "shelf": [[*key, *shape] for key, (shape, _) in self.shelf.items()],
        }  # fmt: skip
        arrays = {f"track/{name}": np.ascontiguousarray(array) for name, array in self.track.items()}
        for place, (_, data) in enumerate(self.shelf.values()):
            arrays[f"shelf/{place}"] = np.frombuffer(data, np.uint8)
        return save(arrays, {_FORM: json.dumps(about)})

    @classmethod
    def unpacked(cls, data: bytes) -> "Session":
        """The inverse of `packed`. Raises SessionError."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            about, arrays = _header(data), load(data)
            span = Span(**about["span"] | {"things": tuple(about["span"]["things"])})
            shelf = {
                tuple(line[:-2]): ((line[-2], line[-1]), arrays[f"shelf/{place}"].tobytes())
                for place, line in enumerate(about["shelf"])
            }
            track = {name[6:]: array for name, array in arrays.items() if name.startswith("track/")}
            return cls(span, about["back_first"], about["number"], about["place"], track, shelf, about["tracker"])
        except (SafetensorError, ValueError, KeyError, TypeError) as error:
            raise SessionError(f"this is no session of ours ({error}): start the propagation anew") from error


def _header(data: bytes) -> dict:
    """The line of JSON: safetensors gives metadata of files only, so it is read by its own short specification."""
    length = int.from_bytes(data[:8], "little")
    about: dict = json.loads(json.loads(data[8 : 8 + length])["__metadata__"][_FORM])
    return about
