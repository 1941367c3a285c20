from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.actions import prelabels
from koutu.clips.models import Clip
from koutu.jobs.api.serializers import JobSerializer


class PrelabelView(APIView):
    """Pre-label every shot of the clip again; what people did stays."""

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request, id) -> Response:
        clip = get_object_or_404(Clip.objects.visible_to(request.user).live(), uuid=id)
        return Response(JobSerializer(prelabels.ask(request.user, clip)).data, status=202)
