"""A large file comes in pieces: cut off, asked after, gone on with, and at the end a clip or a reason."""

import base64
from datetime import timedelta

import pytest
from django.utils import timezone

from koutu.accounts.roles import Role
from koutu.clips import parts
from koutu.clips.actions import uploads
from koutu.clips.models import Clip, Upload
from koutu.jobs.models import Job
from koutu.storage import blobs
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]
TUS = {"Tus-Resumable": "1.0.0"}
FILM = bytes(range(256)) * 40


@pytest.fixture
def show():
    return factories.show(factories.project())


@pytest.fixture(autouse=True)
def person(client, show):
    someone = factories.person(Role.ANNOTATOR, show.project)
    client.force_login(someone)
    return someone


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"


def metadata(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


def begin(client, show, length=10_240, name="夜宴 第1集.mp4", **headers):
    said = {"Upload-Length": str(length), "Upload-Metadata": metadata(filename=name, show=str(show.uuid))}
    return client.post("/api/uploads", headers=TUS | said | headers)


def send(client, where, offset, piece, **headers):
    said = TUS | {"Upload-Offset": str(offset)} | headers
    return client.generic("PATCH", where, piece, content_type="application/offset+octet-stream", headers=said)


def test_a_file_in_pieces_becomes_a_clip(client, show, person):
    where = begin(client, show)["Location"]
    assert send(client, where, 0, FILM[:4000])["Upload-Offset"] == "4000"
    asked = client.head(where, headers=TUS)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("4000", str(len(FILM)))
    assert [row["offset"] for row in client.get("/api/uploads").json()] == [4000]
    assert send(client, where, 4000, FILM[4000:]).status_code == 204
    clip = Clip.objects.get()
    assert client.get(where).json()["clip"] == str(clip.uuid)
    assert (clip.source_name, clip.created_by) == ("夜宴 第1集.mp4", person)
    assert blobs.read(clip.source) == FILM
    assert Job.objects.get().kind == "ingest"
    assert client.get("/api/uploads").json() == []
    assert client.head(where, headers=TUS)["Upload-Offset"] == str(len(FILM))
    assert not list(parts.path_of(Upload.objects.get().uuid).parent.iterdir())


def test_a_piece_that_begins_elsewhere_is_refused_with_the_true_place(client, show):
    where = begin(client, show)["Location"]
    send(client, where, 0, FILM[:4000])
    answer = send(client, where, 0, FILM[:4000])
    assert (answer.status_code, answer.json()["error"]["detail"]) == (409, {"offset": 4000})
    assert client.head(where, headers=TUS)["Upload-Offset"] == "4000"


def test_two_requests_never_write_the_same_file(client, show):
    where = begin(client, show)["Location"]
    with parts.held(Upload.objects.get().uuid):
        assert send(client, where, 0, FILM[:4000]).status_code == 423
    assert send(client, where, 0, FILM[:4000]).status_code == 204


def test_a_connection_cut_in_a_piece_keeps_what_came(show, person):
    upload = uploads.begin(person, show, "a.mp4", len(FILM))

    class Cut:
        left = 3000

        def read(self, size):
            if not self.left:
                raise ConnectionResetError
            size = min(size, self.left)
            self.left -= size
            return FILM[:size]

    with pytest.raises(ConnectionResetError):
        uploads.append(upload, 0, Cut(), 4000)
    assert parts.offset(upload.uuid) == 3000


def test_a_server_lost_after_the_last_byte_makes_the_clip_when_asked(client, show, person):
    upload = uploads.begin(person, show, "a.mp4", len(FILM))
    where = f"/api/uploads/{upload.uuid}"
    assert client.post(f"{where}/finish").json()["error"]["code"] == "not_whole"
    parts.path_of(upload.uuid).write_bytes(FILM)
    made = client.post(f"{where}/finish").json()
    assert made["clip"]
    assert client.post(f"{where}/finish").json() == made, "asked twice, made once"
    assert Clip.objects.count() == 1


def test_the_same_bytes_are_refused_and_can_be_kept_on_purpose(client, show):
    for _ in range(2):
        where = begin(client, show)["Location"]
        send(client, where, 0, FILM)
    first = Clip.objects.get()
    fault = client.get(where).json()["fault"]
    assert (fault["code"], fault["detail"]["clip"]) == ("duplicate", str(first.uuid))
    assert client.post(f"{where}/keep").status_code == 200
    assert Clip.objects.exclude(pk=first.pk).get().source == first.source
    assert client.post(f"{where}/keep").json()["error"]["code"] == "no_duplicate"


@pytest.mark.parametrize(
    ("length", "settings_", "code"),
    [
        (0, {}, "empty_file"),
        (5000, {"MAX_UPLOAD_BYTES": 4000}, "too_large"),
        (10**14, {"MAX_UPLOAD_BYTES": 10**15}, "disk_full"),
    ],
)
def test_what_cannot_come_in_is_refused_before_a_byte_is_sent(client, show, settings, length, settings_, code):
    for name, value in settings_.items():
        setattr(settings, name, value)
    assert begin(client, show, length).json()["error"]["code"] == code
    assert not Upload.objects.exists()


def test_a_quota_counts_what_is_here_and_what_is_coming(client, show):
    organisation = show.project.organisation
    organisation.quota_bytes = 2 * len(FILM) - 1
    organisation.save()
    first = begin(client, show)["Location"]
    answer = begin(client, show)
    assert answer.json()["error"]["code"] == "quota"
    room = client.get(f"/api/uploads/room?project={show.project.uuid}").json()
    assert (room["used"], room["quota"], room["left"]) == (len(FILM), 2 * len(FILM) - 1, len(FILM) - 1)
    assert client.delete(first, headers=TUS).status_code == 204
    assert begin(client, show).status_code == 201


def test_what_was_given_up_is_gone(client, show, django_capture_on_commit_callbacks):
    where = begin(client, show)["Location"]
    send(client, where, 0, FILM[:4000])
    with django_capture_on_commit_callbacks(execute=True):
        client.delete(where, headers=TUS)
    assert client.head(where, headers=TUS).status_code == 410
    assert send(client, where, 4000, FILM[4000:]).status_code == 410
    assert not list(parts.path_of(Upload.objects.get().uuid).parent.iterdir())


def test_nobody_goes_on_with_another_person_s_file(client, show):
    where = begin(client, show)["Location"]
    client.force_login(factories.person(Role.ADMIN, show.project))
    assert client.head(where, headers=TUS).status_code == 404
    assert send(client, where, 0, FILM).status_code == 404


def test_what_nobody_goes_on_with_for_a_week_is_removed(show, person):
    old, new = (uploads.begin(person, show, name, len(FILM)) for name in ("old.mp4", "new.mp4"))
    Upload.objects.filter(pk=old.pk).update(touched_at=timezone.now() - timedelta(days=8))
    assert uploads.expire() == 1
    assert not parts.path_of(old.uuid).exists()
    assert parts.path_of(new.uuid).exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2.1"}, 412),
        ({"Upload-Length": "-5"}, 422),
        ({"Upload-Length": "many"}, 422),
        ({"Upload-Metadata": "filename §"}, 422),
        ({"Upload-Metadata": metadata(filename="a.mp4")}, 404),
    ],
)
def test_headers_that_make_no_sense(client, show, headers, status):
    assert begin(client, show, **headers).status_code == status


def test_pieces_that_make_no_sense(client, show, settings):
    where = begin(client, show)["Location"]
    settings.UPLOAD_PIECE_BYTES = 5000
    assert send(client, where, 0, FILM).status_code == 413
    assert send(client, where, 0, FILM[:100], **{"Upload-Offset": "x"}).status_code == 422
    settings.UPLOAD_PIECE_BYTES = 2**20
    assert send(client, where, 0, FILM + b"more").json()["error"]["code"] == "too_long"
    plain = client.generic("PATCH", where, FILM, content_type="text/plain", headers=TUS | {"Upload-Offset": "0"})
    assert plain.status_code == 415
    assert client.head(where, headers=TUS)["Upload-Offset"] == "0"


def test_a_name_that_is_a_path_stays_a_name(client, show):
    where = begin(client, show, name="../../etc/passwd.mp4")["Location"]
    send(client, where, 0, FILM)
    assert Clip.objects.get().source_name == "passwd.mp4"


def test_the_server_tells_what_it_speaks(client):
    answer = client.options("/api/uploads")
    assert answer["Tus-Version"] == "1.0.0"
    assert "termination" in answer["Tus-Extension"]
