from django.contrib import admin
from unfold.admin import ModelAdmin

from annotation.models import Revision, Subject, Task


class ReadOnly(ModelAdmin):
    """People change these through the canvas, where the rules are."""

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Subject)
class SubjectAdmin(ReadOnly):
    list_display = ("shot", "number", "name", "role", "deleted_at")


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    list_display = ("uuid", "subject", "source", "presence", "anchor", "author", "created_at")
    list_filter = ("source", "presence")


@admin.register(Task)
class TaskAdmin(ReadOnly):
    list_display = ("shot", "first", "last", "stage", "holder", "lease_until")
    list_filter = ("stage",)
