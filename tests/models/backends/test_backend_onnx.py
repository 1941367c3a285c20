"""Anybody's ONNX graph by a few lines of YAML: what it finds, what it remembers, and what is wrong with the lines."""

import numpy as np
import onnx
import pytest

from models.backends import BadInput, VideoMatter, WeightsMissing
from models.backends.onnx_description import BadDescription, read
from models.backends.registry import find, open_backend


def grey_of(image):
    return image.mean(axis=2) / 255


@pytest.fixture
def flat():
    """Pictures of one grey each: 0.2, then 0.8."""
    return [np.full((32, 48, 3), level, np.uint8) for level in (51, 204)]


def changed(description, tmp_path, before, after):
    """A copy of a description, and its graph, with some words changed."""
    text = description.read_text()
    assert before in text
    for file in description.parent.glob("*.onnx"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "changed.yaml").write_text(text.replace(before, after))
    return tmp_path / "changed.yaml"


def test_a_segmenter_finds_red_at_the_pictures_size(red_segmenter):
    net = open_backend("onnx", red_segmenter)
    image = np.full((90, 130, 3), (20, 90, 80), np.uint8)
    image[30:60, 40:100] = (230, 40, 40)
    answer = net.person_probability(image)
    assert answer.dtype == np.float32
    assert answer.shape == (90, 130)
    assert answer[35:55, 50:90].min() > 0.99
    assert answer[:20].max() < 0.01
    np.testing.assert_array_equal(net.opinions(image), answer[None])
    assert (net.name, net.licence) == ("red-is-person", "CC0-1.0")


def test_a_recurrent_graph_is_fed_its_own_states(recurrent_matter, flat):
    net = open_backend("onnx", recurrent_matter)
    assert isinstance(net, VideoMatter)
    assert net.remembers
    assert net.guide is None
    reel = net.start()
    seen = [reel.step(image).alpha for image in (flat[0], flat[1], flat[0])]
    # alpha = half of what is seen + half of the alpha before, from 0
    for alpha, expected in zip(seen, (0.1, 0.45, 0.325), strict=True):
        np.testing.assert_allclose(alpha, expected, atol=1e-5)
    assert seen[0].shape == (32, 48)


def test_two_shots_do_not_meet_and_a_picture_alone_remembers_nothing(recurrent_matter, flat):
    net = open_backend("onnx", recurrent_matter)
    one, other = net.start(), net.start()
    one.step(flat[1])
    np.testing.assert_allclose(other.step(flat[0]).alpha, 0.1, atol=1e-5)
    for _ in range(2):
        np.testing.assert_allclose(net.matte(flat[0]).alpha, 0.1, atol=1e-5)


def test_it_gives_the_foreground_too(recurrent_matter, flat):
    found = open_backend("onnx", recurrent_matter).matte(flat[0])
    assert found.foreground.shape == (32, 48, 3)
    np.testing.assert_allclose(found.foreground, 0.8, atol=1e-5)


def test_a_reel_of_another_size_is_refused(recurrent_matter, flat):
    reel = open_backend("onnx", recurrent_matter).start()
    reel.step(flat[0])
    with pytest.raises(BadInput, match="start anew"):
        reel.step(flat[0][:30])


def test_a_channels_last_half_precision_graph_takes_a_trimap(trimap_matter):
    net = open_backend("onnx", trimap_matter)
    assert net.guide == "trimap"
    trimap = np.zeros((30, 50), np.uint8)
    trimap[:, 20:30], trimap[:, 30:] = 128, 255
    alpha = net.matte(np.zeros((30, 50, 3), np.uint8), trimap).alpha
    assert alpha.shape == (30, 50)
    np.testing.assert_allclose(alpha[10, [5, 25, 45]], [0, 0.5, 1], atol=0.01)


@pytest.mark.parametrize(
    ("trimap", "reason"),
    [
        (None, "no trimap"),
        (np.zeros((30, 50), np.uint8), "no unknown"),
        (np.full((30, 50), 7, np.uint8), "quantise"),
        (np.zeros((8, 8), np.uint8), "the same size"),
    ],
)
def test_a_wrong_guide_is_refused(trimap_matter, trimap, reason):
    with pytest.raises(BadInput, match=reason):
        open_backend("onnx", trimap_matter).matte(np.zeros((30, 50, 3), np.uint8), trimap)


def test_a_short_side_and_a_multiple_decide_what_the_graph_is_shown(recurrent_matter, tmp_path):
    short = changed(recurrent_matter, tmp_path, "{input: src}", "{input: src, short: 64, multiple: 32}")
    said = read(short)
    assert said.picture.sides(1080, 1920) == (64, 128)
    assert said.picture.sides(40, 30) == (96, 64)
    image = np.full((200, 90, 3), 51, np.uint8)
    assert open_backend("onnx", short).matte(image).alpha.shape == (200, 90)


def test_what_is_said_and_the_graph_make_the_version(recurrent_matter, tmp_path):
    same = changed(recurrent_matter, tmp_path, "Apache-2.0", "Apache-2.0")
    net = open_backend("onnx", recurrent_matter)
    assert open_backend("onnx", same).version == net.version
    other = changed(recurrent_matter, tmp_path, "[0.5]", "[0.25]")
    assert open_backend("onnx", other).version != net.version


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("licence: Apache-2.0\n", "", "licence is None; it must be a text"),
        ("task: matte", "task: paint", "segment or matte"),
        ("task: matte", "colour: red", "colour is not known"),
        ("{name: pha}", "{name: pha, activation: relu}", "none or sigmoid or softmax"),
        ("{name: pha}", "{name: pha, channel: -1}", "whole number from 0"),
        ("{input: src}", "{input: src, mean: [1, 2]}", "list of 3 numbers"),
        ("{input: src}", "{input: src, size: [0, 3]}", "height, width"),
        ("{input: src}", "{input: src, size: [8, 8], short: 4}", "alone"),
        ("{input: src}", "{input: src, short: much}", "whole number from 1"),
        ("{input: src}", "src", "names and values"),
        ("[0.5]", "[half]", "list of numbers"),
        ("name: rvm-like", "]", "is no YAML"),
        ("{name: pha}", "{name: pha, channel: true}", "whole number from 0"),
        ("{input: src}", "{input: src, short: true}", "whole number from 1"),
        ("{input: src}", "{input: src, size: [true, 3]}", "height, width"),
        ("{input: src}", "{input: src, mean: [true, 0, 0]}", "list of 3 numbers"),
        ("{input: src}", "{input: src, std: [.nan, 1, 1]}", "list of 3 numbers"),
        ("{input: src}", "{input: src, std: [0, 1, 1]}", "numbers above 0"),
        ("[0.5]", "[.inf]", "list of numbers"),
        ("[0.5]", "[0.5], r1i: [0]", "the input r1i is said twice"),
        ("task: matte", "task: segment\nguide: {input: trimap, kind: trimap}", "a segmenter sees the picture alone"),
    ],
)
def test_a_wrong_line_is_named_before_the_graph_is_loaded(recurrent_matter, tmp_path, before, after, reason):
    wrong = changed(recurrent_matter, tmp_path, before, after)
    with pytest.raises(BadDescription, match=reason):
        open_backend("onnx", wrong)
    assert reason.split("|")[0] in find("onnx").missing(wrong)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("{input: src}", "{input: picture}", "no input picture; it takes downsample_ratio"),
        ("{name: pha}", "{name: alpha}", "no output alpha; it gives fgr, pha"),
        (", r4i: r4o", "", "nothing is said of the input r4i"),
        ("{name: pha}", "{name: pha, channel: 3}", "channel is 3 of 1"),
    ],
)
def test_a_description_that_does_not_fit_its_graph_says_where(recurrent_matter, tmp_path, flat, before, after, reason):
    with pytest.raises(BadDescription, match=reason):
        open_backend("onnx", changed(recurrent_matter, tmp_path, before, after)).matte(flat[0])


def test_a_graph_that_is_missing_broken_or_fails_is_told(recurrent_matter, tmp_path, flat):
    said = changed(recurrent_matter, tmp_path, "[0.5]", "[0.5, 0.5]")
    with pytest.raises(WeightsMissing, match="cannot be run"):
        open_backend("onnx", said).matte(flat[0])
    for content in (b"nonsense", b""):
        (tmp_path / "recurrent.onnx").write_bytes(content)
        with pytest.raises(WeightsMissing, match="no ONNX"):
            open_backend("onnx", said).matte(flat[0])
    (tmp_path / "recurrent.onnx").unlink()
    with pytest.raises(WeightsMissing, match="put the ONNX file beside it"):
        open_backend("onnx", said)
    with pytest.raises(WeightsMissing, match="cannot be read"):
        open_backend("onnx", tmp_path / "nowhere.yaml")


def test_nan_is_no_answer(red_segmenter, tmp_path):
    said = changed(red_segmenter, tmp_path, "size: [64", "size: [64")
    graph = onnx.load(tmp_path / "red.onnx")
    ten = next(held for held in graph.graph.initializer if held.name == "ten")
    ten.CopyFrom(onnx.numpy_helper.from_array(np.float32(np.nan).reshape(()), "ten"))
    onnx.save(graph, tmp_path / "red.onnx")
    with pytest.raises(WeightsMissing, match="answers NaN"):
        open_backend("onnx", said).person_probability(np.zeros((8, 8, 3), np.uint8))
