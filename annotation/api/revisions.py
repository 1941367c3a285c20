import json

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.actions import drafts, heads, prompting, revisions
from annotation.api import bundle, serializers
from annotation.api.shots import in_order
from annotation.api.tiles import MAX_SENT, DraftMetaSerializer, SaveBodySerializer, SaveMetaSerializer, sent_planes
from annotation.models import Draft, Revision, RevisionPlane, Subject
from koutu.accounts.api.errors import body as error_body
from koutu.accounts.errors import Invalid
from koutu.clips.models import Clip, Frame

BUNDLE = {(200, bundle.MEDIA_TYPE): OpenApiTypes.BINARY}


def described(rows: QuerySet) -> QuerySet:
    related = ("frame", "subject", "parent", "model_version", "author", "head_of")
    return rows.select_related(*related).prefetch_related("planes__blob")


def one(revision: Revision) -> dict:
    return serializers.RevisionSerializer(described(Revision.objects.filter(pk=revision.pk)).get()).data


def moved(refusal: heads.MovedHead) -> Response:
    """The refusal with the newer revision, which the browser merges with."""
    detail = {"head": one(refusal.head) if refusal.head else None}
    return Response(error_body(refusal.code, refusal.message, detail), status=refusal.status)


def read_meta(request, form_class) -> dict:
    """The `meta` part of a save as checked values; raises Invalid."""
    try:
        sent = json.loads(request.data.get("meta", ""))
    except (TypeError, ValueError) as error:
        raise Invalid("bad_meta", "The part meta must be JSON.") from error
    form = form_class(data=sent)
    form.is_valid(raise_exception=True)
    return form.validated_data


def read_tiles(request) -> bytes:
    """The `tiles` part, at most MAX_SENT bytes of it."""
    tiles = request.data.get("tiles")
    if not hasattr(tiles, "read"):
        return b""
    if tiles.size > MAX_SENT:
        raise Invalid("too_many_tiles", f"Send at most {MAX_SENT // 2**20} MB of tiles at once.")
    return tiles.read()


def place(user, clip_id, index: int, subject_id) -> tuple[Frame, Subject]:
    """The frame and subject a person may see; 404 otherwise."""
    subjects = Subject.objects.visible_to(user).select_related("shot__clip__show__project__organisation")
    subject = get_object_or_404(subjects, uuid=subject_id)
    frames = Frame.objects.filter(clip__uuid=clip_id, clip__in=Clip.objects.visible_to(user)).select_related("clip")
    return get_object_or_404(frames, index=index), subject


class RevisionViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """Immutable states of (frame, subject)."""

    serializer_class = serializers.RevisionSerializer
    parser_classes = [MultiPartParser, JSONParser]
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Revision.objects.none()

    def get_queryset(self) -> QuerySet:
        return described(Revision.objects.visible_to(self.request.user))

    @extend_schema(
        request={"multipart/form-data": SaveBodySerializer},
        responses=dict.fromkeys((200, 201, 202), serializers.SavedSerializer),
    )
    def update(self, request, id) -> Response:
        """Save. The id is the client's: sent again it answers 200; without the lease 202, kept beside the heads."""
        meta = read_meta(request, SaveMetaSerializer)
        frame, subject = place(request.user, meta["clip"], meta["frame"], meta["subject"])
        sent = revisions.Save(
            uuid=id,
            frame=frame,
            subject=subject,
            parent=meta["parent"],
            presence=meta["presence"],
            anchor=meta["anchor"],
            planes=sent_planes(frame.clip, meta, read_tiles(request)),
            tools=prompting.credited(frame.clip, request.user, meta["tools"]),
        )
        try:
            saved = revisions.save(request.user, sent)
        except heads.MovedHead as refusal:
            return moved(refusal)
        status = 200 if saved.again else 202 if saved.side else 201
        return Response({**one(saved.revision), "side": saved.side}, status=status)

    @extend_schema(parameters=[OpenApiParameter("layer", str, enum=RevisionPlane.Layer.values)], responses=BUNDLE)
    @action(detail=True)
    def planes(self, request, id) -> HttpResponse:
        rows = RevisionPlane.objects.filter(revision=self.get_object())
        if layer := request.query_params.get("layer"):
            rows = rows.filter(layer=layer)
        return bundle.respond(request, in_order(rows))

    @extend_schema(request=serializers.NewIdSerializer, responses={201: serializers.RevisionSerializer})
    @action(detail=True, methods=["post"])
    def restore(self, request, id) -> Response:
        """Make a new head with the planes of this older revision."""
        form = serializers.NewIdSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return Response(one(revisions.restore(request.user, self.get_object(), form.validated_data["id"])), status=201)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def unpin(self, request, id) -> Response:
        return Response(one(revisions.unpin(request.user, self.get_object())))


class HistoryView(APIView):
    """Revisions of a frame and subject, the newest 200, newest first."""

    @extend_schema(
        parameters=[OpenApiParameter("subject", OpenApiTypes.UUID, required=True)],
        responses=serializers.RevisionSerializer(many=True),
    )
    def get(self, request, clip, index: int) -> Response:
        try:
            frame, subject = place(request.user, clip, index, request.query_params.get("subject"))
        except ValueError as error:
            raise Http404 from error
        # By lineage: what was done before a cut moved the frame to another shot belongs to it.
        rows = described(Revision.objects.filter(frame=frame, subject__lineage=subject.lineage))
        rows = rows.order_by("-pk")[:200]
        return Response(serializers.RevisionSerializer(rows, many=True).data)


class DraftView(APIView):
    """One's own unsent state of a frame and subject."""

    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(responses=BUNDLE)
    def get(self, request, clip, index: int, subject) -> HttpResponse:
        """The draft's matte as a bundle of one plane."""
        draft = self._draft(request, clip, index, subject)
        return bundle.respond_draft(draft)

    @extend_schema(request={"multipart/form-data": SaveBodySerializer}, responses=serializers.DraftSerializer)
    def put(self, request, clip, index: int, subject) -> Response:
        """Keep one's own matte, not yet sent as a revision, over the draft before."""
        meta = read_meta(request, DraftMetaSerializer)
        frame, person = place(request.user, clip, index, subject)
        sent = sent_planes(frame.clip, meta, read_tiles(request))
        draft = drafts.keep(
            request.user,
            drafts.Sent(frame, person, meta["parent"], meta["presence"], sent.get("matte"), list(meta["tools"])),
        )
        return Response(serializers.DraftSerializer(draft).data)

    @extend_schema(responses={204: None})
    def delete(self, request, clip, index: int, subject) -> Response:
        drafts.discard(request.user, *place(request.user, clip, index, subject))
        return Response(status=204)

    def _draft(self, request, clip, index: int, subject) -> Draft:
        frame, person = place(request.user, clip, index, subject)
        rows = Draft.objects.select_related("frame", "subject", "matte__pack")
        return get_object_or_404(rows, author=request.user, frame=frame, subject=person)
