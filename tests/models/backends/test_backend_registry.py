"""All back ends by name: which there are, which can run here, and what to do for the others."""

import subprocess
import sys

import numpy as np
import pytest

from models.backends import WeightsMissing
from models.backends.__main__ import main
from models.backends.registry import BACKENDS, UnknownBackend, find, open_backend
from models.backends.zoomed import Zoomed
from tests.models.painted import RedIsPerson, scene


@pytest.fixture
def _offline(monkeypatch, tmp_path):
    """No hub, and nothing of it on this machine."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import huggingface_hub.constants as hub

    monkeypatch.setattr(hub, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr(hub, "HF_HUB_OFFLINE", True)


def test_every_back_end_has_a_name_a_licence_and_an_answer_to_why_not():
    names = [backend.name for backend in BACKENDS]
    assert len(set(names)) == len(names)
    selfies = {"selfie", "selfie-zoomed", "selfie-ensemble"}
    assert selfies | {"sam2.1-tiny", "edgetam-video", "vitmatte", "onnx"} <= set(names)
    for backend in BACKENDS:
        assert backend.licence
        reason = backend.missing()
        assert reason is None or len(reason) > 20


def test_what_comes_with_the_installation_runs_at_once():
    for name in ("selfie", "selfie-zoomed", "selfie-ensemble"):
        assert find(name).missing() is None
        net = open_backend(name)
        answer = net.person_probability(np.zeros((40, 60, 3), np.uint8))
        assert answer.shape == (40, 60)
        assert (net.version, net.licence) == ("0.1.1675465747", "Apache-2.0")


def test_the_list_is_printed_with_reasons(capsys):
    assert main([]) == 0
    printed = capsys.readouterr().out
    assert "ready" in printed
    assert "vitmatte needs weights: a folder" in printed


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(UnknownBackend, match="there is no back end sam9: choose one of selfie, "):
        open_backend("sam9")


@pytest.mark.usefixtures("_offline")
def test_weights_that_are_not_here_are_told_with_the_way_to_get_them():
    reason = find("sam2.1-tiny").missing()
    assert "facebook/sam2.1-hiera-tiny is not on this machine" in reason
    assert "into a folder" in reason
    with pytest.raises(WeightsMissing, match="the hub did not give it"):
        open_backend("edgetam")


def test_a_local_folder_is_enough(sam2_folder):
    assert find("sam2.1-large").missing(sam2_folder) is None


def test_a_source_that_must_be_given_is_asked_for(tmp_path):
    for name in ("vitmatte", "onnx"):
        assert f"{name} needs weights: " in find(name).missing()
        with pytest.raises(WeightsMissing, match="needs weights: "):
            open_backend(name)
    with pytest.raises(WeightsMissing, match="npm ci"):
        open_backend("selfie", tmp_path)


def test_nothing_heavy_is_loaded_before_it_is_used():
    code = "import sys; from models.backends import registry; registry.find('sam2.1-tiny');"
    code += "print([m for m in ('torch', 'transformers', 'onnxruntime', 'cv2', 'yaml', 'django') if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


class Shortsighted(RedIsPerson):
    """Sees nothing sharper than a 40th of what it is shown."""

    def opinions(self, image):
        import cv2

        small = cv2.resize(super().opinions(image)[1], (40, 40), interpolation=cv2.INTER_AREA)
        return cv2.resize(small, image.shape[1::-1], interpolation=cv2.INTER_LINEAR)[None]


@pytest.mark.parametrize(("whole", "both_ways"), [(0.0, False), (0.5, True)])
def test_a_closer_look_is_sharper(whole, both_ways):
    image = scene([(90, 100, 18, 60, 230), (260, 90, 14, 50, 230)])
    truth = image[..., 0] > 200
    far = Shortsighted().person_probability(image)
    close = Zoomed(Shortsighted(), "close", whole, both_ways).person_probability(image)
    assert close.shape == truth.shape
    assert close.dtype == np.float32
    assert np.abs(close - truth).mean() < 0.7 * np.abs(far - truth).mean()


def test_where_nobody_is_found_the_look_at_the_whole_counts():
    image = scene([])
    zoomed = Zoomed(RedIsPerson(), "zoomed")
    np.testing.assert_array_equal(zoomed.person_probability(image), 0)
    np.testing.assert_array_equal(zoomed.opinions(image), RedIsPerson().opinions(image))
