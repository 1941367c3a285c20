"""Commands that tell a refusal in one line."""

from django.core.management.base import BaseCommand, CommandError

from koutu.accounts.errors import Refused


class RefusingCommand(BaseCommand):
    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
