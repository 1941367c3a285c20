"""An editor without a screen: a subject of a shot over the public API, as the browser uses it."""

import json
import struct
import uuid
import zlib
from collections.abc import Mapping

import numpy as np

from models import planes
from models.backends.prompt import Prompt
from models.matting.trimap import MASK_LEVEL
from tests.services.tree import Script


class Desk:
    """Frames are counted from the shot's first, as robots count. What is clicked is kept here until it is saved."""

    def __init__(self, script: Script, shot: str, subject: str) -> None:
        self._script, self._subject = script, subject
        self.shot = script("GET", f"/api/shots/{shot}")
        clip = self.shot["clip"]
        self.size = clip["height"], clip["width"]
        self._tried: dict[int, list[np.ndarray]] = {}
        self._asked: dict[int, list[str]] = {}
        self.saved: list[int] = []

    def __len__(self) -> int:
        return self.shot["last"] - self.shot["first"] + 1

    def mattes(self) -> list[np.ndarray]:
        """Of all frames, uint8 (height, width), as they stand on the server."""
        first, last = self.shot["first"], self.shot["last"]
        path = f"/api/shots/{self.shot['id']}/planes?first={first}&last={last}&layer=matte&subject={self._subject}"
        found = {plane["frame"]: raster for plane, raster in unpacked(self._script.raw("GET", path))}
        return [found.get(index, np.zeros(self.size, np.uint8)) for index in range(first, last + 1)]

    def heads(self) -> dict[int, dict]:
        """By frame."""
        rows = self._script("GET", f"/api/shots/{self.shot['id']}/heads")
        return {row["frame"] - self.shot["first"]: row for row in rows if row["subject"] == self._subject}

    def answer(self, index: int, prompt: Prompt) -> np.ndarray:
        """The last of the clicks answered on top of what the others made; a probability (height, width)."""
        tried = self._tried.setdefault(index, [self.mattes()[index]])
        before = tried[-1] if len(prompt.points) > 1 else tried[0]
        points = [
            {"x": x, "y": y, "inside": bool(label)} for (x, y), label in zip(prompt.points, prompt.labels, strict=True)
        ]
        said = self._state(index, before) | {"points": points[-1:], "earlier": points[:-1]}
        asked = json.loads(self._script.raw("POST", "/api/prompts", **self._form(said, before)))
        done = self._script.until(lambda ask: _over(ask("GET", f"/api/prompts/{asked['id']}")))
        assert done["error"] is None, done
        self._asked.setdefault(index, []).append(asked["id"])
        tried.append(self._with_tiles(before, done))
        return tried[-1] / np.float32(255)

    def _with_tiles(self, before: np.ndarray, prompt: dict) -> np.ndarray:
        if not prompt["tiles"]:
            return before
        data, at, tiles = zlib.decompress(self._script.raw("GET", f"/api/prompts/{prompt['id']}/tiles")), 0, []
        for tx, ty in prompt["tiles"]:
            left, top, right, bottom = planes.tile_box(*self.size, tx, ty)
            size = (right - left) * (bottom - top)
            tiles.append((tx, ty, data[at : at + size]))
            at += size
        return planes.apply_tiles(before, tiles)

    def propagate(self, anchors: Mapping[int, np.ndarray]) -> list[np.ndarray]:
        """Confirm the anchors that are new, masks (height, width) bool, carry each to the frames round it, and show all
        of them."""
        for index in [index for index in anchors if index not in self.saved]:
            self._save(index, anchors[index])
            job = self.ask(index, "both")
            self._script.until(lambda ask, id=job: ask("GET", f"/api/jobs/{id}")["state"] == "done")
        return self.mattes()

    def ask(self, index: int, reach: str) -> str:
        """Ask for a propagation from the anchor there; returns the job."""
        sent = {"subject": self._subject, "frame": self.shot["first"] + index, "reach": reach}
        return self._script("POST", f"/api/shots/{self.shot['id']}/propagate", sent)["id"]

    def _save(self, index: int, mask: np.ndarray) -> None:
        """The last of what was tried there that has this mask: a robot keeps its best, not its last."""
        matte = next(one for one in reversed(self._tried[index]) if ((one >= MASK_LEVEL) == mask).all())
        self.confirm(index, matte, {"tool": "click", "count": len(self._asked[index]), "prompts": self._asked[index]})

    def confirm(self, index: int, matte: np.ndarray, *tools: dict) -> None:
        """Save a matte, uint8 (height, width), as an anchor."""
        meta = self._state(index, matte) | {"presence": "present", "anchor": True, "tools": tools}
        self._script.raw("PUT", f"/api/revisions/{uuid.uuid4()}", **self._form(meta, matte))
        self.saved.append(index)

    def _state(self, index: int, matte: np.ndarray) -> dict:
        head = self.heads().get(index)
        layers = {"matte": {"address": planes.address(matte), "tiles": [list(tile) for tile in self._tiles()]}}
        return {
            "clip": self.shot["clip"]["id"], "frame": self.shot["first"] + index, "subject": self._subject,
            "parent": head and head["revision"], "layers": layers, "encoding": "deflate",
        }  # fmt: skip

    def _tiles(self) -> list[tuple[int, int]]:
        rows, columns = (-(-side // planes.TILE) for side in self.size)
        return [(tx, ty) for ty in range(rows) for tx in range(columns)]

    def _form(self, meta: Mapping[str, object], matte: np.ndarray) -> dict:
        boxes = [planes.tile_box(*self.size, tx, ty) for tx, ty in self._tiles()]
        sent = b"".join(matte[top:bottom, left:right].tobytes() for left, top, right, bottom in boxes)
        return {"data": {"meta": json.dumps(meta)}, "files": {"tiles": ("tiles", zlib.compress(sent))}}


def _over(prompt: dict) -> dict | None:
    return prompt if prompt["told"] or prompt["error"] else None


def unpacked(bundle: bytes) -> list[tuple[dict, np.ndarray]]:
    """The planes of an `application/x-koutu-planes`."""
    (length,) = struct.unpack_from("<I", bundle)
    body = bundle[4 + length :]
    told = json.loads(bundle[4 : 4 + length])["planes"]
    return [(plane, planes.decode(body[plane["offset"] : plane["offset"] + plane["length"]])) for plane in told]
