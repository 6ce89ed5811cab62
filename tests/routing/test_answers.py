"""A substantive answer says what was done, and shows it; what it says must hold together."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from lapor_chassis.batches import Fate
from lapor_contracts.events import AgencyReplied, ReportAnswered, ReportRouted
from lapor_contracts.vocabulary import AnswerKind, AnswerType, Role
from lapor_routing import service
from tests.routing.conftest import FORMER, INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to
from tests.support.builders import attachment, contact_paused, evidence_added, outcome_reported, rated
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service
IN_MARCH = (WEDNESDAY + timedelta(days=60)).date().isoformat()
YESTERDAY = (WEDNESDAY - timedelta(days=1)).date().isoformat()


@pytest.fixture
def given_to(stage: Stage) -> ReportRouted:
    """A report at the office of roads."""
    return routed_to(stage, ROADS.code)


@pytest.fixture
def own(given_to: ReportRouted) -> str:
    return f"dispositions/{given_to.disposition_id}"


@pytest.fixture
def officer(stage: Stage) -> Officer:
    return Officer(stage, ROADS.code)


def says(answer_type: str | None, **more: Any) -> dict[str, Any]:
    """A substantive answer."""
    given = {"kind": "substantive", "text": "Jawaban kami.", "answer_type": answer_type, **more}
    return {name: value for name, value in given.items() if value is not None}


@pytest.mark.parametrize(
    "answer",
    [
        says("done"),
        says("planned", planned_on=IN_MARCH),
        says("explained"),
        says("refused_by_law", legal_basis="UU 22/2009 pasal 24"),
        says("other_body", needed_agency_code=TRAFFIC.code),
    ],
    ids=lambda answer: answer["answer_type"],
)
def test_an_answer_says_what_was_done(stage: Stage, own: str, officer: Officer, answer: dict[str, Any]) -> None:
    response = officer.post(f"{own}/answers", **answer)

    (answered,) = stage.announced(ReportAnswered)
    assert response.status_code == 201
    assert answered.answer_type == answer["answer_type"]
    assert (answered.planned_on and answered.planned_on.isoformat()) == answer.get("planned_on")
    assert answered.legal_basis == answer.get("legal_basis", "")
    assert answered.needed_agency_name == (TRAFFIC.name if answer.get("needed_agency_code") else None)
    assert officer.dossier(own.rpartition("/")[2])["answers"][0]["answer_type"] == answer["answer_type"]


@pytest.mark.parametrize(
    ("answer", "field"),
    [
        pytest.param(says(None), "answer_type", id="no outcome"),
        pytest.param(says("planned"), "planned_on", id="planned, without a date"),
        pytest.param(says("planned", planned_on=YESTERDAY), "planned_on", id="planned for yesterday"),
        pytest.param(says("planned", planned_on=WEDNESDAY.date().isoformat()), "planned_on", id="planned for today"),
        pytest.param(says("done", planned_on=IN_MARCH), "planned_on", id="done, with a date"),
        pytest.param(says("refused_by_law"), "legal_basis", id="refused, without a law"),
        pytest.param(says("refused_by_law", legal_basis="  "), "legal_basis", id="refused, with a law left blank"),
        pytest.param(says("other_body"), "needed_agency_code", id="another body, without a name"),
        pytest.param(says("other_body", needed_agency_code="TIDAK-ADA"), "needed_agency_code", id="no such body"),
        pytest.param(says("other_body", needed_agency_code=FORMER.code), "needed_agency_code", id="a body no more"),
        pytest.param(says("other_body", needed_agency_code=ROADS.code), "needed_agency_code", id="itself"),
        pytest.param(says("done", evidence=[str(uuid4())]), "evidence", id="unknown evidence"),
        pytest.param({**says("done"), "kind": "initial"}, "answer_type", id="an initial one with an outcome"),
    ],
)
def test_what_does_not_hold_together_is_said_at_its_field(
    stage: Stage, own: str, officer: Officer, answer: dict[str, Any], field: str
) -> None:
    response = officer.post(f"{own}/answers", **answer)

    assert response.status_code == 422
    assert list(response.json["errors"]) == [field]
    assert not stage.announced(ReportAnswered)


def test_an_answer_shows_the_evidence_that_the_own_house_gave(
    stage: Stage, given_to: ReportRouted, own: str, officer: Officer
) -> None:
    mine, above, others = attachment(id=uuid4()), attachment(id=uuid4()), attachment(id=uuid4())
    for code, file in ((ROADS.code, mine), (INHU.code, above), (POWER.code, others)):
        stage.hear(evidence_added(report_id=given_to.report_id, agency_code=code, attachments=(file,)))

    wrong = officer.post(f"{own}/answers", **says("done", evidence=[str(others.id)]))
    right = officer.post(f"{own}/answers", **says("done", evidence=[str(mine.id), str(above.id)]))

    (answered,) = stage.announced(ReportAnswered)
    assert (wrong.status_code, right.status_code) == (422, 201)
    assert {file.id for file in answered.attachments} == {mine.id, above.id}
    assert answered.secret is False


def test_a_file_that_is_named_twice_is_shown_once(
    stage: Stage, given_to: ReportRouted, own: str, officer: Officer
) -> None:
    file = attachment(id=uuid4())
    stage.hear(evidence_added(report_id=given_to.report_id, agency_code=ROADS.code, attachments=(file,)))

    officer.post(f"{own}/answers", **says("done", evidence=[str(file.id), str(file.id)]))

    assert stage.announced(ReportAnswered)[0].attachments == (file,)


def _reply(given_to: ReportRouted, **changes: Any) -> AgencyReplied:
    return AgencyReplied(
        report_id=given_to.report_id,
        disposition_id=given_to.disposition_id,
        reply_id=uuid4(),
        agency_code=ROADS.code,
        answer_kind=AnswerKind.SUBSTANTIVE,
        text="Sudah ditambal.",
        **changes,
    )


def test_a_system_from_before_there_were_types_still_answers(stage: Stage, given_to: ReportRouted) -> None:
    stage.hear(_reply(given_to), sender=ROADS.code)

    (answered,) = stage.announced(ReportAnswered)
    assert answered.answer_type is None


def test_a_systems_answer_waits_for_evidence_that_is_still_on_its_way(stage: Stage, given_to: ReportRouted) -> None:
    file = attachment(id=uuid4())
    reply = _reply(given_to, answer_type=AnswerType.DONE, evidence=(file.id,))

    (early,) = stage.receive(stage.letter(reply), sender=ROADS.code)
    stage.hear(evidence_added(report_id=given_to.report_id, agency_code=ROADS.code, attachments=(file,)))
    stage.hear(reply, sender=ROADS.code)

    (answered,) = stage.announced(ReportAnswered)
    assert early.fate is Fate.RETRY
    assert answered.attachments == (file,)


def test_officers_see_what_the_reporter_thought_and_that_nobody_reaches_them(
    stage: Stage, given_to: ReportRouted, own: str, officer: Officer
) -> None:
    about: dict[str, Any] = {"report_id": given_to.report_id}

    stage.hear(rated(**about, rating=2), outcome_reported(**about, holds=False), contact_paused(**about, via="email"))

    reactions = officer.dossier(given_to.disposition_id)["reactions"]
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    page = stage.client.get(f"/instansi/{given_to.disposition_id}").text
    assert {(one["kind"], one["value"]) for one in reactions} == {
        ("rated", "2"),
        ("holds_not", ""),
        ("unreachable", "email"),
    }
    assert "Pelapor tidak dapat dihubungi" in page


def test_on_the_page_a_body_is_named_by_its_name_and_nothing_that_was_typed_is_lost(
    stage: Stage, given_to: ReportRouted
) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    address = f"/instansi/{given_to.disposition_id}"
    answer = {"csrf_token": csrf, "kind": "substantive", "text": "Rambu milik Dishub.", "answer_type": "other_body"}

    wrong = stage.client.post(address, data={**answer, "needed_agency_code": "Dinas"})
    right = stage.client.post(address, data={**answer, "needed_agency_code": "Perhubungan Kabupaten"})

    shown = stage.client.get(right.location).text
    assert wrong.status_code == 422
    assert all(words in wrong.text for words in ("Rambu milik Dishub.", 'value="Dinas"', TRAFFIC.code, ROADS.code))
    assert stage.announced(ReportAnswered)[0].needed_agency_code == TRAFFIC.code
    assert f"/instansi/{given_to.disposition_id}/instansi-lain?cari=" in shown


def test_a_draft_may_be_unfinished_and_is_whole_when_it_is_handed_in(stage: Stage, own: str) -> None:
    maker = Officer(stage, ROADS.code, "maker")
    checker = Officer(stage, ROADS.code, "checker", (Role.OFFICER, Role.APPROVER))
    Officer(stage, ROADS.code, "administrator", (Role.ADMINISTRATOR,)).put(f"approval/{ROADS.code}", required=True)

    kept = maker.post(f"{own}/drafts", **says("planned"), submit=False)
    early = maker.put(f"{own}/drafts/{kept.json['id']}", **says("planned"))
    maker.put(f"{own}/drafts/{kept.json['id']}", **says("planned", planned_on=IN_MARCH))
    approved = checker.post(f"{own}/drafts/{kept.json['id']}/approvals")

    (answered,) = stage.announced(ReportAnswered)
    assert (kept.status_code, early.status_code, approved.status_code) == (201, 422, 201)
    assert answered.planned_on
    assert answered.planned_on.isoformat() == IN_MARCH
