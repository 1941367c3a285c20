"""The Celery application: a doorbell only. The job row is the truth (koutu.jobs)."""

import os
import warnings

from celery import Celery
from celery.platforms import SecurityWarning

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koutu.config.settings")

# A bare machine is often root's. What a worker is sent is JSON and names a row; nothing is unpickled.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("koutu")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
