"""Frame by frame, what we read of odd films is what an independent decoder reads, in the same order and number."""

import io

import numpy as np
import pytest
from PIL import Image

from koutu.clips.media.apart import stream
from koutu.clips.media.faults import MediaError
from koutu.clips.media.probing import probe
from koutu.clips.media.reading import DEFAULT
from koutu.clips.media.source import read_source
from tests.media import independent
from tests.media.odd_films import FILMS, REFUSED, TIMELESS

# Containers that do not say how long they are; where the cut falls decides what the decoder meets.
BROKEN = ("cut short ts", "cut short mpg")


@pytest.mark.parametrize("name", [name for name in FILMS if name not in (*REFUSED, *BROKEN)])
def test_every_frame_is_the_independent_decoder_s(tmp_path, name):
    path = FILMS[name](tmp_path)
    ours, theirs = independent.ours(path, probe(path)), independent.theirs(path)
    assert [frame.md5 for frame in ours] == [frame.md5 for frame in theirs]
    if name not in TIMELESS:
        start = ours[0].time - theirs[0].time
        assert [frame.time - start for frame in ours] == [frame.time for frame in theirs]
    assert all(one.time < other.time for one, other in zip(ours, ours[1:], strict=False))


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_what_cannot_be_read_whole_is_refused(tmp_path, name, code):
    path = FILMS[name](tmp_path)
    with pytest.raises(MediaError) as fault:
        list(stream(read_source, path, DEFAULT, 1000))
    assert fault.value.code == code


@pytest.mark.parametrize("name", BROKEN)
def test_a_torn_last_picture_is_refused_or_left_out_but_never_shifts_one(tmp_path, name):
    path = FILMS[name](tmp_path)
    try:
        outcome = [frame.md5 for frame in independent.ours(path, probe(path))]
    except MediaError as fault:
        outcome = fault.code
    assert outcome in ("corrupt", [frame.md5 for frame in independent.theirs(path)])


@pytest.mark.parametrize("name", ["plain", "turned 90", "turned 180", "turned 270", "edit list in mid-group"])
def test_the_stored_frame_is_the_one_ffmpeg_shows(tmp_path, name):
    path = FILMS[name](tmp_path)
    about, *records = stream(read_source, path, DEFAULT, 1000)
    for index in (0, 17, len(records) - 1):
        stored = np.asarray(Image.open(io.BytesIO(records[index].data)), np.int16)
        shown = independent.picture(path, index, about.width, about.height)
        assert np.abs(stored - shown).mean() < 4
