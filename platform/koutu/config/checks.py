"""Checks that refuse an insecure production start."""

from django.conf import settings
from django.core.checks import Error, Tags, register

EMBEDDED = ("filesystem:", "memory:")


@register(Tags.security, deploy=True)
def production_is_safe(app_configs, **kwargs) -> list[Error]:
    rules = [
        (settings.SECRET_KEY_MISSING, "E001", "Set KOUTU_SECRET_KEY or KOUTU_SECRET_KEY_FILE."),
        (settings.DEBUG, "E002", "KOUTU_DEBUG must be off."),
        ("*" in settings.ALLOWED_HOSTS, "E003", "Name the hosts in KOUTU_HOSTS."),
        (not settings.SECURE, "E004", "Serve over TLS: KOUTU_TLS=1 behind the proxy."),
    ]
    if settings.PRODUCTION:
        rules += [
            (_is_sqlite(), "E005", "Production needs PostgreSQL: set DATABASE_URL."),
            (settings.CELERY_BROKER_URL.startswith(EMBEDDED), "E006", "Production needs RabbitMQ: set BROKER_URL."),
        ]
    return [Error(text, id=f"koutu.{number}") for broken, number, text in rules if broken]


def _is_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
