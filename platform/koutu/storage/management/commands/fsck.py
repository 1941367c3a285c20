from pathlib import Path

from django.core.management.base import CommandError

from koutu.storage import fsck
from koutu.storage.management.refusing import RefusingCommand
from koutu.storage.repair import repair


class Command(RefusingCommand):
    help = "Read every blob and reference, and say what is missing or damaged. Changes nothing but with --repair-from."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--quick", action="store_true", help="read no bytes: packs are there and of their size")
        parser.add_argument("--repair-from", type=Path, metavar="FOLDER", help="mend what is damaged from a backup")

    def handle(self, *args, quick: bool, repair_from: Path | None, **options) -> None:
        for mended in repair(repair_from) if repair_from else ():
            self.stdout.write(f"mended: {mended}")
        count = 0
        for problem in fsck.problems(quick=quick):
            count += 1
            self.stdout.write(problem)
        for found in fsck.unnamed_packs():
            self.stdout.write(f"note: pack {found.pack} is named by nothing; manage.py gc removes it after a day")
        if count:
            raise CommandError(f"{count} problems")
        self.stdout.write("nothing is missing or damaged")
