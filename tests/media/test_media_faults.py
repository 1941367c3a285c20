"""Every file that cannot be a clip says why, before anything is made of it."""

import os
import wave

import numpy as np
import pytest
from numbered import numbered_image
from PIL import Image

from koutu.clips import media
from koutu.clips.media.faults import MediaError, MediaFault
from koutu.samples.video import make_clip


def fault_of(path):
    """The reason a caller sees who probes and decodes to the end."""
    with pytest.raises(MediaError) as caught:
        for _ in media.decode_clip(path, media.probe(path)):
            pass
    assert str(caught.value)
    return caught.value.code


@pytest.fixture
def film(tmp_path):
    return make_clip(tmp_path / "film.mp4", images=[numbered_image(n) for n in range(30)])


def test_a_file_that_is_not_there(tmp_path):
    assert fault_of(tmp_path / "gone.mp4") is MediaFault.MISSING


def test_an_empty_file(tmp_path):
    (tmp_path / "empty.mp4").touch()
    assert fault_of(tmp_path / "empty.mp4") is MediaFault.EMPTY_FILE


def test_text_that_calls_itself_a_film(tmp_path):
    (tmp_path / "script.mp4").write_text("INT. PALACE - NIGHT\n" * 400)
    assert fault_of(tmp_path / "script.mp4") is MediaFault.NOT_MEDIA


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{film}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{film}'\n",
    ],
)
def test_a_playlist_cannot_lead_to_other_files_of_the_server(tmp_path, film, playlist):
    (tmp_path / "list.mp4").write_text(playlist.format(film=film))
    assert fault_of(tmp_path / "list.mp4") is MediaFault.NOT_MEDIA


def test_sound_without_pictures(tmp_path):
    with wave.open(str(tmp_path / "song.avi"), "wb") as song:
        song.setnchannels(1)
        song.setsampwidth(2)
        song.setframerate(8000)
        song.writeframes(bytes(8000))
    assert fault_of(tmp_path / "song.avi") in (MediaFault.NO_VIDEO, MediaFault.NOT_MEDIA)


def test_an_mp4_broken_off_before_its_index(tmp_path, film):
    (tmp_path / "half.mp4").write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    assert fault_of(tmp_path / "half.mp4") is MediaFault.TRUNCATED


@pytest.mark.parametrize("name", ["film.webm", "film.mkv", "film.avi"])
def test_a_file_cut_short(tmp_path, name):
    whole = make_clip(tmp_path / name, images=[numbered_image(n) for n in range(30)])
    assert len(list(media.decode_clip(whole, media.probe(whole)))) == 30
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert fault_of(whole) is MediaFault.TRUNCATED


def test_an_index_at_the_front_does_not_hide_missing_pictures(tmp_path):
    path = tmp_path / "streamed.mp4"
    make_clip(path, images=[numbered_image(n) for n in range(30)])
    data = path.read_bytes()
    at = data.find(b"mdat") - 4
    end = at + int.from_bytes(data[at : at + 4], "big")
    path.write_bytes(data[:at] + data[end:] + data[at : end - 500])
    assert fault_of(path) is MediaFault.TRUNCATED


def test_a_film_damaged_in_the_middle(tmp_path):
    path = make_clip(tmp_path / "scratched.mkv", images=[numbered_image(n) for n in range(30)])
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = np.random.default_rng(1).bytes(3000)
    path.write_bytes(data)
    assert fault_of(path) is MediaFault.CORRUPT


def test_a_folder_with_a_gap(tmp_path):
    for number in (1, 2, 4, 5):
        Image.fromarray(numbered_image(number)).save(tmp_path / f"{number:04}.png")
    with pytest.raises(MediaError, match="the first is 3") as caught:
        media.probe(tmp_path)
    assert caught.value.code is MediaFault.FOLDER_GAP


def test_a_folder_of_two_sizes(tmp_path):
    Image.fromarray(numbered_image(1)).save(tmp_path / "1.png")
    Image.fromarray(numbered_image(2, (200, 96))).save(tmp_path / "2.png")
    assert fault_of(tmp_path) is MediaFault.FOLDER_MIXED_SIZES


@pytest.mark.parametrize(
    ("names", "fault"),
    [
        ([], MediaFault.FOLDER_EMPTY),
        (["front.png"], MediaFault.FOLDER_NUMBERS),
        (["a1.png", "b1.png"], MediaFault.FOLDER_NUMBERS),
    ],
)
def test_folders_without_an_order(tmp_path, names, fault):
    for name in names:
        Image.fromarray(numbered_image(1)).save(tmp_path / name)
    assert fault_of(tmp_path) is fault


def test_a_broken_picture_in_a_folder(tmp_path):
    for number in (1, 2, 3):
        Image.fromarray(numbered_image(number)).save(tmp_path / f"{number}.jpg")
    (tmp_path / "2.jpg").write_bytes((tmp_path / "2.jpg").read_bytes()[:-150])
    assert fault_of(tmp_path) is MediaFault.CORRUPT


def test_text_that_calls_itself_a_picture(tmp_path):
    (tmp_path / "1.png").write_text("not a picture")
    assert fault_of(tmp_path / "1.png") is MediaFault.NOT_MEDIA


def test_links_and_pipes_are_refused(tmp_path, film):
    (tmp_path / "link.mp4").symlink_to(film)
    assert fault_of(tmp_path / "link.mp4") is MediaFault.UNSAFE_PATH
    os.mkfifo(tmp_path / "pipe.mp4")
    assert fault_of(tmp_path / "pipe.mp4") is MediaFault.UNSAFE_PATH
    folder = tmp_path / "frames"
    folder.mkdir()
    (folder / "1.png").symlink_to(film)
    assert fault_of(folder) is MediaFault.UNSAFE_PATH


def test_a_picture_larger_than_we_take(tmp_path):
    Image.new("L", (9000, 16)).save(tmp_path / "1.png")
    assert fault_of(tmp_path / "1.png") is MediaFault.TOO_LARGE


def test_a_film_that_changes_its_size(tmp_path):
    """Two clips of different size in one transport stream, as a recorder leaves them."""
    parts = [
        make_clip(tmp_path / f"{n}.ts", images=[numbered_image(i, size) for i in range(12)], codec="libx264")
        for n, size in enumerate([(192, 96), (256, 128)])
    ]
    path = tmp_path / "both.ts"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert fault_of(path) is MediaFault.SIZE_CHANGES
