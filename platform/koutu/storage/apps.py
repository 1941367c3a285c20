from django.apps import AppConfig


class StorageConfig(AppConfig):
    name = "koutu.storage"
    verbose_name = "Storage"
