from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koutu.accounts.models import Membership, Project, User
from koutu.accounts.roles import Role


class PersonSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    name = serializers.CharField(source="shown_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "name"]


class OwnProjectSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid")
    role = serializers.SerializerMethodField()

    class Meta:
        model = Project
        fields = ["id", "name", "role"]

    def get_role(self, project: Project) -> Role:
        return self.context["request"].user.role_in(project)


class OrganisationSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()


class MeSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    username = serializers.CharField(read_only=True)
    organisation = serializers.SerializerMethodField()
    projects = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["id", "username", "name", "language", "theme", "organisation", "projects", "role"]

    @extend_schema_field(OrganisationSerializer(allow_null=True))
    def get_organisation(self, user: User) -> dict | None:
        member = Membership.objects.filter(user=user).select_related("organisation").first()
        return OrganisationSerializer(member.organisation).data if member else None

    @extend_schema_field(OwnProjectSerializer(many=True))
    def get_projects(self, user: User) -> list:
        projects = Project.objects.visible_to(user).order_by("name")
        return OwnProjectSerializer(projects, many=True, context=self.context).data

    def get_role(self, user: User) -> Role | None:
        roles = Membership.objects.filter(user=user).values_list("role", flat=True)
        return max(map(Role, roles), key=lambda role: role.rank, default=None)
