"""A survey tells what a person would like to know of a clip, and invents nothing."""

import pickle

import cv2
import numpy as np
import pytest

from koutu.clips import media
from koutu.clips.media.survey import Box, Survey, Surveyor
from koutu.samples.figures import background, draw_shots
from koutu.samples.video import make_clip

SIZE = (320, 180)
WIDE = (900, 180)


def survey(pictures) -> Survey:
    surveyor = Surveyor()
    for picture in pictures:
        surveyor.push(picture)
    return surveyor.finish()


def pan(seed, count, speed=2):
    """A camera that sweeps over a drawn place, RGB (180, 320, 3) a frame."""
    wide = background(WIDE, np.random.default_rng(seed))
    return [np.ascontiguousarray(wide[:, x : x + 320]) for x in range(0, count * speed, speed)]


def people(*shots):
    return [drawn.image for drawn in draw_shots(list(shots), SIZE, seed=5)]


def mix(before, after, share):
    return cv2.addWeighted(before, 1 - share, after, share, 0)


def dissolve(before, after, length):
    """Join two shots so that the last ``length`` frames of one run through the first of the other."""
    steps = [(step + 1) / (length + 1) for step in range(length)]
    middle = [mix(a, b, share) for a, b, share in zip(before[-length:], after[:length], steps, strict=True)]
    return before[:-length] + middle + after[length:]


def paled(pictures, colour, shares):
    return [mix(p, np.full_like(p, colour), share) for p, share in zip(pictures, shares, strict=True)]


def coded(folder, pictures, **options):
    """The pictures after a lossy codec."""
    path = make_clip(folder / "clip.mp4", images=pictures, fps=25, **options)
    return [frame.image for frame in media.frames(path, media.probe(path))]


def spans(found, kind):
    return [(t.first, t.last) for t in found.transitions if t.kind == kind]


def near(told, truth, slack):
    return len(told) == len(truth) and all(
        abs(a - b) <= slack for one, other in zip(told, truth, strict=True) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("length", [8, 20, 40])
def test_a_dissolve_is_told_with_its_middle_as_the_cut(tmp_path, length):
    film = coded(tmp_path, dissolve(pan(1, 70), pan(2, 70), length))
    found = survey(film)
    assert [t.kind for t in found.transitions] == ["dissolve"]
    assert near(spans(found, "dissolve"), [(70 - length, 69)], 3)
    assert abs(found.transitions[0].cut - (70 - length / 2)) <= 2


def test_two_dissolves_and_a_cut_between_are_told_apart():
    film = dissolve(pan(1, 50), pan(2, 40), 12) + dissolve(pan(3, 50), pan(4, 50), 16)
    assert near(spans(survey(film), "dissolve"), [(38, 49), (112, 127)], 3)


def test_hard_cuts_are_no_transitions():
    assert survey(pan(1, 30) + pan(2, 20) + people((25, 1), (25, 2)) + pan(3, 9) + pan(4, 30)).transitions == ()


@pytest.mark.parametrize("speed", [1, 5, 12])
def test_a_moving_camera_is_no_transition(speed):
    assert survey(pan(7, 560 // max(speed, 8), speed)).transitions == ()


def test_people_who_cross_the_picture_are_no_transition():
    plate, coat = background(SIZE, np.random.default_rng(3)), background((150, 180), np.random.default_rng(4))
    film = []
    for x in range(-150, 320, 11):
        picture = plate.copy()
        left, right = max(0, x), min(320, x + 150)
        picture[:, left:right] = coat[:, left - x : right - x]
        film.append(picture)
    assert survey(film).transitions == ()


def test_changing_light_and_focus_are_no_transition():
    plate = background(SIZE, np.random.default_rng(3))
    dimmed = [(plate * share).astype(np.uint8) for share in np.linspace(1, 0.3, 30)]
    blurred = [cv2.GaussianBlur(plate, (0, 0), sigma) for sigma in [*np.linspace(0.1, 6, 15), *np.linspace(6, 0.1, 15)]]
    assert survey(dimmed + dimmed[::-1]).transitions == ()
    assert survey(blurred).transitions == ()


def test_a_wipe_is_no_dissolve():
    before, after = pan(1, 60), pan(2, 60)
    film = before[:15]
    for step in range(30):
        picture, edge = before[15 + step].copy(), (step + 1) * 10
        picture[:, :edge] = after[15 + step][:, :edge]
        film.append(picture)
    assert survey(film + after[45:]).transitions == ()


@pytest.mark.parametrize("colour", [0, 16, 255])
def test_fades_are_told_and_one_cut_is_proposed_for_a_short_pause(tmp_path, colour):
    before, after = pan(1, 45), pan(2, 45)
    out, into = np.linspace(0, 1, 17)[1:-1], np.linspace(1, 0, 17)[1:-1]
    film = before[:30] + paled(before[30:], colour, out)
    film += [np.full_like(before[0], colour)] * 6 + paled(after[:15], colour, into) + after[15:]
    found = survey(coded(tmp_path, film))
    assert [t.kind for t in found.transitions] == ["fade_out", "fade_in"]
    assert near([(t.first, t.last) for t in found.transitions], [(30, 44), (51, 65)], 2)
    assert all(abs(t.cut - 51) <= 1 for t in found.transitions)


def test_after_a_long_pause_each_fade_has_its_own_cut():
    before, after = pan(1, 40), pan(2, 40)
    shares = np.linspace(0, 1, 12)[1:-1]
    film = before[:30] + paled(before[30:], 0, shares) + [np.zeros_like(before[0])] * 30
    film += paled(after[:10], 0, shares[::-1]) + after[10:]
    assert [t.cut for t in survey(film).transitions] == [40, 70]


def test_a_clip_that_begins_black_is_cut_where_the_fade_begins_if_at_all():
    film = pan(1, 50)
    found = survey([np.zeros_like(film[0])] * 2 + paled(film[:12], 0, np.linspace(1, 0, 14)[1:-1]) + film[12:])
    assert spans(found, "fade_in") == [(2, 13)]
    assert found.transitions[0].cut == 2
    (fade,) = survey(paled(film[:12], 0, np.linspace(1, 0, 13)[:-1]) + film[12:]).transitions
    assert (fade.first, fade.cut) == (1, None)


def test_a_cut_to_black_is_no_fade():
    black = [np.zeros((180, 320, 3), np.uint8)] * 12
    assert survey(pan(1, 30) + black + pan(2, 30)).transitions == ()


@pytest.mark.parametrize("length", [1, 2, 4])
def test_a_flash_is_told_and_is_no_cut(length):
    film = pan(1, 50)
    film[20 : 20 + length] = paled(film[20 : 20 + length], 255, [0.85] * length)
    (flash,) = survey(film).transitions
    assert (flash.kind, flash.first, flash.last, flash.cut) == ("flash", 20, 19 + length, None)


def test_a_flash_that_hides_a_cut_is_none():
    film = pan(1, 30) + [np.full((180, 320, 3), 250, np.uint8)] * 2 + pan(2, 30)
    assert spans(survey(film), "flash") == []


def test_light_that_stays_on_is_no_flash():
    film = pan(1, 60)
    assert survey(film[:30] + paled(film[30:], 255, [0.7] * 30)).transitions == ()


@pytest.mark.parametrize(("name", "copies"), [("twos", 2), ("threes", 3)])
def test_drawing_on_twos_and_threes_is_told(tmp_path, name, copies):
    film = [picture for picture in people((20, 2), (20, 1)) + pan(1, 20) for _ in range(copies)]
    found = survey(coded(tmp_path, film, codec="libx264", options={"crf": "24"}))
    assert (found.cadence, found.cadence_share > 0.85) == (name, True)
    told, truth = set(found.repeats), {at for at in range(len(film)) if at % copies}
    assert len(told & truth) >= 0.85 * len(truth)
    assert not told - truth


@pytest.mark.parametrize("every", [5, 25])
def test_one_repeat_in_n_is_told_through_a_codec(tmp_path, every):
    new = pan(1, 60, speed=3) + pan(2, 60, speed=4)
    film = [p for at, picture in enumerate(new) for p in [picture] * (2 if at % (every - 1) == every - 3 else 1)]
    found = survey(coded(tmp_path, film))
    assert found.cadence == f"one in {every}"
    assert found.cadence_share > 0.7
    truth = [at for at in range(1, len(film)) if film[at] is film[at - 1]]
    assert list(found.repeats) == truth


def test_film_in_which_all_moves_repeats_nothing(tmp_path):
    found = survey(coded(tmp_path, people((40, 2)) + pan(1, 60)))
    assert (found.repeats, found.cadence, found.cadence_share) == ((), "", 0.0)


def test_a_still_scene_is_listed_but_makes_no_cadence():
    plate = background(SIZE, np.random.default_rng(3))
    found = survey([plate] * 40 + people((30, 1)))
    assert set(range(1, 40)) <= set(found.repeats)
    assert found.cadence == ""


def test_repeats_at_random_are_no_cadence():
    rng = np.random.default_rng(1)
    film = [p for picture in pan(1, 120, 4) for p in [picture] * (2 if rng.random() < 0.2 else 1)]
    found = survey(film)
    assert found.repeats
    assert found.cadence == ""


@pytest.mark.parametrize("level", [0, 16])
def test_bars_are_told_although_subtitles_stand_in_them(tmp_path, level):
    film = [p.copy() for p in pan(1, 40) + people((40, 2))]
    for at, picture in enumerate(film):
        picture[:22] = picture[-22:] = level
        if at % 40 > 8:
            cv2.putText(picture, "never come back", (90, 174), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255,) * 3)
    box = survey(coded(tmp_path, film)).letterbox
    assert box is not None
    assert [box.left, box.right] == [0, 1]
    assert [box.top, box.bottom] == pytest.approx([22 / 180, 158 / 180], abs=0.012)


def test_bars_at_the_sides_are_told():
    film = [p.copy() for p in pan(1, 30) + pan(2, 30)]
    for picture in film:
        picture[:, :40] = picture[:, -40:] = 0
    assert survey(film).letterbox == Box(40 / 320, 0, 280 / 320, 1)


def test_dark_scenes_and_a_dark_floor_are_no_bars():
    night = [(picture * 0.15).astype(np.uint8) for picture in pan(1, 40)]
    floor = [picture.copy() for picture in pan(2, 40)]
    for picture in floor:
        picture[150:] = 6
    shade = np.clip(np.abs(np.linspace(-1, 1, 180)) * -2.2 + 2, 0, 1)[:, None, None]
    vignette = [(picture * shade).astype(np.uint8) for picture in pan(3, 40)]
    assert [survey(film).letterbox for film in (night, floor, vignette)] == [None] * 3


def test_bars_that_go_away_are_none():
    film = [p.copy() for p in pan(1, 60)]
    for picture in film[:40]:
        picture[:20] = picture[-20:] = 0
    assert survey(film).letterbox is None


def with_logo(film, alpha=0.7):
    mark = np.zeros((180, 320), np.uint8)
    cv2.putText(mark, "KTV", (255, 30), cv2.FONT_HERSHEY_DUPLEX, 0.8, 255, 2, cv2.LINE_AA)
    cover = (mark / 255.0 * alpha)[..., None]
    return [np.rint(picture * (1 - cover) + 255 * cover).astype(np.uint8) for picture in film]


def test_a_logo_is_told_where_the_picture_changes_behind_it(tmp_path):
    film = with_logo([picture for seed in range(14) for picture in pan(seed, 12)])
    (logo,) = survey(coded(tmp_path, film)).overlays
    assert (logo.kind, logo.first, logo.last) == ("logo", 0, len(film) - 1)
    assert 0.75 < logo.box.left < 0.82 < 0.93 < logo.box.right < 1
    assert 0 < logo.box.top < 0.1 < 0.15 < logo.box.bottom < 0.25


def test_without_a_logo_many_shots_have_none():
    assert survey([picture for seed in range(14) for picture in pan(seed, 12)]).overlays == ()


def test_before_a_camera_that_stands_still_nothing_is_told():
    assert survey(with_logo(people((60, 2)))).overlays == ()


def test_two_views_in_turn_have_no_logo():
    """Edges of one view are there half of the time, in the corners too."""
    views = [background(SIZE, np.random.default_rng(seed)) for seed in (1, 2)]
    assert survey([views[turn % 2] for turn in range(24) for _ in range(6)]).overlays == ()


def subtitled(film, lines):
    film = [picture.copy() for picture in film]
    for first, last, words in lines:
        for picture in film[first : last + 1]:
            for colour, thick in ((0, 4), (255, 1)):
                cv2.putText(
                    picture, words, (60, 166), cv2.FONT_HERSHEY_SIMPLEX, 0.55, (colour,) * 3, thick, cv2.LINE_AA
                )
    return film


def test_each_subtitle_is_told_with_its_own_span(tmp_path):
    lines = [(10, 44, "who are you, stranger"), (60, 99, "we must go tonight"), (104, 125, "never come back")]
    film = subtitled(pan(1, 50) + people((40, 1)) + pan(2, 50), lines)
    found = survey(coded(tmp_path, film)).overlays
    assert [overlay.kind for overlay in found] == ["subtitle"] * 3
    assert near([(o.first, o.last) for o in found], [(first, last) for first, last, _ in lines], 2)
    assert all(0.82 < o.box.top < 0.92 < o.box.bottom < 1 and o.box.left < 0.25 < 0.5 < o.box.right for o in found)


def test_writing_on_a_wall_that_comes_and_goes_with_its_shot_is_no_subtitle():
    wall = background(SIZE, np.random.default_rng(3))
    assert survey(pan(1, 30) + subtitled([wall] * 40, [(0, 39, "the baker's shop")]) + pan(2, 30)).overlays == ()


def test_an_opening_title_over_nothing_but_itself_is_left_alone():
    wall = background(SIZE, np.random.default_rng(3))
    assert survey(subtitled([wall] * 60, [(0, 59, "the baker's shop")])).overlays == ()


@pytest.mark.parametrize("size", [(160, 90), (161, 91), (90, 160), (640, 360)])
def test_all_sizes_are_taken_and_a_plain_clip_tells_nothing(size):
    wide = background((size[0] + 200, size[1]), np.random.default_rng(1))
    found = survey(np.ascontiguousarray(wide[:, x : x + size[0]]) for x in range(0, 200, 5))
    assert found == Survey()


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_clips_too_short_to_tell(count):
    assert survey(pan(1, count)) == Survey()


def test_a_long_clip_takes_no_more_memory_than_some_dozens_of_small_pictures():
    surveyor = Surveyor()
    for turn in range(6):
        for picture in pan(turn, 60):
            surveyor.push(picture)
    assert len(pickle.dumps(surveyor)) < 6 << 20
