from django.contrib import admin
from unfold.admin import ModelAdmin

from koutu.clips.models import Clip, Shot, Show


@admin.register(Show)
class ShowAdmin(ModelAdmin):
    list_display = ("name", "project", "licence", "deleted_at")


class ReadOnly(ModelAdmin):
    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Clip)
class ClipAdmin(ReadOnly):
    list_display = ("name", "show", "state", "frame_count", "width", "height", "fault_code")
    list_filter = ("state",)


@admin.register(Shot)
class ShotAdmin(ReadOnly):
    list_display = ("clip", "first", "last", "cut", "deleted_at")
