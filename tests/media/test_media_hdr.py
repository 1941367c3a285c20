"""HDR becomes SDR once, when it is read, by the curves of the standards it names."""

from fractions import Fraction

import av
import numpy as np
import pytest

from koutu.clips import media
from koutu.clips.media.reading import Reading
from koutu.clips.media.tone import NAME

LOSSLESS = Reading(frames="png")
TRANSFERS = {"pq": 16, "hlg": 18}
SIZE = (128, 64)


def ten_bit(luma, blue=512, red=512, pixel_format="yuv420p10le"):
    """A frame of 10-bit codes; each is a number or an array of the plane's size."""
    frame = av.VideoFrame(*SIZE, pixel_format)
    for plane, codes in zip(frame.planes, (luma, blue, red), strict=True):
        rows = np.zeros((plane.height, plane.line_size // 2), "<u2")
        rows[:, : plane.width] = codes
        plane.update(rows.tobytes())
    return frame


def write(path, frames, transfer, codec="ffv1", full=False, primaries=9, options=None):
    tags = {
        "colorspace": 9,
        "color_trc": TRANSFERS.get(transfer, 1),
        "color_primaries": primaries,
        "color_range": 2 if full else 1,
    }
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=Fraction(25), options=options or {})
        stream.width, stream.height, stream.pix_fmt = *SIZE, frames[0].format.name
        for name, value in tags.items():
            setattr(stream.codec_context, name, value)
        for index, frame in enumerate(frames):
            for name, value in tags.items():
                setattr(frame, name, value)
            frame.pts = index
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def stored(path):
    """The pictures a person will see."""
    about = media.probe(path, LOSSLESS)
    return about, [media.read_picture(record.data) for record in media.decode_clip(path, about, LOSSLESS)]


def code_of(signal, full=False):
    return np.rint(signal * 1023 if full else 64 + 876 * signal)


# Written a second time from the standards, slowly, to hold the tables against.
def pq_nits(signal):
    power = signal ** (32 / 2523)
    return 1e4 * (max(power - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * power)) ** (16384 / 2610)


def pq_of(nits):
    power = (nits / 1e4) ** (2610 / 16384)
    return ((107 / 128 + 2413 / 128 * power) / (1 + 2392 / 128 * power)) ** (2523 / 32)


def hlg_light(rgb):
    scene = [v * v / 3 if v <= 0.5 else (np.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12 for v in rgb]
    luma = 0.2627 * scene[0] + 0.6780 * scene[1] + 0.0593 * scene[2]
    return [1000 * luma**0.2 * value for value in scene]


def bt2390(nits):
    peak, top = pq_of(4000), pq_of(250) / pq_of(4000)
    source, knee = min(pq_of(nits) / peak, 1), 1.5 * top - 0.5
    if source < knee:
        return nits
    t = (source - knee) / (1 - knee)
    target = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * top
    return pq_nits(target * peak)


# ITU-R BT.2087-0 §4: BT.2020 to BT.709 in linear light.
GAMUT = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])


def sdr(rgb, transfer):
    """What R'G'B' 0 … 1 of BT.2020 becomes, 0 … 255."""
    light = [pq_nits(value) for value in rgb] if transfer == "pq" else hlg_light(rgb)
    light = np.maximum(GAMUT @ light, 0)
    scale = bt2390(light.max()) / light.max() if light.max() > 0 else 0
    return 255 * np.minimum(light * scale / 250, 1) ** (1 / 2.4)


def ycc(rgb):
    luma = 0.2627 * rgb[0] + 0.6780 * rgb[1] + 0.0593 * rgb[2]
    return luma, (rgb[2] - luma) / 1.8814, (rgb[0] - luma) / 1.4746


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("transfer", TRANSFERS)
def test_a_grey_ramp_stays_grey_and_never_turns_back(tmp_path, transfer, full):
    codes = np.arange(1024) if full else np.arange(64, 941)
    ramp = np.resize(codes, (len(codes) + 127) // 128 * 128)
    frames = [ten_bit(np.repeat(part[None], 64, 0)) for part in ramp.reshape(-1, 128)]
    about, pictures = stored(write(tmp_path / "ramp.mkv", frames, transfer, full=full))
    assert str(about.colour) == f"bt2020 {'full' if full else 'limited'} {transfer}"
    shown = np.concatenate([picture[32] for picture in pictures])[: len(codes)].astype(int)
    assert np.abs(shown - shown[:, 1:2]).max() <= 1
    assert (np.diff(shown[:, 1]) >= 0).all()
    signal = codes / 1023 if full else (codes - 64) / 876
    expected = [sdr([value] * 3, transfer)[1] for value in signal]
    assert np.abs(shown[:, 1] - expected).max() <= 1.1


def test_white_grey_and_highlights_land_where_people_expect_them(tmp_path):
    """ITU-R BT.2408: 203 cd/m² is a white sheet, 26 a grey card; a lamp of 1000 is brighter than one of 700."""
    nits = [0, 26, 203, 400, 700, 1000, 2000, 10_000]
    frames = [ten_bit(code_of(pq_of(value)) if value else 64) for value in nits]
    _, pictures = stored(write(tmp_path / "lamps.mkv", frames, "pq"))
    black, card, white, *lamps = [picture[32, 64, 1] / 255 for picture in pictures]
    assert black == 0
    assert 0.36 < card < 0.42
    assert 0.75 < white < 0.9
    assert (np.diff([white, *lamps[:4]]) > 0).all()
    assert lamps[2] < 1 == lamps[4]
    _, [sheet] = stored(write(tmp_path / "hlg.mkv", [ten_bit(code_of(0.75))], "hlg"))
    assert sheet[32, 64, 1] / 255 == pytest.approx(white, abs=0.01)


@pytest.mark.parametrize("transfer", TRANSFERS)
@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv422p10le", "yuv444p10le"])
def test_colours_are_those_of_the_standards(tmp_path, transfer, pixel_format):
    patches = np.random.default_rng(5).random((12, 3)) * 0.7 + 0.05
    codes = [[np.rint(64 + 876 * y), np.rint(512 + 896 * b), np.rint(512 + 896 * r)] for y, b, r in map(ycc, patches)]
    frames = [ten_bit(*code, pixel_format) for code in codes]
    _, pictures = stored(write(tmp_path / "patches.mkv", frames, transfer))
    for (luma, blue, red), picture in zip(codes, pictures, strict=True):
        y, b, r = (luma - 64) / 876, (blue - 512) / 896, (red - 512) / 896
        rgb = y + 1.4746 * r, 0, y + 1.8814 * b
        green = (y - 0.2627 * rgb[0] - 0.0593 * rgb[2]) / 0.6780
        expected = sdr(np.clip([rgb[0], green, rgb[2]], 0, 1), transfer)
        # Where a channel is clipped near black its root is steep: a step of the 10 bits is worth several of ours.
        room = 2 + 6 * (expected < 40)
        assert (np.abs(picture[32, 64] - expected) <= room).all(), (picture[32, 64], expected)


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "options"),
    [
        ("phone.mp4", "libx265", "yuv420p10le", {"preset": "ultrafast", "x265-params": "log-level=none"}),
        ("studio.mov", "prores_ks", "yuv422p10le", {}),
    ],
)
def test_hdr_as_phones_and_studios_write_it(tmp_path, name, codec, pixel_format, options):
    frames = [ten_bit(code_of(pq_of(203)), pixel_format=pixel_format)] * 3
    about, pictures = stored(write(tmp_path / name, frames, "pq", codec, options=options))
    assert (about.colour.transfer, about.colour.primaries, about.colour.hdr) == ("pq", 9, True)
    assert len(pictures) == 3
    assert np.abs(pictures[1][32, 64].astype(int) - 205).max() <= 3


@pytest.mark.parametrize("transfer", TRANSFERS)
def test_hdr_in_rgb(tmp_path, transfer):
    codes = [410, 700, 300]
    frame = ten_bit(codes[1], codes[2], codes[0], "gbrp10le")  # its planes are G, B, R
    about, [picture] = stored(write(tmp_path / "a.mkv", [frame], transfer, full=True))
    assert str(about.colour) == f"rgb full {transfer}"
    assert np.abs(picture[32, 64] - sdr([code / 1023 for code in codes], transfer)).max() <= 1.1


def test_jpeg_and_thumbnail_are_of_the_mapped_picture_and_say_so(tmp_path):
    path = write(tmp_path / "a.mkv", [ten_bit(code_of(pq_of(100)))], "pq")
    about = media.probe(path)
    assert media.clip_encoder(about).endswith(f"q95 4:2:0 {NAME}")
    [record] = media.decode_clip(path, about)
    expected = sdr([pq_of(100)] * 3, "pq")[0]
    for file in (record.data, record.thumb):
        assert np.abs(media.read_picture(file).mean(axis=(0, 1)) - expected).max() < 2


def test_eight_bit_hdr_does_not_slip_past(tmp_path):
    frame = av.VideoFrame(*SIZE, "yuv420p")
    for plane, value in zip(frame.planes, (round(16 + 219 * pq_of(203)), 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    about, [picture] = stored(write(tmp_path / "a.mkv", [frame], "pq"))
    assert about.colour.hdr
    assert "planes" not in media.clip_encoder(about)
    assert np.abs(picture[32, 64].astype(int) - 205).max() <= 3


def test_wide_colour_without_hdr_is_read_plainly(tmp_path):
    about, [picture] = stored(write(tmp_path / "a.mkv", [ten_bit(code_of(0.5))], "sdr"))
    assert (about.colour.hdr, str(about.colour)) == (False, "bt2020 limited")
    assert np.abs(picture[32, 64].astype(int) - 128).max() <= 1
