"""One correction mends a whole shot, and touches nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from models.backends import BadInput, Prompt
from models.video.carrier import Carrier
from models.video.propagation import Propagation
from models.video.session import Session, SessionError
from models.video.spans import Span, spans
from tests.models.video.drawn_shot import Knows, headless, overlap, pattern, walking


def run(pictures, said, network, span=None, **how):
    """A propagation of things from what was `said`: {frame: {thing: mask}}."""
    things = {
        thing: [frame for frame, masks in said.items() if thing in masks] for thing in set().union(*said.values())
    }
    (span,) = [span] if span else spans(things, 0, len(pictures) - 1)
    return Propagation(span, pictures.__getitem__, said, Carrier(network), **how)


def masks_of(run, thing=1):
    return {followed.index: followed.things[thing].probability >= 0.5 for followed in run}


def test_a_head_that_is_given_back_once_stays_on_all_frames():
    pictures, (person,) = walking(12, (80, 6, 5))
    network = Knows(pictures, headless(person))
    found = masks_of(run(pictures, {0: {1: person[0]}}, network))
    assert list(found) == list(range(1, 12))
    mended = [overlap(mask, person[frame]) for frame, mask in found.items()]
    before = [
        overlap(network.person_probability(picture) >= 0.5, mask)
        for picture, mask in zip(pictures, person, strict=True)
    ]
    assert np.mean(mended) > 0.93 > max(before)


def test_who_was_missed_at_first_and_is_seen_later_leaves_nothing_behind_on_the_ground():
    pictures, (person,) = walking(12, (60, 12, 5))
    sees = np.where(person, np.float32(0.95), np.float32(0.05))
    sees[:2] = 0.02
    found = masks_of(run(pictures, {0: {1: person[0]}}, Knows(pictures, sees)))
    assert min(overlap(found[frame], person[frame]) for frame in range(4, 12)) > 0.9


def test_what_the_network_sees_now_and_then_stays():
    pictures, (person,) = walking(12, (80, 6, 5))
    sees = headless(person)
    sees[::3] = np.where(person[::3], np.float32(0.95), np.float32(0.05))
    found = masks_of(run(pictures, {0: {1: person[0]}}, Knows(pictures, sees)))
    assert np.mean([overlap(mask, person[frame]) for frame, mask in found.items()]) > 0.93


def test_where_motion_cannot_be_followed_the_network_is_asked():
    pictures, (person,) = walking(10, (80, 0, 5))
    pictures = [pattern(seed, *person.shape[1:]) if seed else picture for seed, picture in enumerate(pictures)]
    network = Knows(pictures, np.where(person, np.float32(0.95), np.float32(0.05)))
    found = masks_of(run(pictures, {0: {1: person[0]}}, network))
    assert min(overlap(mask, person[frame]) for frame, mask in found.items()) > 0.9


def test_two_who_cross_keep_apart():
    pictures, people = walking(14, (70, 8, 5), (180, -8, 6))
    everybody = Knows(pictures, np.where(people[0] | people[1], np.float32(0.95), np.float32(0.05)))
    said = {0: {1: people[0][0], 2: people[1][0]}, 13: {1: people[0][13], 2: people[1][13]}}
    for followed in run(pictures, said, everybody):
        one, two = (followed.things[thing].probability >= 0.5 for thing in (1, 2))
        assert not (one & two).any()
        if followed.final:
            assert overlap(one, people[0][followed.index]) > 0.8


def test_who_comes_in_later_is_not_taken_for_one_who_is_followed():
    pictures, people = walking(10, (70, 2, 5), (300, -12, 6))
    everybody = Knows(pictures, np.where(people[0] | people[1], np.float32(0.97), np.float32(0.03)))
    found = masks_of(run(pictures, {0: {1: people[0][0]}}, everybody))
    assert max((mask & people[1][frame] & ~people[0][frame]).sum() for frame, mask in found.items()) < 10


@pytest.mark.parametrize("step", [11, 22])
def test_who_comes_in_by_the_frames_edge_is_followed_as_they_come(step):
    """From the sliver that is seen of them at first; and who stands elsewhere is not taken for more of them."""
    pictures, people = walking(6, (-20, step, 5), (210, 0, 6))
    everybody = Knows(pictures, np.where(people[0] | people[1], np.float32(0.95), np.float32(0.05)))
    assert 0 < people[0][0].sum() < 0.2 * people[0][-1].sum()
    found = masks_of(run(pictures, {0: {1: people[0][0]}}, everybody))
    assert min(overlap(mask, people[0][frame]) for frame, mask in found.items()) > 0.9
    assert not any((mask & people[1][frame]).any() for frame, mask in found.items())


def test_who_left_the_frame_is_gone():
    pictures, (person,) = walking(12, (200, 16, 5))
    network = Knows(pictures, np.where(person, np.float32(0.9), np.float32(0.1)))
    found = masks_of(run(pictures, {0: {1: person[0]}}, network))
    assert not person[-1].any()
    assert not found[11].any()


def test_a_second_anchor_mends_what_the_first_could_not_know():
    pictures, (person,) = walking(12, (80, 6, 5))
    half = person & (np.arange(person.shape[2]) < 120)
    network = Knows(pictures, np.where(half, np.float32(0.9), np.float32(0.1)))
    wrong = person[0] & (np.arange(192) < 140)[:, None]
    alone = masks_of(run(pictures, {0: {1: wrong}}, network))
    both = masks_of(run(pictures, {0: {1: wrong}, 11: {1: person[11]}}, network))
    assert overlap(both[9], person[9]) > 0.9 > overlap(alone[9], person[9])
    assert overlap(both[1], wrong) > 0.7  # near an anchor its own word counts


def test_a_span_between_two_anchors_is_shown_at_once_and_ended_on_the_way_back():
    pictures, (person,) = walking(6, (80, 6, 5))
    network = Knows(pictures, headless(person))
    said = {0: {1: person[0]}, 5: {1: person[5]}}
    steps = [(followed.index, followed.final) for followed in run(pictures, said, network)]
    assert steps == [(1, False), (2, False), (3, False), (4, False), (4, True), (3, True), (2, True), (1, True)]
    back = [followed.index for followed in run(pictures, said, network, back_first=True)]
    assert back == [4, 3, 2, 1, 1, 2, 3, 4]


def test_only_the_frames_of_the_span_and_its_ends_are_read():
    pictures, (person,) = walking(9, (80, 6, 5))
    read = []
    network = Knows(pictures, headless(person))
    span = Span(3, 4, 2, None, (1,))
    following = Propagation(
        span, lambda index: read.append(index) or pictures[index], {2: {1: person[2]}}, Carrier(network)
    )
    assert len(following) == len(list(following)) == 2
    assert set(read) == {2, 3, 4}


def test_confidence_sinks_with_distance():
    pictures, (person,) = walking(12, (80, 6, 5))
    sure = [one.things[1].sure for one in run(pictures, {0: {1: person[0]}}, Knows(pictures, headless(person)))]
    assert 0 < sure[-1] < sure[4] < sure[0] <= 1


@pytest.mark.parametrize("done", [0, 2, 5, 9])
def test_another_process_goes_on_where_one_was_stopped(done):
    pictures, people = walking(8, (70, 8, 5), (180, -8, 6))
    network = Knows(pictures, headless(people[0] | people[1]))
    said = {frame: {1: people[0][frame], 2: people[1][frame]} for frame in (0, 7)}
    whole = list(run(pictures, said, network))
    begun = run(pictures, said, network)
    first = [begun.step() for _ in range(done)]
    session = Session.unpacked(begun.saved().packed())
    rest = list(Propagation.resumed(session, pictures.__getitem__, said, Carrier(network)))
    assert [one.index for one in [*first, *rest]] == [one.index for one in whole]
    for mine, other in zip(whole, [*first, *rest], strict=True):
        for thing in (1, 2):
            assert np.array_equal(mine.things[thing].probability, other.things[thing].probability)


def test_another_network_does_not_take_it_up():
    pictures, (person,) = walking(3, (80, 6, 5))
    network, other = (Knows(pictures, headless(person)) for _ in range(2))
    begun = run(pictures, {0: {1: person[0]}}, network)
    begun.step()
    other.version = "2"
    with pytest.raises(SessionError, match="carried-knows 1 began this, and carried-knows 2 is here"):
        Propagation.resumed(begun.saved(), pictures.__getitem__, {0: {1: person[0]}}, Carrier(other))


def test_what_people_say_otherwise_by_now_does_not_go_on():
    pictures, (person,) = walking(3, (80, 6, 5))
    network = Knows(pictures, headless(person))
    begun = run(pictures, {0: {1: person[0]}}, network)
    begun.step()
    with pytest.raises(SessionError, match="people say otherwise by now"):
        Propagation.resumed(begun.saved(), pictures.__getitem__, {0: {1: person[1]}}, Carrier(network))


def test_a_state_that_lacks_what_the_tracker_needs_is_refused():
    pictures, (person,) = walking(3, (80, 6, 5))
    network, said = Knows(pictures, headless(person)), {0: {1: person[0]}}
    begun = run(pictures, said, network)
    begun.step()
    session = begun.saved()
    older = replace(session, track={name: plane for name, plane in session.track.items() if name != "1/correction"})
    with pytest.raises(SessionError, match="1/correction"):
        Propagation.resumed(older, pictures.__getitem__, said, Carrier(network))


def test_a_session_is_written_a_plane_at_a_time():
    """And it stays as it was, whatever comes after it."""
    pictures, (person,) = walking(4, (80, 6, 5))
    begun = run(pictures, {0: {1: person[0]}, 3: {1: person[3]}}, Knows(pictures, headless(person)))
    begun.step()
    session = begun.saved()
    before = session.packed()
    begun.step()
    assert session.packed() == before
    planes = [len(data) for _, data in session.shelf.values()]
    assert len(planes) == 2
    assert {len(piece) for piece in session.pieces()} >= set(planes)


def test_what_is_no_session_is_refused():
    pictures, (person,) = walking(4, (80, 6, 5))
    begun = run(pictures, {0: {1: person[0]}, 3: {1: person[3]}}, Knows(pictures, headless(person)))
    begun.step()
    whole = begun.saved().packed()
    pieces = list(begun.saved().pieces())
    for data in (b"", b"{}", b"\x02" + bytes(7) + b"{}", whole[:-1], b"".join(pieces[:-2]), b"".join(pieces[:-4])):
        with pytest.raises(SessionError, match="start the propagation anew"):
            Session.unpacked(data)


def test_what_cannot_be_followed_is_refused():
    pictures, (person,) = walking(3, (80, 6, 5))
    track = Carrier(Knows(pictures, headless(person))).start(192, 256)
    with pytest.raises(BadInput, match="turn points and boxes into one first"):
        track.add(0, 1, Prompt(points=[(3, 3)], labels=[1]))
    with pytest.raises(BadInput, match=r"the mask is \(5, 5\)"):
        track.add(0, 1, Prompt(mask=np.zeros((5, 5), bool)))
    with pytest.raises(BadInput, match="frame 4 is 30x20, not of the shot's size"):
        track.step(4, np.zeros((20, 30, 3), np.uint8))
    other = Carrier(Knows(pictures, headless(person))).start(96, 128)
    track.add(0, 1, Prompt(mask=person[0]))
    track.step(0, pictures[0])
    with pytest.raises(BadInput, match="not of frames of 128x96"):
        other.resume(track.state())
