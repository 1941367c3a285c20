#!/usr/bin/env bash
# Everything Koutu needs, from the locks. Safe to call again: what stands already is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."
stamps=.make; mkdir -p "$stamps"

say() { printf '%s\n' "$*" >&2; }
need() { command -v "$1" >/dev/null 2>&1 || { say "missing: $1. $2"; exit 1; }; }
digest() { cat "$@" | sha256sum | cut -c1-16; }
done_already() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

python_environment() {
    local python="${PYTHON:-python3}" key
    key=$(digest requirements.lock torch.lock pyproject.toml)
    if done_already python "$key" && [ -x .venv/bin/python ]; then return; fi
    need "$python" "Install Python 3.11 or newer (Debian: apt-get install python3 python3-venv)."
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "missing: Python 3.11 or newer ($("$python" -V) found)."; exit 1; }
    [ -x .venv/bin/python ] || "$python" -m venv .venv || { say "missing: the venv module (Debian: apt-get install python3-venv)."; exit 1; }
    say "installing Python packages"
    # uv does not read pip's variable for local wheels.
    local links="${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}" uv=.venv/bin/uv
    .venv/bin/pip install -q --disable-pip-version-check uv==0.13.9 2>/dev/null || uv=false
    UV_FIND_LINKS="$links" "$uv" pip install -q --python .venv/bin/python --no-deps -r requirements.lock 2>"$stamps/uv.log" \
        || .venv/bin/pip install -q --no-deps --require-hashes -r requirements.lock
    # Of torch the build that fits: the wheel of a given folder, else the one for this machine's graphics driver or none.
    UV_FIND_LINKS="$links" "$uv" pip install -q --python .venv/bin/python $([ -n "$links" ] || echo --torch-backend=auto) -r torch.lock \
        2>>"$stamps/uv.log" || .venv/bin/pip install -q -r torch.lock
    # This checkout itself, for the command `koutu`.
    "$uv" pip install -q --python .venv/bin/python --no-deps -e . 2>>"$stamps/uv.log" || .venv/bin/pip install -q --no-deps -e .
    echo "$key" >"$stamps/python"
}

node_packages() {
    local key
    key=$(digest frontend/package-lock.json)
    if done_already node "$key" && [ -d frontend/node_modules ]; then return; fi
    need node "Install Node 20 or newer (Debian: apt-get install nodejs npm)."
    need npm "Install npm (Debian: apt-get install npm)."
    node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' || { say "missing: Node 20 or newer ($(node -v) found)."; exit 1; }
    say "installing npm packages"
    (cd frontend && npm ci --no-audit --no-fund --loglevel=error)
    echo "$key" >"$stamps/node"
}

# 35 MB for two files of 9. Asked for once: without them Koutu runs, and `koutu backends` says what to do.
pose_networks() {
    local key folder="${KOUTU_POSE_WEIGHTS:-.venv/share/mediapipe-pose}"
    key=$(digest tools/fetch_pose.sh models/backends/pose_weights.py)
    if done_already pose "failed $key"; then return; fi
    if done_already pose "$key" && [ -f "$folder/pose_landmark_full.tflite" ]; then return; fi
    if tools/fetch_pose.sh 2>"$stamps/pose.log"; then echo "$key" >"$stamps/pose"; return; fi
    say "the pose networks could not be fetched ($stamps/pose.log): tools/fetch_pose.sh tries again"
    echo "failed $key" >"$stamps/pose"
}

front_end() {
    local key
    key=$(find frontend/src frontend/public frontend/index.html frontend/vite.config.ts frontend/package-lock.json \
        models/weights/koutu-s-small.onnx \
        -type f -print0 | sort -z | xargs -0 cat | sha256sum | cut -c1-16)
    if done_already front_end "$key" && [ -f frontend/dist/index.html ]; then return; fi
    say "building the front end"
    (cd frontend && npm run --silent build >"../$stamps/build.log" 2>&1) || { cat "$stamps/build.log" >&2; exit 1; }
    echo "$key" >"$stamps/front_end"
}

has_browser() {
    for name in "${KOUTU_CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && return
    done
    return 1
}

has_ffmpeg() { command -v "${KOUTU_FFMPEG:-ffmpeg}" >/dev/null 2>&1; }

# What the tests drive and compare with; nothing of it is needed to run Koutu.
test_programs() {
    local packages=()
    has_browser || packages+=(chromium fonts-noto-cjk)
    has_ffmpeg || packages+=(ffmpeg)
    [ ${#packages[@]} = 0 ] && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing ${packages[*]}"
        { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${packages[@]}"; } >"$stamps/apt.log" 2>&1 && return
    fi
    has_browser || say "missing: Chromium for the browser tests (Debian: apt-get install chromium fonts-noto-cjk), or set KOUTU_CHROMIUM."
    has_ffmpeg || say "missing: ffmpeg, the independent decoder of the tests (Debian: apt-get install ffmpeg), or set KOUTU_FFMPEG."
    exit 1
}

python_environment
pose_networks
node_packages
front_end
if [ "${1:-}" = test ]; then test_programs; fi
