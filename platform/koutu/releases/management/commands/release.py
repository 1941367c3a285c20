import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from koutu.accounts.errors import Refused
from koutu.accounts.models import Project, User
from koutu.jobs import run as jobs
from koutu.jobs.models import Job
from koutu.releases import actions, archive, formats
from koutu.releases.manifest import Manifest
from koutu.releases.models import Release

STEP = 200


class Command(BaseCommand):
    help = "Build releases from accepted work and export them."

    def add_arguments(self, parser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        build = acts.add_parser("build", help="Make a release, or find the same one again, and write it to a folder.")
        build.add_argument("name")
        build.add_argument("--format", choices=[known.name for known in formats.every()], default="davis2017")
        build.add_argument("--split", default="val=0.2", metavar="val=SHARE")
        build.add_argument("--out", type=Path, required=True, metavar="DIR")
        build.add_argument("--version", dest="release_version", default="", help="The next minor version by default")
        build.add_argument("--project", help="Needed when there is more than one")
        build.add_argument("--as", dest="username", help="Who makes it; the first administrator by default")
        # Django's own --version would shadow the release's.
        build.set_defaults(version=None)

    def handle(self, *args, name, split, out, release_version, project, username, **options) -> None:
        actor = self._actor(username)
        place = self._project(actor, project)
        out = out.resolve()
        try:
            archive.require_free(out, lambda folder: _manifest_in(folder) is not None)
            release = self._release(actor, place, name, release_version, options["format"], self._share(split))
            self._export(release, options["format"], out)
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error

    def _actor(self, username: str | None) -> User:
        people = User.objects.filter(is_active=True)
        people = people.filter(username=username) if username else people.filter(is_superuser=True)
        if actor := people.order_by("pk").first():
            return actor
        raise CommandError("There is no such person. Make an administrator first: make run")

    def _project(self, actor: User, name: str | None) -> Project:
        projects = Project.objects.visible_to(actor).select_related("organisation")
        found = list(projects.filter(name=name) if name else projects)
        if len(found) == 1:
            return found[0]
        raise CommandError("Name the project with --project: " + ", ".join(projects.values_list("name", flat=True)))

    def _share(self, split: str) -> float:
        key, _, share = split.partition("=")
        try:
            if key == "val":
                return float(share)
        except ValueError:
            pass
        raise CommandError(f"--split has the form val=0.2, not {split}")

    def _release(self, actor: User, project: Project, name: str, version: str, format_: str, val: float) -> Release:
        """The same accepted work under the same name is the same release: it is not made twice."""
        for finding in actions.preview(project, [format_], val)["notices"]:
            self.stdout.write(finding["message"])
        known = actions.latest(project, name, version)
        if known and format_ in known.formats and actions.is_current(known, val):
            self.stdout.write(f"{known}: nothing has changed since it was built")
            return known
        release, job = actions.create(actor, project, name, version=version, formats_=[format_], val=val)
        self.stdout.write(f"{release}: building the manifest")
        self._wait(job)
        release = Release.objects.select_related("project__organisation", "manifest__pack").get(pk=release.pk)
        self.stdout.write(f"{release}: {release.manifest_lines} lines, sha256 {release.blob.address}")
        return release

    def _wait(self, job: Job) -> None:
        """Do the job here unless a worker has it already."""
        jobs.run(job.uuid)
        while job.state in Job.OPEN:
            time.sleep(0.2)
            job.refresh_from_db()
        if job.state != Job.State.DONE:
            raise CommandError(job.error or f"The build was {job.state}.")

    def _export(self, release: Release, format_: str, out: Path) -> None:
        sha256 = release.blob.address
        archive.require_free(out, lambda folder: _manifest_in(folder) == sha256)
        total = 2 * release.counts["frames"] + 4
        count = archive.write_folder(actions.files(release, format_), out, lambda done: self._tell(done, total))
        self.stdout.write(f"{out}: {count} files")

    def _tell(self, done: int, total: int) -> None:
        if done % STEP == 0 or done == total:
            self.stdout.write(f"export {done}/{total} files")


def _manifest_in(folder: Path) -> str | None:
    path = folder / "koutu" / "manifest.jsonl"
    return Manifest.at(path).sha256() if path.is_file() else None
