"""How long Koutu-S takes is measured by the same few lines everywhere; here with its tiny shapes."""

import pytest

from models.networks.__main__ import main
from models.networks.config import PRESETS
from models.networks.koutu_s import KoutuS
from models.networks.refiner import Refiner
from models.networks.speed import parameters, stage_one, stage_two, timed


def test_what_is_timed_runs_as_often_as_it_says():
    calls = []
    timing = timed("nothing", lambda: calls.append(1), threads=1, runs=5)
    assert len(calls) == 3 + timing.runs == 8
    assert str(timing).startswith("nothing, 1 thread(s): 0.0 ms")


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_one_frame_is_timed_in_torch_and_in_onnxruntime():
    timings = stage_one(KoutuS(PRESETS["koutu-s-tiny"]), 32, 64, threads=1, runs=2)
    assert [timing.what for timing in timings] == ["64x32 in torch", "64x32 in onnxruntime"]
    assert all(timing.clock > 0 for timing in timings)


def test_a_band_twice_as_long_takes_twice_the_patches():
    refiner, seen = Refiner().eval(), []
    refiner.register_forward_hook(lambda _network, given, _answer: seen.append(len(given[0])))
    short, long = stage_two(refiner, (320, 640), threads=1, runs=1)
    assert (short.what, long.what) == ("band of 320 px, 5 patches", "band of 640 px, 10 patches")
    assert sum(seen) == (3 + 1) * (5 + 10), "three that do not count and one that does, patch by patch"
    assert parameters(refiner) > 100_000


@pytest.mark.parametrize(("arguments", "status"), [(["--help"], 0), (["koutu-xl"], 2)])
def test_the_command_says_which_presets_there_are(capsys, arguments, status):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == status
    said = capsys.readouterr()
    assert all(preset in said.out + said.err for preset in PRESETS)
