"""What a person says about a frame, over the wire: prompt and state in, changed tiles out."""

import zlib
from itertools import starmap

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response

from annotation.actions import heads, prompting
from annotation.api.revisions import moved, place, read_meta, read_tiles
from annotation.api.serializers import ModelNameSerializer
from annotation.api.tiles import DraftLayersSerializer, SaveBodySerializer, sent_planes
from annotation.models import Prompt
from koutu.jobs.api.serializers import FaultSerializer, JobSerializer
from koutu.jobs.models import Job
from koutu.storage import blobs
from models import planes
from models.interaction.words import MOST_PLACES, MOST_POINTS


class PointSerializer(serializers.Serializer):
    """A click, in source pixels: the middle of the first pixel is (0.5, 0.5)."""

    x = serializers.FloatField()
    y = serializers.FloatField()
    inside = serializers.BooleanField(default=True)


class LineSerializer(serializers.Serializer):
    """A stroke, or an outline: [x, y] in source pixels."""

    places = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2), max_length=MOST_PLACES
    )
    inside = serializers.BooleanField(default=True)


class PromptMetaSerializer(serializers.Serializer):
    """`earlier` are the clicks before, oldest first: none of them is undone. Nothing said: make the matte better."""

    clip = serializers.UUIDField()
    frame = serializers.IntegerField(min_value=0)
    subject = serializers.UUIDField()
    parent = serializers.UUIDField(allow_null=True, default=None)
    layers = DraftLayersSerializer(default=dict)
    encoding = serializers.ChoiceField(choices=["deflate", "raw"], default="deflate")
    points = PointSerializer(many=True, default=list, max_length=MOST_POINTS)
    earlier = PointSerializer(many=True, default=list, max_length=MOST_POINTS)
    strokes = LineSerializer(many=True, default=list, max_length=MOST_POINTS)
    outline = LineSerializer(allow_null=True, default=None)


class PromptSerializer(serializers.ModelSerializer):
    """`told` is empty until it is answered; `tiles` are columns and rows of what changed."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.SerializerMethodField()
    error = serializers.SerializerMethodField()
    model = ModelNameSerializer(source="model_version", allow_null=True)
    tiles = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))

    class Meta:
        model = Prompt
        fields = ["id", "state", "error", "told", "model", "tiles"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=Job.State.choices))
    def get_state(self, prompt: Prompt) -> str:
        return prompting.job_of(prompt).state

    @extend_schema_field(FaultSerializer(allow_null=True))
    def get_error(self, prompt: Prompt) -> dict | None:
        return JobSerializer().get_error(prompting.job_of(prompt))


class PromptViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """One's own prompts. An answer changes nothing until it is taken over and saved."""

    serializer_class = PromptSerializer
    parser_classes = [MultiPartParser, JSONParser]
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Prompt.objects.none()

    def get_queryset(self) -> QuerySet:
        return Prompt.objects.filter(author=self.request.user).select_related("model_version", "after__pack")

    @extend_schema(request={"multipart/form-data": SaveBodySerializer}, responses={202: PromptSerializer})
    def create(self, request) -> Response:
        """Ask. `meta` says what and of which state: the parent, and the tiles of the matte painted on it since."""
        meta = read_meta(request, PromptMetaSerializer)
        frame, subject = place(request.user, meta["clip"], meta["frame"], meta["subject"])
        said = {name: meta[name] for name in ("points", "earlier", "strokes", "outline")}
        matte = sent_planes(frame.clip, meta, read_tiles(request)).get("matte")
        try:
            asked = prompting.Asked(frame, subject, meta["parent"], said, matte)
            prompt = prompting.ask(request.user, asked)
        except heads.MovedHead as refusal:
            return moved(refusal)
        return Response(self.get_serializer(prompt).data, status=202)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True)
    def tiles(self, request, id) -> HttpResponse:
        """The changed tiles of the matte, rasters one after another in the order told, deflated."""
        prompt = self.get_object()
        rasters = starmap(_raster_of(prompt), prompt.tiles)
        return HttpResponse(zlib.compress(b"".join(rasters), 1), content_type="application/octet-stream")


def _raster_of(prompt: Prompt):
    matte = planes.decode(blobs.read(prompt.after)) if prompt.after else None

    def raster(tx: int, ty: int) -> bytes:
        left, top, right, bottom = planes.tile_box(*matte.shape, tx, ty)
        return matte[top:bottom, left:right].tobytes()

    return raster
