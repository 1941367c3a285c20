"""Reading the bytes that a manifest names, by address, out of the organisation's blobs."""

from collections.abc import Iterable

import numpy as np

from koutu.accounts.errors import Refused
from koutu.accounts.models import Organisation
from koutu.storage import blobs
from koutu.storage.models import Blob
from models import planes

_SIGNATURES = {b"\xff\xd8\xff": "jpg", b"\x89PN": "png"}


class Store:
    """Blobs of one organisation by (kind, address). Holds no bytes between calls."""

    def __init__(self, organisation: Organisation) -> None:
        self.organisation = organisation

    def find(self, kind: str, addresses: Iterable[str]) -> dict[str, Blob]:
        """Return the blob of every address; raises Refused("bytes_missing") where one is not there."""
        wanted = {(str(kind), address) for address in addresses}
        found = blobs.find(self.organisation, wanted)
        if missing := sorted(address for key, address in wanted if (key, address) not in found):
            raise Refused("bytes_missing", f"The store has lost {len(missing)} of kind {kind}: {missing[0]} …")
        return {address: blob for (_, address), blob in found.items()}

    def plane(self, blob: Blob) -> np.ndarray:
        """Decode a plane: uint8 (height, width)."""
        return planes.decode(blobs.read(blob))


def file_type(blob: Blob) -> str:
    """Return "jpg" or "png" by the first bytes of a frame's file, "" for anything else."""
    return _SIGNATURES.get(b"".join(blobs.stream(blob, 0, min(3, blob.length))), "")
