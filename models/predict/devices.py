"""Whether networks can run where somebody wants them to."""

from .errors import Fault, PredictError


def check_device(name: str) -> None:
    """Raise PredictError where torch has no device `name` here. torch is not loaded for "cpu", which always is."""
    if name == "cpu":
        return
    try:
        import torch

        # There are devices that can be named and not be used: only a number sent there and back tells.
        torch.zeros(1, device=name).item()
    except (AssertionError, ImportError, RuntimeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PredictError(
            Fault.USAGE, f"networks cannot run on {name} here ({reason[:120]}): leave --device out, or give cpu"
        ) from error
