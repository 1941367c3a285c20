"""Pictures with alpha in the files that other programs open: the alpha comes back, at its frame's own time."""

import io
import zipfile
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest

from koutu.clips.media import alpha_film

SIZE = 121, 91  # odd, as cropped film is
TIMES = [0, 42, 83, 200, 208]  # milliseconds: the fourth frame comes late


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    """A disc that grows, red, with a soft rim."""
    rows, columns = np.mgrid[: SIZE[1], : SIZE[0]]
    away = np.hypot(columns - 60, rows - 45)
    alphas = [np.clip(255 * (30 + 2 * t - away) / 10, 0, 255).astype(np.uint8) for t in range(len(TIMES))]
    return [np.dstack([np.full((*alpha.shape, 3), (200, 60, 30), np.uint8), alpha]) for alpha in alphas]


def written(path, kind, pictures, times=TIMES, tick=Fraction(1, 1000)):
    alpha_film.write(path, kind, iter(pictures), alpha_film.Showing(SIZE, times, tick))
    return path


def decoded(path, decoder=None) -> tuple[list[float], list[np.ndarray]]:
    """Milliseconds and RGBA of each frame. The usual decoder of VP9 leaves alpha out."""
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        context = av.CodecContext.create(decoder, "r") if decoder else stream.codec_context
        frames = [frame for packet in film.demux(stream) for frame in context.decode(packet)]
        times = [round(float(frame.pts * stream.time_base) * 1000) for frame in frames]
        return times, [frame.reformat(format="rgba").to_ndarray() for frame in frames]


@pytest.mark.parametrize(("kind", "decoder", "off"), [("prores", None, 2), ("vp9", "libvpx-vp9", 12)])
def test_a_film_keeps_alpha_colour_and_times(tmp_path, pictures, kind, decoder, off):
    times, found = decoded(written(tmp_path / "film", kind, pictures), decoder)
    assert times == TIMES
    for picture, frame in zip(pictures, found, strict=True):
        assert np.abs(frame[..., 3].astype(int) - picture[..., 3]).max() <= off
        assert np.abs(frame[45, 60, :3].astype(int) - picture[45, 60, :3]).max() <= 4


def test_film_of_one_rate_is_told_to_be_so(tmp_path, pictures):
    path = written(tmp_path / "film", "prores", pictures, range(5), Fraction(1001, 24000))
    with av.open(str(path)) as film:
        assert film.streams.video[0].average_rate == Fraction(24000, 1001)


def test_pngs_are_the_very_pictures_and_the_same_file_every_time(tmp_path, pictures):
    once, again = (written(tmp_path / name, "png", pictures).read_bytes() for name in ("a", "b"))
    assert once == again
    archive = zipfile.ZipFile(io.BytesIO(once))
    assert archive.namelist() == [f"{index:05d}.png" for index in range(5)]
    for name, picture in zip(archive.namelist(), pictures, strict=True):
        found = cv2.imdecode(np.frombuffer(archive.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(cv2.cvtColor(found, cv2.COLOR_BGRA2RGBA), picture)
