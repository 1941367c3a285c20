"""Clips of the organisation that show the same moments as one."""

from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.api.serializers import PersonSerializer
from koutu.clips.actions import duplicates
from koutu.clips.models import Clip, Duplicate


class TwinSerializer(serializers.Serializer):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    show_name = serializers.CharField(source="show.name")
    frames = serializers.IntegerField(source="frame_count")


class DuplicateSerializer(serializers.ModelSerializer):
    """Told from the side of one clip: `other` is null where the person may not see that clip."""

    id = serializers.UUIDField(source="uuid", read_only=True)
    decided_by = PersonSerializer(read_only=True, allow_null=True)
    other = serializers.SerializerMethodField()
    frame = serializers.SerializerMethodField()
    other_frame = serializers.SerializerMethodField()
    seconds_later = serializers.SerializerMethodField()

    class Meta:
        model = Duplicate
        fields = [
            "id", "kind", "state", "score", "overlap", "mirrored", "other", "frame", "other_frame", "seconds_later",
            "created_at", "decided_by", "decided_at",
        ]  # fmt: skip

    def _is_later(self, pair: Duplicate) -> bool:
        return pair.clip_id == self.context["clip"].pk

    @extend_schema_field(TwinSerializer(allow_null=True))
    def get_other(self, pair: Duplicate) -> dict | None:
        other = pair.twin if self._is_later(pair) else pair.clip
        return TwinSerializer(other).data if other.pk in self.context["seen"] else None

    def get_frame(self, pair: Duplicate) -> int:
        """Of the pair of frames most alike: this clip's."""
        return pair.clip_frame if self._is_later(pair) else pair.twin_frame

    def get_other_frame(self, pair: Duplicate) -> int:
        return pair.twin_frame if self._is_later(pair) else pair.clip_frame

    def get_seconds_later(self, pair: Duplicate) -> float:
        """How much later than here a moment is in the other clip."""
        return pair.shift if self._is_later(pair) else -pair.shift


class DecisionSerializer(serializers.Serializer):
    state = serializers.ChoiceField(choices=Duplicate.State.choices)


class _OfClip(APIView):
    def clip(self) -> Clip:
        return get_object_or_404(Clip.objects.visible_to(self.request.user), uuid=self.kwargs["id"])

    def pairs(self, clip: Clip):
        live = Clip.objects.live()
        both = Duplicate.objects.filter(Q(clip=clip, twin__in=live) | Q(twin=clip, clip__in=live))
        return both.select_related("clip__show__project", "twin__show", "decided_by").order_by("-score", "pk")

    def told(self, clip: Clip, pairs, *, many: bool) -> Response:
        near = [key for pair in (pairs if many else [pairs]) for key in (pair.clip_id, pair.twin_id)]
        seen = set(Clip.objects.visible_to(self.request.user).filter(pk__in=near).values_list("pk", flat=True))
        return Response(DuplicateSerializer(pairs, many=many, context={"clip": clip, "seen": seen}).data)


class DuplicatesView(_OfClip):
    @extend_schema(responses=DuplicateSerializer(many=True))
    def get(self, request, id) -> Response:
        """The likeliest first."""
        clip = self.clip()
        return self.told(clip, list(self.pairs(clip)), many=True)


class DuplicateView(_OfClip):
    @extend_schema(request=DecisionSerializer, responses=DuplicateSerializer)
    def patch(self, request, id, pair) -> Response:
        """Say what the pair is: kept as linked, not the same, or open again."""
        form = DecisionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        clip = self.clip()
        found = get_object_or_404(self.pairs(clip), uuid=pair)
        return self.told(clip, duplicates.decide(request.user, found, **form.validated_data), many=False)
