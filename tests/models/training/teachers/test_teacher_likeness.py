"""A copy is known again however it was encoded, scaled, cropped or mirrored; another picture is not."""

import cv2
import numpy as np
import pytest

from koutu import samples
from models.evaluate.cases import is_validation
from models.predict.sources import read_picture
from models.training.teachers.likeness import Album, hashes


def drawn(seed, size=(300, 200)):
    """Blobs of all sizes, as photographs have them."""
    rng = np.random.default_rng(seed)
    image = np.zeros((*size, 3), np.float32) + rng.integers(40, 200, 3)
    for scale in (4, 8, 16):
        layer = rng.normal(0, 300 / scale, (scale, scale, 3)).astype(np.float32)
        image += cv2.resize(layer, size[::-1], interpolation=cv2.INTER_CUBIC)
    return image.clip(0, 255).astype(np.uint8)


def encoded(image):
    return cv2.imdecode(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 25])[1], cv2.IMREAD_COLOR)


def smaller(image):
    return cv2.resize(image, None, fx=0.3, fy=0.4, interpolation=cv2.INTER_AREA)


def cropped(image):
    height, width = image.shape[:2]
    return image[round(0.07 * height) : round(0.98 * height), round(0.03 * width) : round(0.91 * width)]


def mirrored(image):
    return image[:, ::-1]


def everything(image):
    return encoded(smaller(mirrored(cropped(image))))


@pytest.fixture(scope="module")
def pictures():
    """Photographs of the training part where they are at hand, drawn ones elsewhere."""
    folder = samples.at_hand("images_people")
    files = sorted((folder / "images").glob("*.jpg")) if folder else []
    files = [file for file in files if not is_validation(file.stem)][:24]
    return [read_picture(file) for file in files] or [drawn(seed) for seed in range(24)]


@pytest.fixture(scope="module")
def album(pictures):
    album = Album()
    for place, image in enumerate(pictures[:12]):
        album.add(str(place), image)
    return album


@pytest.mark.parametrize("change", [encoded, smaller, cropped, mirrored, everything])
def test_a_copy_is_known(change, pictures, album):
    found = [album.original(change(image)) for image in pictures[:12]]
    assert found == [str(place) for place in range(12)]


def test_what_a_crop_was_taken_from_is_known_as_well(pictures):
    album = Album()
    album.add("cropped", cropped(pictures[0]))
    assert album.original(pictures[0]) == "cropped"


def test_another_picture_is_not_taken_for_a_copy(pictures, album):
    assert [album.original(image) for image in pictures[12:]] == [None] * len(pictures[12:])


def test_an_empty_album_knows_nobody(pictures):
    assert Album().original(pictures[0]) is None
    assert len(Album()) == 0


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (2000, 40)])
def test_pictures_of_any_size_have_hashes(size):
    found = hashes(np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8))
    assert (found.shape, found.dtype) == ((81,), np.uint64)
