"""The Celery application: a doorbell only. The job row is the truth (koutu.jobs)."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koutu.config.settings")

# A bare machine is often root's. What a worker is sent is JSON and names a row; nothing is unpickled.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("koutu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def require_networks(**_) -> None:
    """A worker ends before it takes a job where no network can be had by the settings."""
    import django

    from koutu.config.up import preflight

    django.setup()
    try:
        preflight.require_networks()
    except preflight.CannotStart as reason:
        raise SystemExit(str(reason)) from reason
