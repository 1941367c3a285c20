from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from unfold.admin import ModelAdmin

from koutu.accounts import models


@admin.register(models.User)
class PersonAdmin(UserAdmin, ModelAdmin):
    list_display = ("username", "name", "language", "is_active", "last_login")
    fieldsets = (*UserAdmin.fieldsets, ("Koutu", {"fields": ("name", "language", "theme")}))


@admin.register(models.Organisation)
class OrganisationAdmin(ModelAdmin):
    list_display = ("name", "created_at")


@admin.register(models.Project)
class ProjectAdmin(ModelAdmin):
    list_display = ("name", "organisation", "created_at")


@admin.register(models.Membership)
class MembershipAdmin(ModelAdmin):
    list_display = ("user", "organisation", "project", "role")
    list_filter = ("role",)


@admin.register(models.AuditLine)
class AuditLineAdmin(ModelAdmin):
    list_display = ("at", "actor", "act", "object_type", "object_id")
    list_filter = ("act",)

    def has_add_permission(self, request) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False
