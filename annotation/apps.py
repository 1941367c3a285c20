from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, register


class AnnotationConfig(AppConfig):
    name = "annotation"
    verbose_name = "Annotation"

    def ready(self) -> None:
        from annotation import joins

        joins.join()
        register(the_tracker_can_be_had)


def the_tracker_can_be_had(app_configs, **kwargs) -> list[CheckMessage]:
    """A server does not start with a tracker that no propagation could use. Without one no model is loaded."""
    if not settings.TRACKER:
        return []
    from annotation import trackers

    return trackers.problems(settings.TRACKER)
