"""Which way to mattes a request means: who finds the people, and who solves their edges."""

from typing import Any

from models.backends import registry
from models.matting import METHODS

from .devices import check_device
from .edges import METHOD, Edges
from .errors import Fault, PredictError
from .mattes import ByMatter, BySegmenter, Way


def way_of(backend: str, weights: str | None, device: str, edges: str, edges_weights: str | None) -> Way:
    """How a back end comes to mattes. One that mattes along a mask follows the default's people.

    Raises UnknownBackend, WeightsMissing, PredictError.
    """
    entry = registry.find(backend)
    check_device(device)
    if entry.task in ("point", "track"):
        fit = ", ".join(_names("segment", "matte"))
        raise PredictError(Fault.USAGE, f"{entry.name} waits for somebody to point; by themselves find people: {fit}")
    opened: Any = entry.open(weights, device)
    if hasattr(opened, "opinions"):
        return BySegmenter(opened, _edges(edges, edges_weights, device))
    if edges != METHOD:
        raise PredictError(Fault.USAGE, f"{entry.name} solves edges by itself: leave --edges out")
    if opened.guide is None:
        return ByMatter(opened)
    return BySegmenter(registry.finder().open(), Edges(opened))


def _edges(name: str, weights: str | None, device: str) -> Edges:
    """Edges by a method of models.matting, or by a back end that mattes along a mask or trimap."""
    if name in METHODS:
        return Edges(method=name)
    if name not in _names("matte"):
        choice = ", ".join([*METHODS, *_names("matte")])
        raise PredictError(Fault.USAGE, f"{name} does not solve edges: for --edges give one of {choice}")
    opened: Any = registry.open_backend(name, weights, device)
    if getattr(opened, "guide", None) is None:
        raise PredictError(Fault.USAGE, f"{name} looks at the picture alone: give it as --backend")
    return Edges(opened)


def _names(*tasks: str) -> list[str]:
    return [backend.name for backend in registry.BACKENDS if backend.task in tasks]
