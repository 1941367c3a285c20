from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "koutu.jobs"
    verbose_name = "Jobs"

    def ready(self) -> None:
        from koutu.jobs import chores

        chores.register("states of ended jobs", 3600, "koutu.jobs.states.sweep")
