"""What learns, and all that one step changes: weights, their running mean, and the optimiser's moments."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

import torch
from torch import Tensor, nn

from models.checkpoints import load_into
from models.networks.config import PRESETS, REFINERS
from models.networks.koutu_s import Answer, KoutuS
from models.networks.refiner import Refiner

from .average import Average
from .batches import Batch, Place
from .config import Config, Fault, TrainingError
from .planning import Plan
from .processes import average_gradients, average_statistics
from .stage_one import StageOne
from .stage_two import Patches, StageTwo
from .weights import MATTE, STAGE_ONE

# What a parent may have more of, so that a smaller network begins with the first of its blocks, and what it may lack.
_BLOCKS, _HEADS = "encoder.", "heads."


class Trainer:
    """Fresh by the config's seed, or with the weights of its parent, on `device`.

    Raises CheckpointError for files that the config names, TrainingError where they are of another network.
    """

    def __init__(self, config: Config, device: torch.device, place: Place) -> None:
        self.config, self.device, self.place = config, device, place
        torch.manual_seed(config.seed)
        self.learner = _learner(config, device)
        self.network: nn.Module = self.learner.network
        self.parent = _begun(self.network, config.parent) if config.parent else None
        self.average = Average(self.network, config.ema)
        self.optimiser = torch.optim.AdamW(_groups(self.network, config.decay))
        half = device.type == "cuda" and config.precision == "float16"
        self.scaler = torch.amp.GradScaler(device.type, enabled=half)

    def step(self, batch: Batch, plan: Plan) -> tuple[dict[str, float], Answer | Patches]:
        """Learn from one batch: its losses by name, unweighted, and the last answer.

        Raises TrainingError where the gradient is not finite: the weights are then as they were.
        """
        weights = weights_of(self.config, plan)
        self.network.train()
        self.optimiser.zero_grad(set_to_none=True)
        batch = batch.to(self.device)
        total: dict[str, float] = {}
        windows = self.learner.losses(batch, plan)
        while True:
            with self._half():
                found = next(windows, None)
            if found is None:
                break
            losses, answer = found
            self.scaler.scale(_sum(losses, weights)).backward()
            for name, loss in losses.items():
                total[name] = total.get(name, 0.0) + float(loss.detach())
        self._update(plan)
        return total, answer

    def _half(self) -> AbstractContextManager[None]:
        kind = getattr(torch, self.config.precision)
        enabled = self.device.type == "cuda" and kind != torch.float32
        # Weights cast while nothing is learned, as in the first rounds of clicks, must not serve where it is.
        return torch.autocast(self.device.type, kind, enabled, cache_enabled=False)

    def _update(self, plan: Plan) -> None:
        average_gradients(self.network, self.place)
        self.scaler.unscale_(self.optimiser)
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.config.clip)
        if not self.scaler.is_enabled() and not norm.isfinite():
            raise TrainingError(
                Fault.RUN,
                f"the gradient of step {plan.step} is not finite: go on from the last checkpoint with a lower rate",
            )
        for group in self.optimiser.param_groups:
            group["lr"] = plan.rate
        self.scaler.step(self.optimiser)
        self.scaler.update()
        average_statistics(self.network, self.place)
        self.average.update(self.network, plan.step)


def _begun(network: nn.Module, parent: str) -> str:
    """The version of the weights that `network` begins with now."""
    return load_into(network, parent, beyond=_BLOCKS, fresh=_HEADS).version


def weights_of(config: Config, plan: Plan) -> dict[str, float]:
    """Of every loss: the usual ones, and what the stage says."""
    usual = MATTE if config.refines else STAGE_ONE | MATTE
    return usual | plan.stage.losses


def _sum(losses: Mapping[str, Tensor], weights: Mapping[str, float]) -> Tensor:
    return torch.stack([loss * weights[name] for name, loss in losses.items()]).sum()


def _learner(config: Config, device: torch.device) -> StageOne | StageTwo:
    if config.network in PRESETS:
        return StageOne(KoutuS(PRESETS[config.network]).to(device))
    return StageTwo(Refiner(REFINERS[config.network]).to(device))


def _groups(network: nn.Module, decay: float) -> list[dict]:
    """Kernels are drawn to zero, biases and the scales of normalisations are not."""
    kernels = [one for one in network.parameters() if one.dim() > 1]
    others = [one for one in network.parameters() if one.dim() <= 1]
    return [{"params": kernels, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]
