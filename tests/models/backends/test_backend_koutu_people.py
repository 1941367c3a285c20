"""Koutu-S tells apart the people that it finds."""

import numpy as np

from models.backends.grouping import TellsApart
from models.backends.koutu import KoutuPeople
from models.checkpoints import Card
from models.networks.config import PRESETS


def test_koutu_s_tells_apart_those_in_its_mask():
    from models.networks.koutu_s import KoutuS

    network = KoutuS(PRESETS["koutu-s-tiny"]).eval()
    segmenter = KoutuPeople(network, Card("koutu-s", "1", "Apache-2.0"))
    image = np.random.default_rng(0).integers(0, 256, (70, 101, 3)).astype(np.uint8)
    assert isinstance(segmenter, TellsApart)
    numbers = segmenter.instances(image)
    assert (numbers.shape, numbers.dtype) == ((70, 101), np.uint8)
    np.testing.assert_array_equal(numbers > 0, segmenter.person_probability(image) >= 0.5)
