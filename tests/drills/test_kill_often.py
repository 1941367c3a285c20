"""Whatever is killed, whenever, however often: what stands in the end is what an undisturbed run leaves.

These take minutes: `make drills` runs them, `make test` does not.
"""

import os
import random
import signal
import time

import psutil
import pytest

from tests.drills.aftermath import all_done, start, stored
from tests.services.tree import Tree
from tests.services.valkey import valkey

pytestmark = [pytest.mark.drill, pytest.mark.long, pytest.mark.timeout(900)]
KILLS = 6


def strike(tree: Tree, chance: random.Random) -> str:
    """kill -9 one process of the tree, the web server included; returns which."""
    family = psutil.Process(tree.process.pid).children(recursive=True)
    victim = chance.choice(sorted(family, key=lambda process: process.pid))
    name = " ".join(victim.cmdline()[2:5])
    os.kill(victim.pid, signal.SIGKILL)
    return name


def settled(ask) -> bool:
    """Like `all_done`, from a web server that may be coming back."""
    try:
        return all_done(ask)
    except OSError:
        return False


@pytest.mark.parametrize("seed", range(3))
def test_any_process_killed_at_any_moment(tmp_path, undisturbed, short_clip, seed):
    chance = random.Random(seed)
    tree, script = start(tmp_path / "data")
    script.upload(short_clip, "Court")
    struck = []
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.2, 4))
        struck.append(strike(tree, chance))
    tree.wait_until_ready()
    script.until(settled, 400)
    assert tree.manage("fsck").splitlines()[-1] == "nothing is missing or damaged"
    tree.stop()
    assert stored(tmp_path / "data") == undisturbed, struck


def test_the_broker_killed_and_started_empty(tmp_path, undisturbed, short_clip):
    """A broker that forgot everything: the rows remember, the sweeper rings again."""
    with valkey(tmp_path / "first") as url:
        tree, script = start(tmp_path / "data", BROKER_URL=url)
        script.upload(short_clip, "Court")
        time.sleep(2)
    port = int(url.rsplit(":", 1)[1].split("/")[0])
    with valkey(tmp_path / "second", port):
        script.until(all_done, 400)
        tree.stop()
    assert stored(tmp_path / "data") == undisturbed
