from koutu.storage.compact import WORTH_JOINING, Compacted, compact
from koutu.storage.management.refusing import RefusingCommand


class Command(RefusingCommand):
    help = "Rewrite packs that are mostly waste and join small ones; gc removes the old ones a day later."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args, dry_run: bool, **options) -> None:
        done = compact(dry_run=dry_run)
        verb = "would join" if dry_run else "joined"
        waste = f"{done.waste / 1e6:.1f} MB"
        self.stdout.write(f"{verb} {done.packs} packs into {done.written}; gc can then remove {waste} of waste")
        for line in _left(done):
            self.stdout.write(f"left alone: {line}")


def _left(done: Compacted) -> list[str]:
    lines = []
    if done.fresh:
        lines.append(f"{done.fresh} small or wasteful packs that were written or used within the last day")
    if done.few:
        lines.append(f"{done.few} small packs, until there are {WORTH_JOINING} of them")
    return lines
