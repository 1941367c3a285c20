"""One shot to take away: pictures with alpha as a file."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.actions import cutouts
from annotation.models import Cutout, Subject
from koutu.clips.api.media import ranged
from koutu.clips.models import Shot
from koutu.jobs.api.serializers import JobSerializer

FILES = {"png": ("zip", "application/zip"), "prores": ("mov", "video/quicktime"), "vp9": ("webm", "video/webm")}


class CutoutSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", help_text="The same as that of the job")
    subject = serializers.SlugRelatedField("uuid", read_only=True)
    bytes = serializers.IntegerField(source="blob.length")

    class Meta:
        model = Cutout
        fields = ["id", "format", "subject", "bytes", "made_at"]


class AskCutoutSerializer(serializers.Serializer):
    format = serializers.ChoiceField(choices=Cutout.Format.choices)
    subject = serializers.UUIDField(required=False, allow_null=True, help_text="None: everybody")


class CutoutsView(APIView):
    """The cutouts of a shot that are still kept, the newest first; or a new one, made by a job."""

    @extend_schema(responses=CutoutSerializer(many=True))
    def get(self, request, id) -> Response:
        rows = Cutout.objects.filter(shot=_shot(request, id)).select_related("subject", "blob").order_by("-made_at")
        return Response(CutoutSerializer(rows, many=True).data)

    @extend_schema(request=AskCutoutSerializer, responses={202: JobSerializer})
    def post(self, request, id) -> Response:
        shot = _shot(request, id)
        form = AskCutoutSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        wanted = asked.get("subject")
        subject = get_object_or_404(Subject.objects.live(), shot=shot, uuid=wanted) if wanted else None
        return Response(JobSerializer(cutouts.ask(request.user, shot, asked["format"], subject)).data, status=202)


class CutoutView(APIView):
    """The file itself, or a range of it."""

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request, id) -> HttpResponseBase:
        rows = Cutout.objects.visible_to(request.user).select_related("shot__clip", "subject", "blob__pack")
        cutout = get_object_or_404(rows, uuid=id)
        ending, kind = FILES[cutout.format]
        answer = ranged(request, cutout.blob, kind)
        words = [cutout.shot.clip.name, f"{cutout.shot.first:05d}", str(cutout.subject or "")]
        name = "-".join(word for word in words if word).replace(" ", "-")
        answer["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
        return answer


def _shot(request, id) -> Shot:
    rows = Shot.objects.visible_to(request.user).live().select_related("clip__show__project")
    return get_object_or_404(rows, uuid=id)
