"""Labels written straight into a data folder's database and packs, for benches that need many.

    python -m bench._labels FOLDER    gives the only shot of KOUTU_DATA the people that FOLDER holds as alpha PNGs
"""

import sys
from collections.abc import Sequence
from pathlib import Path


def write(shot, frames: Sequence, people: Sequence[Sequence[dict]], blobs: dict, **revision) -> None:
    """One subject a person, present on every frame; ``people[person][frame]`` gives the blob key of each layer."""
    from annotation.models import Head, Revision, RevisionPlane, Subject

    common = {"presence": "present", "digest": "0" * 64, **revision}
    for number, keys in enumerate(people, 1):
        person = Subject.objects.create(shot=shot, number=number, colour=number)
        made = [Revision(frame=frame, subject=person, **common) for frame in frames]
        revisions = Revision.objects.bulk_create(made, batch_size=500)
        pairs = list(zip(revisions, keys, strict=True))
        rows = [_plane(row, layer, layers, blobs) for row, layers in pairs for layer in layers]
        RevisionPlane.objects.bulk_create(rows, batch_size=500)
        Head.objects.bulk_create(
            [Head(frame=row.frame, subject=person, revision=row) for row in revisions], batch_size=500
        )


def _plane(revision, layer: str, layers: dict, blobs: dict):
    from annotation.models import RevisionPlane

    solved_on = blobs[layers["mask"]] if layer == "matte" else None
    return RevisionPlane(revision=revision, layer=layer, blob=blobs[layers[layer]], solved_on=solved_on)


def dress(folder: Path) -> None:
    """Give the only shot a matte and a mask for each PNG, named FRAME-PERSON.png."""
    import cv2
    import numpy as np
    from django.db import transaction

    from koutu.clips.models import Shot
    from koutu.storage.blobs import PackWriter
    from models import planes

    shot = Shot.objects.get()
    frames = list(shot.clip.frames.order_by("index"))
    keys: dict[tuple[int, int], dict] = {}
    with PackWriter(shot.project.organisation) as pack:
        for path in sorted(folder.glob("*.png")):
            index, person = map(int, path.stem.split("-"))
            matte = planes.snap(cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) / np.float32(255))
            mask = np.where(matte >= 128, 255, 0).astype(np.uint8)
            layers = {"matte": matte, "mask": mask}
            keys[index, person] = {layer: (layer, planes.address(raster)) for layer, raster in layers.items()}
            for layer, raster in layers.items():
                pack.add(*keys[index, person][layer], planes.encode(layer, raster))
    people = [[keys[frame.index, person] for frame in frames] for person in sorted({key[1] for key in keys})]
    with transaction.atomic():
        write(shot, frames, people, pack.record(), source="model")
        shot.tasks.update(stage="base")


if __name__ == "__main__":
    import django

    django.setup()
    dress(Path(sys.argv[1]))
