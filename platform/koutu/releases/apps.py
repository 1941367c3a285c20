from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "koutu.releases"
    verbose_name = "Releases"

    def ready(self) -> None:
        from koutu.releases import joins

        joins.join()
