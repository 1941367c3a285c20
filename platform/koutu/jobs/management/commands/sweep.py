import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from koutu.jobs import chores
from koutu.jobs.actions import sweep


class Command(BaseCommand):
    help = "Ring again for jobs whose worker was lost or whose ring was, and do the chores. Runs until stopped."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--once", action="store_true", help="One round, and every chore")

    def handle(self, *args, once: bool, **options) -> None:
        while True:
            close_old_connections()
            sweep()
            chores.do_due()
            if once:
                chores.wait()
                return
            time.sleep(settings.JOB_SWEEP_SECONDS)
