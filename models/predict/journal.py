"""OUT/predict.json: what the results beside it were made of, so that two runs are never mixed."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import files, looks
from .errors import Fault, PredictError

NAME = "predict.json"
_MEANING = {
    "stills": "pictures taken the other way (--stills)",
    "source": "another source",
    "backend": "another back end",
    "version": "other weights",
    "matting": "another way to solve edges",
}


@dataclass(frozen=True)
class Made:
    """Of what the mattes of a folder are made. `pictures` are what unrelated ones are known by, by name."""

    source: str
    pictures: dict[str, str]
    stills: bool
    backend: str
    version: str
    licence: str
    matting: str


@dataclass
class Journal:
    """The file of one output folder."""

    path: Path
    said: dict[str, Any]

    def note(self, key: str, value: Any) -> None:
        """Write something more down."""
        self.said[key] = value
        files.write_json(self.path, self.said)


def open_journal(out: Path, made: Made) -> Journal:
    """Begin a folder, or go on with one that holds the same. Raises PredictError where it holds something else."""
    path = out / NAME
    if not path.exists():
        if any((out / "alpha").glob("*.png")):
            raise PredictError(
                Fault.CHANGED, f"{out}/alpha holds pictures and {NAME} is not there: give an empty folder with -o"
            )
        return _begun(path, made)
    said = _read(path)
    if any(out.rglob("*.png")):
        _check_same(out, said, made)
        return _without_changed(out, Journal(path, said), made.pictures)
    if any(said.get(key) != asdict(made)[key] for key in (*_MEANING, "pictures")):
        # Nothing came of it, as of a film that was broken: there is nothing to mix, but for what was seen.
        (out / looks.NAME).unlink(missing_ok=True)
        return _begun(path, made)
    return Journal(path, said)


def _begun(path: Path, made: Made) -> Journal:
    journal = Journal(path, asdict(made))
    files.write_json(path, journal.said)
    return journal


def _without_changed(out: Path, journal: Journal, pictures: dict[str, str]) -> Journal:
    """Take away what was made of pictures that have changed since, so that it is made anew."""
    before = journal.said.get("pictures", {})
    for name in (name for name in pictures if before.get(name, pictures[name]) != pictures[name]):
        for kind in ("alpha", "foreground", "composite"):
            (out / kind / f"{name}.png").unlink(missing_ok=True)
    journal.note("pictures", before | pictures)
    return journal


def _check_same(out: Path, said: dict[str, Any], made: Made) -> None:
    for key, meaning in _MEANING.items():
        if said.get(key) != asdict(made)[key]:
            raise _other(out, f"{meaning} ({said.get(key)}, now {asdict(made)[key]})")
    if not _shared(said, made):
        raise _other(out, "other pictures")


def _other(out: Path, what: str) -> PredictError:
    return PredictError(
        Fault.CHANGED, f"{out} holds the result of {what}: give another folder with -o, or remove this one"
    )


def _shared(said: dict[str, Any], made: Made) -> bool:
    """Whether the folder's unrelated pictures have anything to do with these."""
    return not made.pictures or bool(said.get("pictures", {}).items() & made.pictures.items())


def _read(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PredictError(Fault.CHANGED, f"{path} cannot be read: give an empty folder with -o") from error
    if not isinstance(said, dict):
        raise PredictError(Fault.CHANGED, f"{path} is not ours: give an empty folder with -o")
    return said
