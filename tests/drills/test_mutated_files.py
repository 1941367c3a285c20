"""Mutated real files for as long as the budget lasts, by another seed each time: `make drills` runs it.

KOUTU_FUZZ_SECONDS gives it more than two minutes, KOUTU_FUZZ_SEED repeats one that failed.
"""

import os
import random
import time
from pathlib import Path

import pytest

from koutu import samples
from koutu.accounts.roles import Role
from tests import factories
from tests.clips.taking_in import faults_of, take_in
from tests.media import hostile

pytestmark = [pytest.mark.drill, pytest.mark.long, pytest.mark.timeout(3600)]
SECONDS = float(os.environ.get("KOUTU_FUZZ_SECONDS", "120"))
# A real film is large; what harms its first second harms it all.
MOST = 2_000_000


def real_films() -> list[tuple[str, bytes]]:
    names = ("clips/tears_of_steel_battle.webm", "clips/juggle.mp4", "clips/asl_eat.mkv")
    paths = [Path(path) for name in names if (path := samples.at_hand(name))]
    return [(path.name, path.read_bytes()[:MOST]) for path in paths]


@pytest.mark.django_db
def test_no_mutated_file_kills_a_worker_or_leaves_half_a_clip(store, settings, tmp_path):
    settings.KEEP_FREE_BYTES, settings.MAX_FRAMES, settings.DATA = 0, 400, tmp_path
    (tmp_path / "tmp").mkdir()
    show = factories.show(factories.project())
    actor = factories.person(Role.ANNOTATOR, show.project)
    seed = int(os.environ.get("KOUTU_FUZZ_SEED", random.SystemRandom().randrange(10**6)))
    end, tried, wrong = time.monotonic() + SECONDS, 0, []
    for name, data in hostile.mutated(seed, 10**9, real_films()):
        if time.monotonic() > end:
            break
        clip = take_in(actor, show, name, data)
        tried += 1
        if not isinstance(clip, str) and (faults := faults_of(clip)):
            (tmp_path / name.replace(" ", "-")).write_bytes(data)
            wrong.append((name, faults))
    print(f"\n{tried} files, seed {seed}")  # noqa: T201 what -s shows, to repeat it
    assert not wrong, f"seed {seed}, kept in {tmp_path}: {wrong}"
    assert tried > SECONDS / 5
    assert not list((tmp_path / "tmp").iterdir()), "temporary files are left"
