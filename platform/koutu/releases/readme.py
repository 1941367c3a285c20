"""The plain-text card inside an export: contents, splits, licences. A function of the manifest."""

from collections import Counter

from koutu.releases.manifest import Line, Manifest
from koutu.releases.splits import SPLITS


def text(manifest: Manifest, title: str, readers: str) -> bytes:
    """Return README.md of an export in the format called `title`; `readers` says how to read it."""
    header = manifest.header()
    parts = [
        f"# {header['name']} {header['version']}",
        f"{title}, made with Koutu. Every label was accepted by a person.",
        *([header["notes"]] if header["notes"] else []),
        f"## Splits, by {header['policy']}\n\n{_splits(manifest)}",
        f"## Reading\n\n{readers.strip()}",
        f"## Licences and attributions\n\n{_licences(header)}",
        f"Label files written by {header['encoder']}; frame files are the stored ones, unchanged.",
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _splits(manifest: Manifest) -> str:
    frames: Counter = Counter()
    shots: Counter = Counter()
    for shot in manifest.shots():
        frames[shot["split"]] += shot["frames"]
        shots[shot["split"]] += 1
    return "\n".join(f"- {split}: {frames[split]} frames in {shots[split]} sequences" for split in SPLITS)


def _licences(header: Line) -> str:
    return "\n".join(_licence(show) for show in header["shows"])


def _licence(show: Line) -> str:
    licence = show["licence"] or "no licence given: ask the owner before use"
    credit = f". {show['attribution']}" if show["attribution"] else ""
    return f"- {show['name']} (`{show['slug']}`): {licence}{credit}"
