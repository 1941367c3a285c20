"""Networks that wait for somebody to point, as teachers: whom others find is shown to them by their box."""

from dataclasses import dataclass

import numpy as np

from models.backends import Interactive, Prompt, Segmenter
from models.backends.grouping import TellsApart, spread
from models.prelabel.people import SMALLEST
from models.prelabel.regions import boxes_of


@dataclass(frozen=True)
class Prompted:
    """A `Segmenter`: what `finder` sees, and as one more opinion what `pointed` makes of everybody found."""

    pointed: Interactive
    finder: Segmenter

    @property
    def name(self) -> str:
        return f"{self.pointed.name}+{self.finder.name}"

    @property
    def version(self) -> str:
        return f"{self.pointed.version}+{self.finder.version}"

    @property
    def licence(self) -> str:
        return f"{self.pointed.licence}, {self.finder.licence}"

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`; the last is that of `pointed`."""
        views = self.finder.opinions(image)
        return np.concatenate([views, self._of_everybody(image, views.mean(axis=0) >= 0.5)[None]])

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """See `Segmenter`: the mean."""
        return np.asarray(self.opinions(image).mean(axis=0))

    def _of_everybody(self, image: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """(height, width) float32: the surest of what is answered to anybody's box."""
        numbers = spread(self.finder.instances(image), mask) if isinstance(self.finder, TellsApart) else mask
        people = [numbers == number for number in np.unique(numbers) if number]
        found = np.zeros(mask.shape, np.float32)
        for box in (box for person in people for box, _ in boxes_of(person, SMALLEST)):
            np.maximum(found, self.pointed.mask(image, Prompt(box=box)), out=found)
        return found
