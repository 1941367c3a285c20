from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from koutu.accounts.api.serializers import PersonSerializer
from koutu.jobs.models import Job


class TargetSerializer(serializers.Serializer):
    type = serializers.CharField(source="target_type")
    id = serializers.UUIDField(source="target_id", allow_null=True)
    label = serializers.CharField()


class FaultSerializer(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()
    detail = serializers.DictField()


class JobSerializer(serializers.ModelSerializer):
    id = serializers.UUIDField(source="uuid", read_only=True)
    target = TargetSerializer(source="*", read_only=True)
    error = serializers.SerializerMethodField()
    rate = serializers.SerializerMethodField()
    seconds_left = serializers.SerializerMethodField()
    waiting_for = serializers.SerializerMethodField()
    created_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = Job
        fields = [
            "id", "kind", "state", "stage", "done", "total", "unit", "rate", "seconds_left", "target", "error",
            "attempts", "waiting_for", "created_by", "created_at", "started_at", "finished_at", "dismissed_at",
            "cancel_requested",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(FaultSerializer(allow_null=True))
    def get_error(self, job: Job) -> dict | None:
        if not job.error_code:
            return None
        return {"code": job.error_code, "message": job.error, "detail": job.error_detail}

    def get_rate(self, job: Job) -> float | None:
        """Units a second since this attempt entered the stage."""
        done = job.done - job.stage_from
        if job.state != Job.State.RUNNING or job.stage_since is None or done <= 0:
            return None
        return round(done / max(0.1, (timezone.now() - job.stage_since).total_seconds()), 2)

    def get_seconds_left(self, job: Job) -> int | None:
        rate = self.get_rate(job)
        return round((job.total - job.done) / rate) if rate else None

    def get_waiting_for(self, job: Job) -> int:
        """How many jobs of the same queue stand before this one."""
        if job.state != Job.State.QUEUED:
            return 0
        return Job.objects.open().filter(queue=job.queue, pk__lt=job.pk).count()


class RetrySerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=500, allow_blank=True, default="")


class CountsSerializer(serializers.Serializer):
    clips = serializers.IntegerField()
    tasks = serializers.IntegerField()
    releases = serializers.IntegerField()
    jobs_running = serializers.IntegerField()
    jobs_failed = serializers.IntegerField()


class ActivitySerializer(serializers.Serializer):
    cursor = serializers.CharField()
    jobs = JobSerializer(many=True)
    counts = CountsSerializer()
