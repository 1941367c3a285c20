"""Every back end by name: what it does, whose terms hold, whether it can run here, and how to open it.

`python -m models.backends` prints the list.
"""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from . import hub, koutu, pose_weights, selfie
from .protocol import WeightsMissing

FINDERS = ("mean4", "selfie")  # the best first

Task = Literal["segment", "point", "track", "matte"]
# What the user gave as the source, and the device; answers the back end.
Opener = Callable[[str, str], Any]
Check = Callable[[str], str | None]


class UnknownBackend(ValueError):
    """There is no back end of that name. The message says which there are."""


@dataclass(frozen=True)
class Backend:
    """One back end.

    `task`: "segment" is a `Segmenter`, "point" an `Interactive`, "track" a `VideoTracker`, "matte" a `Matter`;
    a described graph ("onnx") may be a `Segmenter` too. `licence` is that of the weights. `source` is what is taken
    where none is given: an id of the hub, nothing for weights that come with the installation, None where
    somebody has to give one.
    """

    name: str
    task: Task
    licence: str
    about: str
    source: str | None
    opener: Opener
    check: Check
    give: str = ""

    def missing(self, source: str | Path | None = None) -> str | None:
        """None when it could be opened now without a download, else what is missing and what to do."""
        chosen = self._chosen(source)
        return self._wanting() if chosen is None else self.check(chosen)

    def open(self, source: str | Path | None = None, device: str = "cpu") -> Any:
        """The back end. Weights from the hub that are not on this machine are downloaded. Raises WeightsMissing."""
        chosen = self._chosen(source)
        if chosen is None:
            raise WeightsMissing(self._wanting())
        return self.opener(chosen, device)

    def _wanting(self) -> str:
        return f"{self.name} needs weights: {self.give}"

    def _chosen(self, source: str | Path | None) -> str | None:
        return self.source if source is None else str(source)


def open_backend(name: str, source: str | Path | None = None, device: str = "cpu") -> Any:
    """The back end `name` of `BACKENDS`, its weights from `source`: a folder, an id of the hub, or a YAML file.

    `device` is torch's name of one. Raises UnknownBackend, and WeightsMissing with the reason.
    """
    return find(name).open(source, device)


def find(name: str) -> Backend:
    """The entry of `BACKENDS`. Raises UnknownBackend."""
    for backend in BACKENDS:
        if backend.name == name:
            return backend
    names = ", ".join(backend.name for backend in BACKENDS)
    raise UnknownBackend(f"there is no back end {name}: choose one of {names}")


def finder() -> Backend:
    """What finds people where nobody named a back end: the best free ensemble, or what of it can be had."""
    backends = [find(name) for name in FINDERS]
    return next((backend for backend in backends if backend.missing() is None), backends[-1])


def _selfie(zoom: str) -> Opener:
    def opened(folder: str, device: str) -> Any:
        reason = selfie.available(folder)
        if reason:
            raise WeightsMissing(reason)
        nets = selfie.Selfie(folder=folder)
        if zoom == "whole":
            return nets
        from .zoomed import Zoomed

        ensemble = zoom == "ensemble"
        return Zoomed(nets, f"mediapipe-selfie-{zoom}", whole=0.5 if ensemble else 0.0, both_ways=ensemble)

    return opened


def _pose(name: str) -> Opener:
    def opened(folder: str, device: str) -> Any:
        reason = _pose_missing(name, folder)
        if reason:
            raise WeightsMissing(reason)
        from . import pose

        nets = pose.PoseNets(folder)
        if name == "pose":
            return pose.Pose(nets)
        return (pose.MeanOfFour if name == "mean4" else pose.SelfieCrop)(nets, selfie.Selfie())

    return opened


def _pose_missing(name: str, folder: str) -> str | None:
    """Of what does not see by pose alone, selfie's weights are those of the installation."""
    return pose_weights.available(folder) or (None if name == "pose" else selfie.available())


def _sam(name: str, kind: str) -> Opener:
    def opened(source: str, device: str) -> Any:
        from . import sam_image, sam_nets, sam_video

        family = sam_nets.EDGETAM if name.startswith("edgetam") else sam_nets.SAM2
        make = sam_image.SamImage if kind == "point" else sam_video.SamVideo
        return make(hub.find(source), family, name, "Apache-2.0", device)

    return opened


def _vitmatte(source: str, device: str) -> Any:
    from .vitmatte import VitMatte

    return VitMatte(hub.find(source).of("vitmatte"), "vitmatte", _ADOBE, device)


def _onnx(source: str, device: str) -> Any:
    from .onnx_description import read
    from .onnx_graph import OnnxGraph
    from .onnx_net import OnnxMatter, OnnxSegmenter

    graph = OnnxGraph(read(Path(source).expanduser()), device)
    return OnnxSegmenter(graph) if graph.about.task == "segment" else OnnxMatter(graph)


def _onnx_missing(source: str) -> str | None:
    for package in ("onnxruntime", "yaml"):
        if importlib.util.find_spec(package) is None:
            return f'{package} is not installed: run "make setup" (it is in the extra "ml")'
    from .onnx_description import read

    try:
        read(Path(source).expanduser())
    except WeightsMissing as missing:
        return str(missing)
    return None


def _selfies() -> list[Backend]:
    about = {
        "": ("whole", "MediaPipe selfie: two small networks on the whole picture"),
        "-zoomed": ("zoomed", "MediaPipe selfie with a close look at each person found"),
        "-ensemble": ("ensemble", "MediaPipe selfie: whole and close, plain and mirrored, averaged"),
    }
    return [
        Backend(f"selfie{ending}", "segment", "Apache-2.0", text, "", _selfie(zoom), selfie.available)
        for ending, (zoom, text) in about.items()
    ]


def _poses() -> list[Backend]:
    about = {
        "pose": "MediaPipe pose: a detector, and a mask of each person it finds",
        "selfie-crop": "MediaPipe selfie on the square of each person that the pose detector finds",
        "mean4": "the mean of MediaPipe selfie, selfie wide, pose and selfie-crop",
    }
    return [
        Backend(name, "segment", "Apache-2.0", text, "", _pose(name), partial(_pose_missing, name))
        for name, text in about.items()
    ]


def _sams() -> list[Backend]:
    ids = {f"sam2.1-{size}": f"facebook/sam2.1-hiera-{size}" for size in ("tiny", "small", "base-plus", "large")}
    ids["edgetam"] = "yonigozlan/EdgeTAM-hf"
    found: list[Backend] = []
    for name, source in ids.items():
        video = f"{name}-video"
        about = "EdgeTAM" if name == "edgetam" else f"SAM 2.1 {name.removeprefix('sam2.1-')}"
        picture = f"{about}: a click, box or mask on a picture gives a mask"
        film = f"{about}: what is said on one frame is followed through the shot"
        found.append(Backend(name, "point", "Apache-2.0", picture, source, _sam(name, "point"), hub.available))
        found.append(Backend(video, "track", "Apache-2.0", film, source, _sam(video, "track"), hub.available))
    return found


def _koutus() -> list[Backend]:
    kinds: dict[str, tuple[Task, str]] = {
        "koutu-s": ("segment", "Koutu-S, stage 1: people, and what a click means"),
        "koutu-s-small": ("point", "Koutu-S, stage 1, made smaller: what a click on a picture means"),
        "koutu-s-video": ("track", "Koutu-S, stage 1, over time: a mask on one frame is followed through the shot"),
        "koutu-s-refiner": ("matte", "Koutu-S, stage 2: soft edges along a mask"),
    }
    give = "a checkpoint that Koutu trained (.safetensors with a card)"
    return [
        Backend(
            name, task, "as its card says", about, koutu.shipped(name),
            partial(koutu.open_koutu, name), partial(koutu.missing, name), give=give,
        )
        for name, (task, about) in kinds.items()
    ]  # fmt: skip


_ADOBE = "Apache-2.0 code; the public weights carry Adobe's non-commercial data terms"

BACKENDS: tuple[Backend, ...] = (
    *_selfies(),
    *_poses(),
    *_koutus(),
    *_sams(),
    Backend(
        "vitmatte", "matte", _ADOBE, "ViTMatte: a picture and a trimap give a matte", None, _vitmatte, hub.available,
        give="a folder with its weights, or hustvl/vitmatte-small-composition-1k if you may use them",
    ),
    Backend(
        "onnx", "matte", "as its description says", "any ONNX graph that segments or mattes, by a YAML file", None,
        _onnx, _onnx_missing, give="a YAML file that describes the graph (models/backends/onnx_description.py)",
    ),
)  # fmt: skip
