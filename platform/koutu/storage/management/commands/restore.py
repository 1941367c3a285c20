from pathlib import Path

from koutu.storage.backups.restoring import restore
from koutu.storage.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Put a backup in the place of an empty Koutu: an empty KOUTU_DATA, or an empty PostgreSQL database."
    requires_migrations_checks = False

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--of", default="", metavar="NAME", help="which of its backups; the newest without")
        parser.add_argument("--partly", action="store_true", help="restore the rest where packs are missing or damaged")

    def handle(self, *args, folder: Path, of: str, partly: bool, **options) -> None:
        problems = restore(folder.expanduser().resolve(), of, partly=partly, tell=self._tell)
        for problem in problems:
            self.stdout.write(problem)
        self.stdout.write("restored; manage.py fsck reads every byte of it")

    def _tell(self, done: int, total: int) -> None:
        if done % 500 == 0:
            self.stdout.write(f"{done} of {total} packs")
