"""Networks that a bench trains itself, by recipes that differ in one thing; a call that was stopped is gone on with."""

from pathlib import Path

from koutu.samples import at_hand
from models.training.config import config_of
from models.training.delivery import deliver
from models.training.loop import Means, train

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "data" / "bench"
PICTURES = {"pictures": 1.0}
ALL = {"generated": 1.0, "pasted": 1.0, "pictures": 1.0}
STAGE_ONE = {"network": "koutu-s", "prior": "selfie-zoomed"}
DATA = {name: {"kind": name} for name in ALL}


def trained(name: str, steps: int, config: dict[str, object] | None = None, **stage: object) -> Path:
    """Weights after `steps` steps of 12 pictures of 192 pixels with all data, but for what `stage` says otherwise, and
    `config` of all besides."""
    import torch

    torch.set_num_threads(1)  # the other core draws samples
    usual = {"steps": steps, "data": ALL, "size": 192, "batch": 12, "rate": 1.5e-3, "warmup": 200, "priors": 0.8}
    values = {"version": f"bench-{name}", "data": DATA, "ema": 0.998, "stage": [usual | stage], **(config or STAGE_ONE)}
    run = RUNS / f"{name}-{steps}"
    train(config_of(values), run, Means(at_hand("images_people").parent, workers=1))
    return deliver(run)[0]
