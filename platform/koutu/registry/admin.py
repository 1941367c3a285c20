from django.contrib import admin
from unfold.admin import ModelAdmin

from koutu.registry.models import ModelVersion


@admin.register(ModelVersion)
class ModelVersionAdmin(ModelAdmin):
    list_display = ("name", "version", "role", "licence", "created_at")

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
