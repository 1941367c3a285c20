#!/usr/bin/env bash
# The parts of `make test`, one after another, each timed. A part that fails does not keep the others from running.
set -uo pipefail
cd "$(dirname "$0")/.."
py=.venv/bin/python
failed=()

lint() {
    .venv/bin/ruff check --quiet . && .venv/bin/mypy --no-error-summary && .venv/bin/lint-imports --no-logo \
        && $py tools/check_size.py && (cd frontend && npm run --silent lint)
}
unit() { (cd frontend && npm run --silent test -- --reporter=dot) && $py -m pytest -q -m "not browser and not drill"; }
# The model and API suite again, on the database of production.
postgres() { $py -m pytest -q --postgres -m "not browser and not drill" tests/accounts tests/annotation tests/clips tests/jobs tests/permissions tests/releases tests/storage; }
browser() { $py -m pytest -q -m browser; }
drills() { $py -m pytest -q -m drill; }

for part in "$@"; do
    printf '\n== %s\n' "$part"
    start=$SECONDS
    "$part" || failed+=("$part")
    printf '== %s: %d s\n' "$part" $((SECONDS - start))
done
if [ ${#failed[@]} -gt 0 ]; then
    printf '\nfailed: %s\n' "${failed[*]}"
    exit 1
fi
