"""Put a backup in the place of an empty Koutu."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from django.core.management import call_command
from django.db import connection

from koutu.accounts.errors import Invalid, Refused
from koutu.storage import hold, packs
from koutu.storage.backups import database
from koutu.storage.backups.folder import Backup, chosen, is_sound
from koutu.storage.backups.index import Kept
from koutu.storage.errors import writing
from koutu.storage.homes import home
from koutu.storage.homes.folder import Folder


def restore(
    folder: Path, name: str = "", *, partly: bool = False, tell: Callable[[int, int], None] = lambda done, total: None
) -> list[str]:
    """Restore a backup of `folder`, the newest unless `name` says which, and migrate it to this Koutu.

    The database must be empty (`not_empty`). Packs come first and the database last, so that one that breaks off can be
    done again; what is there already is not brought again. Missing or damaged packs stop it (`damaged_backup`) before
    the database is touched, unless `partly`; they are returned.
    """
    backup = chosen(folder, name)
    _require_fit(backup)
    with writing():
        problems = _bring_packs(backup, tell)
    if problems and not partly:
        raise Refused("damaged_backup", "\n".join([*problems, "Use --partly to restore the rest."]))
    database.load(backup.database)
    call_command("migrate", verbosity=0)
    hold.release()
    return problems


def _require_fit(backup: Backup) -> None:
    if not database.is_empty():
        raise Refused("not_empty", "There is a database already. Restore into an empty one, or an empty KOUTU_DATA.")
    vendor = backup.about["database"]
    if vendor != connection.vendor:
        raise Invalid("other_database", f"The backup is of {vendor}, DATABASE_URL names {connection.vendor}.")


def _bring_packs(backup: Backup, tell: Callable[[int, int], None]) -> list[str]:
    problems = []
    with backup.index() as index:
        all_packs = list(index.packs())
        for count, kept in enumerate(all_packs, 1):
            if not is_sound(backup.packs, kept):
                problems.append(f"pack {kept.pack}: missing in the backup, or damaged")
            elif not _is_here(kept):
                bring(backup.packs, kept)
            tell(count, len(all_packs))
    return problems


def _is_here(kept: Kept) -> bool:
    try:
        return home().size(kept.pack) == kept.size
    except FileNotFoundError:
        return False


def bring(source: Folder, kept: Kept) -> None:
    """Copy a pack from a backup into the store, in the place of one that is there."""
    packs.require_space(kept.size)
    draft = packs.draft_path(uuid4())
    try:
        with draft.open("wb") as file:
            for chunk in source.stream(kept.pack, 0, kept.size):
                file.write(chunk)
        home().seal(kept.pack, draft)
    finally:
        draft.unlink(missing_ok=True)
