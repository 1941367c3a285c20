"""Folders scored on the command line: DAVIS's two tasks, mattes, and every way a folder can be wrong."""

import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco
from trackeval.metrics import JAndF

from models.metrics import MetricError, connectivity_error, davis, dtssd, mattes, mse
from models.metrics.files import sequences
from tests.models.metrics.drawn_masks import soft, walking
from tests.services.tree import ROOT


def write(folder, labels):
    folder.mkdir(parents=True)
    for number, frame in enumerate(labels):
        image = Image.fromarray(frame, mode="P")
        image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0, 128, 128, 0] + [0] * 756)
        image.save(folder / f"{number:05d}.png")


@pytest.fixture
def davis_folders(tmp_path):
    """Two sequences, of 40 frames with three people and of 9 with two."""
    for name, people, frames in (("court", 3, 40), ("walk", 2, 9)):
        write(tmp_path / "truth" / name, walking(frames, 48, 86, people))
        write(tmp_path / "pred" / name, walking(frames, 48, 86, people, lag=0.2))
    return tmp_path


def rles(labels, ids):
    return [[coco.encode(np.asfortranarray(frame == one)) for one in ids] for frame in labels]


def public_evaluator(truth, pred, proposals):
    """TrackEval's J&F with assignment on both."""
    metric = JAndF()
    metric.optim_type = "J&F"
    objects = int(truth[0].max())
    data = {
        "num_timesteps": len(truth), "num_gt_ids": objects, "num_tracker_ids": proposals,
        "gt_dets": rles(truth, range(1, objects + 1)), "tracker_dets": rles(pred, range(1, proposals + 1)),
        "gt_ids": [np.arange(objects)] * len(truth), "tracker_ids": [np.arange(proposals)] * len(truth),
    }  # fmt: skip
    return metric.eval_sequence(data)


def test_the_seven_figures_are_those_of_a_public_evaluator(davis_folders):
    scores = list(davis.evaluate(davis_folders / "truth", davis_folders / "pred", processes=1))
    assert [score.name for score in scores] == ["court", "walk"]
    truth, pred = (walking(40, 48, 86, 3, lag)[1:-1] for lag in (0, 0.2))
    peer = public_evaluator(truth, pred, 3)
    ours = davis.summary(scores[:1])
    for name in ("J-Mean", "J-Recall", "J-Decay", "F-Mean", "F-Recall", "F-Decay"):
        assert ours[name] == pytest.approx(peer[name], abs=1e-9)
    assert ours["J&F-Mean"] == pytest.approx(peer["J&F"], abs=1e-9)
    assert set(davis.summary(scores)) == set(ours)


def test_proposals_are_assigned_over_the_whole_sequence(tmp_path):
    """Ids in another order, two false ones, one that comes late, some void."""
    truth, seen = walking(20, 48, 86, 3), walking(20, 48, 86, 3, lag=0.1)
    pred = np.array([0, 4, 1, 5], np.uint8)[seen]
    pred[:8][pred[:8] == 5] = 0
    pred[:, :6, :6] = 2
    pred[10:, 40:, :9] = 3
    truth[:, 20:28, 40:60] = 255
    write(tmp_path / "truth/a", truth)
    write(tmp_path / "pred/a", pred)
    (score,) = davis.evaluate(tmp_path / "truth", tmp_path / "pred", "unsupervised", processes=1)
    objects = np.where(truth == 255, 0, truth)
    peer = public_evaluator(objects, np.where(truth == 255, 0, pred), 5)
    ours = davis.summary([score])
    for name in ("J-Mean", "J-Recall", "J-Decay", "F-Mean", "F-Recall", "F-Decay"):
        assert ours[name] == pytest.approx(peer[name], abs=1e-9)


def test_fewer_proposals_than_objects_leave_objects_without_one(tmp_path):
    truth = walking(5, 48, 86, 3)
    write(tmp_path / "truth/a", truth)
    write(tmp_path / "pred/a", (truth == 2).astype(np.uint8))
    (score,) = davis.evaluate(tmp_path / "truth", tmp_path / "pred", "unsupervised", processes=1)
    assert [one.j.mean() for one in score.objects.values()] == [0, 1, 0]


def test_several_processes_find_the_same(davis_folders):
    truth, pred = davis_folders / "truth", davis_folders / "pred"
    for task in ("semi", "unsupervised"):
        one, two = (davis.summary(davis.evaluate(truth, pred, task, processes)) for processes in (1, 2))
        assert one == two


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "models.metrics", *map(str, arguments)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_command_prints_a_table_and_writes_every_figure(davis_folders):
    target = davis_folders / "figures.json"
    done = command("davis", "--truth", davis_folders / "truth", "--pred", davis_folders / "pred", "--json", target)
    assert done.returncode == 0, done.stderr
    assert "walk" in done.stdout
    said = json.loads(target.read_text())
    assert said["task"] == "semi"
    (court, _) = davis.evaluate(davis_folders / "truth", davis_folders / "pred", processes=1)
    third = said["sequences"]["court"]["3"]
    assert third["F"]["recall"] == court.objects[3].statistics[1].recall
    for name, values in (("J", court.objects[3].j), ("F", court.objects[3].f)):
        assert third[name]["frames"] == values.tolist()
        assert third[name]["mean"] == pytest.approx(np.mean(third[name]["frames"]))
    assert f"J&F-Mean {said['mean']['J&F-Mean']:.4f}" in done.stdout


@pytest.fixture
def matte_folders(tmp_path):
    chance = np.random.default_rng(21)
    frames = [soft(chance, 40, 60) for _ in range(19)]
    for side, index in (("truth", 0), ("pred", 1)):
        (tmp_path / side / "hair").mkdir(parents=True)
        for number, frame in enumerate(frames):
            cv2.imwrite(str(tmp_path / side / "hair" / f"{number:04d}.png"), np.round(frame[index] * 255))
    (tmp_path / "trimap/hair").mkdir(parents=True)
    for number, (true, _) in enumerate(frames):
        trimap = np.where(true > 0.95, 255, np.where(true < 0.05, 0, 128)).astype(np.uint8)
        cv2.imwrite(str(tmp_path / "trimap/hair" / f"{number:04d}.png"), trimap)
    return tmp_path


def read(folder):
    paths = sorted((folder / "hair").iterdir())
    return np.array([cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in paths])


def test_folders_of_mattes_have_the_figures_of_their_arrays(matte_folders):
    true, pred = (read(matte_folders / side).astype(np.float32) / np.float32(255) for side in ("truth", "pred"))
    unknown = read(matte_folders / "trimap") == 128
    (score,) = mattes.evaluate(matte_folders / "truth", matte_folders / "pred", processes=1)
    assert score.values["dtSSD"] == pytest.approx(dtssd(true, pred))
    assert score.values["Conn"] == pytest.approx(connectivity_error(true, pred))
    for profile in ("dim", "vm108"):
        folders = (matte_folders / name for name in ("truth", "pred", "trimap"))
        (score,) = mattes.evaluate(*folders, profile, processes=2)
        assert score.values["MSE"] == pytest.approx(mse(true, pred, unknown, profile))
    assert score.values["dtSSD"] == pytest.approx(dtssd(true, pred, unknown, "vm108"))


def test_the_command_scores_mattes_too(matte_folders):
    folders = [f"--{name}={matte_folders / name}" for name in ("truth", "pred", "trimap")]
    done = command("matte", *folders, "--profile", "dim", "--json", matte_folders / "f.json")
    assert done.returncode == 0, done.stderr
    said = json.loads((matte_folders / "f.json").read_text())
    assert set(said["mean"]) == {"SAD", "MAD", "MSE", "Grad", "Conn"}
    assert len(said["sequences"]["hair"]["SAD"]) == 19


def spoilt(folder, spoil):
    spoil(folder)
    with pytest.raises(MetricError) as caught:
        list(davis.evaluate(folder / "truth", folder / "pred", processes=1))
    return str(caught.value)


def test_every_way_a_folder_of_masks_can_be_wrong_is_said(davis_folders):
    court = davis_folders / "pred/court"
    first = davis_folders / "truth/court/00000.png"
    kept = first.read_bytes()

    def resized(folder):
        write(folder / "small", np.zeros((1, 9, 9), np.uint8))
        (folder / "small/00000.png").replace(court / "00005.png")

    def coloured(_):
        Image.new("RGB", (86, 48)).save(court / "00004.png")

    def cut(_):
        (court / "00003.png").write_bytes((court / "00003.png").read_bytes()[:60])

    def taken_away(_):
        (court / "00002.png").unlink()

    def too_many(folder):
        write(folder / "many", np.full((1, 48, 86), 4, np.uint8))
        (folder / "many/00000.png").replace(court / "00001.png")

    assert "its truth 86x48: save it at the truth's size" in spoilt(davis_folders, resized)
    assert "palette PNG" in spoilt(davis_folders, coloured)
    assert "cannot be read" in spoilt(davis_folders, cut)
    assert "holds id 4, but the truth's first frame has 3 objects: save the ids" in spoilt(davis_folders, too_many)

    def gap(folder):
        write(folder / "gap", np.array([0, 1, 0, 3], np.uint8)[walking(1, 48, 86, 3)])
        (folder / "gap/00000.png").replace(first)

    assert "no object 2" in spoilt(davis_folders, gap)
    first.write_bytes(kept)
    said = spoilt(davis_folders, taken_away)
    assert "no prediction for frame 00002" in said
    assert "write one for each frame" in said

    def emptied(folder):
        (folder / "truth").rename(folder / "gone")
        (folder / "truth").mkdir()

    assert "give the folder above" in spoilt(davis_folders, emptied)


def test_one_line_is_said_where_the_command_cannot_go_on(tmp_path):
    done = command("davis", "--truth", tmp_path / "nothing", "--pred", tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_trimap_of_other_values_is_refused(matte_folders):
    path = matte_folders / "trimap/hair/0003.png"
    cv2.imwrite(str(path), np.full((40, 60), 127, np.uint8))
    with pytest.raises(MetricError, match="holds 127"):
        list(mattes.evaluate(*(matte_folders / name for name in ("truth", "pred", "trimap")), "dim", processes=1))
    with pytest.raises(MetricError, match="folder of trimaps"):
        list(mattes.evaluate(matte_folders / "truth", matte_folders / "pred", None, "dim"))


def figures(folder, profile):
    (score,) = mattes.evaluate(*(folder / name for name in ("truth", "pred", "trimap")), profile, processes=1)
    return score.values


def test_trimaps_without_anything_unknown_are_refused_rather_than_perfect(matte_folders):
    paths = sorted((matte_folders / "trimap/hair").iterdir())
    for path in paths[1:]:
        cv2.imwrite(str(path), np.full((40, 60), 255, np.uint8))
    found = figures(matte_folders, "dim")["SAD"]
    assert found[0] > 0, "one frame is enough"
    assert not found[1:].any(), "the others count as 0, as in the official code"
    cv2.imwrite(str(paths[0]), np.zeros((40, 60), np.uint8))
    for profile in ("dim", "vm108"):
        with pytest.raises(MetricError, match="trimaps of hair hold no 128"):
            figures(matte_folders, profile)
    assert figures(matte_folders, "rvm")["SAD"].all(), "the whole frame counts"


def test_a_trimap_that_is_missing_or_of_another_size_is_named(matte_folders):
    path = matte_folders / "trimap/hair/0012.png"
    cv2.imwrite(str(path), np.full((40, 50), 128, np.uint8))
    with pytest.raises(MetricError, match=r"trimap/hair/0012.png is \(40, 50\)"):
        figures(matte_folders, "dim")
    path.unlink()
    with pytest.raises(MetricError, match="no trimap for frame 0012"):
        figures(matte_folders, "dim")


@pytest.mark.parametrize(("side", "kind"), [("pred", "predictions"), ("truth", "truth")])
def test_a_matte_saved_with_the_ids_of_a_mask_is_refused(matte_folders, side, kind):
    for path in (matte_folders / side / "hair").iterdir():
        cv2.imwrite(str(path), (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 127).astype(np.uint8))
    with pytest.raises(MetricError, match=f"the {kind} of hair .* save alpha as 0..255"):
        figures(matte_folders, "rvm")


def test_a_matte_of_nobody_is_scored(matte_folders):
    for path in (matte_folders / "pred/hair").iterdir():
        cv2.imwrite(str(path), np.zeros((40, 60), np.uint8))
    assert figures(matte_folders, "rvm")["MSE"].all()


def test_masks_of_one_bit_are_of_one_object_and_hard_mattes(tmp_path):
    labels = walking(4, 48, 86, 1)
    write(tmp_path / "grey/a", labels)
    (tmp_path / "bits/a").mkdir(parents=True)
    for number, frame in enumerate(labels):
        Image.fromarray(frame * 255).convert("1").save(tmp_path / f"bits/a/{number:05d}.png")
    for truth, pred in (("grey", "bits"), ("bits", "grey")):
        (score,) = davis.evaluate(tmp_path / truth, tmp_path / pred, processes=1)
        assert davis.summary([score])["J&F-Mean"] == 1
    (matte,) = mattes.evaluate(tmp_path / "bits", tmp_path / "bits", processes=1)
    assert matte.means["MSE"] == 0


def test_masks_of_0_and_255_are_told_from_empty_ones(tmp_path):
    labels = walking(4, 48, 86, 1)
    for name, value, reason in (("white", 255, r"only 0 and 255 \(void\): write ids 1..N"), ("black", 0, "no object")):
        write(tmp_path / name / "a", labels * value)
        with pytest.raises(MetricError, match=reason):
            list(davis.evaluate(tmp_path / name, tmp_path / name, processes=1))


@pytest.mark.parametrize(("target", "reason"), [("nowhere/f.json", "there is no folder"), ("truth", "is a folder")])
def test_where_the_figures_cannot_be_written_is_said_before_the_work(davis_folders, target, reason):
    folders = [f"--{name}={davis_folders / name}" for name in ("truth", "pred")]
    done = command("davis", *folders, "--json", davis_folders / target)
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr


@pytest.mark.parametrize("task", ["semi", "unsupervised"])
def test_predictions_of_0_and_255_are_told_which_ids_to_save(tmp_path, task):
    labels = walking(4, 48, 86, 1)
    write(tmp_path / "truth/a", labels)
    write(tmp_path / "pred/a", labels * 255)
    with pytest.raises(MetricError, match=r"holds id 255.* 0, 1, 2 \.\.\. \(a mask of one object: 0 and 1, not 255\)"):
        list(davis.evaluate(tmp_path / "truth", tmp_path / "pred", task, processes=1))


def test_a_sequence_too_short_for_semi_is_told_the_other_task(tmp_path):
    write(tmp_path / "a", walking(2, 48, 86, 1))
    with pytest.raises(MetricError, match="give 3 or more, or --task unsupervised"):
        list(davis.evaluate(tmp_path / "a", tmp_path / "a", processes=1))


def names_of(folder, *names):
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).touch()
    return [path.name for path in sequences(folder, folder)[0].true]


def test_frames_come_in_the_order_of_their_numbers(tmp_path):
    unpadded = [f"shot_{number}.png" for number in range(12)]
    assert names_of(tmp_path / "unpadded", *reversed(unpadded)) == unpadded
    assert names_of(tmp_path / "wide", "9999.png", "10000.png", "0001.png") == ["0001.png", "9999.png", "10000.png"]
    assert names_of(tmp_path / "behind", "10_alpha.png", "2_alpha.png") == ["2_alpha.png", "10_alpha.png"]


def test_names_that_are_padded_or_not_all_numbered_stay_in_the_order_of_their_text(tmp_path):
    for folder, names in {
        "padded": [f"{number:05d}.png" for number in range(12)],
        "two kinds": ["a_02.png", "b_01.png", "b_03.png"],
        "one without": ["10.png", "2.png", "last.png"],
        "none": ["a.png", "b.png"],
    }.items():
        assert names_of(tmp_path / folder, *reversed(names)) == names


def test_two_frames_of_one_number_are_refused(tmp_path):
    with pytest.raises(MetricError, match=r"01.png and 1.png of .* have the same number: rename one"):
        names_of(tmp_path / "twins", "1.png", "01.png", "2.png")


@pytest.mark.parametrize(("side", "kind"), [("pred", "predictions"), ("truth", "truth")])
def test_8_bits_saved_as_16_are_refused_and_faint_frames_are_not(matte_folders, side, kind):
    paths = sorted((matte_folders / side / "hair").iterdir())
    for path in paths:
        cv2.imwrite(str(path), cv2.imread(str(path), cv2.IMREAD_GRAYSCALE).astype(np.uint16))
    with pytest.raises(MetricError, match=f"the {kind} of hair: 16 bits, but no value above 255; save alpha as 8-bit"):
        figures(matte_folders, "rvm")
    cv2.imwrite(str(paths[3]), np.full((40, 60), 40000, np.uint16))
    assert figures(matte_folders, "rvm")["MSE"].all(), "one frame shows that the others are faint"
