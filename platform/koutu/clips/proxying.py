"""The proxy job: stored frames → one film for playback, whose every picture is a frame at its own time."""

import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from django.conf import settings

from koutu.accounts.errors import Refused
from koutu.clips import frame_map
from koutu.clips.media import proxy
from koutu.clips.media.faults import MediaError
from koutu.clips.models import Clip, Frame, Proxy
from koutu.jobs.run import JobRun
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from koutu.storage.models import Blob


def work(run: JobRun) -> None:
    """Write the proxy of the clip named by the job. Begun again from the start when it was lost on the way."""
    clip = Clip.objects.select_related("show__project__organisation").get(uuid=run.job.target_id)
    if clip.state != Clip.State.READY or Proxy.objects.filter(clip=clip).exists():
        return
    with tempfile.TemporaryDirectory(dir=settings.DATA / "tmp", prefix="proxy-") as folder:
        path = Path(folder) / "proxy.webm"
        try:
            size = _write(run, clip, path)
        except MediaError as error:
            raise Refused(error.code.value, error.detail) from error
        _keep(run, clip, path, size)


def _write(run: JobRun, clip: Clip, path: Path) -> tuple[int, int]:
    size = proxy.proxy_size(clip.width, clip.height, Fraction(clip.pixel_aspect_num, clip.pixel_aspect_den))
    rate = Fraction(clip.rate_num or 25, clip.rate_den)
    files = run.count(_files(clip), "proxy", clip.frame_count, "frames")
    proxy.write(path, files, frame_map.of(clip), size, rate)
    return size


def _files(clip: Clip) -> Iterator[bytes]:
    for frame in Frame.objects.filter(clip=clip).select_related("blob__pack").paged():
        yield blobs.read(frame.blob)


def _keep(run: JobRun, clip: Clip, path: Path, size: tuple[int, int]) -> None:
    key = (Blob.Kind.PROXY.value, blobs.file_address(path))
    pack = PackWriter.of_file(clip.project.organisation, *key, path)
    with run.commit():
        blob = pack.record()[key]
        Proxy.objects.get_or_create(clip=clip, defaults={"blob": blob, "width": size[0], "height": size[1]})
