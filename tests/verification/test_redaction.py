"""Verifiers put right what the public must not read; the text stays as it is."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Mark, ReportReceived, ReportRedacted, ReportVerified
from lapor_contracts.vocabulary import Personal, Role
from lapor_verification import service, store
from lapor_verification.domain.redaction import Correction, as_given, as_put_right, corrected, passages, segments
from tests.support.builders import received, supplemented
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

BODY = "Pak Camat dan Pak Budi tidak di tempat. Kata budi besok, mobil B 1234 XYZ masih di sana."
CAMAT = Mark(field="body", start=4, end=9, kind=Personal.NAME)
BUDI = Mark(field="body", start=18, end=22, kind=Personal.NAME)
ALSO_BUDI = Mark(field="body", start=45, end=49, kind=Personal.NAME)
PLATE = Mark(field="body", start=63, end=73, kind=Personal.PLATE)


def marked(**changes: object) -> ReportReceived:
    """A report in which an office was taken for a name."""
    texts = {"title": "Camat tidak di tempat", "body": BODY, "place": "Depan Pasar Rakyat"}
    return received(**{**texts, "marks": (CAMAT, BUDI, PLATE), **changes})


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    report = marked()
    stage.hear(report)
    return report.report_id


def post(stage: Stage, report_id: uuid.UUID, role: Role = Role.VERIFIER, **content: Any) -> Any:
    return stage.client.post(
        f"/api/v1/cases/{report_id}/marks",
        json={"reason": "Camat adalah jabatan.", **content},
        headers=stage.signed_in(role, officer="officer-7"),
    )


def case(stage: Stage, report_id: uuid.UUID) -> Any:
    return stage.client.get(f"/api/v1/cases/{report_id}", headers=stage.signed_in(Role.VERIFIER)).json


def wire(*marks: Mark) -> list[dict[str, Any]]:
    return [{**vars(mark), "kind": mark.kind.value} for mark in marks]


def test_a_case_shows_its_texts_and_what_in_them_is_marked(stage: Stage, report_id: uuid.UUID) -> None:
    shown = case(stage, report_id)

    assert shown["texts"] == {"title": "Camat tidak di tempat", "body": BODY, "place": "Depan Pasar Rakyat"}
    assert shown["marks"] == wire(CAMAT, BUDI, PLATE)
    assert shown["redactions"] == []


def test_a_verifier_puts_the_marks_right(stage: Stage, report_id: uuid.UUID) -> None:
    response = post(stage, report_id, add=wire(ALSO_BUDI), lift=wire(CAMAT))

    assert response.status_code == 201
    (event,) = stage.announced(ReportRedacted)
    assert event.marks == (BUDI, ALSO_BUDI, PLATE)
    assert event.fields == ("title", "body", "place")
    assert (event.redacted_by, event.reason) == ("officer-7", "Camat adalah jabatan.")
    assert case(stage, report_id)["marks"] == wire(BUDI, ALSO_BUDI, PLATE)


def test_the_text_stays_as_it_is(stage: Stage, report_id: uuid.UUID) -> None:
    before = stage.rows(store.cases)

    post(stage, report_id, lift=wire(CAMAT))

    assert stage.rows(store.cases) == before


def test_marks_are_put_right_after_the_report_was_verified_too(stage: Stage, report_id: uuid.UUID) -> None:
    assert stage.announced(ReportVerified)

    assert post(stage, report_id, lift=wire(CAMAT)).status_code == 201


def test_each_correction_is_kept_with_its_author_and_its_reason(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, lift=wire(CAMAT))
    stage.clock.advance(days=1)
    post(stage, report_id, add=wire(CAMAT), reason="Keliru: ini nama orang.")

    redactions = case(stage, report_id)["redactions"]

    assert [(each["redacted_by"], each["reason"]) for each in redactions] == [
        ("officer-7", "Camat adalah jabatan."),
        ("officer-7", "Keliru: ini nama orang."),
    ]
    assert redactions[0]["marks"] == wire(BUDI, PLATE)
    assert case(stage, report_id)["marks"] == wire(CAMAT, BUDI, PLATE)


def test_the_later_correction_is_later_though_a_clock_goes_wrong(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, lift=wire(CAMAT))
    stage.clock.advance(days=-1)
    post(stage, report_id, lift=wire(BUDI))

    first, second = stage.announced(ReportRedacted)
    assert first.redacted_at < second.redacted_at
    assert case(stage, report_id)["marks"] == wire(PLATE)


def test_what_was_added_to_a_report_can_be_marked_too(stage: Stage, report_id: uuid.UUID) -> None:
    name = Mark(field="body", start=4, end=8, kind=Personal.NAME)
    added = supplemented(report_id=report_id, body="Pak Tono juga.", marks=(name,))
    stage.hear(added)

    post(stage, report_id, lift=wire(CAMAT))

    field = str(added.supplement_id)
    (event,) = stage.announced(ReportRedacted)
    assert event.fields == ("title", "body", "place", field)
    assert event.marks[-1] == Mark(field=field, start=4, end=8, kind=Personal.NAME)
    assert case(stage, report_id)["texts"][field] == "Pak Tono juga."


def test_what_comes_after_a_correction_keeps_its_own_marks(stage: Stage, report_id: uuid.UUID) -> None:
    post(stage, report_id, lift=wire(CAMAT, BUDI, PLATE))
    name = Mark(field="body", start=4, end=8, kind=Personal.NAME)
    added = supplemented(report_id=report_id, body="Pak Tono juga.", marks=(name,), supplemented_at=WEDNESDAY)

    stage.hear(added)

    assert [mark["field"] for mark in case(stage, report_id)["marks"]] == [str(added.supplement_id)]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"lift": wire(ALSO_BUDI)}, 409, "changed"),
        ({"add": wire(BUDI)}, 409, "nothing_changes"),
        ({"add": []}, 409, "nothing_changes"),
        ({"add": [{"field": "body", "start": 0, "end": len(BODY) + 1, "kind": "name"}]}, 409, "no_such_passage"),
        ({"add": [{"field": "body", "start": 5, "end": 5, "kind": "name"}]}, 409, "no_such_passage"),
        ({"add": [{"field": "note", "start": 0, "end": 1, "kind": "name"}]}, 409, "no_such_passage"),
        ({"add": [{"field": "body", "start": -1, "end": 1, "kind": "name"}]}, 422, None),
        ({"add": [{"field": "body", "start": 0, "end": 1, "kind": "colour"}]}, 422, None),
        ({"add": wire(BUDI) * 501}, 422, None),
        ({"lift": wire(CAMAT), "reason": "  "}, 422, None),
        ({"passage": "Budi"}, 422, None),
    ],
)
def test_a_correction_that_cannot_be_is_refused(
    stage: Stage, report_id: uuid.UUID, content: dict[str, Any], status: int, code: str | None
) -> None:
    response = post(stage, report_id, **content)

    assert response.status_code == status
    assert code is None or response.json["type"].endswith(code)
    assert stage.announced(ReportRedacted) == []
    assert stage.rows(store.redactions) == []


@pytest.mark.parametrize("role", Role)
def test_only_verifiers_and_coordinators_put_marks_right(stage: Stage, report_id: uuid.UUID, role: Role) -> None:
    response = post(stage, report_id, role, lift=wire(CAMAT))

    assert response.status_code == (201 if role in (Role.VERIFIER, Role.COORDINATOR) else 403)


def test_marks_of_an_unknown_case_are_not_found(stage: Stage) -> None:
    assert post(stage, uuid.uuid4(), add=wire(BUDI)).status_code == 404


@pytest.fixture
def csrf(stage: Stage) -> str:
    return stage.open_session(Role.VERIFIER, officer="officer-7")


def send(stage: Stage, report_id: uuid.UUID, csrf: str, **fields: Any) -> Any:
    form = {"csrf_token": csrf, "kind": "name", "reason": "Nama warga.", **fields}
    return stage.client.post(f"/verifikasi/{report_id}/tanda", data=form)


@pytest.mark.usefixtures("csrf")
def test_the_page_shows_the_text_with_its_marks_in_words(stage: Stage, report_id: uuid.UUID) -> None:
    page = stage.client.get(f"/verifikasi/{report_id}/tanda").text

    assert "Pak <mark>Budi<small> (Nama)</small></mark> tidak" in page
    assert "<mark>B 1234 XYZ<small> (Pelat nomor)</small></mark>" in page
    assert f'href="/verifikasi/{report_id}/tanda"' in stage.client.get(f"/verifikasi/{report_id}").text


def test_a_verifier_hides_words_wherever_they_stand(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    response = send(stage, report_id, csrf, passage="BUDI")

    assert response.status_code == 303
    (event,) = stage.announced(ReportRedacted)
    assert event.marks == (CAMAT, BUDI, ALSO_BUDI, PLATE)
    page = stage.client.get(response.location).text
    assert "Tanda sudah diperbaiki." in page
    assert "Nama warga." in page


def test_a_verifier_lifts_marks_by_ticking_them(stage: Stage, report_id: uuid.UUID, csrf: str) -> None:
    send(stage, report_id, csrf, lift=["body 4 9 name", "body 63 73 plate"])

    (event,) = stage.announced(ReportRedacted)
    assert event.marks == (BUDI,)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({}, 422, 'href="#passage"'),
        ({"passage": "Budi", "reason": " "}, 422, 'href="#reason"'),
        ({"lift": "body satu dua name"}, 422, 'href="#lift"'),
        ({"lift": "body 63 73 colour"}, 422, 'href="#lift"'),
        ({"passage": "Tono"}, 409, "Kata-kata ini tidak ada dalam laporan."),
        ({"lift": "body 0 1 name"}, 409, "Tanda ini sudah tidak ada"),
    ],
)
def test_a_form_that_is_not_right_comes_back_with_what_is_wrong(
    stage: Stage, report_id: uuid.UUID, csrf: str, fields: dict[str, str], status: int, said: str
) -> None:
    response = send(stage, report_id, csrf, **fields)

    assert response.status_code == status
    assert said in response.text
    assert stage.announced(ReportRedacted) == []


def test_a_form_of_another_site_marks_nothing(stage: Stage, report_id: uuid.UUID) -> None:
    stage.open_session(Role.VERIFIER)

    assert send(stage, report_id, "guessed", passage="Budi").status_code == 403


def test_an_officer_has_no_business_with_marks(stage: Stage, report_id: uuid.UUID) -> None:
    stage.open_session(Role.OFFICER, agency_code="PLN")

    assert stage.client.get(f"/verifikasi/{report_id}/tanda").status_code == 403


PLACES = st.integers(0, 60)
MARKS = st.lists(st.builds(Mark, field=st.just("body"), start=PLACES, end=PLACES, kind=st.sampled_from(Personal)))


@given(marks=MARKS)
def test_the_pieces_of_a_text_make_the_text(marks: list[Mark]) -> None:
    pieces = segments(as_given(marked(marks=tuple(marks)), ()), "body")

    assert "".join(piece for piece, _ in pieces) == BODY


@given(marks=MARKS, add=MARKS)
def test_what_is_added_and_lifted_again_leaves_the_marks_as_they_were(marks: list[Mark], add: list[Mark]) -> None:
    good = [mark for mark in marks if mark.start < mark.end <= len(BODY)]
    present = as_given(marked(marks=tuple(good)), ())
    new = tuple(mark for mark in add if mark not in present.marks)

    added = corrected(present, Correction(reason="", add=new))

    if not isinstance(added, Refusal):
        assert corrected(added, Correction(reason="", lift=new)) == present


def test_supplements_may_be_heard_in_any_order() -> None:
    first = supplemented(body="Satu.", supplemented_at=WEDNESDAY)
    second = supplemented(body="Dua.", supplemented_at=WEDNESDAY + timedelta(hours=1))

    assert as_given(marked(), [first, second]) == as_given(marked(), [second, first])
    assert as_put_right(as_given(marked(), [first]), ()) == as_given(marked(), [first])


def test_letters_that_grow_when_made_small_do_not_shift_a_mark() -> None:
    (found,) = passages({"body": "İİİ Budi"}, "budi", Personal.NAME)

    assert (found.start, found.end) == (4, 8)
