"""A drawn shot of somebody red who walks, and a small network by which red is a person."""

import pytest

from koutu.samples.video import make_clip
from tests.models.backends.tiny_networks import save_recurrent_matter, save_red_segmenter, save_vitmatte
from tests.models.painted import walk
from tests.models.predict.results import predicted


@pytest.fixture(scope="session")
def red(tmp_path_factory):
    """Arguments that choose the network."""
    return ["--backend", "onnx", "--weights", str(save_red_segmenter(tmp_path_factory.mktemp("red")))]


@pytest.fixture(scope="session")
def recurrent(tmp_path_factory):
    """Arguments that choose a matting network with a memory: alpha = grey / 2 + alpha before / 2."""
    return ["--backend", "onnx", "--weights", str(save_recurrent_matter(tmp_path_factory.mktemp("recurrent")))]


@pytest.fixture(scope="session")
def vitmatte(tmp_path_factory):
    return ["--backend", "vitmatte", "--weights", str(save_vitmatte(tmp_path_factory.mktemp("vitmatte")))]


@pytest.fixture(scope="session")
def images():
    return walk(10, (60, 6), (230, -3))


@pytest.fixture(scope="session")
def clip(tmp_path_factory, images):
    """The shot without loss."""
    return make_clip(tmp_path_factory.mktemp("clip") / "walk.mkv", images=images, pixel_format="bgr0")


@pytest.fixture(scope="session")
def mattes(tmp_path_factory, clip, red):
    """What the command makes of the clip in one go."""
    return predicted(tmp_path_factory.mktemp("mattes"), clip, *red)
