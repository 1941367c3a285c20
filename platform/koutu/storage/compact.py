"""Rewrites packs that are mostly waste, and joins small ones. gc removes the old packs a day later."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now
from django.utils import timezone

from koutu.accounts.models import Organisation
from koutu.storage import blobs, hold
from koutu.storage.blobs import PackWriter
from koutu.storage.fsck import fault_of
from koutu.storage.gc import GRACE
from koutu.storage.holders import held_blobs
from koutu.storage.models import Blob, Pack

SMALL = 2**20
# Fewer small packs than this are left until there are more: joining them anew each day would write for nothing.
WORTH_JOINING = 8
FULL = 64 * 2**20

log = structlog.get_logger(__name__)


class Candidate(NamedTuple):
    """A pack worth rewriting, and the bytes of its held blobs."""

    pack: Pack
    in_use: int

    @property
    def wasteful(self) -> bool:
        return self.in_use < self.pack.size / 2


@dataclass
class Compacted:
    packs: int = 0
    "Packs that were emptied"
    written: int = 0
    "Packs that took their blobs"
    waste: int = 0
    "Bytes that gc can remove a day later"
    fresh: int = 0
    "Small or wasteful packs left alone: somebody wrote or used them within the day"
    few: int = 0
    "Small packs left alone until there are more of them"


def compact(*, dry_run: bool, grace: timedelta = GRACE) -> Compacted:
    """Move the held blobs of old packs that are small, or less than half in use, into new ones.

    Readers keep what they have: the old packs stay until gc finds nothing of them wanted. Damaged blobs stay where
    they are, for fsck to tell. Refuses (`backup_running`) while a backup reads the packs.
    """
    done = Compacted()
    for organisation in Organisation.objects.order_by("pk"):
        for group in _groups(_candidates(organisation, grace, done)):
            done.packs += len(group)
            done.written += 1
            done.waste += sum(one.pack.size - one.in_use for one in group)
            if not dry_run:
                _rewrite(organisation, [one.pack for one in group])
    return done


def _candidates(organisation: Organisation, grace: timedelta, done: Compacted) -> list[Candidate]:
    """What to rewrite now; `done` counts what is left alone. Packs without any held blob are gc's."""
    packs = Pack.objects.filter(organisation=organisation)
    used = held_blobs().filter(pack__in=packs).values("pack").annotate(bytes=Sum("length")).values_list("pack", "bytes")
    in_use = dict(used.order_by())
    every = [Candidate(pack, in_use[pack.pk]) for pack in packs.order_by("pk") if pack.pk in in_use]
    worth = [one for one in every if one.wasteful or one.pack.size < SMALL]
    youngest = timezone.now() - grace
    old = [one for one in worth if one.pack.wanted_at < youngest]
    small = [one for one in old if not one.wasteful]
    done.fresh += len(worth) - len(old)
    if len(small) >= WORTH_JOINING:
        return [one for one in old if one.wasteful] + small
    done.few += len(small)
    return [one for one in old if one.wasteful]


def _groups(candidates: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    group: list[Candidate] = []
    for candidate in candidates:
        if group and sum(one.in_use for one in group) + candidate.in_use > FULL:
            yield group
            group = []
        group.append(candidate)
    if group:
        yield group


def _rewrite(organisation: Organisation, group: list[Pack]) -> None:
    rows = list(held_blobs().filter(pack__in=group).select_related("pack").order_by("pack", "offset"))
    sound = [row for row in rows if not _damaged(row)]
    with PackWriter(organisation) as pack:
        for row in sound:
            pack.add(row.kind, row.address, blobs.read(row))
    with transaction.atomic():
        hold.require_free()
        there = Blob.objects.select_for_update().filter(pack__in=group)
        pack.take_over(row for row in sound if there.filter(pk=row.pk).exists())
        # What nobody holds goes with the old packs, unless somebody claims it within the day.
        Pack.objects.filter(pk__in=[old.pk for old in group]).update(wanted_at=Now())


def _damaged(row: Blob) -> bool:
    problem = fault_of(row)
    if problem:
        log.warning("damaged_blob_left", problem=problem)
    return problem is not None
