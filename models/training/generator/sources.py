"""What scenes are made of: cut-out people and plates, in lists that read a file when it is wanted and bound memory."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Generic, Protocol, TypeVar, cast, overload

import cv2
import numpy as np

from .motion import played


class Part(IntEnum):
    """Numbers of parts, as rendered people have them; 0 is nobody."""

    BODY = 1
    HAIR = 2
    HEADDRESS = 3
    WEAPON = 4
    VEIL = 5
    PROP = 6


_CUT = 0.1  # of an edge: less is a hand or a sleeve, which does not strike the eye


UNKNOWN = 255  # in the parts of a clip: somebody is there, of which part nobody said


class Performer(Protocol):
    """Somebody to be put into a scene, or several who stay together: a cut-out, or footage of them."""

    @property
    def shape(self) -> tuple[int, int]:
        """(h, w) of every frame."""
        ...

    @property
    def people(self) -> int:
        """How many there are."""
        ...

    @property
    def cut(self) -> frozenset[str]:
        """At which edges the picture cut them off (above, below, left, right): the frame has to do so again."""
        ...

    def shown(self, frames: int, rng: np.random.Generator) -> "list[Cutout]":
        """As many cut-outs as there are frames, or one that stays for all."""
        ...


@dataclass(frozen=True)
class Cutout:
    """One person: straight colours (h, w, 3) uint8 RGB, alpha (h, w) uint8 or float32 from 0 to 1.

    `parts` (h, w) uint8 of `Part`, or None where nobody said what is what. `group` says where it came from. Of
    several people in one picture `shares` (h, w, P) uint8 says how much of the alpha is whose; None is one person.
    Raises ValueError where shapes or types differ from this.
    """

    colours: np.ndarray
    alpha: np.ndarray
    parts: np.ndarray | None
    name: str
    group: str
    shares: np.ndarray | None = None

    def __post_init__(self) -> None:
        shape = self.alpha.shape
        if self.colours.shape != (*shape, 3) or self.colours.dtype != np.uint8:
            raise ValueError(f"{self.name}: colours are {self.colours.dtype} {self.colours.shape}, alpha {shape}")
        if self.alpha.dtype not in (np.uint8, np.float32):
            raise ValueError(f"{self.name}: alpha is {self.alpha.dtype}, not uint8 or float32")
        if self.parts is not None and self.parts.shape != shape:
            raise ValueError(f"{self.name}: parts are {self.parts.shape}, alpha {shape}")
        if self.shares is not None and self.shares.shape[:2] != shape:
            raise ValueError(f"{self.name}: shares are {self.shares.shape}, alpha {shape}")

    @property
    def nbytes(self) -> int:
        """What it weighs in memory."""
        known = [plane for plane in (self.colours, self.alpha, self.parts, self.shares) if plane is not None]
        return sum(plane.nbytes for plane in known)

    @property
    def shape(self) -> tuple[int, int]:
        """See `Performer`."""
        height, width = self.alpha.shape
        return height, width

    @property
    def people(self) -> int:
        """See `Performer`."""
        return 1 if self.shares is None else self.shares.shape[2]

    def shown(self, frames: int, rng: np.random.Generator) -> "list[Cutout]":
        """See `Performer`."""
        return [self]

    @property
    def cut(self) -> frozenset[str]:
        """See `Performer`."""
        edges = {"above": self.alpha[0], "below": self.alpha[-1], "left": self.alpha[:, 0], "right": self.alpha[:, -1]}
        return frozenset(name for name, edge in edges.items() if (edge > 0).mean() > _CUT)

    def premultiplied(self) -> np.ndarray:
        """(h, w, 4) float32: colours times alpha, 0 to 255, and alpha, 0 to 1."""
        whole = 255 if self.alpha.dtype == np.uint8 else 1
        opaque, alphas = cv2.cvtColor(self.colours, cv2.COLOR_RGB2RGBA), cv2.merge([self.alpha] * 4)
        found = np.asarray(cv2.multiply(opaque, alphas, scale=1 / whole, dtype=cv2.CV_32F))
        found[..., 3] = self.alpha / np.float32(whole)
        return found


def divided(alpha: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """(h, w, P) float32 that adds up to the alpha (h, w) float32, in proportion to `shares` (h, w, P) uint8."""
    some = np.maximum(shares, np.float32(1e-3), dtype=np.float32)  # where rounding left nobody, everybody's
    return some * (alpha / some.sum(2))[..., None]


@dataclass(frozen=True)
class Footage:
    """People filmed: cut-outs of one size, frame by frame, with the motion blur of their own motion.

    `cut` are the edges that cut somebody off in any of them.
    """

    frames: Sequence[Cutout]
    shape: tuple[int, int]
    people: int
    cut: frozenset[str]

    @property
    def nbytes(self) -> int:
        """Next to nothing: its frames are held, or not, by themselves."""
        return 0

    def shown(self, frames: int, rng: np.random.Generator) -> list[Cutout]:
        """See `Performer`: from any frame on, at some speed."""
        return [self.frames[place] for place in played(len(self.frames), frames, rng).tolist()]


class _Held(Protocol):
    @property
    def nbytes(self) -> int: ...


T = TypeVar("T", bound=_Held)


class Memory:
    """What was read lately, up to so many megabytes; the least lately used goes first."""

    def __init__(self, megabytes: float) -> None:
        self.room, self.used = int(megabytes * 2**20), 0
        self._held: OrderedDict[object, _Held] = OrderedDict()

    def get(self, key: object, read: Callable[[], T]) -> T:
        """What `read` gives, read anew only where it is no longer held."""
        if key in self._held:
            self._held.move_to_end(key)
            return cast(T, self._held[key])
        item = read()
        self._held[key] = item
        self.used += item.nbytes
        while self.used > self.room:  # an item larger than all the room is not held at all
            self.used -= self._held.popitem(last=False)[1].nbytes
        return item


class Shelf(Sequence[T], Generic[T]):
    """A list whose items are read when they are wanted, and held by a memory that several shelves may share."""

    def __init__(self, readers: Sequence[Callable[[], T]], memory: Memory) -> None:
        self._readers, self._memory = readers, memory

    def __len__(self) -> int:
        return len(self._readers)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> "Shelf[T]": ...
    def __getitem__(self, place: int | slice) -> "T | Shelf[T]":
        if isinstance(place, slice):
            return Shelf(self._readers[place], self._memory)
        reader = self._readers[place]
        return self._memory.get(reader, reader)

    def __add__(self, other: "Shelf[T]") -> "Shelf[T]":
        """Both lists as one, in this one's memory."""
        return Shelf([*self._readers, *other._readers], self._memory)


@dataclass(frozen=True)
class Sources:
    """People by group, and plates (H, W, 3) uint8 RGB that hold nobody. Raises ValueError where either is empty.

    A group is drawn first, by the square root of its size: a small one is neither lost nor as frequent as a large one.
    """

    groups: Mapping[str, Sequence[Performer]]
    plates: Sequence[np.ndarray]

    def __post_init__(self) -> None:
        object.__setattr__(self, "groups", {name: some for name, some in self.groups.items() if len(some)})
        if not self.groups or not len(self.plates):
            raise ValueError(f"{len(self.groups)} groups of people and {len(self.plates)} plates: give some of both")

    def somebody(self, group: float, pick: float) -> Performer:
        """By two shares from 0 to below 1: of the groups by name, and of the people in that group."""
        names = sorted(self.groups)
        ends = np.cumsum([np.sqrt(len(self.groups[name])) for name in names])
        some = self.groups[names[int(np.searchsorted(ends, group * ends[-1], side="right"))]]
        return some[int(pick * len(some))]

    def plate(self, pick: float) -> np.ndarray:
        """By a share from 0 to below 1."""
        return self.plates[int(pick * len(self.plates))]
