"""SAM 2.1 and EdgeTAM of random weights: loaded from a folder, asked by clicks, boxes and masks, followed in time."""

import shutil

import numpy as np
import pytest
import torch

from models.backends import BadInput, Prompt, WeightsMissing, hub
from models.backends.registry import open_backend
from models.backends.sam_nets import EDGETAM, SAM2
from tests.models.backends import tiny_networks

pytestmark = pytest.mark.usefixtures("one_thread")
FAMILIES = {"sam2.1-tiny": SAM2, "edgetam": EDGETAM}


@pytest.fixture(params=FAMILIES)
def family(request):
    return request.param


@pytest.fixture
def folder(family, request):
    return request.getfixturevalue("sam2_folder" if family == "sam2.1-tiny" else "edgetam_folder")


@pytest.fixture
def clicker(family, folder):
    return open_backend(family, folder)


@pytest.fixture
def tracker(family, folder):
    return open_backend(f"{family}-video", folder)


def square_on(shot, index):
    """The mask of the bright square."""
    return shot[index][..., 0] > 200


PROMPTS = [
    Prompt([(15, 30)], [1]),
    Prompt([(15, 30), (90, 5)], [1, 0]),
    Prompt(box=(5, 20, 25, 40)),
    Prompt([(15, 30)], [1], (5, 20, 25, 40)),
]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_click_or_box_gives_a_mask_of_the_pictures_size(clicker, shot, prompt):
    answer = clicker.mask(shot[0], prompt)
    assert answer.shape == (60, 100)
    assert answer.dtype == np.float32
    assert 0 <= answer.min() < answer.max() <= 1


def test_asked_again_it_answers_the_same_without_looking_again(clicker, shot):
    first = clicker.mask(shot[0], PROMPTS[0])
    looks = []
    net = clicker._loaded()
    net.vision_encoder.register_forward_hook(lambda *_: looks.append(1))
    np.testing.assert_array_equal(clicker.mask(shot[0].copy(), PROMPTS[0]), first)
    assert not looks
    assert not np.array_equal(clicker.mask(shot[5], PROMPTS[0]), first)
    assert looks == [1]


def test_an_earlier_mask_and_another_click_change_the_answer(clicker, shot):
    first = clicker.mask(shot[0], PROMPTS[0])
    corrected = Prompt([(15, 30), (80, 50)], [1, 0], mask=first)
    assert not np.array_equal(clicker.mask(shot[0], corrected), first)


def test_the_same_folder_is_the_same_version(clicker, tracker, folder, family, tmp_path):
    assert clicker.version == tracker.version == open_backend(family, folder).version
    assert clicker.licence == "Apache-2.0"
    copy = shutil.copytree(folder, tmp_path / "other")
    config = copy / "config.json"
    config.write_text(config.read_text().replace('"num_maskmem": 3', '"num_maskmem": 4'))
    assert open_backend(family, copy).version != clicker.version


def test_what_is_said_on_one_frame_is_followed(tracker, shot):
    track = tracker.start(60, 100)
    assert track.step(0, shot[0]) == {}
    track.add(1, 7, Prompt(mask=square_on(shot, 1)))
    followed = [track.step(index, shot[index]) for index in range(1, 5)]
    assert [list(answer) for answer in followed] == [[7]] * 4
    said = followed[0][7] >= 0.5
    truth = square_on(shot, 1)
    assert (said & truth).sum() / (said | truth).sum() > 0.9
    assert all(answer[7].shape == (60, 100) and answer[7].dtype == np.float32 for answer in followed)


def test_one_pointed_at_and_one_given_by_mask_are_followed_side_by_side(tracker, shot):
    track = tracker.start(60, 100)
    track.add(0, 1, Prompt(mask=square_on(shot, 0)))
    track.add(0, 2, Prompt([(80, 10)], [1]))
    track.add(2, 3, Prompt(box=(60, 40, 90, 58)))
    answers = [track.step(index, shot[index]) for index in range(4)]
    assert [sorted(answer) for answer in answers] == [[1, 2], [1, 2], [1, 2, 3], [1, 2, 3]]


def test_forgetting_what_is_out_of_reach_changes_nothing(tracker, family, folder, shot):
    """The same by hand, on a state that keeps all it ever saw."""
    track = tracker.start(60, 100)
    track.add(0, 1, Prompt(mask=square_on(shot, 0)))
    net, session = track.net, FAMILIES[family].new_session(60, 100, "cpu")
    number = session.obj_id_to_idx(1)
    hard = track.square.shrunk(square_on(shot, 0).astype(np.float32)) >= 0.5
    session.add_mask_inputs(number, 0, hard.float())
    session.obj_with_new_inputs = [1]
    for index, image in enumerate(shot):
        with torch.inference_mode():
            kept = net(inference_session=session, frame=track.square.pixels(image), frame_idx=index)
        found = track.step(index, image)
        np.testing.assert_array_equal(found[1], track.square.back(kept.pred_masks[0, 0]), err_msg=str(index))


def test_memory_does_not_grow_with_the_shot(tracker, shot):
    track = tracker.start(60, 100)
    track.add(0, 1, Prompt(mask=square_on(shot, 0)))

    def held():
        state = track.session
        stored = [state.output_dict_per_obj, state.processed_frames, state.mask_inputs_per_obj, state.cache.__dict__]
        return sum(tensor.numel() for tensor in tensors_in(stored))

    sizes = []
    for index in range(24):
        track.step(index, shot[index % len(shot)])
        sizes.append(held())
    assert max(sizes[12:]) == max(sizes[6:12])


def tensors_in(value):
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from tensors_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from tensors_in(inner)


def test_backwards_is_forwards_of_the_shot_turned_round(tracker, shot):
    forwards, backwards = tracker.start(60, 100), tracker.start(60, 100)
    forwards.add(0, 1, Prompt(mask=square_on(shot, 9)))
    backwards.add(9, 1, Prompt(mask=square_on(shot, 9)))
    for step in range(6):
        ahead = forwards.step(step, shot[9 - step])
        back = backwards.step(9 - step, shot[9 - step], reverse=True)
        np.testing.assert_allclose(ahead[1], back[1], atol=1e-4)


def test_a_correction_on_a_frame_already_followed_counts(tracker, shot):
    track = tracker.start(60, 100)
    track.add(0, 1, Prompt([(15, 30)], [1]))
    for index in range(4):
        track.step(index, shot[index])
    track.add(3, 1, Prompt(mask=square_on(shot, 3)))
    said = track.step(3, shot[3])[1] >= 0.5
    truth = square_on(shot, 3)
    assert (said & truth).sum() / (said | truth).sum() > 0.9
    assert track.step(4, shot[4]).keys() == {1}


def test_said_twice_the_last_word_counts(tracker, shot):
    one, other = tracker.start(60, 100), tracker.start(60, 100)
    one.add(0, 1, Prompt([(90, 5)], [1]))
    for track in (one, other):
        track.add(0, 1, Prompt(mask=square_on(shot, 0)))
    np.testing.assert_array_equal(one.step(0, shot[0])[1], other.step(0, shot[0])[1])


def test_what_cannot_be_followed_is_refused(tracker, shot):
    track = tracker.start(60, 100)
    with pytest.raises(BadInput, match="frames count from 0"):
        track.add(-1, 1, PROMPTS[0])
    with pytest.raises(BadInput, match="a mask says it all"):
        track.add(0, 1, Prompt([(3, 3)], [1], mask=square_on(shot, 0)))
    with pytest.raises(BadInput, match="start a new track"):
        track.step(0, shot[0][:50])


def test_edgetam_loads_as_published_although_timm_is_not_here(published_edgetam_folder, shot):
    clicker = open_backend("edgetam", published_edgetam_folder)
    assert clicker.mask(shot[0], PROMPTS[0]).shape == (60, 100)


def test_another_encoder_of_timms_is_refused_by_name(published_edgetam_folder, shot, tmp_path):
    other = shutil.copytree(published_edgetam_folder, tmp_path / "other")
    config = other / "config.json"
    config.write_text(config.read_text().replace("repvit_m1.dist_in1k", "resnet50.a1_in1k"))
    with pytest.raises(WeightsMissing, match="resnet50"):
        open_backend("edgetam", other).mask(shot[0], PROMPTS[0])


def test_weights_of_something_else_are_refused(vitmatte_folder, sam2_folder, shot):
    with pytest.raises(WeightsMissing, match="not those of Sam2Model"):
        open_backend("sam2.1-tiny", vitmatte_folder).mask(shot[0], PROMPTS[0])
    with pytest.raises(WeightsMissing, match="not those of"):
        open_backend("edgetam-video", sam2_folder).start(60, 100)


def test_folders_that_lack_something_say_what(tmp_path, sam2_folder):
    with pytest.raises(WeightsMissing, match="is no folder"):
        hub.find(tmp_path / "nowhere")
    with pytest.raises(WeightsMissing, match=r"config\.json is not in"):
        hub.find(tmp_path)
    shutil.copy(sam2_folder / "config.json", tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(WeightsMissing, match=r"pytorch_model\.bin is a pickle"):
        hub.find(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"cut off")
    with pytest.raises(WeightsMissing, match="Download them again"):
        open_backend("sam2.1-tiny", tmp_path).mask(np.zeros((8, 8, 3), np.uint8), Prompt([(1, 1)], [1]))
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(WeightsMissing, match="is damaged"):
        open_backend("sam2.1-tiny", tmp_path).mask(np.zeros((8, 8, 3), np.uint8), Prompt([(1, 1)], [1]))


def test_tiny_networks_are_seen_at_the_size_they_were_made_for(tracker):
    assert tracker.start(60, 100).square.side == tiny_networks.SIDE
