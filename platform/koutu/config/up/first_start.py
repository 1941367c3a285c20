"""What a new data folder gets: an administrator, and the demo show by the real pipeline."""

import secrets
from pathlib import Path

import environ
from django.conf import settings

from koutu import samples
from koutu.accounts.actions import first_admin
from koutu.accounts.models import Project, User
from koutu.clips.actions import clips as clip_actions
from koutu.clips.actions import rights
from koutu.clips.actions import shows as show_actions
from koutu.clips.copies import copied
from koutu.clips.models import Show

env = environ.Env()
DEMO = settings.ROOT / "demo" / "court.webm"
FILM = "clips/tears_of_steel_battle.webm"
ADMIN = "admin"


def administrator() -> str | None:
    """Make the first administrator; return the password when it was made up here, to be shown once."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    given = env.str("KOUTU_ADMIN_PASSWORD", default="")
    password = given or secrets.token_urlsafe(9)
    first_admin(ADMIN, password)
    return None if given else password


def demo() -> None:
    """Queue the demo clip, and the film clip beside it where the samples are at hand."""
    actor = User.objects.filter(is_superuser=True).order_by("pk").first()
    project = Project.objects.order_by("pk").first()
    if Show.objects.exists() or not env.bool("KOUTU_DEMO", default=True):
        return
    _add(actor, _show(actor, project, "演示 Demo", "Koutu", "Apache-2.0", "Koutu: rendered here"), DEMO)
    film = samples.at_hand(FILM)
    if film is not None:
        credit = "(CC) Blender Foundation, mango.blender.org"
        _add(actor, _show(actor, project, "Tears of Steel", "Blender Foundation", "CC BY 3.0", credit), film)


def _show(actor: User, project: Project, name: str, owner: str, licence: str, attribution: str) -> Show:
    show = show_actions.create(actor, project, name, licence, attribution)
    rights.enter(actor, show, owner=owner, licence=licence, scope="public")
    return show


def _add(actor: User, show: Show, path: Path) -> None:
    with copied(path) as copy:
        clip_actions.add(actor, show, copy, path.name)
