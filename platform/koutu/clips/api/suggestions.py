"""What was noticed about a clip, and what people made of it."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.api.serializers import PersonSerializer
from koutu.clips.actions import suggestions
from koutu.clips.models import Clip, ClipSurvey, Suggestion, VoidArea


class SuggestionSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    areas = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=4, max_length=4), read_only=True
    )
    decided_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Suggestion
        fields = ["id", "kind", "first", "last", "cut", "areas", "state", "decided_by", "decided_at"]
        read_only_fields = [field for field in fields if field != "state"]


class VoidAreaSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)

    class Meta:
        model = VoidArea
        fields = ["id", "kind", "first", "last", "left", "top", "right", "bottom", "created_at"]
        read_only_fields = ["created_at"]


class SurveySerializer(serializers.Serializer):
    """`ready` while the clip has been looked at; before that everything is empty."""

    ready = serializers.BooleanField()
    cadence = serializers.CharField(help_text='"twos", "threes", "one in N", or empty')
    cadence_share = serializers.FloatField(help_text="Of moving frames that keep the cadence, 0 to 1")
    repeats = serializers.ListField(child=serializers.IntegerField(), help_text="Frames that repeat the one before")
    suggestions = SuggestionSerializer(many=True)
    voids = VoidAreaSerializer(many=True)


class DecideAllSerializer(serializers.Serializer):
    kind = serializers.ChoiceField(choices=Suggestion.Kind.choices)
    state = serializers.ChoiceField(choices=Suggestion.State.choices)


class _OfClip(APIView):
    def clip(self) -> Clip:
        seen = Clip.objects.visible_to(self.request.user).select_related("show__project")
        return get_object_or_404(seen, uuid=self.kwargs["id"])

    def told(self, clip: Clip) -> Response:
        survey = ClipSurvey.objects.filter(clip=clip).first()
        blank = ClipSurvey(clip=clip)
        about = survey or blank
        found = {
            "ready": survey is not None,
            "cadence": about.cadence,
            "cadence_share": about.cadence_share,
            "repeats": about.repeats,
            "suggestions": clip.suggestions.select_related("decided_by"),
            "voids": VoidArea.objects.live().filter(clip=clip).order_by("first", "pk"),
        }
        return Response(SurveySerializer(found).data)


class SurveyView(_OfClip):
    @extend_schema(responses=SurveySerializer)
    def get(self, request, id) -> Response:
        """What was noticed, and the areas in which nobody is judged."""
        return self.told(self.clip())

    @extend_schema(request=DecideAllSerializer, responses=SurveySerializer)
    def post(self, request, id) -> Response:
        """Accept or dismiss all open suggestions of a kind."""
        form = DecideAllSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        clip = self.clip()
        suggestions.decide_all(request.user, clip, **form.validated_data)
        return self.told(clip)


class SuggestionView(_OfClip):
    @extend_schema(request=SuggestionSerializer, responses=SurveySerializer)
    def patch(self, request, id, suggestion) -> Response:
        """Accept, dismiss, or open again: that takes back what accepting did."""
        clip = self.clip()
        found = get_object_or_404(clip.suggestions.select_related("clip__show__project"), uuid=suggestion)
        form = SuggestionSerializer(found, data=request.data)
        form.is_valid(raise_exception=True)
        suggestions.decide(request.user, found, form.validated_data["state"])
        return self.told(clip)


class VoidsView(_OfClip):
    @extend_schema(request=VoidAreaSerializer, responses={201: VoidAreaSerializer})
    def post(self, request, id) -> Response:
        """Say that nobody is judged in a rectangle of some frames."""
        form = VoidAreaSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        area = suggestions.add_void(request.user, self.clip(), **form.validated_data)
        area.refresh_from_db()
        return Response(VoidAreaSerializer(area).data, status=201)


class VoidView(_OfClip):
    @extend_schema(request=None, responses={204: None})
    def delete(self, request, id, area) -> Response:
        found = VoidArea.objects.live().select_related("clip__show__project")
        suggestions.remove_void(request.user, get_object_or_404(found, clip=self.clip(), uuid=area))
        return Response(status=204)
