from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "koutu.config"

    def ready(self) -> None:
        from koutu.config import checks  # noqa: F401 registers itself
