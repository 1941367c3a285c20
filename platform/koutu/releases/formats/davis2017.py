"""DAVIS 2017, semi-supervised layout, read unchanged by davisvideochallenge/davis2017-evaluation.

    Annotations/Full-Resolution/SEQUENCE/00000.png   8-bit palette PNG, value = id, 0 = ground
    ImageSets/2017/{train,val}.txt                   names of sequences
    JPEGImages/Full-Resolution/SEQUENCE/00000.jpg    the frame's own file, byte for byte
    README.md                                        contents, licences, attributions
    koutu/manifest.jsonl                             what this release is

Perazzi et al., CVPR 2016; Pont-Tuset et al., arXiv 1704.00675. Overlap is flattened front to back as the manifest
records; ids run 1 … N in order of appearance, because the reader takes the number of objects from the first mask.
"""

from collections.abc import Iterator

import numpy as np

from koutu.releases import readme
from koutu.releases.archive import Entry, entry
from koutu.releases.formats import palette
from koutu.releases.manifest import Labelled, Line, Manifest, batches
from koutu.releases.splits import SPLITS
from koutu.releases.store import Store
from koutu.storage import blobs
from koutu.storage.models import Blob

NAME = "davis2017"
TITLE = "DAVIS 2017"
FRAME_TYPES = frozenset({"jpg"})
RESOLUTION = "Full-Resolution"
BATCH = 64
# Nobody is judged there: what davis2017-evaluation leaves out.
VOID = 255


def entries(manifest: Manifest, store: Store) -> Iterator[Entry]:
    """Yield the export's files sorted by path: a function of the manifest and of the bytes it names, no more."""
    yield from _annotations(manifest, store)
    yield from _image_sets(manifest)
    yield from _frames(manifest, store)
    yield entry("README.md", readme.text(manifest, TITLE, _READERS))
    yield Entry("koutu/manifest.jsonl", manifest.chunks)


def _annotations(manifest: Manifest, store: Store) -> Iterator[Entry]:
    for batch in batches(manifest.labelled(), BATCH):
        found = store.find(Blob.Kind.MASK, {row["mask"] for item in batch for row in drawn(item)})
        for item in batch:
            yield entry(f"Annotations/{RESOLUTION}/{item.place}.png", palette.png(flatten(item, store, found)))


def drawn(item: Labelled) -> list[Line]:
    """Revisions with pixels in a flat label, front to back."""
    return [row for row in item.revisions if row["presence"] == "present" and row["id"] and row["mask"]]


def flatten(item: Labelled, store: Store, found: dict[str, Blob]) -> np.ndarray:
    """Ids (height, width) uint8 of one frame; where masks overlap the one in front wins."""
    ids = np.zeros((item.shot["height"], item.shot["width"]), np.uint8)
    for row in reversed(drawn(item)):
        ids[store.plane(found[row["mask"]]) > 0] = row["id"]
    for left, top, right, bottom in item.frame.get("void", ()):
        ids[top:bottom, left:right] = VOID
    return ids


def _image_sets(manifest: Manifest) -> Iterator[Entry]:
    names: dict[str, list[str]] = {split: [] for split in SPLITS}
    for shot in manifest.shots():
        names[shot["split"]].append(shot["sequence"])
    for split in SPLITS:
        text = "".join(f"{name}\n" for name in names[split])
        yield entry(f"ImageSets/2017/{split}.txt", text.encode())


def _frames(manifest: Manifest, store: Store) -> Iterator[Entry]:
    for batch in batches(manifest.frames(), BATCH):
        found = store.find(Blob.Kind.FRAME, {frame["sha256"] for frame in batch})
        for frame in batch:
            path = f"JPEGImages/{RESOLUTION}/{frame['sequence']}/{frame['index']:05d}.jpg"
            yield entry(path, blobs.read(found[frame["sha256"]]))


_READERS = """\
Read with davis2017-evaluation, or with PIL: `numpy.array(PIL.Image.open(path))` gives the ids. OpenCV turns a
palette PNG into colours. Ids run from 1 in the order in which people are first seen; people who come later have
higher ids. Where people overlap, the one in front owns the pixel; `koutu/manifest.jsonl` names each person's own
mask and the order of depth ("subjects" of each shot, front to back). Pixels of 255 are void: nobody is judged there
(letterbox, subtitles, logos, flashes; "void" of each frame in the manifest).
"""
