"""Tiny networks, saved once for all tests of the back ends."""

import numpy as np
import pytest

from tests.models.backends import tiny_networks


def _saved(save):
    @pytest.fixture(scope="session")
    def folder(tmp_path_factory):
        return save(tmp_path_factory.mktemp("weights"))

    return folder


sam2_folder = _saved(tiny_networks.save_sam2)
edgetam_folder = _saved(tiny_networks.save_edgetam)
published_edgetam_folder = _saved(tiny_networks.save_edgetam_as_published)
vitmatte_folder = _saved(tiny_networks.save_vitmatte)
recurrent_matter = _saved(tiny_networks.save_recurrent_matter)
red_segmenter = _saved(tiny_networks.save_red_segmenter)
trimap_matter = _saved(tiny_networks.save_trimap_matter)


@pytest.fixture(scope="session")
def shot():
    """Ten frames of 100x60 on which a bright square goes from left to right."""
    frames = np.random.default_rng(5).integers(0, 60, (10, 60, 100, 3)).astype(np.uint8)
    for index, frame in enumerate(frames):
        frame[20:40, 5 + 6 * index : 25 + 6 * index] = (240, 200, 120)
    return list(frames)
