"""All that a samples folder has for training: one call for the sheet, benches and training."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from .painting import painted
from .reading import fashion, footage, plates, plates_beside, plates_of_clip, portraits, rendered, strips, together
from .sources import Memory, Performer, Shelf, Sources

PAINTED = 500  # plates: three for two real ones


def looked_at() -> set[str]:
    """Names of fashion pictures beside whose people nobody else stands, each looked at: void does not tell of all."""
    return set((Path(__file__).parent / "empty.txt").read_text().split())


def looked_at_strips() -> dict[str, list[int]]:
    """By name of a fashion picture without labels, the columns (first, end) that hold nobody: a network proposed
    them, and of 218 looked at enlarged those were kept where no person is seen, however far away."""
    found: dict[str, list[int]] = json.loads((Path(__file__).parent / "strips.json").read_text())
    return found


def looked_at_frames() -> dict[str, list[int]]:
    """By clip, the frames without anybody that may be trained on, each looked at enlarged: shots with machines and
    statues, of which those with something far away that could be a person were left out."""
    found: dict[str, list[int]] = json.loads((Path(__file__).parent / "film_plates.json").read_text())
    return found


def sources_of(
    samples: Path, megabytes: float = 256, without: Collection[str] = (), further: Path | None = None
) -> Sources:
    """Training parts only; `samples` is laid out as docs/samples.md says, and what is missing is left out.

    So are portraits named in `without`. `further` is a folder of pictures that hold nobody: more plates. Raises
    ValueError where nobody is found, and for a portrait that is not there.
    """
    memory = Memory(megabytes)
    groups: dict[str, Sequence[Performer]] = {
        "rendered": rendered(samples / "rendered", "train", memory),
        "together": together(samples / "rendered", "train", memory),
        "footage": footage(samples / "rendered", "train", memory),
        "fashion": fashion(samples / "images_people", memory),
        "portraits": portraits(samples / "alpha", memory, without),
    }
    people = samples / "images_people"
    real = plates_beside(people, looked_at(), memory) + strips(people / "unlabelled", looked_at_strips(), memory)
    if further is not None:
        real += plates(further, memory)
    return Sources(groups, real + _film_plates(samples, memory) + painted(PAINTED, memory))


def _film_plates(samples: Path, memory: Memory) -> Shelf[np.ndarray]:
    found: Shelf[np.ndarray] = Shelf([], memory)
    for clip, indices in looked_at_frames().items():
        if (samples / clip).is_file():
            found += plates_of_clip(samples / clip, indices, memory)
    return found
