"""Planes of a save: tiles on the parent's plane, checked against the address that the browser computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotation.models import Revision, RevisionPlane
from koutu.accounts.errors import Invalid
from koutu.clips.models import Clip
from koutu.storage import blobs
from koutu.storage.blobs import Key, PackWriter
from koutu.storage.models import Blob
from models import planes
from models.matting.trimap import MASK_LEVEL, mask_of

Layer = RevisionPlane.Layer


@dataclass(frozen=True)
class SentPlane:
    """A layer as the browser sent it: the address of the whole plane and the tiles that changed."""

    address: str
    tiles: Sequence[tuple[int, int, bytes]]


@dataclass(frozen=True)
class Painted:
    """Planes of a new revision: rasters made here, or blobs carried from the parent.

    `level` is the alpha from which the mask took pixels of a matte, now or in a revision before; None: it took none.
    """

    new: dict[str, np.ndarray] = field(default_factory=dict)
    carried: dict[str, Blob] = field(default_factory=dict)
    solved_on: Blob | None = None
    level: int | None = None


def paint(clip: Clip, parent: Revision | None, sent: Mapping[str, SentPlane]) -> Painted:
    """Lay the sent tiles on the parent's planes; what was not sent is carried by reference.

    Where only the matte was painted the mask follows in the changed pixels (alpha of one half and more), so that the
    two never disagree unnoticed, and its level is kept. Where only the mask was painted the matte becomes stale.
    Raises Invalid.
    """
    held = parent.layers() if parent else {}
    carried = {layer: plane.blob for layer, plane in held.items() if layer not in sent}
    solved_on = held[Layer.MATTE].solved_on if Layer.MATTE in held and Layer.MATTE in carried else None
    level = held[Layer.MASK].level if Layer.MASK in held else None
    new = {layer: _laid(clip, held.get(layer), plane) for layer, plane in sent.items()}
    if Layer.MATTE in new and Layer.MASK not in new:
        new[Layer.MASK] = _followed(clip, held, new[Layer.MATTE])
        carried.pop(Layer.MASK, None)
        level = MASK_LEVEL
    return Painted(new, carried, solved_on, level)


def _laid(clip: Clip, base: RevisionPlane | None, sent: SentPlane) -> np.ndarray:
    try:
        raster = planes.apply_tiles(raster_of(clip, base), sent.tiles)
    except planes.PlaneError as error:
        raise Invalid("bad_tile", str(error)) from error
    if planes.address(raster) != sent.address:
        raise Invalid("address_mismatch", "The plane was damaged on its way, or painted on another parent.")
    return raster


def raster_of(clip: Clip, plane: RevisionPlane | None) -> np.ndarray:
    """The plane's raster, uint8 (height, width); zeros where there is none."""
    if plane is None:
        return np.zeros((clip.height, clip.width), np.uint8)
    return planes.decode(blobs.read(plane.blob))


def _followed(clip: Clip, held: Mapping[str, RevisionPlane], matte: np.ndarray) -> np.ndarray:
    hard = mask_of(matte, MASK_LEVEL)
    if Layer.MASK not in held:
        return hard
    mask = raster_of(clip, held[Layer.MASK])
    changed = matte != raster_of(clip, held.get(Layer.MATTE))
    return np.where(changed, hard, mask)


def write(pack: PackWriter, painted: Painted) -> dict[str, Key]:
    """Put the new rasters into the pack; return the blob key of each layer."""
    keys = {}
    for layer, raster in painted.new.items():
        keys[layer] = (str(layer), planes.address(raster))
        try:
            pack.add(*keys[layer], planes.encode(layer, raster))
        except planes.PlaneError as error:
            raise Invalid("bad_plane", str(error)) from error
    return keys


def attach(revision: Revision, painted: Painted, stored: Mapping[str, Blob]) -> None:
    """Create the plane rows of a saved revision."""
    by_layer = {**painted.carried, **stored}
    mask = by_layer.get(Layer.MASK)
    solved_on = mask if Layer.MATTE in painted.new else painted.solved_on
    own = {Layer.MATTE: {"solved_on": solved_on}, Layer.MASK: {"level": painted.level}}
    RevisionPlane.objects.bulk_create(
        RevisionPlane(revision=revision, layer=layer, blob=blob, **own.get(Layer(layer), {}))
        for layer, blob in by_layer.items()
    )
