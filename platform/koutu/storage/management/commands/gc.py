from koutu.storage.gc import sweep
from koutu.storage.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Remove blobs that nothing names and that are older than a day. Without --delete it only counts."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--delete", action="store_true")

    def handle(self, *args, delete: bool, **options) -> None:
        swept = sweep(dry_run=not delete)
        verb = "removed" if delete else "would remove"
        size = f"{swept.size / 1e6:.1f} MB"
        self.stdout.write(f"{verb} {swept.files} unnamed files and {swept.packs} packs, {size}")
