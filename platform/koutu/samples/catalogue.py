"""The list of samples, and the page made from it."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("catalogue.toml")


class UnknownSample(KeyError):
    """A name that is neither in the catalogue nor in the samples folder."""


@dataclass(frozen=True)
class Drawing:
    """What a stand-in is drawn like: frames and people of each shot, size in pixels, frames a second."""

    width: int
    height: int
    fps: int
    shots: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Sample:
    """One sample: where it comes from and what stands in for it.

    ``kind`` is clip (one video file) or sequence (a folder with images/NNNNN.jpg and masks/NNNNN.png). ``url`` and
    ``sha256`` are empty where it has no public address.
    """

    name: str
    kind: str
    what: str
    url: str
    sha256: str
    licence: str
    attribution: str
    drawing: Drawing


@cache
def catalogue() -> dict[str, Sample]:
    """Return all samples by name."""
    rows = tomllib.loads(_LIST.read_text(encoding="utf-8"))["sample"]
    return {row["name"]: _sample(row) for row in rows}


def _sample(row: dict) -> Sample:
    size, fps, shots = row["drawing"]["size"], row["drawing"]["fps"], row["drawing"]["shots"]
    return Sample(
        name=row["name"],
        kind=row["kind"],
        what=row["what"],
        url=row.get("url", ""),
        sha256=row.get("sha256", ""),
        licence=row["licence"],
        attribution=row["attribution"],
        drawing=Drawing(size[0], size[1], fps, tuple((count, people) for count, people in shots)),
    )


_PAGE_HEAD = """\
# Samples

Made from `platform/koutu/samples/catalogue.toml` by `python -m koutu.samples > docs/samples.md`; a test keeps the
two alike.

None of these is part of the repository. `koutu.samples.find(name)` looks for one in the folder named by
`KOUTU_SAMPLES`, then in the cache (`$XDG_CACHE_HOME/koutu/samples`, else `~/.cache/koutu/samples`), then at its
public address, twice, with a short timeout; a download counts only with the SHA-256 given here. Last it draws a
stand-in with our own generator (figures with hair over textured backgrounds) and says so in one line on standard
error. `KOUTU_SAMPLES_OFFLINE=1` leaves the public address out.

The addresses were put together from the names of the public repositories; they were **not verified from the build
machine**, which cannot reach them. The SHA-256 is that of the file the figures were measured on.

"""


def page() -> str:
    """Return the text of docs/samples.md."""
    parts = [_PAGE_HEAD]
    for sample in catalogue().values():
        frames = sum(count for count, _ in sample.drawing.shots)
        parts.append(
            f"## `{sample.name}`\n\n{sample.what}\n\n"
            f"- Licence: {sample.licence}\n- By: {sample.attribution}\n"
            f"- Address: {f'<{sample.url}>' if sample.url else 'none; made for this project, not published'}\n"
            f"- SHA-256: {f'`{sample.sha256}`' if sample.sha256 else 'none'}\n"
            f"- Stand-in: {frames} frames in {len(sample.drawing.shots)} shots, "
            f"{sample.drawing.width}×{sample.drawing.height}, {sample.drawing.fps} frames a second\n\n"
        )
    return "".join(parts).rstrip("\n") + "\n"
