from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "koutu.jobs"
    verbose_name = "Jobs"
