"""All that a samples folder has for training: one call for the sheet, benches and training."""

from pathlib import Path

from .painting import painted
from .reading import fashion, plates_beside, portraits, rendered
from .sources import Memory, Sources

PAINTED = 200  # plates: somewhat more than there are strips of pictures


def looked_at() -> set[str]:
    """Names of fashion pictures beside whose people nobody else stands, each looked at: void does not tell of all."""
    return set((Path(__file__).parent / "empty.txt").read_text().split())


def sources_of(samples: Path, megabytes: float = 256) -> Sources:
    """Training parts only; `samples` is laid out as docs/samples.md says, and what is missing is left out.

    Raises ValueError where nobody is found.
    """
    memory = Memory(megabytes)
    groups = {
        "rendered": rendered(samples / "rendered", "train", memory),
        "fashion": fashion(samples / "images_people", memory),
        "portraits": portraits(samples / "alpha", memory),
    }
    return Sources(groups, plates_beside(samples / "images_people", looked_at(), memory) + painted(PAINTED, memory))
