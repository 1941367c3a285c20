"""Which shows of a release nobody may use today."""

from collections.abc import Iterable

from koutu.accounts.models import Project
from koutu.clips import rights
from koutu.clips.models import Clip, Show
from koutu.releases.models import Release


class Lapsed:
    """The shows of some projects whose right is not in force, looked up once for any number of releases.

    A release's shows are told by the groups of its stored splits, shows or clips, without a look into its manifest.
    """

    def __init__(self, projects: Iterable[Project]) -> None:
        shows = rights.without_right(Show.objects.filter(project__in=projects).prefetch_related("rights"))
        self._by_group = {str(show.uuid): show for show in shows}
        by_key = {show.pk: show for show in shows}
        for clip, show in Clip.objects.filter(show__in=shows).values_list("uuid", "show"):
            self._by_group[str(clip)] = by_key[show]

    def of(self, release: Release) -> list[Show]:
        """By name; nothing before the release is ready."""
        if release.state != Release.State.READY:
            return []
        groups = release.splits.get("groups", {})
        found = {show.pk: show for group in groups if (show := self._by_group.get(group))}
        return sorted(found.values(), key=lambda show: show.name)
