from django.core.management.base import BaseCommand, CommandError

from koutu.storage import fsck


class Command(BaseCommand):
    help = "Read every blob and reference, and say what is missing or damaged. Changes nothing."

    def handle(self, *args, **options) -> None:
        count = 0
        for problem in fsck.problems():
            count += 1
            self.stdout.write(problem)
        for pack in fsck.unnamed_packs():
            self.stdout.write(f"note: pack {pack} is named by nothing; manage.py gc removes it after a day")
        if count:
            raise CommandError(f"{count} problems")
        self.stdout.write("nothing is missing or damaged")
