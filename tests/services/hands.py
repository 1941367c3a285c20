"""The hands of a robot at a desk: what it clicks, scribbles, paints and outlines there, with the browser's tools."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.backends.prompt import Prompt
from models.matting.trimap import MASK_LEVEL
from models.robots.brush import Stroke
from models.robots.polygons import turns
from models.robots.scribbles import Scribble
from tests.services.brushes import painted
from tests.services.desk import Desk


@dataclass
class Sheet:
    """A frame that is worked on: the mattes it had, the newest last, the clicks and the tools they were made with."""

    mattes: list[np.ndarray]
    clicks: list[dict] = field(default_factory=list)
    used: dict[str, dict] = field(default_factory=dict)

    def lay(self, matte: np.ndarray, tool: str, prompt: str | None = None, clicks: Sequence[dict] = ()) -> None:
        """One more step; as in the browser it is none where it changes nothing."""
        if (matte == self.mattes[-1]).all():
            return
        self.mattes.append(matte)
        self.clicks.extend(clicks)
        told = self.used.setdefault(tool, {"tool": tool, "count": 0} | ({"prompts": []} if prompt else {}))
        told["count"] += 1
        if prompt:
            told["prompts"].append(prompt)

    def matte_of(self, mask: np.ndarray) -> np.ndarray:
        """The newest with this mask (height, width) bool: a robot keeps its best, not its last."""
        return next(one for one in reversed(self.mattes) if ((one >= MASK_LEVEL) == mask).all())


class Hands:
    """Every tool gives the matte that is shown after it, as a probability (height, width). Nothing is saved before it
    is carried to other frames."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._sheets: dict[int, Sheet] = {}
        self.saved: list[int] = []

    def click(self, index: int, prompt: Prompt) -> np.ndarray:
        """The last of the clicks: those before it were made here."""
        (x, y), inside = prompt.points[-1], bool(prompt.labels[-1])
        return self._click(index, x, y, inside)

    def scribble(self, index: int, drawn: Iterable[Scribble], _: np.ndarray) -> np.ndarray:
        """One after the other, each on the answer to that before. A dot is a click: the hand did not move."""
        for each in drawn:
            places = each.points.tolist()
            if len(places) > 1:
                self._ask(index, "scribble", {"strokes": [{"places": places, "inside": each.inside}]})
            else:
                self._click(index, *places[0], each.inside)
        return self._shown(index)

    def lasso(self, index: int, ring: np.ndarray) -> np.ndarray:
        """Round somebody, or round a hole: by a ring of a Polygon."""
        return self._ask(index, "lasso", {"outline": {"places": ring.tolist(), "inside": turns(ring)}})

    def paint(self, index: int, stroke: Stroke, _: np.ndarray) -> np.ndarray:
        """With the hard brush, or the eraser."""
        sheet = self._sheet(index)
        sheet.lay(painted(sheet.mattes[-1], stroke), "brush" if stroke.inside else "eraser")
        return self._shown(index)

    def carry(self, anchors: Mapping[int, np.ndarray]) -> list[np.ndarray]:
        """Save the anchors that are new, masks (height, width) bool, propagate each both ways, and show all frames."""
        return self._carried(anchors, "both", (-1, 1))

    def carry_on(self, anchors: Mapping[int, np.ndarray]) -> list[np.ndarray]:
        """`carry` to later frames alone."""
        return self._carried(anchors, "later", (1,))

    def _carried(self, anchors: Mapping[int, np.ndarray], reach: str, ways: Sequence[int]) -> list[np.ndarray]:
        for index in [index for index in anchors if index not in self.saved]:
            self._save(index, anchors[index])
            free = set(range(len(self.desk))) - set(self.saved)
            if free & {index + way for way in ways}:
                self.desk.propagate(index, reach)
        return self.desk.mattes()

    def _save(self, index: int, mask: np.ndarray) -> None:
        sheet = self._sheets.pop(index)
        self.desk.save(index, sheet.matte_of(mask), list(sheet.used.values()))
        self.saved.append(index)

    def _click(self, index: int, x: float, y: float, inside: bool) -> np.ndarray:
        return self._ask(index, "click", {"points": [{"x": x, "y": y, "inside": inside}]})

    def _ask(self, index: int, tool: str, words: dict) -> np.ndarray:
        sheet = self._sheet(index)
        prompt, matte = self.desk.ask(index, sheet.mattes[-1], words | {"earlier": sheet.clicks})
        sheet.lay(matte, tool, prompt, words.get("points", ()))
        return self._shown(index)

    def _sheet(self, index: int) -> Sheet:
        if index not in self._sheets:
            self._sheets[index] = Sheet([self.desk.mattes()[index]])
        return self._sheets[index]

    def _shown(self, index: int) -> np.ndarray:
        return self._sheet(index).mattes[-1] / np.float32(255)
