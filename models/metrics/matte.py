"""SAD, MAD, MSE, gradient and connectivity error of alpha mattes (Rhemann et al., CVPR 2009; Xu et al., CVPR 2017).

The same names stand for different figures in different papers, so each is computed under a named profile, and
figures of two profiles are never to be compared:

- ``rvm``: Robust Video Matting's evaluation (WACV 2022) and most papers on video: the whole frame; MAD and MSE are
  means times 1000.
- ``dim``: Deep Image Matting's and Adobe Composition-1k's: the trimap's unknown region; SAD is a sum over 1000,
  MSE and MAD are means.
- ``vm108``: VideoMatting108's (Zhang et al., 2021): the unknown region; SAD and MSE are means.

Gradient and connectivity errors are sums over 1000 in every profile.
"""

from dataclasses import dataclass

import numpy as np

from .arrays import MetricError, alpha_pairs
from .connectivity import connectivity_difference
from .gradient import gradient_difference


@dataclass(frozen=True)
class Profile:
    """In which region a profile counts, and in which units it says what it found."""

    unknown_only: bool
    sad_is_mean: bool
    scale: float


PROFILES = {
    "rvm": Profile(unknown_only=False, sad_is_mean=False, scale=1000.0),
    "dim": Profile(unknown_only=True, sad_is_mean=False, scale=1.0),
    "vm108": Profile(unknown_only=True, sad_is_mean=True, scale=1.0),
}


def profile_of(name: str, unknown: np.ndarray | None) -> Profile:
    """The profile of that name. Raises MetricError for an unknown one, and where it lacks its region."""
    if name not in PROFILES:
        raise MetricError(f"there is no profile {name!r}: it is one of {', '.join(PROFILES)}")
    if PROFILES[name].unknown_only and unknown is None:
        raise MetricError(f"profile {name!r} counts inside the unknown region: give unknown= (trimap == 128)")
    return PROFILES[name]


def sad(true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm") -> np.ndarray:
    """Sum of absolute differences over 1000 of each frame, (T,) float64; under ``vm108`` their mean.

    `true`, `pred` are (T, H, W) floats in 0..1, `unknown` (T, H, W) or (H, W): not 0 where a profile of the
    unknown region counts. An empty region gives 0. Raises MetricError; so do all functions here.
    """
    about = profile_of(profile, unknown)
    total = _mean if about.sad_is_mean else _sum_in_thousands
    return _each(true, pred, unknown, about, lambda here, there, region: total(_difference(here, there), region))


def mad(true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm") -> np.ndarray:
    """Mean absolute difference of each frame, (T,) float64; under ``rvm`` times 1000. Arguments as in `sad`."""
    about = profile_of(profile, unknown)
    return about.scale * _each(
        true, pred, unknown, about, lambda here, there, region: _mean(_difference(here, there), region)
    )


def mse(true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm") -> np.ndarray:
    """Mean squared difference of each frame, (T,) float64; under ``rvm`` times 1000. Arguments as in `sad`."""
    about = profile_of(profile, unknown)
    return about.scale * _each(
        true, pred, unknown, about, lambda here, there, region: _mean(_difference(here, there) ** 2, region)
    )


def gradient_error(
    true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm"
) -> np.ndarray:
    """Sum of squared differences of gradient magnitude over 1000 of each frame, (T,) float64.

    Each alpha is stretched to 0..1 first and filtered by first derivatives of a Gaussian of 1.4 pixels. A constant
    alpha has no gradient. Arguments as in `sad`.
    """
    return _each(true, pred, unknown, profile_of(profile, unknown), _gradient_error)


def connectivity_error(
    true: np.ndarray, pred: np.ndarray, unknown: np.ndarray | None = None, profile: str = "rvm"
) -> np.ndarray:
    """Connectivity error over 1000 of each frame, (T,) float64. Arguments as in `sad`.

    A pixel's degree is the highest of the levels 0, 0.1, … 1 at which it still hangs together (4-connected) with
    the largest region where both alphas reach the level; what an alpha has above that counts from 0.15 on.
    """
    return _each(true, pred, unknown, profile_of(profile, unknown), _connectivity_error)


def _each(true, pred, unknown, about: Profile, measure) -> np.ndarray:
    pairs = alpha_pairs(true, pred, unknown)
    return np.array([measure(here, there, region if about.unknown_only else None) for here, there, region in pairs])


def _gradient_error(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> float:
    return gradient_difference(true, pred, region) / 1000


def _connectivity_error(true: np.ndarray, pred: np.ndarray, region: np.ndarray | None) -> float:
    return connectivity_difference(true, pred, region) / 1000


def _difference(true: np.ndarray, pred: np.ndarray) -> np.ndarray:
    return np.abs(true - pred)


def _mean(values: np.ndarray, region: np.ndarray | None) -> float:
    count = values.size if region is None else int(np.count_nonzero(region))
    return _sum(values, region) / count if count else 0.0


def _sum_in_thousands(values: np.ndarray, region: np.ndarray | None) -> float:
    return _sum(values, region) / 1000


def _sum(values: np.ndarray, region: np.ndarray | None) -> float:
    counted = values if region is None else values[region]
    return float(counted.sum(dtype=np.float64))
