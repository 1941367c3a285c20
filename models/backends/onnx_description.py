"""What a YAML file says about somebody's ONNX graph, so that no code is needed to run it.

    name: rvm-mobilenetv3
    licence: GPL-3.0
    task: matte                      # or segment
    model: rvm_mobilenetv3_fp32.onnx # beside this file
    picture:
      input: src
      short: 512                     # or size: [height, width]; without either the picture keeps its size
      multiple: 32                   # sides are rounded to it
      mean: [0, 0, 0]                # of 0..1, in the order of `colours`; the graph sees (picture - mean) / std
      std: [1, 1, 1]
      colours: rgb                   # or bgr
      layout: nchw                   # or nhwc
    guide: {input: trimap, kind: trimap} # a second input of one channel, 0..1; or kind: mask. Seldom.
    constants: {downsample_ratio: [0.25]}
    states: {r1i: r1o, r2i: r2o}     # input: output; begun with zeros, then fed back from frame to frame
    output: {name: pha, activation: none, channel: 0} # activation: none, sigmoid or softmax
    foreground: fgr                  # an output of RGB in 0..1, if the graph has one

Only `name`, `licence`, `task`, `model`, `picture.input` and `output.name` must be there. Numbers are float32.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from .protocol import WeightsMissing

Task = Literal["segment", "matte"]
Activation = Literal["none", "sigmoid", "softmax"]
_TOP = ("name", "licence", "task", "model", "picture", "guide", "constants", "states", "output", "foreground")


class BadDescription(WeightsMissing):
    """A description that cannot be used. The message names the file and the key, and says what belongs there."""


@dataclass(frozen=True)
class Picture:
    """How a picture becomes the graph's input; see the module."""

    input: str
    size: tuple[int, int] | None = None
    short: int | None = None
    multiple: int = 1
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    std: tuple[float, ...] = (1.0, 1.0, 1.0)
    colours: Literal["rgb", "bgr"] = "rgb"
    layout: Literal["nchw", "nhwc"] = "nchw"

    def sides(self, height: int, width: int) -> tuple[int, int]:
        """(height, width) the graph is shown a picture of this size at."""
        if self.size:
            return self.size
        scale = self.short / min(height, width) if self.short else 1
        high, wide = (max(1, round(side * scale / self.multiple)) * self.multiple for side in (height, width))
        return high, wide


@dataclass(frozen=True)
class Guide:
    """A second input: the trimap or mask, 0..1."""

    input: str
    kind: Literal["trimap", "mask"]


@dataclass(frozen=True)
class Output:
    """Where the answer is."""

    name: str
    activation: Activation = "none"
    channel: int = 0


@dataclass(frozen=True)
class Description:
    """A whole description; `model` is a path."""

    name: str
    licence: str
    task: Task
    model: Path
    picture: Picture
    output: Output
    guide: Guide | None = None
    constants: Mapping[str, list[float]] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    foreground: str | None = None


def read(path: Path) -> Description:
    """The description in the file `path`. Raises BadDescription, and WeightsMissing where a file is not there."""
    said = _Said(path, "", _mapping(path))
    said.only(_TOP)
    model = path.parent / said.text("model")
    if not model.is_file():
        raise WeightsMissing(f"{model}, the model that {path.name} names, is not there: put the ONNX file beside it")
    description = Description(
        name=said.text("name"),
        licence=said.text("licence"),
        task=said.choice("task", get_args(Task)),
        model=model,
        picture=_picture(said.part("picture")),
        output=_output(said.part("output")),
        guide=_guide(said.part("guide")) if "guide" in said.values else None,
        constants={key: said.part("constants").numbers(key) for key in said.get("constants", {})},
        states={key: said.part("states").text(key) for key in said.get("states", {})},
        foreground=said.text("foreground") if "foreground" in said.values else None,
    )
    _check_inputs(said, description)
    return description


def _check_inputs(said: "_Said", about: Description) -> None:
    """Raise BadDescription where one input is given two things, or a segmenter waits for a guide."""
    if about.guide and about.task == "segment":
        raise said.wrong("guide", "left out, or the task matte: a segmenter sees the picture alone")
    guide = [about.guide.input] if about.guide else []
    inputs = [about.picture.input, *guide, *about.constants, *about.states]
    for name in inputs:
        if inputs.count(name) > 1:
            raise BadDescription(f"{said.path}: the input {name} is said twice: say once what it is given")


def _mapping(path: Path) -> dict[str, Any]:
    import yaml

    try:
        said = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise WeightsMissing(f"{path} cannot be read ({error.strerror}): give a YAML file as described") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadDescription(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(said, dict):
        raise BadDescription(f"{path} holds no names and values: it begins with name, licence, task, model")
    return said


def _picture(said: "_Said") -> Picture:
    said.only(Picture.__dataclass_fields__)
    if "size" in said.values and ("short" in said.values or "multiple" in said.values):
        raise said.wrong("size", "alone, or short and multiple without it")
    std = said.numbers("std", [1, 1, 1], count=3)
    if min(std) <= 0:
        raise said.wrong("std", "a list of 3 numbers above 0")
    return Picture(
        input=said.text("input"),
        size=said.pair("size"),
        short=said.whole("short", None),
        multiple=said.whole("multiple", 1) or 1,
        mean=tuple(said.numbers("mean", [0, 0, 0], count=3)),
        std=tuple(std),
        colours=said.choice("colours", ("rgb", "bgr")),
        layout=said.choice("layout", ("nchw", "nhwc")),
    )


def _guide(said: "_Said") -> Guide:
    said.only(Guide.__dataclass_fields__)
    return Guide(said.text("input"), said.choice("kind", ("trimap", "mask")))


def _output(said: "_Said") -> Output:
    said.only(Output.__dataclass_fields__)
    channel = said.get("channel", 0)
    if not _is_whole(channel) or channel < 0:
        raise said.wrong("channel", "a whole number from 0")
    return Output(said.text("name"), said.choice("activation", get_args(Activation)), channel)


def _is_whole(value: Any) -> bool:
    # To Python, true is 1.
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value))


@dataclass(frozen=True)
class _Said:
    """One mapping of the file, read with checks. `place` is the key it stands under, with a dot, or nothing."""

    path: Path
    place: str
    values: Mapping[str, Any]

    def wrong(self, key: str, wanted: str) -> BadDescription:
        return BadDescription(f"{self.path}: {self.place}{key} is {self.values.get(key)!r}; it must be {wanted}")

    def only(self, known: Any) -> None:
        for key in self.values:
            if key not in known:
                raise BadDescription(f"{self.path}: {self.place}{key} is not known; there are {', '.join(known)}")

    def get(self, key: str, default: Any) -> Any:
        return self.values.get(key, default)

    def part(self, key: str) -> "_Said":
        if not isinstance(self.values.get(key), dict):
            raise self.wrong(key, "names and values")
        return _Said(self.path, f"{self.place}{key}.", self.values[key])

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self.wrong(key, "a text")
        return value

    def choice(self, key: str, choices: tuple[str, ...]) -> Any:
        """One of `choices`; the first of them, or for what is never left out a fault, where it is not said."""
        value = self.values.get(key, None if key in ("task", "kind") else choices[0])
        if value not in choices:
            raise self.wrong(key, " or ".join(choices))
        return value

    def whole(self, key: str, default: int | None) -> int | None:
        value = self.values.get(key, default)
        if value is not None and (not _is_whole(value) or value < 1):
            raise self.wrong(key, "a whole number from 1")
        return value

    def pair(self, key: str) -> tuple[int, int] | None:
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) != 2 or not all(_is_whole(v) and v > 0 for v in value):
            raise self.wrong(key, "[height, width]")
        return value[0], value[1]

    def numbers(self, key: str, default: Any = None, count: int | None = None) -> list[float]:
        value = self.values.get(key, default)
        many = value if isinstance(value, list) else [value]
        if not many or not all(_is_number(v) for v in many) or len(many) != (count or len(many)):
            raise self.wrong(key, f"a list of {count or ''} numbers".replace("  ", " "))
        return [float(v) for v in many]
