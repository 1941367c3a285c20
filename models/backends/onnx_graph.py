"""One run of an ONNX graph, from a picture to a mask or matte, as its YAML file describes it (`onnx_description`)."""

import hashlib
import threading
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from .answers import finite, sigmoid
from .guides import check_guide
from .onnx_description import BadDescription, Description
from .prompt import check_picture
from .protocol import Matte, WeightsMissing

States = dict[str, np.ndarray]
_TYPES = {
    "tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64,
    "tensor(int64)": np.int64, "tensor(int32)": np.int32, "tensor(uint8)": np.uint8,
}  # fmt: skip
_PROVIDERS = {True: ["CPUExecutionProvider"], False: ["CUDAExecutionProvider", "CPUExecutionProvider"]}


@dataclass
class OnnxGraph:
    """The graph and its session. Loaded on first use; safe to share between threads: it holds no state."""

    about: Description
    device: str = "cpu"
    _session: Any = field(default=None, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @cached_property
    def version(self) -> str:
        """The first 16 hex digits of the SHA-256 over the graph and what is said about it."""
        with self.about.model.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        said = {name: value for name, value in vars(self.about).items() if name != "model"}
        digest.update(repr(said).encode())
        return digest.hexdigest()[:16]

    def zeros(self) -> States:
        """The states before the first frame: zeros, 1 wherever the graph leaves a side open."""
        given = {one.name: one for one in self._loaded().get_inputs()}
        return {name: _zeros(given[name]) for name in self.about.states}

    def run(self, image: np.ndarray, guide: np.ndarray | None, states: States) -> tuple[Matte, States]:
        """The answer for a picture, and the states after it.

        `image` (height, width, 3) uint8 RGB, `guide` (height, width) uint8 where the graph takes one. Raises
        BadInput for a wrong guide, WeightsMissing where the graph fails or answers nonsense.
        """
        height, width = check_picture(image)
        fed = self._fed(image, guide, states)
        wanted = [self.about.output.name, *filter(None, [self.about.foreground]), *self.about.states.values()]
        answers = dict(zip(wanted, self._run(wanted, fed), strict=True))
        soft = _resized(self._answer(answers[self.about.output.name]), height, width)
        colours = answers.get(self.about.foreground or "")
        foreground = None if colours is None else _resized(self._colours(colours), height, width)
        after = {name: answers[output] for name, output in self.about.states.items()}
        return Matte(np.clip(soft, 0, 1), None if foreground is None else np.clip(foreground, 0, 1)), after

    def _fed(self, image: np.ndarray, guide: np.ndarray | None, states: States) -> dict[str, np.ndarray]:
        fed = {self.about.picture.input: self._picture(image), **states}
        if self.about.guide:
            checked = check_guide(self.about.guide.kind, guide, *image.shape[:2])
            sides = self.about.picture.sides(*image.shape[:2])
            fed[self.about.guide.input] = self._laid_out(_resized(checked / np.float32(255), *sides)[..., None])
        for name, numbers in self.about.constants.items():
            fed[name] = np.array(numbers, np.float32)
        return fed

    def _picture(self, image: np.ndarray) -> np.ndarray:
        said = self.about.picture
        small = _resized(image, *said.sides(*image.shape[:2]))
        ordered = small[..., ::-1] if said.colours == "bgr" else small
        values = (ordered.astype(np.float32) / 255 - np.array(said.mean, np.float32)) / np.array(said.std, np.float32)
        return self._laid_out(values)

    def _laid_out(self, values: np.ndarray) -> np.ndarray:
        """(h, w, c) as a batch of one, in the graph's layout."""
        channels_first = self.about.picture.layout == "nchw"
        return np.ascontiguousarray(values.transpose(2, 0, 1) if channels_first else values, np.float32)[None]

    def _colours(self, answer: np.ndarray) -> np.ndarray:
        """(h, w, c) of an answer with or without a batch."""
        planes = answer[0] if answer.ndim == 4 else answer
        if planes.ndim == 2:
            planes = planes[None] if self.about.picture.layout == "nchw" else planes[..., None]
        if planes.ndim != 3:
            raise WeightsMissing(f"{self.about.name} answers with shape {answer.shape}: it must be a picture's")
        return planes.transpose(1, 2, 0) if self.about.picture.layout == "nchw" else planes

    def _answer(self, answer: np.ndarray) -> np.ndarray:
        """Probability or alpha (h, w) float32."""
        planes, said = self._colours(answer).astype(np.float32), self.about.output
        if said.channel >= planes.shape[2]:
            raise BadDescription(f"{self.about.name}: output.channel is {said.channel} of {planes.shape[2]} channels")
        finite(planes, self.about.name, "check mean, std and the constants it is given")
        if said.activation == "softmax":
            powers = np.exp(planes - planes.max(axis=2, keepdims=True))
            return powers[..., said.channel] / powers.sum(axis=2)
        chosen = planes[..., said.channel]
        return sigmoid(chosen) if said.activation == "sigmoid" else chosen

    def _run(self, wanted: list[str], fed: dict[str, np.ndarray]) -> list[np.ndarray]:
        from onnxruntime.capi import onnxruntime_pybind11_state as faults

        session = self._loaded()
        typed = {one.name: fed[one.name].astype(_TYPES[one.type], copy=False) for one in session.get_inputs()}
        try:
            return session.run(wanted, typed)
        except (faults.Fail, faults.InvalidArgument, faults.RuntimeException) as error:
            reason = " ".join(str(error).split())[:300]
            raise WeightsMissing(f"{self.about.model.name} cannot be run as its YAML file says: {reason}") from error

    def _loaded(self) -> Any:
        with self._lock:
            if self._session is None:
                session = _session(self.about, self.device)
                _check_names(self.about, session)
                self._session = session
            return self._session


def _session(about: Description, device: str) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise WeightsMissing('onnxruntime is not installed: run "make setup" (it is in the extra "ml")') from error
    from onnxruntime.capi import onnxruntime_pybind11_state as faults

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(about.model), options, providers=_PROVIDERS[device == "cpu"])
    except (
        faults.Fail, faults.InvalidArgument, faults.InvalidGraph, faults.InvalidProtobuf, faults.NotImplemented,
    ) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:300]
        raise WeightsMissing(f"{about.model} is no ONNX that can be run: {reason}. Export it again") from error


def _zeros(state: Any) -> np.ndarray:
    """The first value of a state: 1 stands for a side that the graph leaves open."""
    return np.zeros([side if isinstance(side, int) else 1 for side in state.shape], _TYPES[state.type])


def _check_names(about: Description, session: Any) -> None:
    """Raise BadDescription where the graph and what is said about it do not meet."""
    takes = {given.name for given in session.get_inputs()}
    gives = {given.name for given in session.get_outputs()}
    guide = [about.guide.input] if about.guide else []
    fed = {about.picture.input, *guide, *about.constants, *about.states}
    for one in session.get_inputs():
        if one.type not in _TYPES:
            raise BadDescription(f"{about.name}: the input {one.name} is a {one.type}: export the graph with numbers")
    for name in sorted(fed - takes):
        raise BadDescription(f"{about.name}: the graph has no input {name}; it takes {', '.join(sorted(takes))}")
    for name in sorted(takes - fed):
        raise BadDescription(f"{about.name}: nothing is said of the input {name}: a constant, a state or the guide")
    asked = {about.output.name, *filter(None, [about.foreground]), *about.states.values()}
    for name in sorted(asked - gives):
        raise BadDescription(f"{about.name}: the graph has no output {name}; it gives {', '.join(sorted(gives))}")


def _resized(values: np.ndarray, height: int, width: int) -> np.ndarray:
    """(h, w) or (h, w, c) at another size: by area where it shrinks, bilinear where it grows."""
    import cv2

    if values.shape[:2] == (height, width):
        return values
    shrinks = values.shape[0] * values.shape[1] > height * width
    return cv2.resize(values, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
