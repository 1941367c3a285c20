from drf_spectacular.utils import extend_schema
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.actions import set_preferences
from koutu.accounts.api.serializers import MeSerializer


class MeView(APIView):
    """The person who asks: name, language, theme, projects with their role."""

    @extend_schema(responses=MeSerializer)
    def get(self, request) -> Response:
        return Response(MeSerializer(request.user, context={"request": request}).data)

    @extend_schema(request=MeSerializer, responses=MeSerializer)
    def patch(self, request) -> Response:
        form = MeSerializer(request.user, data=request.data, partial=True, context={"request": request})
        form.is_valid(raise_exception=True)
        set_preferences(request.user, **form.validated_data)
        return self.get(request)
