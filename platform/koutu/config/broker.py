"""Celery settings by broker: what each needs so that a ring of the doorbell is quick and seldom lost."""

from pathlib import Path

QUEUES = ("ingest", "gpu", "interactive", "io")


def broker_settings(env, data: Path) -> dict:
    """Return CELERY_* settings for BROKER_URL, or for the embedded folder broker under `data`."""
    url = env.str("BROKER_URL", default="filesystem://")
    common = {
        "CELERY_BROKER_URL": url,
        "CELERY_TASK_IGNORE_RESULT": True,
        "CELERY_TASK_ACKS_LATE": True,
        "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
        "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
        "CELERY_TASK_DEFAULT_QUEUE": "io",
        "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": True,
        "CELERY_WORKER_HIJACK_ROOT_LOGGER": False,
        # The database tells who works on what; gossip between workers would only cost messages.
        "CELERY_WORKER_SEND_TASK_EVENTS": False,
    }
    return common | _transport(url, data)


def _transport(url: str, data: Path) -> dict:
    if url.startswith("filesystem:"):
        folder = str(data / "broker")
        options = {"data_folder_in": folder, "data_folder_out": folder, "polling_interval": 0.05}
        return {"CELERY_BROKER_TRANSPORT_OPTIONS": options | {"control_folder": str(data / "broker-control")}}
    if url.startswith("redis"):
        # Measured: with kombu's own intervals a killed worker's message comes back only after 100 s.
        options = {
            "visibility_timeout": 3600,
            "unacked_restore_interval": 1,
            "unacked_restore_throttle": 1,
        }
        return {"CELERY_BROKER_TRANSPORT_OPTIONS": options}
    if url.startswith("amqp"):
        return {
            "CELERY_TASK_DEFAULT_QUEUE_TYPE": "quorum",
            "CELERY_WORKER_DETECT_QUORUM_QUEUES": True,
            "CELERY_BROKER_TRANSPORT_OPTIONS": {"confirm_publish": True},
        }
    return {}
