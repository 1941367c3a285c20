"""The Celery application: a doorbell only. The job row is the truth (koutu.jobs)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koutu.config.settings")

app = Celery("koutu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
