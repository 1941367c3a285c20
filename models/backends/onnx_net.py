"""A described ONNX graph in the part of a segmenter or of a matter (see `onnx_description`)."""

from dataclasses import dataclass

import numpy as np

from .onnx_graph import OnnxGraph, States
from .prompt import BadInput, check_picture
from .protocol import Matte


@dataclass
class _Named:
    """Who answers: the graph, by its description."""

    graph: OnnxGraph

    @property
    def name(self) -> str:
        return self.graph.about.name

    @property
    def version(self) -> str:
        return self.graph.version

    @property
    def licence(self) -> str:
        return self.graph.about.licence


@dataclass
class OnnxSegmenter(_Named):
    """A described graph as `Segmenter`."""

    def opinions(self, image: np.ndarray) -> np.ndarray:
        """The one opinion (1, height, width) float32; see `Segmenter`."""
        return self.person_probability(image)[None]

    def person_probability(self, image: np.ndarray) -> np.ndarray:
        """(height, width) float32 in 0..1; see `Segmenter`."""
        return self.graph.run(image, None, self.graph.zeros())[0].alpha


@dataclass
class OnnxMatter(_Named):
    """A described graph as `Matter`, and as `VideoMatter` where it remembers."""

    @property
    def guide(self) -> str | None:
        """See `Matter`."""
        return self.graph.about.guide.kind if self.graph.about.guide else None

    @property
    def remembers(self) -> bool:
        """See `VideoMatter`."""
        return bool(self.graph.about.states)

    def matte(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """See `Matter`: the picture alone, without what came before."""
        return self.graph.run(image, guide, self.graph.zeros())[0]

    def start(self) -> "OnnxReel":
        """See `VideoMatter`."""
        return OnnxReel(self.graph, self.graph.zeros())


@dataclass
class OnnxReel:
    """What a graph remembers of one shot; see `Reel`."""

    graph: OnnxGraph
    states: States
    size: tuple[int, int] | None = None

    def step(self, image: np.ndarray, guide: np.ndarray | None = None) -> Matte:
        """See `Reel`."""
        if self.size not in (None, check_picture(image)):
            raise BadInput(f"the frame is {image.shape[:2]} after {self.size}: start anew where the size changes")
        self.size = check_picture(image)
        matte, self.states = self.graph.run(image, guide, self.states)
        return matte
