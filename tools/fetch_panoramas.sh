#!/usr/bin/env bash
# Panoramas of rooms and landscapes without anybody, by Poly Haven (CC0), out of npm's @pmndrs/assets by its pinned hash.
# Training cuts plates out of them: python -m models.training.panoramas FOLDER --out PLATES.
set -euo pipefail
folder=$(realpath -m "${1:?usage: tools/fetch_panoramas.sh FOLDER}")
cd "$(dirname "$0")/.."
python=.venv/bin/python
[ -x "$python" ] || { echo "missing: .venv. Run make setup first." >&2; exit 1; }
command -v npm >/dev/null || { echo "missing: npm. Install Node.js 20 or newer." >&2; exit 1; }

printf 'fetching panoramas (14 MB)\n' >&2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" @pmndrs/assets@1.7.0 >/dev/null
echo "152bd218a3390703f184f0c6ce16e73c8f0a87f32d38530d418a09d33d8208dc  $work/pmndrs-assets-1.7.0.tgz" | sha256sum --check --status ||
    { echo "@pmndrs/assets 1.7.0 is not what it was: its hash differs. Nothing was kept." >&2; exit 1; }
mkdir -p "$folder"
"$python" - "$work/pmndrs-assets-1.7.0.tgz" "$folder" <<'END'
import re
import sys
import tarfile
from base64 import b64decode
from pathlib import Path

with tarfile.open(sys.argv[1]) as package:
    for member in package:
        found = re.fullmatch(r"package/hdri/(\w+)\.exr\.js", member.name)
        if found and found.group(1) not in ("city", "sunset"):  # people walk there, far away
            script = package.extractfile(member).read().decode()
            encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", script).group(1)
            (Path(sys.argv[2]) / f"{found.group(1)}.exr").write_bytes(b64decode(encoded))
END
printf '%s panoramas in %s\n' "$(find "$folder" -name '*.exr' | wc -l)" "$folder" >&2
