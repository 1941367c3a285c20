"""Make a backup while Koutu runs."""

import json
import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from koutu.storage import hold
from koutu.storage.backups import database
from koutu.storage.backups.folder import ABOUT, Backup, begun, finished, keep, require_apart
from koutu.storage.backups.index import Index, Kept
from koutu.storage.errors import writing

FORMAT = 1


@dataclass
class Done:
    backup: Backup
    packs: int = 0
    size: int = 0
    copied: int = 0
    "Packs that no earlier backup in the folder had"
    problems: list[str] = field(default_factory=list)


def back_up(folder: Path, tell: Callable[[int, int], None] = lambda done, total: None) -> Done:
    """Write one backup into `folder`; packs that an earlier one brought there are not copied again.

    gc and compaction wait meanwhile; everybody else works on. A pack that is missing or damaged is told in `problems`
    and does not keep the rest from being saved. Refuses where another backup runs (`backup_running`) or the disk of
    `folder` fills up (`disk_full`); what was begun is removed then. Refuses a folder inside Koutu's own data
    (`folder_inside`) or one that cannot be written (`folder_unwritable`).
    """
    require_apart(folder)
    with hold.held(), writing():
        backup = begun(folder)
        try:
            return _write(backup, finished(folder), tell)
        except BaseException:
            shutil.rmtree(backup.path, ignore_errors=True)
            raise


def _write(backup: Backup, earlier: list[Backup], tell: Callable[[int, int], None]) -> Done:
    done = Done(backup)
    with ExitStack() as stack:
        index = stack.enter_context(backup.index())
        with database.copied(backup.database) as rows:
            index.fill(*rows)
        before = stack.enter_context(earlier[-1].index()) if earlier else None
        packs = list(index.packs())
        for count, kept in enumerate(packs, 1):
            _keep(done, index, before, kept)
            tell(count, len(packs))
    about = {"format": FORMAT, "database": connection.vendor, "packs": done.packs, "bytes": done.size}
    draft = backup.path / f"{ABOUT}.part"
    draft.write_text(json.dumps(about | {"problems": done.problems}, indent=2))
    draft.replace(backup.path / ABOUT)
    if not done.problems:
        hold.note_backup()
    return done


def _keep(done: Done, index: Index, before: Index | None, kept: Kept) -> None:
    known = before.pack(kept.pack) if before else None
    try:
        sha256 = keep(done.backup.packs, kept.pack, kept.size, known.sha256 if known else "")
    except (FileNotFoundError, EOFError) as error:
        done.problems.append(f"pack {kept.pack}: {error}")
        return
    index.know(kept.pack, sha256)
    done.packs += 1
    done.size += kept.size
    done.copied += not known
