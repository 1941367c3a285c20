"""An editor without a screen: a subject of a shot over the public API, as the browser uses it."""

import json
import struct
import uuid
import zlib
from collections.abc import Mapping, Sequence

import numpy as np

from models import planes
from tests.services.tree import Script


class Desk:
    """Frames are counted from the shot's first, as robots count."""

    def __init__(self, script: Script, shot: str, subject: str) -> None:
        self._script, self._subject = script, subject
        self.shot = script("GET", f"/api/shots/{shot}")
        clip = self.shot["clip"]
        self.size = clip["height"], clip["width"]

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

    def tools(self, index: int) -> dict[str, dict]:
        """By name, what the head of a frame was made with."""
        revision = self._script("GET", f"/api/revisions/{self.heads()[index]['revision']}")
        return {used["tool"]: used for used in revision["tools"]}

    def ask(self, index: int, before: np.ndarray, words: Mapping[str, object]) -> tuple[str, np.ndarray]:
        """Say something about a matte, uint8 (height, width); the prompt's id, and the matte that answers it."""
        said = self._state(index, before) | words
        asked = json.loads(self._script.raw("POST", "/api/prompts", **self._form(said, before)))
        done = self._script.until(lambda ask: _over(ask("GET", f"/api/prompts/{asked['id']}")))
        assert done["error"] is None, done
        return asked["id"], self._with_tiles(before, done)

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

    def save(self, index: int, matte: np.ndarray, tools: Sequence[dict]) -> None:
        """Confirm a matte, uint8 (height, width), as an anchor."""
        meta = self._state(index, matte) | {"presence": "present", "anchor": True, "tools": tools}
        self._script.raw("PUT", f"/api/revisions/{uuid.uuid4()}", **self._form(meta, matte))

    def begin(self, index: int, reach: str) -> str:
        """A propagation from the anchor at a frame to the `earlier` frames, the `later` ones or `both`, as far as no
        others are anchors; the job."""
        sent = {"subject": self._subject, "frame": self.shot["first"] + index, "reach": reach}
        return self._script("POST", f"/api/shots/{self.shot['id']}/propagate", sent)["id"]

    def propagate(self, index: int, reach: str) -> None:
        """The same, until it is done."""
        job = self.begin(index, reach)
        self._script.until(lambda ask: ask("GET", f"/api/jobs/{job}")["state"] == "done")

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
