"""What cannot be matted is refused by name, before any work: arrays as callers in code hand them over."""

import numpy as np
import pytest

from models.matting import Fault, MattingError, solve

IMAGE = np.zeros((6, 8, 3), np.uint8)
TRIMAP = np.full((6, 8), 128, np.uint8)
TRIMAP[0], TRIMAP[-1] = 0, 255


def nan_picture():
    image = IMAGE.astype(np.float32)
    image[2, 2, 0] = np.nan
    return image


BAD = {
    "a float picture": (IMAGE / 255, TRIMAP, None, Fault.DTYPE, "scale it to 0..255"),
    "NaN in the picture": (nan_picture(), TRIMAP, None, Fault.NAN, "mend what made it"),
    "a grey picture": (IMAGE[..., 0], TRIMAP, None, Fault.PALETTE, "Convert it to RGB"),
    "four channels": (np.zeros((6, 8, 4), np.uint8), TRIMAP, None, Fault.SHAPE, "RGB without alpha"),
    "a trimap in colour": (IMAGE, IMAGE, None, Fault.SHAPE, "give one channel"),
    "a float trimap": (IMAGE, TRIMAP / 255, None, Fault.DTYPE, "not uint8"),
    "NaN in the trimap": (IMAGE, np.full((6, 8), np.nan), None, Fault.NAN, "holds NaN"),
    "another size": (IMAGE, TRIMAP[:, :4], None, Fault.SHAPE, "give both the same size"),
    "class numbers": (IMAGE, TRIMAP // 100, None, Fault.PALETTE, "0 background, 128 unknown, 255 person"),
    "nothing unknown": (IMAGE, np.where(TRIMAP == 128, 0, TRIMAP).astype(np.uint8), None, Fault.NO_UNKNOWN, "128"),
    "no person": (IMAGE, np.minimum(TRIMAP, 128), None, Fault.NO_FOREGROUND, "surely hers 255"),
    "no background": (IMAGE, np.maximum(TRIMAP, 128), None, Fault.NO_BACKGROUND, "surely is it 0"),
    "a prior in 8 bits": (IMAGE, TRIMAP, TRIMAP, Fault.DTYPE, "divide 8 bits by 255"),
    "a prior of another size": (IMAGE, TRIMAP, np.zeros((3, 3)), Fault.SHAPE, "give the same size"),
    "a prior with NaN": (IMAGE, TRIMAP, np.full((6, 8), np.nan), Fault.NAN, "the prior holds NaN"),
    "a prior in percent": (IMAGE, TRIMAP, np.full((6, 8), 40.0), Fault.RANGE, "alpha lies in 0..1"),
    "no pixels": (np.zeros((0, 8, 3), np.uint8), np.zeros((0, 8), np.uint8), None, Fault.SHAPE, "empty, 8x0: give one"),
    "a trimap without pixels": (IMAGE, TRIMAP[:, :0], None, Fault.SHAPE, "the trimap is empty, 0x6: give one"),
    "a list": (IMAGE.tolist(), TRIMAP, None, Fault.DTYPE, "the picture is a list: give a numpy array"),
    "a trimap as a list": (IMAGE, TRIMAP.tolist(), None, Fault.DTYPE, "the trimap is a list: give a numpy array"),
    "a prior as a list": (IMAGE, TRIMAP, [[0.5]], Fault.DTYPE, "the prior is a list: give a numpy array"),
    "nothing at all": (None, TRIMAP, None, Fault.DTYPE, "the picture is a NoneType"),
    "too many pixels": (np.broadcast_to(IMAGE[:1, :1], (40000, 4, 3)), TRIMAP, None, Fault.TOO_LARGE, "cut or scale"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_by_name_with_what_to_do(case):
    image, trimap, prior, fault, advice = BAD[case]
    with pytest.raises(MattingError, match=advice) as caught:
        solve(image, trimap, "guided", prior)
    assert caught.value.fault == fault


def test_a_method_that_does_not_exist_is_answered_with_those_that_do():
    with pytest.raises(MattingError, match="choose closed-form, knn, bayesian") as caught:
        solve(IMAGE, TRIMAP, "poisson")
    assert caught.value.fault == Fault.METHOD
