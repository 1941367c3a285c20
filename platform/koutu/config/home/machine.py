"""The state of this machine, as codes that the page translates: looked up, never guessed."""

import fcntl
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from koutu.jobs.models import Job
from koutu.storage import hold

Line = dict[str, Any]
OLD_BACKUP = timedelta(days=7)
SLOW_RING = timedelta(seconds=30)
LITTLE_SPACE = 10 * 10**9


def lines() -> list[Line]:
    """Web and workers, pre-label model, GPU, storage, backup: key, state (ok, warn, bad), code and figures."""
    return [_web(), _prelabel(), _gpu(), _storage(), _backup()]


def _line(key: str, state: str, code: str, **detail: Any) -> Line:
    return {"key": key, "state": state, "text_code": code, "detail": detail}


def _web() -> Line:
    """Workers are silent when a job has waited for long and none runs: one worker may serve several queues."""
    running = Job.objects.filter(state=Job.State.RUNNING, lease_until__gte=Now()).count()
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=Now() - SLOW_RING).count()
    detail = {"running": running, "waiting": waiting}
    if waiting and not running:
        return _line("web", "bad", "workers_silent", **detail)
    if supervised():
        return _line("web", "ok", "supervised", **detail)
    last = Job.objects.aggregate(at=Max("started_at"))["at"]
    return _line("web", "ok", "web_only", last_job=last.isoformat() if last else None, **detail)


def supervised() -> bool:
    """Whether `manage.py up` holds this data folder: it starts dead workers again."""
    try:
        with (settings.DATA / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def _prelabel() -> Line:
    from models.backends.registry import FINDERS, finder

    backend = finder()
    if reason := backend.missing():
        return _line("prelabel", "bad", "model_missing", reason=reason)
    name, best = (f"MediaPipe {name}" for name in (backend.name, FINDERS[0]))
    if name != best:
        return _line("prelabel", "warn", "model_second", name=name, best=best, rate=_rate("prelabel"))
    return _line("prelabel", "ok", "model_ready", name=name, rate=_rate("prelabel"))


def _rate(kind: str) -> float | None:
    """Units a second of the last job of this kind that came to its end."""
    done = Job.objects.filter(kind=kind, state=Job.State.DONE, total__gt=0).order_by("-finished_at").first()
    if done is None or done.finished_at is None or done.started_at is None:
        return None
    return round(done.done / max(0.1, (done.finished_at - done.started_at).total_seconds()), 1)


def _gpu() -> Line:
    cards = sorted(Path("/proc/driver/nvidia/gpus").glob("*/information"))
    names = [_model(card.read_text()) for card in cards]
    return _line("gpu", "ok", "gpu_found", names=names) if names else _line("gpu", "warn", "gpu_none")


def _model(text: str) -> str:
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    return fields.get("Model", "NVIDIA").strip()


def _storage() -> Line:
    usage = shutil.disk_usage(settings.DATA)
    detail = {"free": usage.free, "total": usage.total, "kept_free": settings.KEEP_FREE_BYTES}
    if usage.free < settings.KEEP_FREE_BYTES:
        return _line("storage", "bad", "storage_full", **detail)
    little = usage.free < settings.KEEP_FREE_BYTES + LITTLE_SPACE
    return _line("storage", "warn" if little else "ok", "storage_little" if little else "storage_local", **detail)


def _backup() -> Line:
    """The last whole backup; without one, another database than ours may be backed up by those who run it."""
    at = hold.last_backup()
    if at is None:
        other = connection.vendor != "sqlite"
        return _line("backup", "ok" if other else "warn", "backup_by_operator" if other else "backup_none")
    old = timezone.now() - at > OLD_BACKUP
    return _line("backup", "warn" if old else "ok", "backup_old" if old else "backup_made", at=at.isoformat())
