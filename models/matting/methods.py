"""One interface to every classical method: `solve`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

import numpy as np

from .bands import Crop, crops
from .inputs import Fault, MattingError, check

Solver = Callable[[np.ndarray, np.ndarray, np.ndarray | None], np.ndarray]


@dataclass(frozen=True)
class Method:
    """Where a solver stands, and how far it looks.

    The solver takes image (H, W, 3) uint8, trimap (H, W) uint8 and a prior (H, W) float or None, and gives alpha
    (H, W) float. `reach`: what is further than so many pixels from a connected band does not change that band's
    alpha; None where everything may, or where the method cuts out the band itself.
    """

    module: str
    function: str
    reach: int | None

    def load(self) -> Solver:
        """The solver. Its module is imported here and not before: torch and PyMatting take seconds."""
        return getattr(import_module(f".{self.module}", __package__), self.function)


METHODS: dict[str, Method] = {
    "closed-form": Method("closed_form", "closed_form", reach=2),
    "knn": Method("knn", "knn", reach=None),
    "bayesian": Method("bayesian", "bayesian", reach=108),
    "guided": Method("guided", "guided", reach=32),
    "torch": Method("torch_closed_form", "torch_closed_form", reach=None),
    "pymatting-closed-form": Method("reference", "pymatting_closed_form", reach=4),
    "pymatting-knn": Method("reference", "pymatting_knn", reach=None),
}


# Unknown pixels.
_NARROW = 100_000


def solve(image: np.ndarray, trimap: np.ndarray, method: str = "torch", prior: np.ndarray | None = None) -> np.ndarray:
    """Alpha (H, W) float32 in 0..1 of `image` (H, W, 3) uint8 RGB.

    `trimap` (H, W) uint8: 0 is background, 255 person, all else unknown; what is known comes back exactly so, and
    only the unknown band is computed, connected piece by piece. `method` is a name in `METHODS`. `prior` (H, W)
    float in 0..1 is a first guess, such as the frame before: it shortens the way where a method iterates and
    answers where the picture says nothing. Raises MattingError when the input cannot be solved.
    """
    if method not in METHODS:
        raise MattingError(Fault.METHOD, f"there is no method {method!r}: choose {', '.join(METHODS)}")
    check(image, trimap, prior)
    chosen = METHODS[method]
    return _by_band(chosen.load(), image, trimap, prior, chosen.reach)


def soonest(trimap: np.ndarray) -> str:
    """The name of the closed form that gives a single picture soonest in a new process.

    Of a narrow band the direct solve is done before torch is even imported; of a wide one it takes many times as long
    as our own solver. The two differ by less than a level on average.
    """
    unknown = np.count_nonzero((trimap != 0) & (trimap != 255))
    return "closed-form" if unknown <= _NARROW else "torch"


def _by_band(
    solver: Solver, image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None, reach: int | None
) -> np.ndarray:
    alpha = (trimap == 255).astype(np.float32)
    unknown = (trimap != 0) & (trimap != 255)
    for crop in _pieces(unknown, reach):
        piece = np.ascontiguousarray(image[crop.box])
        # Another crop's unknown pixels lie beyond the reach; they need only not be solved twice.
        here = np.where(unknown[crop.box] & ~crop.mine, np.uint8(0), trimap[crop.box])
        guess = None if prior is None else np.ascontiguousarray(prior[crop.box])
        alpha[crop.box][crop.mine] = np.clip(solver(piece, here, guess)[crop.mine], 0, 1)
    return alpha


def _pieces(unknown: np.ndarray, reach: int | None) -> Iterable[Crop]:
    if reach is not None:
        return crops(unknown, reach)
    return [Crop(np.s_[:, :], unknown)] if unknown.any() else []
