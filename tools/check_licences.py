"""Holds every dependency, Python and npm, to licences that let Koutu be Apache-2.0.

Reads the metadata of what is installed and `frontend/package-lock.json`. What is neither in ALLOWED nor reviewed here
by name is a fault.
"""

import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = (
    "0BSD", "Apache", "BSD", "CC0", "BlueOak", "HPND", "ISC", "LLVM-exception", "MIT", "MPL", "Mozilla Public", "PSF",
    "Python Software Foundation", "Python-2.0", "Unlicense", "Zlib",
)  # fmt: skip
# Looked at one by one.
REVIEWED = {
    # Linked by import alone and never changed or shipped by us: the LGPL asks for no more.
    "psycopg": "LGPL-3.0-only",
    "psycopg-binary": "LGPL-3.0-only",
    "psycopg-pool": "LGPL-3.0-only",
    # A table of browsers' versions, used while building and not shipped; its licence asks for the source to be named.
    "caniuse-lite": "CC-BY-4.0",
    # A part of tus-js-client; its Readme says MIT, its package.json nothing.
    "combine-errors": "",
    # Its metadata holds a copyright line; the classifier says BSD.
    "scipy": "BSD",
}
COPYLEFT = re.compile(r"\bA?GPL|LGPL|SSPL|BUSL|CC-BY-NC|Proprietary|UNLICENSED")


def main() -> int:
    faults = [*unfit(python_licences()), *unfit(npm_licences())]
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    count = len(dict(python_licences())), len(dict(npm_licences()))
    sys.stdout.write(f"licences: {count[0]} Python and {count[1]} npm packages, {len(faults)} not allowed\n")
    return 1 if faults else 0


def python_licences() -> Iterator[tuple[str, str]]:
    """Name and licence of each installed distribution."""
    for package in distributions():
        yield package.metadata["Name"].lower(), _said(package)


def _said(package: Distribution) -> str:
    """The licence expression, else the classifiers, else the first line of the free text."""
    data = package.metadata
    marks = [line.rsplit(" :: ", 1)[-1] for line in data.get_all("Classifier") or [] if line.startswith("License")]
    free = (data.get("License") or "").strip().splitlines()[:1]
    return data.get("License-Expression") or " AND ".join(marks) or " ".join(free)


def npm_licences() -> Iterator[tuple[str, str]]:
    """Name and licence of each package that the lock names."""
    packages = json.loads((ROOT / "frontend/package-lock.json").read_text())["packages"]
    for path, package in packages.items():
        if path:
            yield path.rsplit("node_modules/", 1)[-1], package.get("license", "")


def unfit(licences: Iterator[tuple[str, str]]) -> Iterator[str]:
    for name, licence in licences:
        if REVIEWED.get(name) == licence:
            continue
        if COPYLEFT.search(licence) or not any(word in licence for word in ALLOWED):
            yield f"{name}: {licence or 'no licence named'}"


if __name__ == "__main__":
    sys.exit(main())
