from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.response import Response

from annotation.actions import propagating, solving, subjects
from annotation.api import bundle
from annotation.api import serializers as forms
from annotation.api.tasks import described
from annotation.models import Draft, Head, RevisionPlane, Subject, Task, Verdict
from koutu.clips.models import Shot
from koutu.jobs.api.serializers import JobSerializer
from koutu.jobs.models import Job
from models.video.spans import Reach


class PlanesQuery(serializers.Serializer):
    first = serializers.IntegerField(min_value=0)
    last = serializers.IntegerField(min_value=0)
    layer = serializers.ChoiceField(choices=RevisionPlane.Layer.choices, default=RevisionPlane.Layer.MATTE)
    subject = serializers.UUIDField(required=False)


class ShotViewSet(mixins.RetrieveModelMixin, viewsets.GenericViewSet):
    """A shot as the canvas needs it."""

    serializer_class = forms.ShotDetailSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    queryset = Shot.objects.none()

    def get_queryset(self) -> QuerySet:
        return Shot.objects.visible_to(self.request.user).live().select_related("clip__show__project")

    def retrieve(self, request, *args, **kwargs) -> Response:
        shot = self.get_object()
        neighbours = Shot.objects.filter(clip=shot.clip, deleted_at=None)
        before = neighbours.filter(last=shot.first - 1).first() if shot.first else None
        after = neighbours.filter(first=shot.last + 1).first()
        shot.previous, shot.next = (row.uuid if row else None for row in (before, after))
        shot.tasks_ = described(Task.objects.filter(shot=shot, deleted_at=None)).order_by("first")
        shot.subjects_ = Subject.objects.filter(shot=shot).select_related("shot").leads_first()
        return Response(self.get_serializer(shot).data)

    @extend_schema(methods=["get"], responses=forms.SubjectSerializer(many=True))
    @extend_schema(methods=["post"], request=forms.AddSubjectSerializer, responses={201: forms.SubjectSerializer})
    @action(detail=True, methods=["get", "post"], serializer_class=forms.SubjectSerializer)
    def subjects(self, request, id) -> Response:
        shot = self.get_object()
        if request.method == "GET":
            rows = Subject.objects.filter(shot=shot).select_related("shot")
            return Response(self.get_serializer(rows, many=True).data)
        form = forms.AddSubjectSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        if owner := values.pop("owner", None):
            values["owner"] = get_object_or_404(Subject.objects.live(), shot=shot, uuid=owner)
        return Response(self.get_serializer(subjects.add(request.user, shot, **values)).data, status=201)

    @extend_schema(responses=forms.PartFindingsSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def parts(self, request, id) -> Response:
        """What to look at of each part: where it is missing, and where another holds it than is written down."""
        # Brings in OpenCV, which most web processes never need.
        from annotation.parts import findings

        return Response(forms.PartFindingsSerializer(findings(self.get_object()), many=True).data)

    @extend_schema(responses=forms.HeadSerializer(many=True))
    @action(detail=True)
    def heads(self, request, id) -> Response:
        """Every head of the shot, by frame and subject."""
        verdicts = Verdict.objects.filter(revision=OuterRef("revision")).order_by("-pk").values("accepted")
        rows = Head.objects.filter(subject__shot=self.get_object(), subject__deleted_at=None)
        rows = rows.select_related("subject", "frame", "revision").prefetch_related("revision__planes")
        rows = rows.annotate(accepted_=Coalesce(Subquery(verdicts[:1]), False))
        rows = rows.order_by("frame__index", "subject__number")
        return Response(forms.HeadSerializer(rows, many=True).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("first", int, required=True),
            OpenApiParameter("last", int, required=True),
            OpenApiParameter("layer", str, enum=RevisionPlane.Layer.values),
            OpenApiParameter("subject", OpenApiTypes.UUID),
        ],
        responses={(200, bundle.MEDIA_TYPE): OpenApiTypes.BINARY},
    )
    @action(detail=True)
    def planes(self, request, id) -> HttpResponse:
        """One layer of the heads in a window of frames, as one binary bundle."""
        form = PlanesQuery(data=request.query_params)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        heads = Head.objects.filter(
            subject__shot=self.get_object(),
            subject__deleted_at=None,
            frame__index__range=(asked["first"], asked["last"]),
        )
        if "subject" in asked:
            heads = heads.filter(subject__uuid=asked["subject"])
        rows = RevisionPlane.objects.filter(revision__in=heads.values("revision"), layer=asked["layer"])
        return bundle.respond(request, in_order(rows))

    @extend_schema(responses=forms.DraftSerializer(many=True))
    @action(detail=True)
    def drafts(self, request, id) -> Response:
        """One's own drafts in the shot."""
        rows = Draft.objects.filter(subject__shot=self.get_object(), author=request.user)
        rows = rows.select_related("frame", "subject", "parent", "matte").order_by("frame__index")
        return Response(forms.DraftSerializer(rows, many=True).data)

    @extend_schema(request=forms.SolveSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["post"])
    def solve(self, request, id) -> Response:
        """Solve the unknown band again from the mask, as a job."""
        shot = self.get_object()
        form = forms.SolveSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        subject = get_object_or_404(Subject.objects.live(), shot=shot, uuid=asked["subject"])
        job = solving.ask(request.user, subject, asked["first"], asked["last"])
        return Response(JobSerializer(job).data, status=202)

    @extend_schema(methods=["get"], parameters=[forms.PropagateSerializer], responses=forms.SpanSerializer(many=True))
    @extend_schema(methods=["post"], request=forms.PropagateAsToldSerializer, responses={202: JobSerializer})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def propagate(self, request, id) -> Response:
        """The exact frames that a propagation would change; or the propagation itself, as a job."""
        shot = self.get_object()
        looks = request.method == "GET"
        kind = forms.PropagateSerializer if looks else forms.PropagateAsToldSerializer
        form = kind(data=request.query_params if looks else request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        subject = get_object_or_404(Subject.objects.live(), shot=shot, uuid=asked["subject"])
        reach = Reach(asked["reach"])
        if looks:
            found = propagating.planned(request.user, subject, asked["frame"], reach)
            return Response(forms.SpanSerializer(found, many=True).data)
        job = propagating.ask(request.user, subject, asked["frame"], reach, asked.get("spans"))
        return Response(JobSerializer(job).data, status=202)

    @extend_schema(responses=forms.PropagationSerializer(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def propagations(self, request, id) -> Response:
        """One's own propagations that are under way, and the one that ended last: whoever opens the shot again sees
        them."""
        jobs = propagating.of_late(request.user, self.get_object())
        return Response(forms.PropagationSerializer(jobs, many=True).data)

    @extend_schema(request=forms.UndoPropagationSerializer, responses=forms.UndoPropagationSerializer)
    @action(detail=True, methods=["post"], url_path="propagations/undo")
    def undo_propagation(self, request, id) -> Response:
        """Make the frames that stand as a propagation left them what they were before it."""
        shot = self.get_object()
        form = forms.UndoPropagationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        job = get_object_or_404(Job.objects.visible_to(request.user), uuid=form.validated_data["job"], kind="propagate")
        subject = get_object_or_404(Subject.objects.live(), shot=shot, uuid=job.target_id)
        frames = propagating.undo(request.user, subject, job)
        return Response(forms.UndoPropagationSerializer({"frames": frames}).data)


def in_order(rows: QuerySet) -> QuerySet:
    """Planes with all that the bundle names, by frame and subject."""
    related = ("revision__frame", "revision__subject", "blob__pack")
    return rows.select_related(*related).order_by("revision__frame__index", "revision__subject__number", "layer")


class SubjectViewSet(mixins.UpdateModelMixin, mixins.DestroyModelMixin, viewsets.GenericViewSet):
    """People followed through a shot."""

    serializer_class = forms.SubjectSerializer
    lookup_field, lookup_url_kwarg = "uuid", "id"
    http_method_names = ["get", "patch", "delete", "post", "options"]
    queryset = Subject.objects.none()

    def get_queryset(self) -> QuerySet:
        return Subject.objects.visible_to(self.request.user).select_related("shot__clip__show__project")

    def perform_update(self, form) -> None:
        form.instance = subjects.update(self.request.user, form.instance, **form.validated_data)

    def perform_destroy(self, subject: Subject) -> None:
        subjects.delete(self.request.user, subject)

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True)
    def face(self, request, id) -> HttpResponseBase:
        """A small picture of the subject's head; 404 while it has no mask."""
        # Brings in OpenCV, which most web processes never need.
        from annotation.faces import face, mask_of

        plane = mask_of(self.get_object())
        if plane is None:
            raise Http404
        etag = f'"{plane.revision.frame.sha256[:32]}{plane.blob.address[:32]}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponseNotModified(headers=headers)
        return HttpResponse(face(plane), content_type="image/jpeg", headers=headers)

    @extend_schema(request=None)
    @action(detail=True, methods=["post"])
    def restore(self, request, id) -> Response:
        return Response(self.get_serializer(subjects.restore(request.user, self.get_object())).data)
