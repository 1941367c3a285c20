#!/usr/bin/env bash
# MediaPipe's pose networks (Apache-2.0) out of the wheel of PyPI's mediapipe, by its pinned hash. The package itself
# wants numpy < 2 and is not installed. The wheel of one platform serves all: the two files are the same everywhere.
set -euo pipefail
cd "$(dirname "$0")/.."
python="${PYTHON:-.venv/bin/python}"
command -v "$python" >/dev/null || { echo "missing: .venv. Run make setup first." >&2; exit 1; }
folder="${1:-${KOUTU_POSE_WEIGHTS:-$("$python" -c 'import sys; print(sys.prefix)')/share/mediapipe-pose}}"
missing() { PYTHONPATH=. "$python" -c 'import sys; from models.backends.pose_weights import available; print(available(sys.argv[1]) or "")' "$folder"; }

[ -n "$(missing)" ] || exit 0
printf 'fetching the pose networks (35 MB)\n' >&2
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
echo "mediapipe==0.10.21 --hash=sha256:05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3" >"$work/wanted.txt"
"$python" -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux_2_28_x86_64 --require-hashes -r "$work/wanted.txt" -d "$work"
mkdir -p "$folder"
"$python" - "$work"/*.whl "$folder" <<'END'
import sys
from pathlib import Path
from zipfile import ZipFile

with ZipFile(sys.argv[1]) as wheel:
    for name in ("pose_detection/pose_detection.tflite", "pose_landmark/pose_landmark_full.tflite"):
        target = Path(sys.argv[2]) / Path(name).name
        part = target.with_suffix(".part")
        part.write_bytes(wheel.read(f"mediapipe/modules/{name}"))
        part.replace(target)
END
reason=$(missing)
[ -z "$reason" ] || { printf '%s\n' "$reason" >&2; exit 1; }
