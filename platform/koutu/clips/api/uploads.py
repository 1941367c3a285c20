"""What became of uploads, and how much room there is for more."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.models import Project
from koutu.accounts.roles import Role
from koutu.clips import parts, room
from koutu.clips.actions import uploads
from koutu.clips.models import Upload


class UploadFaultSerializer(serializers.Serializer):
    code = serializers.CharField(source="fault_code")
    message = serializers.CharField(source="fault")
    detail = serializers.JSONField(source="fault_detail")


class UploadSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    show = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    clip = serializers.SlugRelatedField(slug_field="uuid", read_only=True)
    offset = serializers.SerializerMethodField()
    fault = serializers.SerializerMethodField()

    class Meta:
        model = Upload
        fields = [
            "id", "show", "source_name", "length", "mark", "offset", "clip", "fault", "created_at", "touched_at",
            "cancelled_at",
        ]  # fmt: skip

    def get_offset(self, upload: Upload) -> int:
        """Bytes that are here."""
        if upload.clip_id:
            return upload.length
        try:
            return parts.offset(upload.uuid)
        except FileNotFoundError:
            return 0

    @extend_schema_field(UploadFaultSerializer(allow_null=True))
    def get_fault(self, upload: Upload) -> dict | None:
        return UploadFaultSerializer(upload).data if upload.fault_code else None


class _OwnUpload(APIView):
    def upload(self) -> Upload:
        mine = Upload.objects.visible_to(self.request.user).select_related("show__project__organisation", "clip")
        return get_object_or_404(mine, uuid=self.kwargs["id"])


class FinishView(_OwnUpload):
    @extend_schema(request=None, responses=UploadSerializer)
    def post(self, request, id) -> Response:
        """Make the clip of a file that is here whole; safe to ask again."""
        return Response(UploadSerializer(uploads.finish(request.user, self.upload())).data)


class KeepView(_OwnUpload):
    @extend_schema(request=None, responses=UploadSerializer)
    def post(self, request, id) -> Response:
        """Keep a file in spite of its bytes being here already, linked to the other clip."""
        return Response(UploadSerializer(uploads.keep_anyway(request.user, self.upload())).data)


class RoomSerializer(serializers.Serializer):
    """In bytes; null where there is no bound."""

    free = serializers.IntegerField(allow_null=True)
    used = serializers.IntegerField()
    quota = serializers.IntegerField(allow_null=True)
    left = serializers.IntegerField(allow_null=True)
    piece = serializers.IntegerField(help_text="Most bytes of one piece of an upload")
    bytes_per_pixel = serializers.DictField(child=serializers.FloatField(), help_text="Of a frame file, by its kind")


class RoomView(APIView):
    @extend_schema(parameters=[OpenApiParameter("project", str, required=True)], responses=RoomSerializer)
    def get(self, request) -> Response:
        """How much more fits, and what frames cost."""
        projects = Project.objects.visible_to(request.user, Role.VIEWER).select_related("organisation")
        project = get_object_or_404(projects, uuid=request.query_params.get("project"))
        return Response(RoomSerializer(room.describe(project)).data)
