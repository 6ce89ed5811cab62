"""Officers show what was done: who may give evidence, and who sees it when."""

import uuid
from datetime import timedelta
from io import BytesIO
from itertools import permutations
from typing import Any

import pytest

from lapor_contracts.events import Attachment, EvidenceAdded, ReportReceived
from lapor_contracts.vocabulary import AnswerKind, Role
from lapor_intake import forgetting, service
from tests.intake.attached import CAMERA, photograph, picture
from tests.support.builders import answered, recalled
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service
ROADS = "PEMDA-14.02/OPD-DPUPR"
BODY = {"body": "Jalan di depan Pasar Rakyat berlubang besar sejak kemarin."}


class Case:
    """A report, its receipt, and an officer of the body that works on it."""

    def __init__(self, stage: Stage, **changes: Any) -> None:
        self.stage = stage
        slip = stage.client.post("/api/v1/reports", json=BODY | changes, headers={"Idempotency-Key": "one"}).json
        self.tracking_id, self.receipt = slip["tracking_id"], slip["receipt"]
        self.report_id = stage.announced(ReportReceived)[-1].report_id

    def give(self, data: bytes, tracking_id: str | None = None, role: Role = Role.OFFICER) -> Any:
        """An officer gives a file."""
        return self.stage.client.post(
            f"/api/v1/evidence/{tracking_id or self.tracking_id}",
            data={"file": (BytesIO(data), "sesudah.jpg")},
            headers=self.stage.signed_in(role, agency_code=ROADS),
        )

    def given(self) -> dict[str, Any]:
        """A photograph that was given."""
        response = self.give(photograph())
        assert response.status_code == 201, response.text
        given: dict[str, Any] = response.json
        return given

    def answer(self, file: dict[str, Any], **changes: Any) -> None:
        """An answer that names the file."""
        named = Attachment(id=uuid.UUID(file["id"]), media_type=file["media_type"], size=file["size"])
        about: dict[str, Any] = {"report_id": self.report_id, "answer_kind": AnswerKind.SUBSTANTIVE, **changes}
        self.stage.hear(answered(**{"answered_at": self.stage.clock.now(), **about}, attachments=(named,)))

    def seen_by(self, who: str, file: dict[str, Any]) -> int:
        """What the public, the reporter or staff is answered."""
        client, own = self.stage.client, f"/api/v1/attachments/{file['id']}"
        if who == "reporter":
            return client.post(own, data={"receipt": self.receipt}).status_code
        if who == "staff":
            return client.get(own, headers=self.stage.signed_in(Role.OFFICER, agency_code=ROADS)).status_code
        return client.get(f"/api/v1/evidence/{file['id']}").status_code


@pytest.fixture
def case(stage: Stage) -> Case:
    """A public report."""
    return Case(stage)


def everybody(case: Case, file: dict[str, Any]) -> list[int]:
    return [case.seen_by(who, file) for who in ("public", "reporter", "staff")]


def test_what_an_officer_gives_is_announced_without_what_the_camera_noted(stage: Stage, case: Case) -> None:
    file = case.given()

    (added,) = stage.announced(EvidenceAdded)
    officer = stage.signed_in(Role.OFFICER, agency_code=ROADS)
    shown = stage.client.get(f"/api/v1/attachments/{file['id']}", headers=officer)
    assert (added.report_id, added.agency_code, str(added.attachments[0].id)) == (case.report_id, ROADS, file["id"])
    assert CAMERA.encode() not in shown.data


def test_evidence_is_for_staff_alone_until_an_answer_names_it(case: Case) -> None:
    file = case.given()

    before = everybody(case, file)
    case.answer(file)

    assert before == [404, 404, 200]
    assert everybody(case, file) == [200, 200, 200]


def test_of_a_secret_report_the_reporter_sees_it_and_the_public_does_not(stage: Stage) -> None:
    case = Case(stage, secret=True)
    file = case.given()

    case.answer(file, secret=True)

    assert everybody(case, file) == [404, 200, 200]


def test_what_is_verified_anew_is_public_only_once_it_is_answered_anew(stage: Stage, case: Case) -> None:
    file = case.given()
    case.answer(file)
    stage.clock.advance(hours=1)

    stage.hear(recalled(report_id=case.report_id, recalled_at=stage.clock.now()))
    between = case.seen_by("public", file)
    stage.clock.advance(hours=1)
    case.answer(file)

    assert between == 404
    assert case.seen_by("public", file) == 200


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=lambda order: "".join(map(str, order)))
def test_evidence_of_a_report_that_became_secret_is_not_public_whatever_is_heard_last(
    stage: Stage, case: Case, order: tuple[int, ...]
) -> None:
    file = case.given()
    story = [
        lambda: case.answer(file, answered_at=WEDNESDAY),
        lambda: stage.hear(recalled(report_id=case.report_id, recalled_at=WEDNESDAY + timedelta(hours=1))),
        lambda: case.answer(file, answered_at=WEDNESDAY + timedelta(hours=2), secret=True),
    ]

    for number in order:
        story[number]()

    assert everybody(case, file) == [404, 200, 200]


@pytest.mark.parametrize("recalled_first", [True, False])
def test_evidence_of_an_answer_that_was_recalled_is_not_public_however_late_the_answer_is_heard(
    stage: Stage, case: Case, recalled_first: bool
) -> None:
    file = case.given()
    story = [
        lambda: case.answer(file, answered_at=WEDNESDAY),
        lambda: stage.hear(recalled(report_id=case.report_id, recalled_at=WEDNESDAY + timedelta(hours=1))),
    ]

    for happen in reversed(story) if recalled_first else story:
        happen()

    assert case.seen_by("public", file) == 404


def test_no_answer_makes_public_what_the_reporter_attached(stage: Stage) -> None:
    uploaded = stage.client.post("/api/v1/uploads", data={"file": (BytesIO(photograph()), "foto.jpg")}).json
    case = Case(stage, attachments=[uploaded["id"]])

    case.answer(uploaded)

    assert case.seen_by("public", uploaded) == 404


def test_an_unknown_report_and_a_whistleblowers_take_no_evidence_alike(stage: Stage, case: Case) -> None:
    with stage.transactions.begin() as tx:
        tx.execute(service.metadata.tables["reports"].update().values(source="whistleblower"))

    sealed, unknown = case.give(photograph()), case.give(photograph(), "0000-0000-0000")

    assert (sealed.status_code, unknown.status_code) == (404, 404)
    assert sealed.json["title"] == unknown.json["title"]
    assert not stage.announced(EvidenceAdded)


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.COORDINATOR], ids=str)
def test_only_officers_of_a_body_give_evidence(case: Case, role: Role) -> None:
    response = case.give(photograph(), role=role)

    assert response.status_code == 403


def test_the_same_file_given_twice_is_one(stage: Stage, case: Case) -> None:
    first, second = case.given(), case.given()

    assert first["id"] == second["id"]
    assert len(stage.announced(EvidenceAdded)) == 1


def test_a_body_gives_no_more_than_one_can_look_through(case: Case) -> None:
    statuses = [case.give(picture(size=(64, 40 + number))).status_code for number in range(21)]

    assert (statuses[19], statuses[20]) == (201, 422)


def test_evidence_stays_where_the_reporter_is_forgotten(stage: Stage, case: Case) -> None:
    file = case.given()
    case.answer(file)

    with stage.transactions.begin() as tx:
        forgetting.forget(tx, [case.report_id], actor="test")

    assert case.seen_by("public", file) == 200


def test_on_the_page_an_officer_uploads_and_goes_back_to_the_report(stage: Stage, case: Case) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS)
    address = f"/bukti/{case.tracking_id.lower()}?kembali={case.report_id}"

    blank = stage.client.get(address)
    wrong = stage.client.post(address, data={"csrf_token": csrf, "attachment": (BytesIO(b"teks"), "a.txt")})
    done = stage.client.post(address, data={"csrf_token": csrf, "attachment": (BytesIO(photograph()), "a.jpg")})

    assert f"/instansi/{case.report_id}" in blank.text
    assert wrong.status_code == 422
    assert done.status_code == 201
    assert str(stage.announced(EvidenceAdded)[0].attachments[0].id) in done.text
