"""SAM 2.1 and EdgeTAM on video: a thing said on one frame is followed through the others.

The networks' own state on a video keeps every frame and every answer it ever gave. Here it is cut to what the
next step can still reach, so that memory does not grow with the length of a shot.
"""

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .hub import Weights
from .prompt import BadInput, Prompt, check_picture, unit
from .sam_nets import Family
from .square import Square


@dataclass
class SamVideo:
    """One of the family as `VideoTracker`. Loaded on the first start; tracks take turns at the network."""

    weights: Weights
    family: Family
    name: str
    licence: str
    device: str = "cpu"
    _net: Any = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @property
    def version(self) -> str:
        """Of the weights; see `Weights.version`."""
        return self.weights.version

    def start(self, height: int, width: int) -> "SamTrack":
        """See `VideoTracker`."""
        with self._lock:
            if self._net is None:
                self._net = self.family.video_net(self.weights, self.device)
        square = Square(height, width, self._net.config.image_size)
        return SamTrack(self._net, self._lock, square, self.family.new_session(height, width, self.device))


@dataclass
class SamTrack:
    """One shot's state; see `Track`."""

    net: Any
    lock: threading.Lock
    square: Square
    session: Any
    # What is said waits for its frame: the networks would take the next frame, whichever it is, for the one meant.
    waiting: dict[int, dict[int, Prompt]] = field(default_factory=lambda: defaultdict(dict))
    found: dict[int, np.ndarray] = field(default_factory=dict)

    def add(self, index: int, thing: int, prompt: Prompt) -> None:
        """See `Track`. A mask is taken as it is: the answer on that frame, and the memory for the others."""
        if index < 0:
            raise BadInput(f"frame {index}: frames count from 0")
        prompt.check(self.square.height, self.square.width)
        if prompt.mask is not None and (prompt.points or prompt.box is not None):
            raise BadInput("a mask says it all: give it without points and box, or those without a mask")
        self.waiting[index][thing] = prompt

    def step(self, index: int, image: np.ndarray, reverse: bool = False) -> dict[int, np.ndarray]:
        """See `Track`. Before anything is said the answer is empty."""
        import torch

        if check_picture(image) != (self.square.height, self.square.width):
            size = f"{self.square.width}x{self.square.height}"
            raise BadInput(f"frame {index} is {image.shape[1]}x{image.shape[0]} and the shot {size}: start a new track")
        for thing, prompt in self.waiting.pop(index, {}).items():
            self._say(index, thing, prompt)
        if not self.session.obj_ids:
            return {}
        with self.lock, torch.inference_mode():
            pixels = self.square.pixels(image).to(self.session.inference_device)
            # Only the frame before stands in the cache, and its features are of no use for this one.
            self.session.cache.clear_all()
            answer = self.net(inference_session=self.session, frame=pixels, frame_idx=index, reverse=reverse)
            things = zip(answer.object_ids, answer.pred_masks, strict=True)
            self.found = {thing: self.square.back(mask[0]) for thing, mask in things}
        self._forget(index)
        return self.found

    def confidence(self) -> dict[int, np.ndarray]:
        """See `Track`: how far from a half the answer is."""
        return {thing: np.abs(2 * plane - 1) for thing, plane in self.found.items()}

    def _say(self, index: int, thing: int, prompt: Prompt) -> None:
        """Hand one prompt to the networks' state, in place of what it held for that frame."""
        number = self.session.obj_id_to_idx(thing)
        if prompt.mask is not None:
            hard = self.square.shrunk(unit(prompt.mask, self.square.height, self.square.width)) >= 0.5
            self.session.add_mask_inputs(number, index, hard.float())
            self.session.remove_point_inputs(number, index)
            # A mask is an anchor even where the frame was followed before: it stays in memory for good.
            self.session.frames_tracked_per_obj[number].pop(index, None)
            self.session.output_dict_per_obj[number]["non_cond_frame_outputs"].pop(index, None)
        else:
            self.session.add_point_inputs(number, index, _points(prompt, self.square))
            self.session.remove_mask_inputs(number, index)
        if thing not in self.session.obj_with_new_inputs:
            self.session.obj_with_new_inputs.append(thing)

    def _forget(self, index: int) -> None:
        """Drop what no step from here on, forwards or backwards, can reach."""
        config = self.net.config
        reach = max(config.num_maskmem, config.max_object_pointers_in_encoder)
        self.session.processed_frames.clear()
        for number, outputs in self.session.output_dict_per_obj.items():
            followed = outputs["non_cond_frame_outputs"]
            for far in [frame for frame in followed if abs(frame - index) > reach]:
                del followed[far]
            for kept in (*followed.values(), *outputs["cond_frame_outputs"].values()):
                # Four megabytes a frame and thing, read only while the frame's memory was made.
                kept.pop("high_res_masks", None)
            self.session.mask_inputs_per_obj[number].pop(index, None)
            self.session.point_inputs_per_obj[number].pop(index, None)


def _points(prompt: Prompt, square: Square) -> dict[str, Any]:
    """Points and box as SAM 2's video network takes them: the box is two points, labelled 2 and 3, that come first."""
    import torch

    places = list(prompt.points)
    labels = list(prompt.labels)
    if prompt.box is not None:
        left, top, right, bottom = prompt.box
        places = [(left, top), (right, bottom), *places]
        labels = [2, 3, *labels]
    return {
        "point_coords": torch.from_numpy(square.to_model(np.array(places)))[None, None],
        "point_labels": torch.tensor(labels, dtype=torch.int32)[None, None],
    }
