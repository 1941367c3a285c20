"""Simulated annotators at work on a running Koutu, over the API that the browser uses."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from koutu.samples.figures import draw_shot
from koutu.samples.video import make_clip
from models.matting.trimap import MASK_LEVEL
from models.robots import rounds
from models.robots.aiming import Click
from models.robots.brush import PAINTER, Stroke, paint_frame
from models.robots.clicks import Slips, click_frame
from models.robots.correcting import Annotator, Corrected
from models.robots.keyframes import trace
from models.robots.polygons import area, traced
from models.robots.scribbles import Scribble, scribble_frame
from models.robots.truths import Truth
from tests.services.desk import Desk
from tests.services.hands import Hands

pytestmark = pytest.mark.timeout(600)
SIZE = 180, 320


@pytest.fixture
def shot(script, tmp_path):
    """Makes a film of a person who walks: hands at a subject that nobody has drawn yet, whatever the pre-label found,
    and the truth of every frame. Koutu decodes the very pixels that were drawn."""

    def made(seed: int, frames: int) -> tuple[Hands, list[Truth]]:
        drawn = list(draw_shot(frames, 1, SIZE[::-1], seed))
        path = make_clip(tmp_path / "walk.mkv", images=[frame.image for frame in drawn])
        clip = script.upload(path, f"Robots {seed}")
        script.until(lambda ask: {"ingest", "prelabel"} <= {job["kind"] for job in _done(ask, clip["id"])})
        (task,) = script("GET", f"/api/tasks?clip={clip['id']}")
        subject = script("POST", f"/api/shots/{task['shot']}/subjects", {"name": "Robot's own"})
        return Hands(Desk(script, task["shot"], subject["id"])), [Truth(frame.mask > 0) for frame in drawn]

    return made


class Watched:
    """A way to correct frames, and all that happened on them."""

    def __init__(self, by: Callable[..., Corrected]) -> None:
        self._by, self.frames = by, list[Corrected]()

    def __call__(self, *asked) -> Corrected:
        self.frames.append(self._by(*asked))
        return self.frames[-1]

    def stopped_at_good(self) -> bool:
        """Nobody went on where a frame was good, nor stopped before but to give up."""
        return all(not one.good[:-1].any() and one.good[-1] != one.given_up for one in self.frames)


def test_a_robot_clicks_a_person_from_nothing_and_carries_what_it_made_through_the_shot(shot):
    """Offline rounds after SAM 2: the worst frame, clicks until it is good, propagation, a look at all again. By a hand
    that trembles and says the opposite now and then, as early as with its second click."""
    hands, truths = shot(seed=7, frames=12)
    clicks = Watched(partial(click_frame, slips=Slips(np.random.default_rng(35), jitter=1.0, wrong=0.2)))
    stands = rounds.offline(truths, hands.carry, hands.click, rounds=2, annotator=Annotator(limit=6), by=clicks)
    before, first, *_ = stands
    last = stands[-1]
    assert before.iou.max() == 0
    assert first.actions > 0
    assert last.iou.mean() > 0.6
    assert last.iou[first.touched[0]] >= first.iou[first.touched[0]]
    assert clicks.stopped_at_good()
    assert slipped(clicks.frames[0].made[1], truths[last.touched[0]])
    assert all(
        np.isclose(last.iou[index], kept(frame)) for index, frame in zip(last.touched, clicks.frames, strict=True)
    )
    assert np.allclose(assert_saved(hands, truths, last.touched), last.iou)
    assert_used(hands, last.touched, [["click"] * len(frame.rounds) for frame in clicks.frames])


def test_a_robot_scribbles_on_the_worst_frame_and_looks_through_the_shot_again(shot):
    """Rounds after DAVIS interactive: what is missed and what is too much, a line through each."""
    hands, truths = shot(seed=24, frames=8)
    scribbles = Watched(scribble_frame)
    stands = rounds.offline(truths, hands.carry, hands.scribble, rounds=2, annotator=Annotator(limit=6), by=scribbles)
    last = stands[-1]
    assert stands[0].iou.max() == 0
    assert last.iou.min() > 0.8
    assert last.good[last.touched[0]]
    assert last.good.sum() >= stands[1].good.sum()
    assert scribbles.stopped_at_good()
    assert np.allclose(assert_saved(hands, truths, last.touched), last.iou)
    lines = [[line_of(each) for drawn in frame.made for each in drawn] for frame in scribbles.frames]
    assert_used(hands, last.touched, lines)


def test_a_robot_goes_through_a_shot_once_and_paints_where_it_is_not_good(shot):
    """An online round after SAM 2, by brush: it never looks back, and what is behind it stays as it was."""
    hands, truths = shot(seed=14, frames=8)
    strokes, stood = Watched(paint_frame), []

    def carried_on(anchors):
        stood.append((max(anchors), hands.desk.heads()))
        return hands.carry_on(anchors)

    last = rounds.online(truths, carried_on, hands.paint, pause=None, annotator=PAINTER, by=strokes)
    assert last.good.all()
    assert last.given_up == ()
    assert last.touched[0] == 0
    assert len(last.touched) > 1
    assert list(last.touched) == sorted(last.touched)
    assert strokes.stopped_at_good()
    assert np.allclose(assert_saved(hands, truths, last.touched), last.iou)
    heads = hands.desk.heads()
    for pause, before in stood:
        assert all(heads[index]["revision"] == before[index]["revision"] for index in range(pause))
    assert_used(hands, last.touched, [[tool_of(stroke) for stroke in frame.made] for frame in strokes.frames])


def test_a_robot_draws_a_lasso_by_its_outline_and_paints_what_is_left(shot):
    """A polygon is a lasso in the browser: what lies in it is answered, and a brush finishes it."""
    hands, truths = shot(seed=17, frames=6)
    strokes, ends = Watched(paint_frame), (0, len(truths) - 1)
    for index in ends:
        shown = hands.lasso(index, max(traced(truths[index]).rings, key=area))
        strokes(partial(hands.paint, index), truths[index], shown, PAINTER)
    masks = hands.carry({index: frame.best.mask for index, frame in zip(ends, strokes.frames, strict=True)})
    states = [truth.state(mask >= MASK_LEVEL) for truth, mask in zip(truths, masks, strict=True)]
    assert all(frame.before.iou > 0.7 for frame in strokes.frames)
    assert all(states[index].good for index in ends)
    assert min(state.iou for state in states) > 0.8
    assert strokes.stopped_at_good()
    assert_saved(hands, truths, ends)
    assert_used(hands, ends, [["lasso", *map(tool_of, frame.made)] for frame in strokes.frames])


def test_outlines_between_key_frames_are_saved_as_they_are(shot):
    """Polygons as they are tracked without a network: a program that has them saves mattes as a brush does."""
    hands, truths = shot(seed=18, frames=6)
    outlined = trace(truths)
    for index in range(len(truths)):
        drawn = outlined.mask(index, SIZE)
        tools = [{"tool": "polygon", "count": outlined.keys[index].vertices}] if index in outlined.keys else []
        hands.desk.save(index, np.where(drawn, np.uint8(255), np.uint8(0)), tools)
    shown = [truth.state(matte >= MASK_LEVEL) for truth, matte in zip(truths, hands.desk.mattes(), strict=True)]
    assert all(state.good for state in shown)
    assert np.allclose([state.iou for state in shown], outlined.iou)
    assert {head["source"] for head in hands.desk.heads().values()} == {"person"}
    for index, polygon in outlined.keys.items():
        assert hands.desk.tools(index) == {"polygon": {"tool": "polygon", "count": polygon.vertices}}


def assert_saved(hands, truths, touched) -> list[float]:
    """Anchors are a person's word, and the rest was propagated; returns the IoU of what stands on the server."""
    heads = hands.desk.heads()
    assert set(heads) == set(range(len(truths)))
    assert {index for index, head in heads.items() if head["anchored"]} == set(touched) == set(hands.saved)
    sources = {index: "person" if index in touched else "propagation" for index in heads}
    assert {index: head["source"] for index, head in heads.items()} == sources
    return [truth.state(matte >= MASK_LEVEL).iou for truth, matte in zip(truths, hands.desk.mattes(), strict=True)]


def assert_used(hands, indices, made: list[list[str]]) -> None:
    """The heads tell the tools that were used, but for answers that changed nothing, with prompts and who answered."""
    for index, names in zip(indices, made, strict=True):
        tools = hands.desk.tools(index)
        assert set(tools) == set(names)
        assert all(0 < one["count"] <= names.count(name) for name, one in tools.items())
        for one in (one for name, one in tools.items() if name not in ("brush", "eraser")):
            assert len(set(one["prompts"])) == one["count"]
            assert one["models"]


def slipped(click: Click, truth: Truth) -> bool:
    """It says the opposite of what is wrong round it."""
    return click.inside != bool(truth.mask[click.error].all())


def kept(frame: Corrected) -> float:
    """The IoU of what was good in the end, else of the best that was seen."""
    return frame.iou.max() if frame.given_up else frame.iou[-1]


def tool_of(stroke: Stroke) -> str:
    return "brush" if stroke.inside else "eraser"


def line_of(scribble: Scribble) -> str:
    """A dot is a click: the hand did not move."""
    return "scribble" if len(scribble.points) > 1 else "click"


def _done(ask, target: str) -> list[dict]:
    return ask("GET", f"/api/jobs?target_id={target}&state=done")["results"]
