from django.contrib import admin
from unfold.admin import ModelAdmin

from koutu.jobs.models import Job


@admin.register(Job)
class JobAdmin(ModelAdmin):
    list_display = ("kind", "label", "state", "stage", "done", "total", "attempts", "created_at")
    list_filter = ("state", "kind")

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
