from importlib.util import find_spec

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

# By this tag servers and workers ask before they start; all other checks are for developers.
NETWORKS = "networks"


class AnnotationConfig(AppConfig):
    name = "annotation"
    verbose_name = "Annotation"

    def ready(self) -> None:
        from annotation import joins

        joins.join()
        register(the_tracker_can_be_had, NETWORKS)
        register(the_device_is_there, NETWORKS)


def the_tracker_can_be_had(app_configs, **kwargs) -> list[CheckMessage]:
    """Workers do not start with a tracker that no propagation could use. Without one no model is loaded."""
    if not settings.TRACKER:
        return []
    from annotation import trackers

    return trackers.problems(settings.TRACKER)


def the_device_is_there(app_configs, **kwargs) -> list[CheckMessage]:
    """Workers do not start with a device that no network could work on. For the CPU torch is not loaded, and where
    it is not installed no network works."""
    if settings.DEVICE == "cpu" or find_spec("torch") is None:
        return []
    import torch

    try:
        device = torch.device(settings.DEVICE)
        # Counted, not opened: a process that forks workers must not hold it.
        if device.type == "cuda" and (device.index or 0) >= (count := torch.cuda.device_count()):
            raise RuntimeError(f"torch finds {count} CUDA devices here")
        if device.type != "cuda":
            torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        (why, *_) = str(error).splitlines()
        return [Error(f"KOUTU_DEVICE={settings.DEVICE} cannot be used: {why}", id="koutu.E008")]
    return []
