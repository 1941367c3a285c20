"""Liveness, readiness and figures for machines."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django_prometheus.exports import ExportToDjangoView

from koutu.accounts.errors import Refused
from koutu.storage import packs


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"ok": True})


def readyz(request: HttpRequest) -> JsonResponse:
    """Database migrated and blob folder writable: work may be sent here."""
    faults = [name for name, check in (("database", _database), ("storage", _storage)) if not check()]
    return JsonResponse({"ok": not faults, "faults": faults}, status=503 if faults else 200)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for staff and for the machine itself."""
    local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and "HTTP_X_FORWARDED_FOR" not in request.META
    if not (local or request.user.is_staff):
        raise Http404
    return ExportToDjangoView(request)


def _database() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return False


def _storage() -> bool:
    try:
        packs.require_space(0)
    except (OSError, Refused):
        return False
    return True
