"""What a run tells while it goes: a progress bar, losses as JSON lines and in TensorBoard, and pictures there."""

import json
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from models.networks.koutu_s import Answer

from .batches import Batch
from .planning import Plan
from .stage_two import PATCHES, Patches

EVERY = 20  # steps between two lines
PICTURED = 500  # steps between two sheets of pictures
_SHOWN = 4  # samples on a sheet
LOG, BOARD = "log.jsonl", "board"


class Journal:
    """Of one process, the first. Use it as a context; what was logged after `step` by a run that died is dropped."""

    def __init__(self, run: Path, step: int, steps: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        run.mkdir(parents=True, exist_ok=True)
        _cut(run / LOG, step)
        self._log = (run / LOG).open("a")
        self._board = SummaryWriter(str(run / BOARD), purge_step=step)
        self._bar = tqdm(total=steps, initial=step, unit="step", dynamic_ncols=True, disable=None)
        self._sums: dict[str, tuple[float, int]] = {}
        self._began, self._since = monotonic(), 0
        self.last: dict[str, float] = {}

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.close()
        self._board.close()
        self._log.close()

    def note(self, plan: Plan, losses: Mapping[str, float]) -> None:
        """One step's losses; means over EVERY steps are written."""
        for name, loss in losses.items():
            total, count = self._sums.get(name, (0.0, 0))
            self._sums[name] = total + loss, count + 1
        self._since += 1
        self._bar.update()
        if (plan.step + 1) % EVERY == 0:
            self._write(plan)

    def picture(self, plan: Plan, batch: Batch, answer: Answer | Patches) -> None:
        """A sheet of pictures, at the first step and then now and again."""
        if plan.step % PICTURED:
            return
        if isinstance(answer, Patches):
            self._board.add_image("picture, unknown, truth, answer", patch_sheet(answer), plan.step)
        else:
            self._board.add_image("picture, prior, truth, answer", sheet(batch, answer), plan.step)

    def _write(self, plan: Plan) -> None:
        self.last = {name: total / count for name, (total, count) in self._sums.items()}
        seconds = (monotonic() - self._began) / self._since
        line = {"step": plan.step + 1, "rate": plan.rate, "seconds": round(seconds, 4), "losses": self.last}
        self._log.write(json.dumps(line) + "\n")
        self._log.flush()
        for name, loss in self.last.items():
            self._board.add_scalar(f"loss/{name}", loss, plan.step + 1)
        self._board.add_scalar("rate", plan.rate, plan.step + 1)
        self._bar.set_postfix({name: f"{self.last[name]:.3f}" for name in list(self.last)[:2]})
        self._sums, self._began, self._since = {}, monotonic(), 0


def sheet(batch: Batch, answer: Answer) -> Tensor:
    """(3, H, W) float in 0..1: a row a sample, its last frame of those answered as picture, prior, truth, answer."""
    mask = answer.mask if answer.mask.dim() == 5 else answer.mask[:, None]
    return _tiled(
        [
            batch.picture[:_SHOWN, -1].float() / 255,
            (batch.prior * batch.given[:, None, None, None, None])[:_SHOWN, -1],
            batch.person[:_SHOWN, -1],
            mask[:_SHOWN, -1].detach().float().sigmoid(),
        ]
    )


def patch_sheet(patches: Patches) -> Tensor:
    """(3, H, W) float in 0..1: a row a patch, one of each sample at first, as picture, trimap, true and found alpha."""
    some = slice(None, _SHOWN * PATCHES, PATCHES)
    truth, found = patches.batch.person, patches.alpha.detach().float()
    picture = patches.batch.picture.float() / 255
    return _tiled([plane[some, -1] for plane in (picture, patches.trimap, truth, found)])


def _tiled(columns: list[Tensor]) -> Tensor:
    """(3, H, W) of planes (rows, 1 or 3, h, w), those wider than 256 pixels at half of their size."""
    tiles = torch.stack([one.cpu().expand(-1, 3, -1, -1) for one in columns], 1).flatten(0, 1)
    small = functional.interpolate(tiles, scale_factor=0.5, mode="area") if tiles.shape[-1] > 256 else tiles
    lines = small.unflatten(0, (-1, len(columns)))
    return torch.cat([torch.cat(list(line), 2) for line in lines], 1)


def _cut(log: Path, step: int) -> None:
    """Lines of steps that will be done anew are dropped, and one that was cut off by a kill."""
    if not log.exists():
        return
    kept = [line for line in log.read_text().splitlines(keepends=True) if _step_of(line) <= step]
    beside = log.with_name(f".{log.name}")
    beside.write_text("".join(kept))
    beside.replace(log)


def _step_of(line: str) -> float:
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        return float("inf")
    return float(said["step"])
