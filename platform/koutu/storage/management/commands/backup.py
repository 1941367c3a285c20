from pathlib import Path

from django.core.management.base import CommandError

from koutu.storage.backups.folder import prune
from koutu.storage.backups.writing import back_up
from koutu.storage.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Back up the database and every pack into a folder, while Koutu runs. Packs there already are not copied."

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, metavar="N", help="afterwards remove all but the newest N backups")

    def handle(self, *args, folder: Path, keep: int | None, **options) -> None:
        done = back_up(folder.expanduser().resolve(), self._tell)
        size = f"{done.size / 1e6:.1f} MB"
        self.stdout.write(f"{done.backup.path}: {done.packs} packs, {size}; {done.copied} of them new here")
        if keep:
            prune(folder, keep)
        if done.problems:
            raise CommandError("\n".join(["The backup is not whole:", *done.problems]))

    def _tell(self, done: int, total: int) -> None:
        if done % 500 == 0:
            self.stdout.write(f"{done} of {total} packs")
