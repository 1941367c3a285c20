"""Colours are read with the file's own matrix and range."""

import av
import numpy as np
import pytest

from koutu.clips import media
from koutu.clips.media.colour import Colour, Matrix
from koutu.clips.media.planes import PlaneEncoder
from koutu.clips.media.reading import Reading

WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722), "bt2020": (0.2627, 0.0593)}
TAGS = {"bt601": 6, "bt709": 1, "bt2020": 9, "untagged": 2}
PATCHES = [(255, 255, 255), (0, 0, 0), (128, 128, 128), (200, 120, 40), (30, 90, 160), (224, 172, 150), (180, 20, 30)]


def coded(rgb, matrix, full):
    """ITU-R BT.601, BT.709 and BT.2020: 8-bit Y, Cb, Cr of an RGB colour."""
    kr, kb = WEIGHTS[matrix]
    red, green, blue = (value / 255 for value in rgb)
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    cb, cr = (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)
    raw = (255 * luma, 128 + 255 * cb, 128 + 255 * cr) if full else (16 + 219 * luma, 128 + 224 * cb, 128 + 224 * cr)
    return [min(255, max(0, round(value))) for value in raw]


def meant(planes, matrix, full):
    """The exact colour of 8-bit Y, Cb, Cr."""
    kr, kb = WEIGHTS[matrix]
    low, luma_span, chroma_span = (0, 255, 255) if full else (16, 219, 224)
    luma, cb, cr = (planes[0] - low) / luma_span, (planes[1] - 128) / chroma_span, (planes[2] - 128) / chroma_span
    red, blue = luma + (2 - 2 * kr) * cr, luma + (2 - 2 * kb) * cb
    green = (luma - kr * red - kb * blue) / (1 - kr - kb)
    return np.clip(np.array([red, green, blue]) * 255, 0, 255)


def flat_frame(values, size, pixel_format):
    frame = av.VideoFrame(*size, pixel_format)
    for plane, value in zip(frame.planes, values, strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    return frame


def write(path, tag, full, matrix, size, pixel_format):
    """One frame for every patch, lossless."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=24)
        stream.width, stream.height, stream.pix_fmt = *size, pixel_format
        stream.codec_context.colorspace, stream.codec_context.color_range = TAGS[tag], 2 if full else 1
        for patch in PATCHES:
            frame = flat_frame(coded(patch, matrix, full), size, pixel_format)
            frame.colorspace, frame.color_range = TAGS[tag], 2 if full else 1
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv444p"])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", list(WEIGHTS))
def test_colour_is_exact_within_two_levels(tmp_path, matrix, full, pixel_format):
    path = write(tmp_path / "patches.mkv", matrix, full, matrix, (64, 48), pixel_format)
    about = media.probe(path)
    assert (about.colour.matrix, about.colour.full_range, about.colour.tagged) == (matrix, full, True)
    for frame, patch in zip(media.frames(path, about), PATCHES, strict=True):
        error = np.abs(frame.image[24, 32] - meant(coded(patch, matrix, full), matrix, full))
        assert error.max() <= 2.0, (patch, frame.image[24, 32])


@pytest.mark.parametrize(("height", "matrix"), [(576, "bt601"), (720, "bt709")])
def test_an_untagged_file_is_read_by_its_height(tmp_path, height, matrix):
    path = write(tmp_path / "untagged.mkv", "untagged", False, matrix, (64, height), "yuv420p")
    about = media.probe(path)
    assert (about.colour.matrix, about.colour.tagged) == (matrix, False)
    frame = list(media.frames(path, about))[3]
    assert np.abs(frame.image[24, 32] - np.array(PATCHES[3])).max() <= 3


@pytest.mark.parametrize("size", [(64, 48), (67, 45)])
@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "yuv444p"])
@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("matrix", list(WEIGHTS))
def test_the_planes_of_the_jpeg_mean_the_same_colour(matrix, full, pixel_format, size):
    """No way through RGB: JPEG's planes say the source's colour within two levels, and none on the whole is darker."""
    coder = PlaneEncoder(Colour(Matrix(matrix), full, tagged=True), 0, 95)
    errors = []
    for patch in np.random.default_rng(6).integers(0, 256, (80, 3)):
        source = coded(patch, matrix, full)
        planes = coder.planes(flat_frame(source, size, pixel_format))
        assert planes[0].shape == size[::-1]
        errors.append(meant([int(plane[-1, -1]) for plane in planes], "bt601", True) - meant(source, matrix, full))
    assert np.abs(errors).max() <= 2.0
    assert np.abs(np.mean(errors, axis=0)).max() <= 0.25


def test_the_stored_jpeg_and_its_preview_keep_the_colour(tmp_path):
    path = write(tmp_path / "patches.mkv", "bt709", False, "bt709", (640, 480), "yuv420p")
    for record, patch in zip(media.decode_clip(path, media.probe(path)), PATCHES, strict=True):
        for file in (record.data, record.thumb):
            picture = media.read_picture(file)
            middle = picture[picture.shape[0] // 2, picture.shape[1] // 2]
            assert np.abs(middle - np.array(patch)).max() <= 4


def deep_yuv(pixel_format, bits):
    """A frame of orange in limited BT.709, and its colour."""
    patch = PATCHES[3]
    kr, kb = WEIGHTS["bt709"]
    red, green, blue = (value / 255 for value in patch)
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    signal = (16 + 219 * luma, 128 + 224 * (blue - luma) / (2 - 2 * kb), 128 + 224 * (red - luma) / (2 - 2 * kr))
    frame = av.VideoFrame(64, 48, pixel_format)
    for plane, value in zip(frame.planes, signal, strict=False):
        word = round(value * 2 ** (bits - 8)).to_bytes((bits + 7) // 8, "little")
        plane.update(word * (plane.buffer_size // len(word)))
    return frame, patch


def of_rgb(pixel_format):
    """A frame of a format without YUV, by way of the scaler."""
    image = np.full((48, 64, 3), PATCHES[3], np.uint8)
    return av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pixel_format), PATCHES[3]


def of_palette():
    """Four colours in stripes; the middle is the orange one."""
    palette = np.zeros((256, 4), np.uint8)
    palette[:4] = [(255, 10, 20, 30), (255, *PATCHES[3]), (255, 0, 0, 0), (255, 255, 255, 255)]
    stripes = np.repeat(np.array([0, 1, 1, 3], np.uint8), 16)[None].repeat(48, 0)
    return av.VideoFrame.from_ndarray((stripes, palette), format="pal8"), PATCHES[3]


def of_bits(pixel_format):
    """Black and white, a bit each: the middle is white."""
    image = np.zeros((48, 64, 3), np.uint8)
    image[:, 16:48] = 255
    return av.VideoFrame.from_ndarray(image, format="rgb24").reformat(format=pixel_format), (255, 255, 255)


def of_grey(pixel_format):
    frame = av.VideoFrame(64, 48, pixel_format)
    value = (16 + 219 * 100 / 255) * (4 if "10" in pixel_format else 1)
    word = round(value).to_bytes(2 if "10" in pixel_format else 1, "little")
    frame.planes[0].update(word * (frame.planes[0].buffer_size // len(word)))
    return frame, (100, 100, 100)


@pytest.mark.parametrize("kept", ["jpeg", "jpeg444", "png"])
@pytest.mark.parametrize(
    ("name", "codec", "frame", "patch"),
    [
        ("prores 4:2:2 10 bit.mov", "prores_ks", *deep_yuv("yuv422p10le", 10)),
        ("prores 4:4:4 10 bit.mov", "prores_ks", *deep_yuv("yuv444p10le", 10)),
        ("420 10 bit.mkv", "ffv1", *deep_yuv("yuv420p10le", 10)),
        ("420 12 bit.mkv", "ffv1", *deep_yuv("yuv420p12le", 12)),
        ("hevc 10 bit.mkv", "libx265", *deep_yuv("yuv420p10le", 10)),
        ("444.mkv", "libx264", *deep_yuv("yuv444p", 8)),
        ("411 dv.mkv", "ffv1", *deep_yuv("yuv411p", 8)),
        ("alpha.mkv", "ffv1", *deep_yuv("yuva420p", 8)),
        ("grey.mkv", "ffv1", *of_grey("gray")),
        ("grey 10 bit.mkv", "ffv1", *of_grey("gray10le")),
        ("rgb planes.avi", "utvideo", *of_rgb("gbrp")),
        ("rgb h264.mkv", "libx264rgb", *of_rgb("bgr0")),
        ("png rgba.mov", "png", *of_rgb("rgba")),
        ("animation.mov", "qtrle", *of_rgb("rgb24")),
        ("palette.mov", "png", *of_palette()),
        ("bits.mov", "png", *of_bits("monob")),
    ],
)
def test_formats_beyond_eight_bit_420_keep_their_colour(tmp_path, name, codec, frame, patch, kept):
    """In every kind of frame file."""
    path, reading = tmp_path / name, Reading(frames=kept)
    frame.colorspace, frame.color_range = 1, 1
    with av.open(str(path), "w") as container:
        options = {"x265-params": "log-level=none"} if codec == "libx265" else {"crf": "6"} if "x264" in codec else {}
        stream = container.add_stream(codec, rate=24, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, frame.format.name
        if not frame.format.is_rgb and "mono" not in frame.format.name and "pal" not in frame.format.name:
            stream.codec_context.colorspace, stream.codec_context.color_range = 1, 1
        for pts in range(2):
            frame.pts = pts
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    about = media.probe(path, reading)
    records = list(media.decode_clip(path, about, reading))
    assert [record.media_type for record in records] == ["image/png" if kept == "png" else "image/jpeg"] * 2
    for picture in (media.read_picture(records[1].data), next(media.frames(path, about)).image):
        assert np.abs(picture[24, 32].astype(int) - patch).max() <= 3, picture[24, 32]
