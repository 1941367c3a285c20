"""What a survey of a clip says."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Box:
    """A part of the picture in fractions of its width and height; right and bottom are exclusive."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Transition:
    """A change of picture that is no hard cut, from frame ``first`` to frame ``last``, both in it.

    ``cut`` is the frame before which a cut should be proposed: the middle of a dissolve, the first flat frame
    after a fade out, the first frame that is not flat of a fade in. It is None for a flash, after which the same
    picture is back, and where nothing lies on the other side of it.
    """

    kind: Literal["dissolve", "fade_out", "fade_in", "flash"]
    first: int
    last: int
    cut: int | None


@dataclass(frozen=True)
class Overlay:
    """Something laid over the picture from frame ``first`` to frame ``last``, both with it."""

    kind: Literal["logo", "subtitle"]
    first: int
    last: int
    box: Box


@dataclass(frozen=True)
class Survey:
    """What was found in a clip; empty where nothing is certain.

    ``repeats`` are the frames that show the picture before them once more. ``cadence`` is "twos", "threes",
    "one in N" or nothing, ``cadence_share`` the share of moving frames that keep it. ``letterbox`` is the picture
    area within constant bars.
    """

    transitions: tuple[Transition, ...] = ()
    repeats: tuple[int, ...] = ()
    cadence: str = ""
    cadence_share: float = 0.0
    letterbox: Box | None = None
    overlays: tuple[Overlay, ...] = ()
