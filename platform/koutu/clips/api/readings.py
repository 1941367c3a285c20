"""How a project's clips are read."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.models import Project
from koutu.clips.actions import readings


class ReadingSerializer(serializers.Serializer):
    """`frames`: what a frame of video is kept as; `fields`: what is done with interlaced pictures."""

    frames = serializers.ChoiceField(choices=["jpeg", "jpeg444", "png"], required=False)
    quality = serializers.IntegerField(min_value=1, max_value=100, required=False, help_text="Of JPEG")
    picture_rate = serializers.CharField(max_length=20, required=False, help_text='"25" or "24000/1001"')

    def get_fields(self) -> dict[str, serializers.Field]:
        # `fields` is a property of every serializer; as a name on the wire it has to be given here.
        choice = serializers.ChoiceField(choices=["refuse", "bob", "film"], required=False)
        return {**super().get_fields(), "fields": choice}


class ReadingView(APIView):
    def _project(self) -> Project:
        return get_object_or_404(Project.objects.visible_to(self.request.user), uuid=self.kwargs["id"])

    @extend_schema(responses=ReadingSerializer)
    def get(self, request, id) -> Response:
        return Response(readings.reading_of(self._project()).to_dict())

    @extend_schema(request=ReadingSerializer, responses=ReadingSerializer)
    def patch(self, request, id) -> Response:
        """Choose anew; clips that are read already stay as they are."""
        form = ReadingSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(readings.choose(request.user, self._project(), **form.validated_data).to_dict())
