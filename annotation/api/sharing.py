from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.actions import sharing
from koutu.clips.models import Clip


class SharedSerializer(serializers.Serializer):
    labels = serializers.IntegerField(help_text="Labels that frames took over from the same picture")
    held = serializers.IntegerField(help_text="Tasks left as they are: another person holds them")


class ShareRepeatsView(APIView):
    @extend_schema(request=None, responses=SharedSerializer)
    def post(self, request, id) -> Response:
        """Give all frames that show the same picture one label."""
        clip = get_object_or_404(Clip.objects.visible_to(request.user).live(), uuid=id)
        return Response(SharedSerializer(sharing.share(request.user, clip)).data)
