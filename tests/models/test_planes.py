"""The codec of planes: what goes in comes out, the address is the raster's alone, and broken bytes say why."""

import hashlib
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco

from models import planes
from models.planes import PlaneError

sides = st.integers(1, 40)


def rasters(values):
    return st.tuples(sides, sides).flatmap(
        lambda shape: arrays(np.uint8, shape, elements=st.sampled_from(values), fill=st.sampled_from(values))
    )


KINDS = {"mask": [0, 255], "trimap": [0, 128, 255], "matte": list(range(256))}
kinds_with_rasters = st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), rasters(KINDS[kind])))


@given(kinds_with_rasters)
def test_what_goes_in_comes_out(pair):
    kind, raster = pair
    data = planes.encode(kind, raster)
    back = planes.decode(data)
    assert back.dtype == np.uint8
    assert back.flags.c_contiguous
    assert back.flags.writeable
    np.testing.assert_array_equal(back, raster)
    assert planes.kind_of(data) == ("mask" if kind == "mask" else "matte")
    assert planes.header(data)[1:] == raster.shape


@given(rasters([0, 255]))
def test_run_lengths_are_those_of_coco_byte_for_byte(mask):
    counts = coco.encode(np.asfortranarray(mask // 255))["counts"]
    assert planes.encode("mask", mask) == b"KRLE" + struct.pack("<BII", 1, *mask.shape) + counts
    again = coco.decode({"size": list(mask.shape), "counts": planes.encode("mask", mask)[13:]})
    np.testing.assert_array_equal(again * 255, mask)


def test_long_runs_of_a_full_hd_mask_are_those_of_coco():
    rows, columns = np.mgrid[0:1080, 0:1920]
    mask = ((((rows - 540) / 400) ** 2 + ((columns - 900) / 300) ** 2 < 1) * 255).astype(np.uint8)
    data = planes.encode("mask", mask)
    assert data[13:] == coco.encode(np.asfortranarray(mask // 255))["counts"]
    assert len(data) < 6000
    np.testing.assert_array_equal(planes.decode(data), mask)


@given(rasters(KINDS["matte"]))
def test_the_address_is_the_one_the_browser_computes(raster):
    height, width = raster.shape
    text = b"koutu-plane" + bytes([1]) + height.to_bytes(4, "little") + width.to_bytes(4, "little")
    assert planes.address(raster) == hashlib.sha256(text + raster.tobytes()).hexdigest()
    assert planes.address(np.asfortranarray(raster)) == planes.address(raster)


def test_an_address_of_known_value_pins_the_format_for_ever():
    raster = np.array([[0, 255, 128], [1, 2, 3]], np.uint8)
    assert planes.address(raster) == "00711fb469922cef723d4eac102dcea2ff8409dbca9c3b596ccb4116211eab3b"
    assert planes.address(raster) != planes.address(raster.reshape(3, 2))
    assert planes.address(raster) != planes.address(raster, version=2)


def plane_or_none(data):
    try:
        return planes.decode(data)
    except PlaneError:
        return None


@settings(max_examples=300)
@given(st.binary(max_size=60), st.sampled_from([b"", b"KRLE", b"KRLE\x01\x04\0\0\0\x05\0\0\0", b"\x89PNG\r\n\x1a\n"]))
def test_arbitrary_bytes_are_a_plane_or_a_clear_error(tail, head):
    raster = plane_or_none(head + tail)
    assert raster is None or raster.ndim == 2


@given(rasters(KINDS["matte"]), st.integers(0, 400), st.integers(1, 255))
def test_a_damaged_png_never_raises_anything_else(raster, place, flip):
    data = bytearray(planes.encode("matte", raster))
    data[place % len(data)] ^= flip
    damaged = plane_or_none(bytes(data))
    assert damaged is None or damaged.dtype == np.uint8


def test_a_cut_off_plane_says_so():
    raster = np.arange(4096, dtype=np.uint16).astype(np.uint8).reshape(64, 64)
    for kind, plane in (("matte", raster), ("mask", (raster > 99).astype(np.uint8) * 255)):
        data = planes.encode(kind, plane)
        for end in (6, 12, 20, len(data) // 2):
            with pytest.raises(PlaneError):
                planes.decode(data[:end])


@pytest.mark.parametrize("side", [planes.MAX_SIDE + 1, 2**31, 2**32 - 1])
def test_a_small_file_that_claims_to_be_huge_is_refused_from_its_head(side):
    with pytest.raises(PlaneError, match="limit"):
        planes.decode(b"KRLE" + struct.pack("<BII", 1, side, 10) + b"0")
    with pytest.raises(PlaneError, match="limit"):
        planes.decode(grey_png_head(side, 1))
    with pytest.raises(PlaneError, match="limit"):
        planes.check_size(11_000, 11_000)


def grey_png_head(width, height, depth=8, colour=0):
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(("depth", "colour"), [(8, 2), (8, 3), (16, 0), (1, 0)])
def test_pictures_that_are_no_plane_are_refused(depth, colour):
    with pytest.raises(PlaneError, match="8-bit grey"):
        planes.header(grey_png_head(4, 4, depth, colour))


@pytest.mark.parametrize(
    ("kind", "raster", "says"),
    [
        ("mask", np.zeros((4, 4), np.int32), "uint8, not int32"),
        ("mask", np.zeros((4, 4, 3), np.uint8), "height, width"),
        ("mask", np.full((4, 4), 7, np.uint8), "16 pixels hold 7"),
        ("trimap", np.full((4, 4), 129, np.uint8), "0, 128, 255 only"),
        ("matte", np.zeros((0, 4), np.uint8), "no pixels"),
        ("alpha", np.zeros((4, 4), np.uint8), "unknown kind"),
        ("matte", [[0, 1]], "not list"),
    ],
)
def test_what_is_no_plane_is_refused_with_its_reason(kind, raster, says):
    with pytest.raises(PlaneError, match=says):
        planes.encode(kind, raster)


def test_snap_takes_the_haze_away_and_nothing_else():
    alpha = np.array([[0, 0.0038, 0.0041, 0.5, 0.995, 0.9962, 1.2, -0.3]], np.float32)
    assert planes.snap(alpha).tolist() == [[0, 0, 1, 128, 254, 255, 255, 0]]
    with pytest.raises(PlaneError, match="NaN"):
        planes.snap(np.array([[np.nan]]))
    with pytest.raises(PlaneError, match="float"):
        planes.snap(np.zeros((2, 2), np.uint8))


@given(rasters(KINDS["matte"]), rasters(KINDS["matte"]), st.integers(3, 20))
def test_all_tiles_of_another_plane_make_that_plane(base, other, size):
    other = np.resize(other, base.shape)
    height, width = base.shape
    tiles = []
    for ty in range(-(-height // size)):
        for tx in range(-(-width // size)):
            left, top, right, bottom = planes.tile_box(height, width, tx, ty, size)
            tiles.append((tx, ty, other[top:bottom, left:right].tobytes()))
    before = base.copy()
    np.testing.assert_array_equal(planes.apply_tiles(base, tiles, size), other)
    np.testing.assert_array_equal(base, before)


def test_one_tile_changes_its_own_pixels_only():
    base = np.zeros((300, 200), np.uint8)
    out = planes.apply_tiles(base, [(1, 2, bytes([9]) * (72 * 44))])
    assert planes.bounding_box(out) == (128, 256, 200, 300)
    assert (out[256:, 128:] == 9).all()


@pytest.mark.parametrize(
    ("tile", "says"),
    [
        ((2, 0, b""), "outside"),
        ((0, -1, b""), "outside"),
        ((0, 0, b"x" * 128), "128 bytes, not 16384"),
    ],
)
def test_tiles_that_do_not_fit_are_refused(tile, says):
    with pytest.raises(PlaneError, match=says):
        planes.apply_tiles(np.zeros((200, 200), np.uint8), [tile])


def test_a_tile_sent_twice_is_refused():
    tile = (0, 0, bytes(128 * 128))
    with pytest.raises(PlaneError, match="twice"):
        planes.apply_tiles(np.zeros((200, 200), np.uint8), [tile, tile])


@given(rasters([0, 0, 0, 7]))
def test_the_box_holds_all_and_no_smaller_one_does(raster):
    box = planes.bounding_box(raster)
    if box is None:
        assert not raster.any()
        return
    left, top, right, bottom = box
    inside = raster[top:bottom, left:right]
    assert inside.sum() == raster.sum()
    assert inside[0].any()
    assert inside[-1].any()
    assert inside[:, 0].any()
    assert inside[:, -1].any()


def test_planes_load_no_heavy_library():
    heavy = "cv2 scipy torch django pycocotools"
    code = f"import sys, models.planes; print([m for m in {heavy.split()} if m in sys.modules])"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"
