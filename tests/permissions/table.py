"""Who may do what: one line for each address and method of the API.

`least` is the least role that may; `status` what such a person is answered; `outsider` what somebody is answered who
may not know of the thing at all. Whoever is inside but below `least` is answered 403.
"""

import base64
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import SimpleUploadedFile

from koutu.accounts.roles import Role
from tests.permissions.world import World, save

VIEWER, ANNOTATOR, REVIEWER, LEAD = Role.VIEWER, Role.ANNOTATOR, Role.REVIEWER, Role.LEAD


@dataclass(frozen=True)
class Call:
    least: Role
    status: int = 200
    send: Callable[[World], dict] | None = None
    form: bool = False
    query: str = ""
    outsider: int = 404
    # Whose own thing it is: to everybody else, whatever their role, it is not there.
    owner: Role | None = None
    headers: dict[str, str] = field(default_factory=dict)
    piece: bytes | None = None


def _new_release(world: World) -> dict:
    return {"project": world.things["project"], "name": "spring", "formats": ["davis2017"], "split": {"val": 0.2}}


def _absent(world: World) -> dict:
    there = {"clip": world.things["clip"], "frame": 0, "subject": world.things["subject"]}
    return save(parent=world.things["revision"], presence="absent", **there)


def _prompt(world: World) -> dict:
    there = {"clip": world.things["clip"], "frame": 0, "subject": world.things["subject"]}
    return save(parent=world.things["revision"], points=[{"x": 5, "y": 5}], **there)


def _upload(world: World) -> dict:
    return {"show": world.things["show"], "file": SimpleUploadedFile("a.mp4", b"the bytes of a film")}


TUS = {"Tus-Resumable": "1.0.0"}
NO_SHOW = {"Upload-Length": "9", "Upload-Metadata": "show " + base64.b64encode(uuid.uuid4().hex.encode()).decode()}


VOID = {"kind": "logo", "first": 0, "last": 3, "left": 0, "top": 0, "right": 9, "bottom": 9}

CALLS: dict[str, Call] = {
    # Every person's own
    "GET /api/me": Call(VIEWER, outsider=200),
    "PATCH /api/me": Call(VIEWER, send=lambda w: {"language": "en"}, outsider=200),
    "GET /api/home": Call(VIEWER, outsider=200),
    "GET /api/activity": Call(VIEWER, outsider=200),
    "GET /api/schema/": Call(VIEWER, outsider=200),
    "GET /api/docs/": Call(VIEWER, outsider=200),
    # Jobs
    "GET /api/jobs": Call(VIEWER, outsider=200),
    "GET /api/jobs/{job}": Call(VIEWER),
    "POST /api/jobs/{job}/cancel": Call(ANNOTATOR),
    "POST /api/jobs/{failed_job}/dismiss": Call(ANNOTATOR),
    "POST /api/jobs/{failed_job}/retry": Call(ANNOTATOR, send=lambda w: {"reason": "the disk was full"}),
    # Shows and clips
    "GET /api/shows": Call(VIEWER, outsider=200),
    "POST /api/shows": Call(
        ANNOTATOR, 201, send=lambda w: {"project": w.things["project"], "name": "New"}, outsider=400
    ),
    "GET /api/shows/{show}": Call(VIEWER),
    "PATCH /api/shows/{show}": Call(LEAD, send=lambda w: {"licence": "CC0"}),
    "DELETE /api/shows/{show}": Call(LEAD, 204),
    "POST /api/shows/{show}/restore": Call(LEAD),
    "GET /api/clips/{clip}/duplicates": Call(VIEWER),
    "PATCH /api/clips/{clip}/duplicates/{pair}": Call(ANNOTATOR, send=lambda w: {"state": "kept"}),
    "GET /api/projects/{project}/reading": Call(VIEWER),
    "PATCH /api/projects/{project}/reading": Call(LEAD, send=lambda w: {"frames": "png"}),
    "GET /api/shows/{show}/rights": Call(VIEWER),
    "POST /api/shows/{show}/rights": Call(LEAD, 201, send=lambda w: {"owner": "A studio", "licence": "All uses"}),
    "POST /api/clips/{clip}/repeats/share": Call(ANNOTATOR),
    "GET /api/clips/{clip}/survey": Call(VIEWER),
    "POST /api/clips/{clip}/survey": Call(ANNOTATOR, send=lambda w: {"kind": "logo", "state": "dismissed"}),
    "PATCH /api/clips/{clip}/survey/{suggestion}": Call(ANNOTATOR, send=lambda w: {"state": "dismissed"}),
    "POST /api/clips/{clip}/voids": Call(ANNOTATOR, 201, send=lambda w: VOID),
    "DELETE /api/clips/{clip}/voids/{area}": Call(ANNOTATOR, 204),
    "GET /api/subjects/{subject}/face": Call(VIEWER),
    "GET /api/shows/{show}/watches": Call(LEAD),
    "POST /api/shows/{show}/watches": Call(LEAD, 422, send=lambda w: {"place": "/etc"}),
    "POST /api/shows/{show}/watches/{watch}/files/{file}/keep": Call(LEAD, 409),
    "DELETE /api/shows/{show}/watches/{watch}": Call(LEAD, 204),
    "POST /api/shows/{show}/rights/{right}/withdraw": Call(LEAD, send=lambda w: {"reason": "the contract ended"}),
    "GET /api/shows/{show}/touched": Call(VIEWER),
    "POST /api/shows/{show}/cast": Call(LEAD, 201, send=lambda w: {"name": "The empress"}),
    "PATCH /api/shows/{show}/cast/{cast}": Call(LEAD, send=lambda w: {"consent": "given"}),
    "DELETE /api/shows/{show}/cast/{cast}": Call(LEAD, 204),
    "GET /api/clips": Call(VIEWER, outsider=200),
    "POST /api/clips": Call(ANNOTATOR, 201, send=_upload, form=True, outsider=400),
    "GET /api/clips/{clip}": Call(VIEWER),
    "PATCH /api/clips/{clip}": Call(ANNOTATOR, send=lambda w: {"name": "renamed"}),
    "DELETE /api/clips/{clip}": Call(LEAD, 204),
    "POST /api/clips/{deleted_clip}/restore": Call(LEAD),
    "POST /api/clips/{clip}/prelabel": Call(ANNOTATOR, 202),
    "GET /api/clips/{clip}/frames": Call(VIEWER),
    "GET /api/clips/{clip}/shots": Call(VIEWER),
    "GET /api/clips/{clip}/cuts": Call(VIEWER),
    "POST /api/clips/{clip}/cuts": Call(ANNOTATOR, 201, send=lambda w: {"op": "add", "at": 3}),
    "POST /api/clips/{recut_clip}/cuts/{cut}/undo": Call(ANNOTATOR),
    # Uploads
    "GET /api/uploads": Call(VIEWER, outsider=200),
    "POST /api/uploads": Call(VIEWER, 404, headers=TUS | NO_SHOW),
    "GET /api/uploads/room": Call(VIEWER, query="project={project}"),
    "GET /api/uploads/{upload}": Call(ANNOTATOR, owner=ANNOTATOR),
    "HEAD /api/uploads/{upload}": Call(ANNOTATOR, owner=ANNOTATOR, headers=TUS),
    "PATCH /api/uploads/{upload}": Call(
        ANNOTATOR, 204, owner=ANNOTATOR, headers=TUS | {"Upload-Offset": "0"}, piece=b"bytes"
    ),
    "DELETE /api/uploads/{upload}": Call(ANNOTATOR, 204, owner=ANNOTATOR, headers=TUS),
    "POST /api/uploads/{whole_upload}/finish": Call(ANNOTATOR, owner=ANNOTATOR),
    "POST /api/uploads/{refused_upload}/keep": Call(ANNOTATOR, owner=ANNOTATOR),
    # Media
    "GET /api/clips/{clip}/strip": Call(VIEWER),
    "GET /api/clips/{clip}/proxy": Call(VIEWER),
    "GET /api/clips/{clip}/proxy/map": Call(VIEWER),
    "GET /api/clips/{clip}/frames/0": Call(VIEWER),
    "GET /api/clips/{clip}/frames/0/thumb": Call(VIEWER),
    "GET /api/shots/{shot}/planes": Call(VIEWER, query="first=0&last=5"),
    "GET /api/revisions/{revision}/planes": Call(VIEWER),
    "GET /api/drafts/{clip}/6/{other_subject}": Call(VIEWER),
    "GET /api/releases/{release}/manifest": Call(VIEWER),
    "GET /api/releases/{release}/download": Call(VIEWER, query="format=davis2017"),
    # Work on a shot
    "GET /api/shots/{shot}": Call(VIEWER),
    "GET /api/shots/{shot}/heads": Call(VIEWER),
    "GET /api/shots/{later_shot}/drafts": Call(VIEWER),
    "GET /api/shots/{shot}/subjects": Call(VIEWER),
    "POST /api/shots/{shot}/subjects": Call(ANNOTATOR, 201, send=lambda w: {"name": "Guard"}),
    "POST /api/shots/{shot}/solve": Call(
        ANNOTATOR, 202, send=lambda w: {"subject": w.things["subject"], "first": 0, "last": 5}
    ),
    "GET /api/shots/{shot}/cutouts": Call(VIEWER),
    "POST /api/shots/{shot}/cutouts": Call(ANNOTATOR, 202, send=lambda w: {"format": "png"}),
    "GET /api/cutouts/{cutout}": Call(VIEWER),
    "POST /api/prompts": Call(ANNOTATOR, 202, send=_prompt, form=True),
    "GET /api/prompts/{prompt}": Call(ANNOTATOR, owner=ANNOTATOR),
    "GET /api/prompts/{prompt}/tiles": Call(ANNOTATOR, owner=ANNOTATOR),
    "GET /api/shots/{shot}/propagate": Call(VIEWER, query="subject={subject}&frame=3"),
    "POST /api/shots/{shot}/propagate": Call(
        ANNOTATOR, 202, send=lambda w: {"subject": w.things["subject"], "frame": 3}
    ),
    "GET /api/shots/{shot}/propagations": Call(VIEWER),
    "POST /api/shots/{shot}/propagations/undo": Call(ANNOTATOR, send=lambda w: {"job": w.things["propagation"]}),
    "GET /api/shots/{shot}/parts": Call(VIEWER),
    "PUT /api/subjects/{subject}/owners": Call(ANNOTATOR, 422, send=lambda w: {"owners": []}),
    "GET /api/subjects/{subject}/merge": Call(VIEWER, 422, query="other={other_subject}"),
    "POST /api/subjects/{subject}/merge": Call(
        ANNOTATOR, 422, send=lambda w: {"other": w.things["other_subject"], "state": "told"}
    ),
    "GET /api/subjects/{subject}/split": Call(VIEWER, query="frame=3"),
    "POST /api/subjects/{subject}/split": Call(ANNOTATOR, 409, send=lambda w: {"frame": 3, "state": "told"}),
    "POST /api/subjects/{subject}/unjoin": Call(ANNOTATOR, 409, send=lambda w: {"act": w.things["subject"]}),
    "PATCH /api/subjects/{subject}": Call(ANNOTATOR, send=lambda w: {"name": "Queen"}),
    "DELETE /api/subjects/{subject}": Call(ANNOTATOR, 204),
    "POST /api/subjects/{subject}/restore": Call(ANNOTATOR),
    "GET /api/frames/{clip}/0/history": Call(VIEWER, query="subject={subject}"),
    "GET /api/revisions/{revision}": Call(VIEWER),
    "PUT /api/revisions/{new}": Call(ANNOTATOR, 201, send=_absent, form=True),
    "POST /api/revisions/{revision}/restore": Call(ANNOTATOR, 201, send=lambda w: {"id": str(uuid.uuid4())}),
    "POST /api/revisions/{revision}/unpin": Call(LEAD),
    "PUT /api/drafts/{clip}/6/{other_subject}": Call(ANNOTATOR, send=lambda w: save(presence="absent"), form=True),
    "DELETE /api/drafts/{clip}/6/{other_subject}": Call(VIEWER, 204),
    # Tasks
    "GET /api/tasks": Call(VIEWER, outsider=200),
    "GET /api/tasks/next": Call(VIEWER, outsider=204),
    "GET /api/tasks/{task}": Call(VIEWER),
    "POST /api/tasks/{task}/claim": Call(ANNOTATOR),
    "POST /api/tasks/{task}/heartbeat": Call(ANNOTATOR),
    "POST /api/tasks/{task}/release": Call(VIEWER),
    "POST /api/tasks/{task}/absent": Call(ANNOTATOR, send=lambda w: {"subject": w.things["subject"]}),
    "POST /api/tasks/{task}/submit": Call(ANNOTATOR),
    "POST /api/tasks/{task}/accept": Call(REVIEWER),
    "POST /api/tasks/{review_task}/reject": Call(REVIEWER, send=lambda w: {"reason": "the sleeve"}),
    "POST /api/tasks/{accepted_task}/reopen": Call(REVIEWER),
    # Releases
    "GET /api/releases": Call(VIEWER, outsider=200),
    "POST /api/releases": Call(LEAD, 201, send=_new_release, outsider=400),
    "POST /api/releases/preview": Call(VIEWER, send=_new_release, outsider=400),
    "GET /api/releases/{release}": Call(VIEWER),
    "DELETE /api/releases/{release}": Call(LEAD, 204),
    "POST /api/releases/{release}/restore": Call(LEAD),
}
