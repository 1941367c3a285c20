import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from koutu.accounts.errors import Refused
from koutu.accounts.models import Project, User
from koutu.clips.actions import clips as clip_actions
from koutu.clips.actions import shows as show_actions
from koutu.clips.copies import copied
from koutu.clips.media.faults import MediaError
from koutu.clips.models import Clip, Show
from koutu.jobs.models import Job


class Command(BaseCommand):
    help = "Bring video files and folders of numbered pictures into a show; the files stay where they are."

    def add_arguments(self, parser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--show", required=True, help="Made when the project has none of this name")
        parser.add_argument("--project", help="Needed when there is more than one")
        parser.add_argument("--as", dest="username", help="Who brings it; the first administrator by default")
        parser.add_argument("--licence", default="")
        parser.add_argument("--attribution", default="")
        parser.add_argument("--keep", action="store_true", help="Also what is a clip already: linked to that one")
        parser.add_argument("--wait", action="store_true", help="Until every clip is ready or has failed")

    def handle(self, *args, paths, show, project, username, licence, attribution, keep, wait, **options) -> None:
        actor = self._actor(username)
        target = self._show(actor, self._project(actor, project), show, licence, attribution)
        clips = [clip for path in paths if (clip := self._add(actor, target, path, keep))]
        failed = len(paths) - len(clips)
        if wait:
            failed += sum(not self._wait(clip) for clip in clips)
        if failed:
            raise CommandError(f"{failed} of {len(paths)} did not come in")

    def _actor(self, username: str | None) -> User:
        people = User.objects.filter(is_active=True)
        people = people.filter(username=username) if username else people.filter(is_superuser=True)
        if actor := people.order_by("pk").first():
            return actor
        raise CommandError("There is no such person. Make an administrator first: make run")

    def _project(self, actor: User, name: str | None) -> Project:
        projects = Project.objects.visible_to(actor)
        found = list(projects.filter(name=name) if name else projects)
        if len(found) == 1:
            return found[0]
        raise CommandError("Name the project with --project: " + ", ".join(projects.values_list("name", flat=True)))

    def _show(self, actor: User, project: Project, name: str, licence: str, attribution: str) -> Show:
        known = Show.objects.filter(project=project, name=name).first()
        return known or show_actions.create(actor, project, name, licence, attribution)

    def _add(self, actor: User, show: Show, path: Path, keep: bool) -> Clip | None:
        try:
            with copied(path) as copy:
                clip = self._taken(actor, show, copy, path.name, keep)
        except (Refused, MediaError, OSError) as error:
            self.stderr.write(f"{path}: {error}")
            return None
        self.stdout.write(f"{path}: queued as {show.name} / {clip.name}")
        return clip

    def _taken(self, actor: User, show: Show, path: Path, name: str, keep: bool) -> Clip:
        try:
            return clip_actions.add(actor, show, path, name)
        except Refused as refusal:
            if not keep or refusal.code != "duplicate":
                raise
            return clip_actions.add_linked(actor, show, Clip.objects.get(uuid=refusal.detail["clip"]), name)

    def _wait(self, clip: Clip) -> bool:
        shown = None
        while True:
            jobs = Job.objects.filter(target_id=clip.uuid)
            for job in jobs.order_by("-pk")[:1]:
                line = f"{clip.name}: {job.kind} {job.state} {job.done}/{job.total}"
                if line != shown:
                    self.stdout.write(line)
                shown = line
            if not jobs.open().exists():
                break
            time.sleep(0.5)
        clip.refresh_from_db()
        if clip.fault_code:
            self.stderr.write(f"{clip.name}: {clip.fault}")
        return not clip.fault_code
