"""Configs: what is said is what is done, and what makes no sense is refused with what to do."""

from pathlib import Path

import pytest

from models.training import __main__ as command
from models.training.config import TrainingError, config_of, read_config
from models.training.opening import KINDS, drawn, open_data
from models.training.planning import plan_of, rate
from models.training.weights import MATTE, STAGE_ONE

CONFIGS = sorted((Path(command.__file__).parent / "configs").glob("*.toml"))
GOOD = {
    "network": "koutu-s",
    "version": "1",
    "data": {"people": {"kind": "generated"}},
    "stage": [{"steps": 10, "data": {"people": 1}}],
}


def but(**changes):
    stage = GOOD["stage"][0] | changes.pop("stage", {})
    return GOOD | {"stage": [stage]} | changes


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_the_configs_that_ship_are_sound(path):
    config = read_config(path)
    assert config.steps > 0
    assert {one.kind for one in config.data.values()} <= set(KINDS)


def test_a_config_is_what_its_file_says(tmp_path):
    file = tmp_path / "one.toml"
    file.write_text(
        'network = "koutu-s"\nversion = "7"\n[data.some]\nkind = "folder"\npath = "here"\n'
        '[data.made]\nkind = "generated"\nwithout = ["P001"]\n'
        "[[stage]]\nsteps = 3\ndata = { some = 1 }\nlosses = { mask = 2 }\nrate = 1\n"
    )
    config = read_config(file)
    assert (config.version, config.data["some"].path, config.stage[0].rate) == ("7", "here", 1.0)
    assert config.data["made"].without == ("P001",)
    assert config.stage[0].losses == {"mask": 2.0}
    assert config.as_json()["stage"][0]["steps"] == 3


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (but(network="koutu-x"), "there is no network koutu-x: it is one of koutu-s"),
        (but(colour="red"), "the config has the unknown key colour"),
        (but(seed="one"), "seed is 'one': give int"),
        (but(seed=True), "seed is True: give int"),
        (but(precision="int8"), "precision is 'int8': give one of float32"),
        (but(ema=1.0), "give ema from 0 to below 1"),
        (but(data={"people": {}}), "data.people lacks kind: add it"),
        (but(data={"people": {"kind": "generated", "without": "P001"}}), "data.people: without is 'P001': give"),
        (but(data=3), r"write data sets as \[data.NAME\]"),
        (but(data={"people": 3}), "data.people is 3: write it as a table"),
        ({"network": "koutu-s", "version": "1", "data": {}}, r"there is no stage: add a \[\[stage\]\]"),
        ({"network": "koutu-s"}, "the config lacks version: add it"),
        (but(stage={"steps": 0}), "stage 1: steps is 0: give 1 or more"),
        (but(stage={"size": 100}), "stage 1: size is 100: give a multiple of 32"),
        (but(stage={"clicks": 0.6, "follows": 0.6, "frames": 2}), "give clicks and follows of 1 together at most"),
        (but(stage={"follows": 0.5}), "2 frames or more to follow in"),
        (but(stage={"stills": 2}), "stage 1: stills is 2.0: give a share from 0 to 1"),
        (but(stage={"schedule": "square"}), "give schedule as one of cosine, flat"),
        (but(stage={"data": {"others": 1}}), r"stage 1: data names others: add \[data.others\]"),
        (but(stage={"data": {"people": 0}}), "give each data set a weight of 0 or more"),
        (but(stage={"matting": {"others": 1}}), "stage 1: matting names others"),
        (but(stage={"losses": {"hinge": 1}}), "there is no loss hinge here: it is one of mask, dice"),
        (but(network="koutu-s-refiner", stage={"clicks": 0.5}), "a refiner sees no clicks"),
        (but(network="koutu-s-refiner", stage={"size": 96}), "for refiners 128 or more"),
    ],
)
def test_what_makes_no_sense_is_refused(values, said):
    with pytest.raises(TrainingError, match=said):
        config_of(values)


def test_a_file_that_is_none_is_refused(tmp_path, capsys):
    with pytest.raises(TrainingError, match="cannot be read"):
        read_config(tmp_path / "nowhere.toml")
    (tmp_path / "broken.toml").write_text("network = ")
    assert command.main([str(tmp_path / "broken.toml"), "-o", str(tmp_path / "run")]) == 1
    assert "is no TOML" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"kind": "poems"}, "data.people cannot be opened: there is no kind poems: it is one of generated"),
        ({"kind": "nowhere.at.all:opened"}, "data.people cannot be opened: No module named 'nowhere'"),
        ({"kind": "tests.models.training.drawn_people:closed"}, "has no attribute 'closed'"),
        ({"kind": "pictures", "without": ["P001"]}, "without names portraits, and pictures shows none"),
        ({"kind": "distilled"}, "give as path the folder that python -m models.training.teachers made"),
    ],
)
def test_data_that_cannot_be_opened_is_named(data, said):
    with pytest.raises(TrainingError, match=said):
        open_data(config_of(but(data={"people": data})).data, None)


def test_a_sample_that_cannot_be_trained_on_is_named(small):
    draw = open_data(small().data, None)["people"]
    with pytest.raises(TrainingError, match=r"data.people, index 7, 1 frames of 64: no such picture"):
        drawn(_broken, "people", 0, 7, 1, 64)
    with pytest.raises(TrainingError, match=r"index 7 gave \(2, 64, 64\), not \(1, 64, 64\)"):
        drawn(lambda seed, index, frames, size: draw(seed, index, 2, size), "people", 0, 7, 1, 64)


def _broken(seed, index, frames, size):
    raise OSError("no such picture")


def test_every_step_is_of_its_stage_and_kind(small):
    first = {"steps": 40, "frames": 4, "clicks": 0.25, "follows": 0.25, "batch": 2, "data": {"people": 1}}
    second = {"steps": 10, "size": 96, "data": {"people": 1}, "matting": {"hair": 1}}
    data = {"people": {"kind": "pictures"}, "hair": {"kind": "generated"}}
    config = config_of(GOOD | {"data": data, "stage": [first, second]})
    plans = [plan_of(config, step) for step in range(50)]
    assert plans == [plan_of(config, step) for step in range(50)]
    kinds = [plan.kind for plan in plans[:40]]
    assert {kind: kinds.count(kind) > 4 for kind in ("film", "still", "click", "follow")} == dict.fromkeys(kinds, True)
    assert {(plan.kind, plan.frames, plan.count) for plan in plans[:40]} == {
        ("film", 4, 2), ("still", 1, 8), ("click", 1, 2), ("follow", 4, 2),
    }  # fmt: skip
    assert all((plan.rounds > 0) == (plan.kind == "click") for plan in plans)
    assert [next(iter(plan.mix)) for plan in plans[40:]] == ["people", "hair"] * 5
    assert {plan.kind for plan in plans[40:]} == {"still"}
    with pytest.raises(ValueError, match="the config has 50"):
        plan_of(config, 50)


def test_the_rate_rises_and_falls():
    stage = config_of(but(stage={"steps": 100, "warmup": 9, "rate": 2})).stage[0]
    rates = [rate(stage, step) for step in range(100)]
    assert rates[0] == pytest.approx(0.2)
    assert rates[9] == max(rates) == 2
    assert rates[9:] == sorted(rates[9:], reverse=True)
    assert rates[-1] < 0.01
    flat = config_of(but(stage={"steps": 100, "warmup": 9, "rate": 2, "schedule": "flat"})).stage[0]
    assert {rate(flat, step) for step in range(9, 100)} == {2}


def test_every_loss_has_a_weight(small):
    assert not STAGE_ONE.keys() & MATTE.keys()
    assert min((STAGE_ONE | MATTE).values()) > 0
