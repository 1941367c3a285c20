from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from annotation.actions import subjects
from annotation.actions.owning import Owned
from annotation.api import serializers as forms
from annotation.models import Subject
from koutu.accounts.errors import Invalid


class OwningViewSet(viewsets.GenericViewSet):
    """Whose a part is."""

    serializer_class = forms.SubjectSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet:
        return Subject.objects.visible_to(self.request.user).select_related("shot__clip__show__project")

    @extend_schema(request=forms.OwnersSerializer, responses=forms.SubjectSerializer)
    @action(detail=True, methods=["put"])
    def owners(self, request, id) -> Response:
        """Say anew whose a part is, over all of its shot."""
        part = self.get_object()
        form = forms.OwnersSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        subjects.set_owners(request.user, part, [_owned(part, span) for span in form.validated_data["owners"]])
        return Response(self.get_serializer(part).data)


def _owned(part: Subject, span: dict) -> Owned:
    owner = Subject.objects.filter(shot=part.shot, uuid=span["owner"]["uuid"]).first()
    if owner is None:
        raise Invalid("no_owner", "A part is owned by a person of the same shot.")
    return Owned(owner, span["first"], span["last"])
