"""The prompt job: what a person said about a matte answered, for the author to take or leave."""

from functools import lru_cache

import cv2
import numpy as np
from django.conf import settings

from annotation.actions import painting
from annotation.actions.prompting import words_of
from annotation.models import Prompt, RevisionPlane
from koutu.accounts.errors import Invalid
from koutu.clips.media.pictures.files import read_picture
from koutu.jobs.models import Job
from koutu.jobs.run import JobRun
from koutu.jobs.run import run as run_job
from koutu.registry.models import ModelVersion, version_of
from koutu.storage import blobs
from koutu.storage.blobs import PackWriter
from models import planes
from models.backends.prompt import BadInput
from models.backends.protocol import Interactive
from models.backends.registry import find
from models.interaction.answering import Answered, answer

NETWORK = "koutu-s"
Layer = RevisionPlane.Layer


def work(run: JobRun) -> None:
    """Answer one prompt. A second attempt does the same again, or finds it done."""
    related = ("frame__blob__pack", "frame__clip", "subject__shot__clip__show__project__organisation", "before__pack")
    prompt = Prompt.objects.select_related(*related).get(uuid=run.job.target_id)
    if prompt.told:
        return
    image = read_picture(blobs.read(prompt.frame.blob))
    before = planes.decode(blobs.read(prompt.before)) if prompt.before else np.zeros(image.shape[:2], np.uint8)
    found = _answered(image, before, prompt.said, part=prompt.subject.is_part)
    tiles = planes.changed_tiles(_seen(prompt, before), found.matte)
    painted = painting.Painted({Layer.MATTE: found.matte} if tiles else {})
    with PackWriter(prompt.subject.project.organisation) as pack:
        keys = painting.write(pack, painted)
    with run.commit():
        stored = pack.record()
        prompt.after = stored[keys[Layer.MATTE]] if keys else None
        prompt.tiles = tiles
        prompt.told, prompt.model_version = found.told, _version(found.asked)
        prompt.save(update_fields=["after", "tiles", "told", "model_version"])


def answer_waiting() -> None:
    """Answer what is queued now, from within a longer job of the same worker: a click does not wait for its end."""
    waiting = Job.objects.filter(kind="prompt", state=Job.State.QUEUED).order_by("pk")
    for job in list(waiting.values_list("uuid", flat=True)):
        run_job(job)


def _answered(image: np.ndarray, before: np.ndarray, said: dict, part: bool) -> Answered:
    try:
        return answer(image, before, words_of(said), network(), part)
    except BadInput as error:
        raise Invalid("bad_prompt", f"This cannot be asked: {error}.") from error


def _seen(prompt: Prompt, before: np.ndarray) -> np.ndarray:
    """The matte on the author's screen: a mask that stands for one is not drawn there."""
    return np.zeros_like(before) if prompt.before and prompt.before.kind == Layer.MASK else before


@lru_cache(maxsize=1)
def network() -> Interactive | None:
    """What answers beside colours, None where its weights are not here. It stays in memory for the next click."""
    backend = find(NETWORK)
    opened: Interactive | None = None if backend.missing() else backend.open(device=settings.DEVICE)
    return opened


def _version(asked: bool) -> ModelVersion:
    model = network() if asked else None
    if model is None:
        return version_of(ModelVersion.Role.INTERACTIVE, "grabcut", f"opencv-{cv2.__version__}", "Apache-2.0")
    return version_of(ModelVersion.Role.INTERACTIVE, model.name, model.version, model.licence)
