"""Who holds blobs: upper apps join in AppConfig.ready, so that gc and fsck know what is in use."""

from collections.abc import Callable, Iterator

from django.db.models import QuerySet
from django.utils.module_loading import import_string

from koutu.storage.models import Blob

Problem = str
_holders: dict[str, Callable[[], QuerySet]] = {}
_checks: dict[str, str] = {}


def register_holder(name: str, blob_ids: Callable[[], QuerySet]) -> None:
    """`blob_ids()` gives a queryset of the primary keys of the blobs that this holder names."""
    _holders[name] = blob_ids


def register_check(name: str, problems: str) -> None:
    """`problems` is the dotted name of a function, imported when fsck runs: it may read planes, which others need not.

    It takes nothing and yields one sentence for each thing of this app that fsck finds wrong.
    """
    _checks[name] = problems


def checks() -> dict[str, Callable[[], Iterator[Problem]]]:
    return {name: import_string(problems) for name, problems in _checks.items()}


def held_blobs() -> QuerySet[Blob]:
    """Every blob that some holder names."""
    held = Blob.objects.none()
    for blob_ids in _holders.values():
        held = held | Blob.objects.filter(pk__in=blob_ids())
    return held
