"""Pictures as networks that began on ImageNet want them."""

from torch import Tensor, tensor

MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


def normalised(image: Tensor) -> Tensor:
    """RGB (B, 3, H, W) float in 0..1, less ImageNet's mean, over its standard deviation."""
    mean, deviation = (tensor(values, dtype=image.dtype, device=image.device) for values in (MEAN, DEVIATION))
    return (image - mean[:, None, None]) / deviation[:, None, None]
