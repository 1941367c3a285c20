from django.apps import AppConfig


class ClipsConfig(AppConfig):
    name = "koutu.clips"
    verbose_name = "Clips"

    def ready(self) -> None:
        from koutu.clips import joins

        joins.join()
