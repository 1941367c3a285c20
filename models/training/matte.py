"""Losses of alpha and foreground, in the band alone and on true alpha alone: a mask does not know where hair ends."""

from torch import Tensor

from . import losses
from .batches import Batch, flat

BAND = 9  # pixels across the edge, for a network that has no trimap


def of_matte(alpha: Tensor, foreground: Tensor, batch: Batch, band: Tensor) -> dict[str, Tensor]:
    """Means over the batch by name. `alpha` (B, T, 1, H, W), `foreground` (B, T, 3, H, W), `band` (B, T, 1, H, W).

    The foreground counts in the band where its truth is known and something of it shows.
    """
    exact, coloured = (known[:, None, None, None, None].float() for known in (batch.exact, batch.coloured))
    weight = band * (~batch.void) * exact
    true, plate = batch.foreground.float() / 255, batch.picture.float().flip(-1) / 255
    seen = weight * coloured * (batch.person > 0)
    found, truth, count = (flat(plane) for plane in (alpha, batch.person, weight))
    colours, true_colours, behind = (flat(plane) for plane in (foreground, true, plate))
    each = {
        "alpha": losses.difference(found, truth, count),
        "laplacian": losses.laplacian(found, truth, count),
        "gradient": losses.gradient(found, truth, count),
        "foreground": losses.difference(colours, true_colours, flat(seen)),
        # The plate is another picture: the one mirrored, for what was really behind is not told.
        "composition": losses.composition(found, colours, truth, true_colours, behind, flat(weight * coloured)),
        "temporal": losses.temporal(alpha, batch.person, weight),
    }
    return {name: loss.mean() for name, loss in each.items()}
