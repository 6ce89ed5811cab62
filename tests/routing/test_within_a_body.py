"""How officers of a body work together: notes, who has it, drafts that another approves, more time."""

from datetime import timedelta

import pytest

from lapor_contracts.events import ExtensionGranted, ReportAnswered, ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_routing import officers, service
from tests.routing.conftest import INHU, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to
from tests.support.builders import deadline_set
from tests.support.stage import Stage

SERVICE = service


@pytest.fixture
def routed(stage: Stage) -> ReportRouted:
    """A report at the regency."""
    return routed_to(stage, INHU.code)


@pytest.fixture
def own(routed: ReportRouted) -> str:
    return f"dispositions/{routed.disposition_id}"


@pytest.fixture
def maker(stage: Stage) -> Officer:
    return Officer(stage, INHU.code, "maker")


@pytest.fixture
def checker(stage: Stage) -> Officer:
    return Officer(stage, INHU.code, "checker", (Role.OFFICER, Role.APPROVER))


@pytest.fixture
def checked(stage: Stage) -> None:
    """The regency has a second officer approve what goes out, and so have its offices."""
    administrator = Officer(stage, INHU.code, "administrator", (Role.ADMINISTRATOR,))
    assert administrator.put(f"approval/{INHU.code}", required=True).status_code == 204


ANSWER = {"kind": "substantive", "answer_type": "done", "text": "Sudah ditambal."}


@pytest.mark.usefixtures("checked")
def test_what_one_officer_drafts_another_one_approves_before_the_reporter_reads_it(
    stage: Stage, own: str, maker: Officer, checker: Officer
) -> None:
    assert maker.post(f"{own}/answers", **ANSWER).json["type"].endswith(":needs_approval")
    draft = maker.post(f"{own}/drafts", **ANSWER).json

    assert maker.post(f"{own}/drafts/{draft['id']}/approvals").status_code == 403
    assert not stage.announced(ReportAnswered)
    approved = checker.post(f"{own}/drafts/{draft['id']}/approvals")

    assert (draft["state"], approved.json["state"], approved.json["decided_by"]) == ("submitted", "approved", "checker")
    (answered,) = stage.announced(ReportAnswered)
    assert (answered.text, answered.answered_by) == ("Sudah ditambal.", "checker")
    assert checker.post(f"{own}/drafts/{draft['id']}/approvals").status_code == 409


@pytest.mark.usefixtures("checked")
def test_a_draft_that_is_given_back_is_put_right_by_its_author_alone(
    stage: Stage, own: str, maker: Officer, checker: Officer
) -> None:
    draft = maker.post(f"{own}/drafts", **ANSWER).json["id"]

    returned = checker.post(f"{own}/drafts/{draft}/returns", text="Kapan?").json
    other = checker.put(f"{own}/drafts/{draft}", **ANSWER)
    better = maker.put(f"{own}/drafts/{draft}", kind="substantive", answer_type="done", text="Ditambal pada 6 Januari.")
    checker.post(f"{own}/drafts/{draft}/approvals")

    assert (returned["state"], returned["note"]) == ("returned", "Kapan?")
    assert (other.status_code, better.json["state"]) == (409, "submitted")
    assert stage.announced(ReportAnswered)[0].text == "Ditambal pada 6 Januari."


@pytest.mark.usefixtures("checked")
def test_nobody_approves_their_own_draft(own: str, checker: Officer) -> None:
    draft = checker.post(f"{own}/drafts", **ANSWER).json["id"]

    response = checker.post(f"{own}/drafts/{draft}/approvals")

    assert response.json["type"] == "urn:lapor:problem:own_draft"


@pytest.mark.usefixtures("checked")
def test_units_work_by_draft_and_approval_too_and_others_do_not(stage: Stage) -> None:
    unit, other = routed_to(stage, ROADS.code), routed_to(stage, "BUMN-PLN")

    at_unit = Officer(stage, ROADS.code).post(f"dispositions/{unit.disposition_id}/answers", **ANSWER)
    elsewhere = Officer(stage, "BUMN-PLN").post(f"dispositions/{other.disposition_id}/answers", **ANSWER)

    assert (at_unit.status_code, elsewhere.status_code) == (409, 201)


def test_a_body_decides_for_itself_and_its_units_only(stage: Stage) -> None:
    administrator = Officer(stage, ROADS.code, "administrator", (Role.ADMINISTRATOR,))

    assert administrator.put(f"approval/{TRAFFIC.code}", required=True).status_code == 404
    assert administrator.put(f"approval/{ROADS.code}", required=True).status_code == 204
    assert administrator.put(f"approval/{ROADS.code}", required=False).status_code == 204


def test_a_body_takes_longer_for_a_reason_but_not_for_ever(stage: Stage, own: str, maker: Officer) -> None:
    assert list(maker.post(f"{own}/extensions", working_days=15, reason="Menunggu aspal.").json["errors"]) == [
        "working_days"
    ]
    given = [maker.post(f"{own}/extensions", working_days=14, reason="Menunggu aspal.").status_code for _ in range(3)]

    assert given == [204, 204, 409]
    first, second = stage.announced(ExtensionGranted)
    assert (first.working_days, first.reason, first.granted_by) == (14, "Menunggu aspal.", "maker")
    assert first.extension_id != second.extension_id


@pytest.mark.usefixtures("checked")
def test_more_time_too_needs_approval_where_the_body_works_so(
    stage: Stage, own: str, maker: Officer, checker: Officer
) -> None:
    assert (
        maker.post(f"{own}/extensions", working_days=5, reason="Menunggu aspal.")
        .json["type"]
        .endswith(":needs_approval")
    )
    assert maker.post(f"{own}/drafts", kind="extension", text="Menunggu aspal.").status_code == 422
    draft = maker.post(f"{own}/drafts", kind="extension", text="Menunggu aspal.", working_days=5).json["id"]

    checker.post(f"{own}/drafts/{draft}/approvals")

    (granted,) = stage.announced(ExtensionGranted)
    assert (granted.granted_by, granted.working_days) == ("checker", 5)


def test_what_was_answered_is_not_extended(own: str, maker: Officer) -> None:
    maker.post(f"{own}/answers", **ANSWER)

    assert maker.post(f"{own}/extensions", working_days=5, reason="Menunggu aspal.").status_code == 409


def test_notes_go_down_with_the_report_and_to_no_neighbour(
    stage: Stage, routed: ReportRouted, own: str, maker: Officer
) -> None:
    maker.post(f"{own}/notes", text="Hubungi camat dahulu.")
    maker.post(f"{own}/handovers", agency_code=ROADS.code)
    handed_down = stage.announced(ReportRouted)[-1].disposition_id
    roads, traffic = Officer(stage, ROADS.code, "roads"), Officer(stage, TRAFFIC.code, "traffic")

    seen = roads.dossier(handed_down)["notes"]
    roads.post(f"dispositions/{handed_down}/refusals", agency_code=TRAFFIC.code, reason="Soal rambu.")

    assert [(note["text"], note["written_by"]) for note in seen] == [("Hubungi camat dahulu.", "maker")]
    assert traffic.dossier(stage.announced(ReportRouted)[-1].disposition_id)["notes"] == []
    assert len(maker.dossier(routed.disposition_id)["notes"]) == 1


def test_an_officer_hands_over_to_a_colleague_with_a_note(
    stage: Stage, routed: ReportRouted, own: str, maker: Officer
) -> None:
    with stage.transactions.begin() as tx:
        officers.create(tx, "siti", "a password long enough", [Role.OFFICER], INHU.code)
        officers.create(tx, "budi", "a password long enough", [Role.OFFICER], TRAFFIC.code)

    given = maker.put(f"{own}/officer", username="siti", note="Sudah saya telepon.")
    stranger = maker.put(f"{own}/officer", username="budi")

    assert (given.status_code, stranger.status_code) == (204, 422)
    dossier = maker.dossier(routed.disposition_id)
    assert (dossier["disposition"]["officer"], dossier["notes"][0]["text"]) == ("siti", "Sudah saya telepon.")
    assert maker.inbox()[0]["officer"] == "siti"


def test_a_deadline_that_was_moved_is_shown_as_it_was_said_last(stage: Stage, routed: ReportRouted) -> None:
    soon = deadline_set(report_id=routed.report_id, clock="first_answer", due_at=stage.clock.now() + timedelta(days=3))
    officer = Officer(stage, INHU.code)
    stage.hear(soon)
    stage.clock.advance(hours=1)

    stage.hear(deadline_set(**{**vars(soon), "due_at": soon.due_at + timedelta(days=5)}))

    assert officer.inbox()[0]["due_at"] == (soon.due_at + timedelta(days=5)).isoformat()
