"""Files on their way in and out: uploaded in one piece or resumed, named by a report, seen by staff and reporter."""

import hashlib
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from threading import Barrier
from typing import Any

import boto3
import pytest
import requests
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from PIL import Image
from prometheus_client import CollectorRegistry
from tusclient.client import TusClient
from tusclient.exceptions import TusUploadFailed
from tusclient.uploader import Uploader
from werkzeug.test import TestResponse

from lapor_chassis.limiting import limit
from lapor_chassis.refusals import Refusal
from lapor_chassis.sign_in import SigningKey
from lapor_chassis.web import background, create_app
from lapor_contracts.events import ReportReceived, ReportSupplemented, SubmissionAccepted, SubmissionRefused
from lapor_contracts.vocabulary import Role
from lapor_intake import forgetting, rotation, service
from lapor_intake.attachments import store
from lapor_intake.attachments.storage import Storage, StorageError
from lapor_intake.vault import LocalKey, Vault
from tests.intake.attached import CAMERA, document, photograph, picture, video
from tests.intake.conftest import VAULT_KEY
from tests.support.builders import returned, submitted
from tests.support.embedded_system import EmbeddedSystem
from tests.support.staff import SIGNING_KEY, VERIFY_KEY, token
from tests.support.stage import Stage

SERVICE = service
UPLOADS = "/api/v1/uploads"
TUS = "/api/v1/uploads/tus"
BY_TUS = {"Tus-Resumable": "1.0.0"}
BODY = {"body": "Jalan di depan Pasar Rakyat berlubang besar sejak kemarin."}


def send(stage: Stage, data: bytes, name: str = "IMG-20260107-WA0001.jpg") -> TestResponse:
    """Upload a file in one piece."""
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    return stage.client.post(UPLOADS, data=head + data + b"\r\n--x--", content_type="multipart/form-data; boundary=x")


def uploaded(stage: Stage, data: bytes) -> str:
    """The id of a file that was taken."""
    response = send(stage, data)
    assert response.status_code == 201, response.text
    return str(response.json["id"])


def report(stage: Stage, *attachments: str, key: str = "one", **more: Any) -> TestResponse:
    """Hand in a report that names attachments."""
    given = {**BODY, **more, "attachments": attachments}
    return stage.client.post("/api/v1/reports", json=given, headers={"Idempotency-Key": key})


def reported(stage: Stage, data: bytes) -> tuple[str, str, str]:
    """A report with this file: the file's id, the tracking ID and the receipt."""
    attachment_id = uploaded(stage, data)
    response = report(stage, attachment_id, key=str(uuid.uuid4()))
    assert response.status_code == 201, response.text
    return attachment_id, response.json["tracking_id"], response.json["receipt"]


def seen(stage: Stage, attachment_id: str, *roles: Role, **headers: str) -> TestResponse:
    """What a member of staff is shown."""
    return stage.client.get(
        f"/api/v1/attachments/{attachment_id}", headers={**stage.signed_in(*(roles or (Role.VERIFIER,))), **headers}
    )


def stored(stage: Stage) -> dict[str, bytes]:
    """What lies in the store."""
    return {path.name: path.read_bytes() for path in Path(stage.settings.attachments).rglob("*") if path.is_file()}


def keeper(stage: Stage, storage: Storage | None = None) -> Any:
    """The keeper of attachments, perhaps with another store."""
    attachments = service.reception_of(stage.settings, stage.transactions).attachments
    if storage is not None:
        attachments._storage = storage
    return attachments


def test_a_report_names_what_was_uploaded_and_tells_the_others(stage: Stage) -> None:
    photo, letter = uploaded(stage, photograph()), uploaded(stage, document())

    response = report(stage, photo, letter)

    assert response.status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert [(str(one.id), one.media_type) for one in received.attachments] == [
        (photo, "image/jpeg"),
        (letter, "application/pdf"),
    ]
    assert all(one.size > 100 for one in received.attachments)


def test_what_is_taken_is_told_by_its_content_and_not_by_its_name(stage: Stage) -> None:
    response = send(stage, picture("PNG"), "surat.pdf")

    assert (response.status_code, response.json["media_type"]) == (201, "image/png")


def test_the_store_holds_files_under_their_hash_that_nobody_can_read(stage: Stage) -> None:
    uploaded(stage, photograph())

    files = stored(stage)

    assert len(files) == 2
    assert {hashlib.sha256(content).hexdigest() for content in files.values()} == set(files)
    assert not [name for name, content in files.items() if CAMERA.encode() in content or content[:2] == b"\xff\xd8"]


def test_the_original_is_kept_sealed_with_all_that_it_holds(stage: Stage) -> None:
    uploaded(stage, photograph())
    (row,) = [row for row in stage.rows(store.files) if row["holds"] == store.ORIGINAL]
    file = store.File(
        **{name: row[name] for name in ("file_id", "sha256", "attachment_id", "holds", "key_id", "wrapped_key")}
    )

    assert keeper(stage)._read(file) == photograph()


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"MZ a program", "attachment-type", "Kirim PDF"),
        (picture("JPEG")[:-9], "attachment-damaged", "rusak"),
        (picture("JPEG") + b"<script>", "attachment-polyglot", "berkas atau kode lain"),
        (b"", "attachment-empty", "kosong"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_the_reason_and_leaves_nothing(
    stage: Stage, data: bytes, code: str, said: str
) -> None:
    response = send(stage, data)

    assert response.status_code == 422
    assert response.json["type"].endswith(code)
    assert said in response.json["errors"]["file"][0]
    assert stage.rows(store.attachments) == []
    assert stored(stage) == {}


def test_a_file_that_is_too_large_is_refused(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    small = Stage(service, engine, **intake_settings, attachment_mb=1)

    assert send(small, bytes((1 << 20) + 1)).json["errors"]["file"][0].startswith("Berkas ini terlalu besar")
    assert send(small, bytes(2 << 20)).status_code == 413


def test_one_file_at_a_time(stage: Stage) -> None:
    two = [(BytesIO(picture()), "a.jpg"), (BytesIO(picture()), "b.jpg")]

    assert stage.client.post(UPLOADS, data={"file": two}).status_code == 422
    assert stage.client.post(UPLOADS, data={}).status_code == 422


def test_who_sends_very_many_files_is_asked_to_wait(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    strict = Stage(service, engine, **intake_settings, limit_uploads=limit("1 per year"))
    uploaded(strict, picture())

    refused = strict.client.post(TUS, headers={**BY_TUS, "Upload-Length": "10"})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 60
    assert send(strict, picture()).status_code == 429


def test_a_report_cannot_name_what_was_never_uploaded(stage: Stage) -> None:
    unknown = str(uuid.uuid4())

    response = report(stage, uploaded(stage, picture()), unknown)

    assert response.status_code == 422
    assert unknown in response.json["errors"]["attachments"][0]
    assert stage.announced(ReportReceived) == []


def test_a_file_belongs_to_one_report(stage: Stage) -> None:
    photo = uploaded(stage, picture())
    report(stage, photo, key="one")

    second = report(stage, photo, key="two")

    assert second.status_code == 422
    assert photo in second.json["errors"]["attachments"][0]
    assert len(stage.announced(ReportReceived)) == 1


def test_of_two_reports_at_the_same_moment_one_gets_the_file(stage: Stage) -> None:
    photo = uploaded(stage, picture())
    together = Barrier(4)
    client = stage.client  # made once, before the threads begin

    def hand_in(number: int) -> int:
        together.wait()
        given = {**BODY, "attachments": [photo]}
        answer = client.application.test_client().post(
            "/api/v1/reports", json=given, headers={"Idempotency-Key": str(number)}
        )
        return answer.status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(hand_in, range(4)))

    assert statuses == [201, 422, 422, 422]
    assert len(stage.announced(ReportReceived)) == 1


def test_the_same_report_sent_again_keeps_its_files(stage: Stage) -> None:
    photo = uploaded(stage, picture())
    first = report(stage, photo)

    again = report(stage, photo)

    assert (again.status_code, again.json) == (201, first.json)
    assert len(stage.announced(ReportReceived)) == 1


def test_a_report_has_at_most_five_attachments(stage: Stage) -> None:
    response = report(stage, *(str(uuid.uuid4()) for _ in range(6)))

    assert response.status_code == 422
    assert "Paling banyak 5" in response.json["errors"]["attachments"][0]


def test_a_file_that_is_still_coming_cannot_be_named(stage: Stage) -> None:
    location = stage.client.post(TUS, headers={**BY_TUS, "Upload-Length": "100"}).headers["Location"]

    assert report(stage, location.rsplit("/", 1)[1]).status_code == 422


def test_two_submissions_of_one_batch_cannot_both_have_a_file(stage: Stage) -> None:
    photo = uuid.UUID(uploaded(stage, picture()))
    first, second = (submitted(attachments=(photo,)) for _ in range(2))

    stage.hear(first, second, sender="jaki", reply_to="queue")

    assert len(stage.announced(SubmissionAccepted)) == 1
    (refused,) = stage.announced(SubmissionRefused)
    assert str(photo) in refused.reason
    (received,) = stage.announced(ReportReceived)
    assert received.attachments[0].id == photo


def test_a_supplement_brings_files_too_and_sent_again_is_the_same(stage: Stage) -> None:
    made = report(stage).json
    (received,) = stage.announced(ReportReceived)
    stage.hear(returned(report_id=received.report_id, tracking_id=received.tracking_id))
    photo = uploaded(stage, picture())
    completion = {"receipt": made["receipt"], "attachments": [photo]}
    url = f"/api/v1/supplements/{made['tracking_id']}"

    answers = [stage.client.post(url, json=completion).status_code for _ in range(2)]

    assert answers == [201, 201]
    (supplemented,) = stage.announced(ReportSupplemented)
    assert [str(one.id) for one in supplemented.attachments] == [photo]
    other = {**completion, "attachments": [uploaded(stage, picture())]}
    assert stage.client.post(url, json=other).status_code == 409


# What is seen


def test_staff_see_the_cleaned_file_in_a_sandbox(stage: Stage) -> None:
    photo, _, _ = reported(stage, photograph())

    response = seen(stage, photo)

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Disposition"] == f"inline; filename=lampiran-{photo[:8]}.jpg"
    with Image.open(BytesIO(response.data)) as image:
        assert not image.getexif()


def test_a_document_is_saved_and_a_video_is_sent_in_parts(stage: Stage) -> None:
    letter, _, _ = reported(stage, document())
    film, _, _ = reported(stage, video())

    assert seen(stage, letter).headers["Content-Disposition"].startswith("attachment; ")
    part = seen(stage, film, Range="bytes=4-7")

    assert (part.status_code, part.data) == (206, b"ftyp")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.VERIFIER, 200), (Role.OFFICER, 200), (Role.COORDINATOR, 200), (Role.SUPERVISOR, 403), (Role.OPERATOR, 403)],
)
def test_attachments_are_for_those_who_work_on_reports(stage: Stage, role: Role, status: int) -> None:
    photo, _, _ = reported(stage, picture())

    assert seen(stage, photo, role).status_code == status


def test_nobody_sees_a_file_without_signing_in_nor_before_a_report_names_it(stage: Stage) -> None:
    photo, _, _ = reported(stage, picture())

    assert stage.client.get(f"/api/v1/attachments/{photo}").status_code == 401
    assert seen(stage, uploaded(stage, picture())).status_code == 404
    assert seen(stage, str(uuid.uuid4())).status_code == 404


def test_a_bodys_system_fetches_a_file_with_the_pass_that_routing_gave_it_and_nothing_else(stage: Stage) -> None:
    photo, _, receipt = reported(stage, picture())
    other, _, _ = reported(stage, picture())
    until = stage.clock.now() + timedelta(days=30)
    good = SIGNING_KEY.sign_pass(photo, until=until)
    staff = token(Role.OFFICER, now=stage.clock.now(), officer=photo)
    forged = SigningKey.generate().sign_pass(photo, until=until)

    def fetched(attachment_id: str, given: str) -> TestResponse:
        return stage.client.get(f"/api/v1/attachments/{attachment_id}/shared", query_string={"pass": given})

    taken = fetched(photo, good)
    wrong = [fetched(photo, given).status_code for given in (staff, forged, receipt, "nonsense", good[:-1], f"{good}a")]
    bearer = stage.client.get(f"/api/v1/attachments/{photo}", headers={"Authorization": f"Bearer {good}"})
    elsewhere = fetched(other, good).status_code
    stage.clock.advance(days=31)

    assert (taken.status_code, taken.headers["Content-Type"]) == (200, "image/jpeg")
    assert taken.headers["Cache-Control"] == "no-store"
    assert wrong == [404] * 6
    assert (bearer.status_code, elsewhere, fetched(photo, good).status_code) == (401, 404, 404)


def test_the_reporter_sees_it_with_the_receipt(stage: Stage) -> None:
    photo, _, receipt = reported(stage, picture())
    url = f"/api/v1/attachments/{photo}"

    assert stage.client.post(url, data={"receipt": receipt}).headers["Content-Type"] == "image/jpeg"
    wrong = stage.client.post(url, data={"receipt": "0000-0000-0000-0000"})
    unknown = stage.client.post(f"/api/v1/attachments/{uuid.uuid4()}", data={"receipt": receipt})

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert {**wrong.json, "instance": ""} == {**unknown.json, "instance": ""}


def test_receipts_cannot_be_tried_for_ever(stage: Stage) -> None:
    photo, _, _ = reported(stage, picture())

    tried = [
        stage.client.post(f"/api/v1/attachments/{photo}", data={"receipt": f"{n:016}"}).status_code for n in range(12)
    ]

    assert tried == [404] * 10 + [429] * 2


def test_files_of_a_forgotten_reporter_are_gone_for_good(stage: Stage) -> None:
    photo, _, _ = reported(stage, picture())
    (received,) = stage.announced(ReportReceived)

    with stage.transactions.begin() as tx:
        forgetting.forget(tx, [received.report_id], actor="operator")

    assert seen(stage, photo).status_code == 404
    assert {row["wrapped_key"] for row in stage.rows(store.files)} == {None}


def test_files_open_under_a_new_master_key(stage: Stage) -> None:
    photo, _, _ = reported(stage, picture())
    new = LocalKey(b"a master key that is new, 32 byt")

    rotation.rotate(stage.transactions, Vault(new, [VAULT_KEY]))

    assert {row["key_id"] for row in stage.rows(store.files)} == {new.key_id}
    attachments = keeper(stage)
    attachments._vault = Vault(new)
    shown = attachments.shown(uuid.UUID(photo))
    assert attachments.content(shown)[:2] == b"\xff\xd8"


# What is left behind


def test_what_no_report_names_in_a_day_is_removed_and_the_rest_stays(stage: Stage) -> None:
    photo, _, _ = reported(stage, picture())
    left = uploaded(stage, picture())
    stage.clock.advance(hours=24, minutes=30)
    expired = report(stage, left, key="late")
    stage.clock.advance(hours=1)
    fresh = uploaded(stage, picture())

    removed = stage.run("sweep_attachments")

    assert removed == 1
    assert expired.status_code == 422
    assert {str(row["attachment_id"]) for row in stage.rows(store.attachments)} == {photo, fresh}
    assert len(stored(stage)) == 4
    assert seen(stage, photo).status_code == 200


class Failing(Storage):
    """A store that breaks off at the second file."""

    def put(self, contents: Mapping[str, bytes]) -> None:
        """Store the first file only."""
        super().put(dict([*contents.items()][:1]))
        raise StorageError("gone")


def test_a_store_that_breaks_off_leaves_nothing_that_is_not_found_again(stage: Stage) -> None:
    with pytest.raises(StorageError):
        keeper(stage, Failing(stage.settings.attachments)).take_in(picture())
    assert len(stored(stage)) == 1

    stage.clock.advance(hours=26)
    stage.run("sweep_attachments")

    assert stored(stage) == {}
    assert stage.rows(store.files) == []


def test_while_the_store_is_away_senders_are_asked_to_come_again(
    engine: sa.Engine, intake_settings: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    stage = Stage(service, engine, **{**intake_settings, "attachments": str(tmp_path / "file")})

    response = send(stage, picture())

    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")


def test_the_same_file_for_the_same_report_is_kept_once(stage: Stage) -> None:
    attachments = keeper(stage)

    first = attachments.take_in(picture(), key=("email", "<1@example>"))
    again = attachments.take_in(picture(), key=("email", "<1@example>"))
    other = attachments.take_in(picture(), key=("email", "<2@example>"))

    assert not isinstance(first, Refusal)
    assert first == again
    assert first.id != other.id
    assert len(stored(stage)) == 4


# An S3-compatible store


@pytest.fixture(scope="module")
def s3() -> Iterator[Any]:
    """Buckets on moto's server, and the environment that leads there."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield boto3.resource("s3")
    server.stop()


def test_files_lie_in_an_s3_compatible_store_as_well(
    engine: sa.Engine, intake_settings: dict[str, Any], s3: Any
) -> None:
    bucket = s3.create_bucket(Bucket=f"lapor-{uuid.uuid4()}")
    stage = Stage(service, engine, **{**intake_settings, "attachments": f"s3://{bucket.name}/attachments"})

    photo, _, _ = reported(stage, photograph())
    uploaded(stage, picture())
    kept = {one.key.rsplit("/", 1)[1]: one.get()["Body"].read() for one in bucket.objects.all()}
    stage.clock.advance(hours=26)
    stage.run("sweep_attachments")

    assert len(kept) == 4
    assert [name for name, content in kept.items() if hashlib.sha256(content).hexdigest() != name] == []
    assert len(list(bucket.objects.all())) == 2
    assert seen(stage, photo).data[:2] == b"\xff\xd8"


IN_A_WORKER = """
from lapor_launcher.greenlets import prepare

prepare()
import sys
from lapor_intake.attachments.storage import open_storage

storage = open_storage(sys.argv[1])
storage.put({"abc": b"hello", "abd": b"other"})
storage.remove(["abd", "abe"])
print(storage.get("abc").decode())
"""


def test_a_worker_reaches_that_store_too(s3: Any) -> None:
    bucket = s3.create_bucket(Bucket=f"lapor-{uuid.uuid4()}")

    ran = subprocess.run(
        [sys.executable, "-c", IN_A_WORKER, f"s3://{bucket.name}"], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "hello\n"
    assert [one.key for one in bucket.objects.all()] == ["ab/abc"]


# Uploads that can be resumed


def begun(stage: Stage, length: int) -> str:
    """The address of a resumable upload."""
    response = stage.client.post(TUS, headers={**BY_TUS, "Upload-Length": str(length)})
    assert response.status_code == 201
    return response.headers["Location"]


def patch(stage: Stage, address: str, offset: int, part: bytes, **headers: str) -> TestResponse:
    """Send a part."""
    given = {**BY_TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream", **headers}
    return stage.client.patch(address, data=part, headers=given)


def test_the_server_says_what_it_can(stage: Stage) -> None:
    response = stage.client.options(TUS)

    assert response.status_code == 204
    assert response.headers["Tus-Version"] == "1.0.0"
    assert response.headers["Tus-Extension"] == "creation,expiration,termination"
    assert response.headers["Tus-Max-Size"] == str(10 << 20)


def test_a_file_comes_in_parts_and_is_examined_at_its_end(stage: Stage) -> None:
    data = photograph()
    address = begun(stage, len(data))

    offsets = [
        patch(stage, address, at, data[at : at + 300]).headers["Upload-Offset"] for at in range(0, len(data), 300)
    ]

    assert offsets[-1] == str(len(data))
    assert report(stage, address.rsplit("/", 1)[1]).status_code == 201
    assert len(stored(stage)) == 2
    assert stage.client.head(address, headers=BY_TUS).status_code == 404


def test_parts_in_the_store_are_encrypted(stage: Stage) -> None:
    patch(stage, begun(stage, 5_000), 0, photograph())

    (part,) = stored(stage).values()
    assert CAMERA.encode() not in part


def test_progress_can_be_asked_and_expires(stage: Stage) -> None:
    address = begun(stage, 1_000)
    patch(stage, address, 0, bytes(400))

    asked = stage.client.head(address, headers=BY_TUS)

    assert (asked.status_code, asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == (200, "400", "1000")
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Upload-Expires"] == "Thu, 08 Jan 2026 03:00:00 GMT"
    stage.clock.advance(hours=25)
    assert stage.client.head(address, headers=BY_TUS).status_code == 404
    assert patch(stage, address, 400, b"x").status_code == 404


@pytest.mark.parametrize(
    ("offset", "part", "headers", "status"),
    [
        ("0", b"x", {"Tus-Resumable": "0.2.2"}, 412),
        ("0", b"x", {"Content-Type": "image/jpeg"}, 415),
        ("7", b"x", {}, 409),
        ("0", bytes(101), {}, 409),
        ("-1", b"x", {}, 400),
        ("²", b"x", {}, 400),
        ("9" * 40, b"x", {}, 400),
    ],
    ids=["version", "type", "gap", "too much", "negative", "no digit", "endless"],
)
def test_a_part_that_does_not_fit_is_refused_and_nothing_changes(
    stage: Stage, offset: str, part: bytes, headers: dict[str, str], status: int
) -> None:
    address = begun(stage, 100)

    response = stage.client.patch(
        address,
        data=part,
        headers={**BY_TUS, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream", **headers},
    )

    assert response.status_code == status
    assert response.headers["Tus-Resumable"] == "1.0.0"
    assert stage.client.head(address, headers=BY_TUS).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(("length", "status"), [(None, 400), ("ten", 400), ("0", 422), (str(11 << 20), 413)])
def test_an_upload_of_an_impossible_length_is_not_begun(stage: Stage, length: str | None, status: int) -> None:
    headers = {**BY_TUS, **({"Upload-Length": length} if length else {})}

    assert stage.client.post(TUS, headers=headers).status_code == status


def test_an_upload_can_be_given_up(stage: Stage) -> None:
    address = begun(stage, 1_000)
    patch(stage, address, 0, bytes(400))

    ended = stage.client.post(address, headers={**BY_TUS, "X-HTTP-Method-Override": "DELETE"})

    assert ended.status_code == 204
    assert stage.client.delete(address, headers=BY_TUS).status_code == 404
    assert stored(stage) == {}
    assert stage.rows(store.attachments) == []


def test_a_store_is_not_filled_with_crumbs(stage: Stage) -> None:
    address = begun(stage, 1_000)

    statuses = {patch(stage, address, at, b"x").status_code for at in range(20)}

    assert statuses == {204, 422, 409}


def test_a_resumed_file_that_is_unfit_is_refused_at_its_end(stage: Stage) -> None:
    address = begun(stage, 12)
    patch(stage, address, 0, b"MZ a p")

    response = patch(stage, address, 6, b"rogram")

    assert response.status_code == 422
    assert "Kirim PDF" in response.json["errors"]["file"][0]
    assert stage.client.head(address, headers=BY_TUS).status_code == 404
    assert stored(stage) == {}


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """The address of intake's web server."""
    app = create_app(stage.service, verify_key=VERIFY_KEY, clock=stage.clock, registry=CollectorRegistry())
    with background(app, 0) as url:
        yield url


def test_the_client_tuspy_uploads_what_it_is_given(stage: Stage) -> None:
    with served(stage) as url:
        uploader = TusClient(f"{url}{TUS}").uploader(
            file_stream=BytesIO(photograph()), chunk_size=256, metadata={"filename": "Kenari Sangkar.jpg"}
        )
        uploader.upload()

    attachment_id = uploader.url.rsplit("/", 1)[1]
    assert report(stage, attachment_id).status_code == 201
    assert seen(stage, attachment_id).status_code == 200


def test_the_client_tuspy_is_told_that_a_file_is_unfit(stage: Stage) -> None:
    with served(stage) as url, pytest.raises(TusUploadFailed) as failed:
        TusClient(f"{url}{TUS}").uploader(file_stream=BytesIO(b"MZ a program"), chunk_size=5).upload()

    assert failed.value.status_code == 422
    assert b"Kirim PDF" in failed.value.response_content


@pytest.mark.system
def test_an_upload_survives_the_death_of_the_server_in_the_middle(stopped_system: EmbeddedSystem) -> None:
    data = picture("PNG", size=(600, 400))
    stopped_system.start()
    before = TusClient(f"{stopped_system.url}{TUS}").uploader(file_stream=BytesIO(data), chunk_size=300)
    before.upload(stop_at=600)
    stopped_system.kill()
    with pytest.raises(TusUploadFailed):
        before.upload_chunk()
    stopped_system.start()

    after = Uploader(url=before.url, client=before.client, file_stream=BytesIO(data), chunk_size=300)
    assert after.offset == 600
    after.upload()

    attachment_id = before.url.rsplit("/", 1)[1]
    answer = requests.post(
        f"{stopped_system.url}/api/v1/reports", json={**BODY, "attachments": [attachment_id]}, timeout=10
    )
    shown = requests.post(
        f"{stopped_system.url}/api/v1/attachments/{attachment_id}",
        data={"receipt": answer.json()["receipt"]},
        timeout=10,
    )
    assert (answer.status_code, shown.status_code, shown.headers["Content-Type"]) == (201, 200, "image/png")


# Nonsense


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.binary(max_size=400), st.sampled_from([b"", b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\0\0\0\x14ftypisom\0\0\0\0"])
)
def test_nonsense_is_refused_and_never_an_error(stage: Stage, rest: bytes, beginning: bytes) -> None:
    response = send(stage, beginning + rest)

    assert response.status_code == 422
    assert stored(stage) == {}
