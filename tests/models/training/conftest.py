"""What tests of the training share: a small config over drawn people."""

import pytest

from models.training.config import config_of

PEOPLE = "tests.models.training.drawn_people"
STAGE = {"steps": 6, "data": {"people": 1.0}, "frames": 2, "size": 64, "batch": 4, "rate": 1e-2, "warmup": 2}


@pytest.fixture(scope="session")
def small():
    """A config by what differs from a tiny one: of the whole (`also`), and of its one stage."""

    def made(network="koutu-s-tiny", kind="opened", also=None, **stage):
        data = {"people": {"kind": f"{PEOPLE}:{kind}"}}
        few = {"network": network, "version": "test", "data": data, "ema": 0.9, "stage": [STAGE | stage]}
        return config_of(few | (also or {}))

    return made
