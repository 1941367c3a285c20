"""The store through kill -9, a full disk and a cut line while it ingests, saves, sweeps and backs up: some rounds.

`python -m bench store.drill` goes on longer. A disk of its own is mounted, which takes root.
"""

import random

import pytest

from bench import store_drill

pytestmark = [pytest.mark.drill, pytest.mark.long, pytest.mark.timeout(900)]


def test_nothing_acknowledged_is_lost_and_fsck_is_clean():
    seed = random.SystemRandom().randrange(10**6)
    found = store_drill.drill(8, seed)
    assert (found.lost, found.problems, found.unfinished) == ([], [], []), f"seed {seed}"
    assert found.acknowledged > 20
