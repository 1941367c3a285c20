"""The rights ledger of a show, and what its people agreed to."""

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.accounts.api.serializers import PersonSerializer
from koutu.clips import rights
from koutu.clips.actions import rights as acts
from koutu.clips.api.serializers import StandingSerializer
from koutu.clips.models import Cast, Clip, Right, Show


class RightSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    created_by = PersonSerializer(read_only=True, allow_null=True)
    withdrawn_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Right
        fields = [
            "id", "owner", "licence", "scope", "territory", "starts", "expires", "document", "note", "created_by",
            "created_at", "withdrawn_at", "withdrawn_by", "withdrawn_reason",
        ]  # fmt: skip
        read_only_fields = ["created_at", "withdrawn_at", "withdrawn_reason"]
        # The order of the two dates is told by the action, with its own words.
        validators: list = []


class VisibleClips(serializers.SlugRelatedField):
    def get_queryset(self):
        return Clip.objects.visible_to(self.context["request"].user).live()


class CastSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    clips = VisibleClips(slug_field="uuid", queryset=Clip.objects.none(), many=True, required=False)

    class Meta:
        model = Cast
        fields = ["id", "name", "clips", "consent", "consent_note", "consent_until", "minor", "guardian", "created_at"]
        read_only_fields = ["created_at"]


class LedgerSerializer(serializers.Serializer):
    standing = StandingSerializer()
    rights = RightSerializer(many=True)
    cast = CastSerializer(many=True)


class TouchedThingSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    frames = serializers.IntegerField(default=0)


class TouchedSerializer(serializers.Serializer):
    clips = TouchedThingSerializer(many=True)
    releases = TouchedThingSerializer(many=True)


class WithdrawalSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500)


class _OfShow(APIView):
    def show(self) -> Show:
        shows = Show.objects.visible_to(self.request.user).select_related("project")
        return get_object_or_404(shows, uuid=self.kwargs["id"])

    def read(self, serializer: type[serializers.Serializer], **more) -> serializers.Serializer:
        form = serializer(data=self.request.data, context={"request": self.request}, **more)
        form.is_valid(raise_exception=True)
        return form


class LedgerView(_OfShow):
    @extend_schema(responses=LedgerSerializer)
    def get(self, request, id) -> Response:
        """Every right ever entered, newest first, and the people of the show."""
        show = self.show()
        lines = show.rights.select_related("created_by", "withdrawn_by")
        cast = Cast.objects.live().filter(show=show).prefetch_related("clips")
        told = {"standing": rights.standing(show, timezone.now().date()), "rights": lines, "cast": cast}
        return Response(LedgerSerializer(told, context={"request": request}).data)

    @extend_schema(request=RightSerializer, responses={201: RightSerializer})
    def post(self, request, id) -> Response:
        """Enter a right."""
        show = self.show()
        right = acts.enter(request.user, show, **self.read(RightSerializer).validated_data)
        return Response(RightSerializer(right).data, status=201)


class WithdrawView(_OfShow):
    @extend_schema(request=WithdrawalSerializer, responses=RightSerializer)
    def post(self, request, id, right) -> Response:
        """End a right today, with the reason."""
        line = get_object_or_404(Right, show=self.show(), uuid=right)
        reason = self.read(WithdrawalSerializer).validated_data["reason"]
        return Response(RightSerializer(acts.withdraw(request.user, line, reason)).data)


class TouchedView(_OfShow):
    @extend_schema(responses=TouchedSerializer)
    def get(self, request, id) -> Response:
        """What stands on the rights of this show."""
        return Response(TouchedSerializer(rights.touched(self.show())).data)


class CastView(_OfShow):
    @extend_schema(request=CastSerializer, responses={201: CastSerializer})
    def post(self, request, id) -> Response:
        """Add a person of the show."""
        show = self.show()
        cast = acts.add_cast(request.user, show, **self.read(CastSerializer).validated_data)
        return Response(CastSerializer(cast, context={"request": request}).data, status=201)


class OneCastView(_OfShow):
    def cast(self) -> Cast:
        return get_object_or_404(
            Cast.objects.live().select_related("show__project"), show=self.show(), uuid=self.kwargs["cast"]
        )

    @extend_schema(request=CastSerializer, responses=CastSerializer)
    def patch(self, request, id, cast) -> Response:
        person = self.cast()
        said = self.read(CastSerializer, partial=True).validated_data
        changed = acts.change_cast(request.user, person, **said)
        return Response(CastSerializer(changed, context={"request": request}).data)

    @extend_schema(responses={204: None})
    def delete(self, request, id, cast) -> Response:
        acts.remove_cast(request.user, self.cast())
        return Response(status=204)
