from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from koutu.config.home import machine, steps
from koutu.jobs import counts


class StepSerializer(serializers.Serializer):
    key = serializers.ChoiceField(choices=["mend", "review", "release"])
    done = serializers.BooleanField()
    task = serializers.UUIDField(allow_null=True)
    shot = serializers.UUIDField(allow_null=True)
    clip = serializers.UUIDField(allow_null=True)
    thumb = serializers.CharField(allow_null=True)


class MachineLineSerializer(serializers.Serializer):
    key = serializers.ChoiceField(choices=["web", "prelabel", "gpu", "storage", "backup"])
    state = serializers.ChoiceField(choices=["ok", "warn", "bad"])
    text_code = serializers.CharField()
    detail = serializers.DictField()


class HomeCountsSerializer(serializers.Serializer):
    clips = serializers.IntegerField()
    tasks = serializers.IntegerField()
    releases = serializers.IntegerField()
    jobs = serializers.IntegerField(source="jobs_running")


class HomeSerializer(serializers.Serializer):
    steps = StepSerializer(many=True)
    machine = MachineLineSerializer(many=True)
    counts = HomeCountsSerializer()


class HomeView(APIView):
    """The first page: three next steps, the state of this machine, counts."""

    @extend_schema(responses=HomeSerializer)
    def get(self, request) -> Response:
        seen = {"steps": steps.of(request.user), "machine": machine.lines(), "counts": counts.of(request.user)}
        return Response(HomeSerializer(seen).data)
