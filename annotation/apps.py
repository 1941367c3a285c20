from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    name = "annotation"
    verbose_name = "Annotation"

    def ready(self) -> None:
        from annotation import (
            joins,
            trackers,  # noqa: F401 registers its check
        )

        joins.join()
