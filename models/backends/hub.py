"""Weights of transformers' networks: found in a folder or on the Hugging Face hub, and loaded without surprises."""

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from .protocol import WeightsMissing

# Never a pickle: it may run anything.
_FILES = ("config.json", "model*.safetensors*")
_NEEDS = ("torch", "transformers", "safetensors")


def available(source: str | Path) -> str | None:
    """None when the weights of `source` could be loaded now, without the net, else what is missing and what to do.

    `source` is a folder, or an id of the hub such as "facebook/sam2.1-hiera-tiny".
    """
    for package in _NEEDS:
        if importlib.util.find_spec(package) is None:
            return f'{package} is not installed: run "make setup" (it is in the extra "ml")'
    try:
        find(source, local_files_only=True)
    except WeightsMissing as missing:
        return str(missing)
    return None


def find(source: str | Path, local_files_only: bool = False) -> "Weights":
    """The weights of `source`: a folder, or an id of the hub, taken from its cache, else downloaded into it.

    With `local_files_only`, or HF_HUB_OFFLINE=1, nothing is downloaded. Raises WeightsMissing.
    """
    folder = Path(source).expanduser()
    if folder.is_dir():
        return _complete(folder, str(source))
    if not _is_id(str(source)):
        raise WeightsMissing(f"{source} is no folder: give one that holds config.json and model.safetensors")
    return _complete(_from_hub(str(source), local_files_only), str(source))


def _is_id(source: str) -> bool:
    return source.count("/") == 1 and not source.startswith((".", "/", "~")) and "\\" not in source


def _complete(folder: Path, source: str) -> "Weights":
    if not (folder / "config.json").is_file():
        raise WeightsMissing(f"config.json is not in {folder}: {_where(source)}")
    if not list(folder.glob("model*.safetensors")):
        pickled = sorted(path.name for path in folder.glob("*.bin")) + sorted(path.name for path in folder.glob("*.pt"))
        also = f" ({pickled[0]} is a pickle, which may run anything and is not loaded)" if pickled else ""
        raise WeightsMissing(f"model.safetensors is not in {folder}{also}: {_where(source)}")
    return Weights(folder, source)


def _from_hub(name: str, local_files_only: bool) -> Path:
    if importlib.util.find_spec("huggingface_hub") is None:
        raise WeightsMissing('transformers is not installed: run "make setup" (it is in the extra "ml")')
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=list(_FILES), local_files_only=True))
    except HFValidationError as error:
        raise WeightsMissing(f"{name} is neither a folder nor an id of the hub: {error}") from error
    except LocalEntryNotFoundError:
        reason = "not on this machine"
    if not local_files_only:
        try:
            return Path(snapshot_download(name, allow_patterns=list(_FILES)))
        except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
            reason = f"not on this machine, and the hub did not give it ({type(error).__name__})"
    raise WeightsMissing(f"{name} is {reason}: {_where(name)}")


def _where(source: str) -> str:
    page = f"https://huggingface.co/{source}" if _is_id(source) else "the model's page on huggingface.co"
    return f"download config.json and model.safetensors from {page} into a folder, and give that folder as the source"


@dataclass(frozen=True)
class Weights:
    """A `folder` with config.json and safetensors; `source` is what it was asked for by."""

    folder: Path
    source: str

    @cached_property
    def version(self) -> str:
        """The first 16 hex digits of the SHA-256 over config and weights: it changes when the answers may."""
        digest = hashlib.sha256()
        for path in [self.folder / "config.json", *sorted(self.folder.glob("model*.safetensors"))]:
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        return digest.hexdigest()[:16]

    def described(self) -> dict[str, Any]:
        """What config.json says. Raises WeightsMissing where it is no JSON object."""
        try:
            described = json.loads((self.folder / "config.json").read_text("utf-8"))
        except ValueError as error:
            raise WeightsMissing(f"config.json in {self.folder} is damaged ({error}): download it again") from error
        if not isinstance(described, dict):
            raise WeightsMissing(f"config.json in {self.folder} holds no settings: download it again")
        return described

    def of(self, kind: str) -> "Weights":
        """These, if they are of that `model_type` of transformers. Raises WeightsMissing before any is loaded."""
        said = self.described().get("model_type")
        if said != kind:
            raise WeightsMissing(
                f"the weights in {self.folder} are those of {said}, not of {kind}: give the folder of such a checkpoint"
            )
        return self

    def load(self, network: Any, device: str, **options: Any) -> Any:
        """The transformers class `network` with these weights, on `device`, for answers only.

        Raises WeightsMissing where the files are damaged, or lack a part of that network: transformers would
        fill it with random numbers and say so in its log alone.
        """
        from safetensors import SafetensorError

        try:
            with _quiet():
                model, report = network.from_pretrained(
                    self.folder, local_files_only=True, use_safetensors=True, output_loading_info=True, **options
                )
        except (SafetensorError, OSError, ValueError, RuntimeError) as error:
            raise WeightsMissing(
                f"the weights in {self.folder} cannot be read as {network.__name__}: {error}. Download them again"
            ) from error
        lacking = sorted(report["missing_keys"]) + sorted(name for name, *_ in report["mismatched_keys"])
        if lacking:
            raise WeightsMissing(
                f"the weights in {self.folder} are not those of {network.__name__}: {len(lacking)} tensors are missing"
                f" or of another shape, {lacking[0]} first. Give the folder of a checkpoint of that network"
            )
        return model.to(device).eval()


@contextmanager
def _quiet() -> Iterator[None]:
    """transformers draws a bar and warns of every part that is not asked for: the report is read instead."""
    from transformers.utils import logging

    before, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if bars:
            logging.enable_progress_bar()
