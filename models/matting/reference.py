"""PyMatting's solvers behind our interface, for those who want to compare.

They need the package `pymatting`, whose first import compiles for most of a minute.
"""

from types import ModuleType

import numpy as np

from .inputs import Fault, MattingError


def pymatting_closed_form(image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
    """Alpha (H, W) by PyMatting's closed-form with its incomplete Cholesky; the prior is not used.

    Raises MattingError when the package is missing, or gives up.
    """
    return _estimate("estimate_alpha_cf", image, trimap)


def pymatting_knn(image: np.ndarray, trimap: np.ndarray, prior: np.ndarray | None = None) -> np.ndarray:
    """Alpha (H, W) by PyMatting's KNN matting (20 + 10 neighbours); the prior is not used.

    Raises MattingError when the package is missing, or gives up.
    """
    return _estimate("estimate_alpha_knn", image, trimap)


def _estimate(name: str, image: np.ndarray, trimap: np.ndarray) -> np.ndarray:
    levels = np.where((trimap == 0) | (trimap == 255), trimap / 255, 0.5)
    estimate = getattr(_package(), name)
    try:
        return estimate(image / 255, levels)
    except ValueError as error:  # its own word for "did not converge"
        raise MattingError(
            Fault.UNSOLVED, f"PyMatting could not solve this picture ({error}): choose closed-form, knn or torch"
        ) from error


def _package() -> ModuleType:
    try:
        import pymatting
    except ImportError as error:
        raise MattingError(
            Fault.MISSING, "this method needs PyMatting: pip install pymatting, or choose closed-form, knn or torch"
        ) from error
    return pymatting
