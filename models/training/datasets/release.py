"""A Koutu release as it is exported, unpacked: what people have accepted, ready to train on.

The export is DAVIS 2017 (Perazzi et al., CVPR 2016; Pont-Tuset et al., arXiv 1704.00675) with the release's manifest
in koutu/manifest.jsonl, which names each sequence's split. It holds masks of everybody by number and void; alpha is
not in it, so samples of it are never exact.
"""

import json
from pathlib import Path
from typing import Any

from models.training.samples import Draw

from .errors import DatasetError, Fault
from .filming import filmed
from .folders import takes_of
from .judging import refuse_judged
from .labelled import Take

_FORMAT = 1  # of the manifest
_PICTURES, _LABELS = (Path(kind) / "Full-Resolution" for kind in ("JPEGImages", "Annotations"))


def release(path: Path, samples: Path | None = None) -> Draw:
    """The data set of the training split.

    Raises DatasetError for what is no release, has nothing to train on, or, with `samples`, holds a copy of what models
    are judged by.
    """
    sequences = _training(path)
    takes = [take for name in sequences for take in _takes(path, name)]
    if not takes:
        raise DatasetError(Fault.EMPTY, f"{path} has no frames in its training split: release more shots")
    if samples:
        refuse_judged(takes, samples)
    return filmed(takes, exact=False)


def _training(path: Path) -> list[str]:
    """Names of the sequences to train on."""
    manifest = path / "koutu" / "manifest.jsonl"
    if not manifest.is_file():
        raise DatasetError(
            Fault.RELEASE, f"{path} is no Koutu release: {manifest} is missing; give the folder of an unpacked export"
        )
    lines = _lines(manifest)
    if not lines or lines[0].get("type") != "release" or lines[0].get("format") != _FORMAT:
        raise DatasetError(Fault.RELEASE, f"{manifest} is not of format {_FORMAT}: export the release anew")
    return [line["sequence"] for line in lines if line["type"] == "shot" and line["split"] == "train"]


def _lines(manifest: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in manifest.read_text(encoding="utf-8").splitlines()]
    except ValueError as error:
        raise DatasetError(Fault.RELEASE, f"{manifest} is damaged: {error}. Unpack the export again") from error


def _takes(path: Path, name: str) -> list[Take]:
    pictures = path / _PICTURES / name
    if not pictures.is_dir():
        raise DatasetError(Fault.RELEASE, f"{pictures} is missing: unpack the whole export")
    return list(takes_of(name, sorted(pictures.glob("*.jpg")), path / _LABELS / name))
