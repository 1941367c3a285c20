from django.contrib import admin
from unfold.admin import ModelAdmin

from koutu.releases.models import Release


@admin.register(Release)
class ReleaseAdmin(ModelAdmin):
    list_display = ("name", "version", "project", "state", "manifest_lines", "created_at", "deleted_at")
    list_filter = ("state",)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
