"""Back ends opened once, and asked once of a picture, however many rows want their answer."""

from dataclasses import dataclass, field

import numpy as np

from models.backends import Segmenter, registry
from models.backends.koutu import KoutuPeople


@dataclass
class Once:
    """A `Segmenter` that keeps what `segmenter` last said, and of which picture."""

    segmenter: Segmenter
    _image: np.ndarray | None = field(default=None, init=False, repr=False)
    _answer: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.float32), init=False, repr=False)

    @property
    def name(self) -> str:
        return self.segmenter.name

    @property
    def version(self) -> str:
        return self.segmenter.version

    @property
    def licence(self) -> str:
        return self.segmenter.licence

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`; not kept."""
        return self.segmenter.opinions(image)

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`. The same array is the same picture: not to be written to, nor is the answer."""
        if image is not self._image:
            self._image, self._answer = image, self.segmenter.person_probability(image)
        return self._answer


class Opened:
    """By what rows call them: a back end, or NAME=WEIGHTS."""

    def __init__(self, device: str) -> None:
        self._device, self._held = device, dict[str, Once]()

    def __getitem__(self, plain: str) -> Once:
        """Raises UnknownBackend, WeightsMissing."""
        if plain not in self._held:
            name, _, weights = plain.partition("=")
            segmenter = registry.open_backend(name, weights or None, self._device)
            if isinstance(segmenter, KoutuPeople) and segmenter.card.prior is not None:
                segmenter.prior = self[segmenter.card.prior]
            self._held[plain] = Once(segmenter)
        return self._held[plain]
