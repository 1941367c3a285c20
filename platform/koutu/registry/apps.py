from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "koutu.registry"
    verbose_name = "Models"
