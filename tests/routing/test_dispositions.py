"""What bodies do with what came to them: answer, refuse by naming another, pass on."""

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest

from lapor_chassis.batches import Fate
from lapor_contracts.events import AgencyReplied, ReportAnswered, ReportRefused, ReportRouted, ReportUnroutable
from lapor_contracts.vocabulary import AnswerKind, Clock, Role
from lapor_routing import service, store
from tests.routing.conftest import FORMER, HOME_AFFAIRS, INHU, POWER, ROADS, TRAFFIC
from tests.support.builders import agency_replied, closed, deadline_set, replied, verified
from tests.support.stage import Stage

SERVICE = service


def routed_to(stage: Stage, agency_code: str, **changes: Any) -> ReportRouted:
    """A report that the rules have just given to a body."""
    stage.hear(verified(agency_code=agency_code, **changes))
    return stage.announced(ReportRouted)[-1]


def post(stage: Stage, path: str, as_officer_of: str, /, **body: str) -> Any:
    """What an officer of a body sends, and what comes back."""
    headers = stage.signed_in(Role.OFFICER, agency_code=as_officer_of)
    return stage.client.post(f"/api/v1/dispositions/{path}", json=body, headers=headers)


def test_a_body_answers_and_the_reporter_can_be_told(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    response = post(
        stage,
        f"{routed.disposition_id}/answers",
        ROADS.code,
        kind="substantive",
        answer_type="done",
        text="Sudah ditambal.",
    )

    assert response.status_code == 201
    (answered,) = stage.announced(ReportAnswered)
    assert answered.answer_kind is AnswerKind.SUBSTANTIVE
    assert (answered.text, answered.agency_name) == ("Sudah ditambal.", ROADS.name)
    assert str(answered.answer_id) == response.json["id"]


def test_a_double_click_answers_once(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    first, second = (
        post(stage, f"{routed.disposition_id}/answers", ROADS.code, kind="initial", text="Kami tinjau.")
        for _ in range(2)
    )

    assert first.json == second.json
    assert len(stage.announced(ReportAnswered)) == 1


def test_an_initial_answer_may_be_followed_by_a_substantive_one(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    post(stage, f"{routed.disposition_id}/answers", ROADS.code, kind="initial", text="Kami tinjau.")
    post(
        stage,
        f"{routed.disposition_id}/answers",
        ROADS.code,
        kind="substantive",
        answer_type="done",
        text="Sudah ditambal.",
    )

    assert [answered.answer_kind for answered in stage.announced(ReportAnswered)] == ["initial", "substantive"]
    (row,) = stage.rows(store.dispositions)
    assert row["state"] == "answered"


def test_a_refused_report_goes_to_the_body_that_was_named(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    response = post(
        stage, f"{routed.disposition_id}/refusals", ROADS.code, agency_code=TRAFFIC.code, reason="Soal rambu."
    )

    assert response.status_code == 201
    assert response.json["agency_code"] == TRAFFIC.code
    (refused,) = stage.announced(ReportRefused)
    assert (refused.agency_code, refused.named_agency_code, refused.reason) == (ROADS.code, TRAFFIC.code, "Soal rambu.")
    again = stage.announced(ReportRouted)[-1]
    assert (again.agency_code, again.hop) == (TRAFFIC.code, 2)
    assert again.evidence[0].kind == "refusal"
    assert "Soal rambu." in again.evidence[0].detail


def test_a_report_that_is_refused_again_goes_to_the_coordinator(stage: Stage) -> None:
    first = routed_to(stage, ROADS.code)
    post(stage, f"{first.disposition_id}/refusals", ROADS.code, agency_code=TRAFFIC.code, reason="Soal rambu.")
    second = stage.announced(ReportRouted)[-1]

    response = post(
        stage, f"{second.disposition_id}/refusals", TRAFFIC.code, agency_code=ROADS.code, reason="Soal jalan."
    )

    assert response.json["agency_code"] is None
    assert len(stage.announced(ReportRefused)) == 2
    (unroutable,) = stage.announced(ReportUnroutable)
    assert unroutable.reason == "Soal jalan."


@pytest.mark.parametrize(
    "named", [ROADS.code, FORMER.code, "TIDAK-ADA"], ids=["the body itself", "a former body", "no such body"]
)
def test_a_refusal_that_names_no_other_existing_body_is_refused(stage: Stage, named: str) -> None:
    routed = routed_to(stage, ROADS.code)

    response = post(stage, f"{routed.disposition_id}/refusals", ROADS.code, agency_code=named, reason="Bukan kami.")

    assert response.status_code == 422
    assert "agency_code" in response.json["errors"]
    assert not stage.announced(ReportRefused)


def test_passing_on_to_ones_own_unit_makes_no_hop(stage: Stage) -> None:
    routed = routed_to(stage, INHU.code)

    response = post(stage, f"{routed.disposition_id}/handovers", INHU.code, agency_code=ROADS.code)

    assert response.status_code == 201
    again = stage.announced(ReportRouted)[-1]
    assert (again.agency_code, again.hop, again.evidence[0].kind) == (ROADS.code, 1, "handover")
    assert not stage.announced(ReportRefused)


def test_a_body_passes_on_to_its_own_units_only(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    response = post(stage, f"{routed.disposition_id}/handovers", ROADS.code, agency_code=TRAFFIC.code)

    assert response.status_code == 422
    assert len(stage.announced(ReportRouted)) == 1


@pytest.mark.parametrize("act", ["answers", "refusals", "handovers"])
def test_to_another_body_a_disposition_does_not_exist(stage: Stage, act: str) -> None:
    routed = routed_to(stage, ROADS.code)
    body = {
        "answers": {"kind": "initial", "text": "Kami tinjau."},
        "refusals": {"agency_code": INHU.code, "reason": "Bukan kami."},
        "handovers": {"agency_code": INHU.code},
    }[act]

    response = post(stage, f"{routed.disposition_id}/{act}", TRAFFIC.code, **body)

    assert response.status_code == 404
    assert len(stage.announced()) == 1


def test_what_is_closed_is_not_answered_any_more(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    stage.hear(closed(report_id=routed.report_id))

    response = post(
        stage, f"{routed.disposition_id}/answers", ROADS.code, kind="substantive", answer_type="done", text="Sudah."
    )

    assert response.status_code == 409
    assert "sudah ditutup" in response.json["detail"]


def test_what_was_refused_is_not_answered_any_more(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    post(stage, f"{routed.disposition_id}/refusals", ROADS.code, agency_code=TRAFFIC.code, reason="Soal rambu.")

    response = post(
        stage, f"{routed.disposition_id}/answers", ROADS.code, kind="substantive", answer_type="done", text="Sudah."
    )

    assert response.status_code == 409
    assert "sudah ditolak" in response.json["detail"]


def test_an_inbox_shows_what_came_to_the_body_and_its_units_the_longest_waiting_first(stage: Stage) -> None:
    to_unit, to_body, _ = (routed_to(stage, code) for code in (ROADS.code, INHU.code, POWER.code))

    headers = stage.signed_in(Role.OFFICER, agency_code=INHU.code)
    response = stage.client.get("/api/v1/dispositions", headers=headers)

    shown = [entry["id"] for entry in response.json["items"]]
    assert shown == [str(to_unit.disposition_id), str(to_body.disposition_id)]


def test_the_ministry_above_the_regions_does_not_read_their_inboxes(stage: Stage) -> None:
    routed_to(stage, INHU.code)

    headers = stage.signed_in(Role.OFFICER, agency_code=HOME_AFFAIRS.code)
    response = stage.client.get("/api/v1/dispositions", headers=headers)

    assert response.json["items"] == []


def test_an_inbox_is_read_page_by_page_without_gaps_or_repeats(stage: Stage) -> None:
    stage.hear(*(verified(agency_code=POWER.code) for _ in range(7)))
    headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)

    seen, cursor = [], ""
    while cursor is not None:
        address = f"/api/v1/dispositions?limit=3{cursor and f'&cursor={cursor}'}"
        page = stage.client.get(address, headers=headers).json
        seen += [entry["id"] for entry in page["items"]]
        cursor = page["next"]

    assert sorted(seen) == sorted(str(routed.disposition_id) for routed in stage.announced(ReportRouted))


def test_an_inbox_can_be_narrowed_to_a_state(stage: Stage) -> None:
    stage.hear(*(verified(agency_code=POWER.code) for _ in range(3)))
    one, two, _ = stage.announced(ReportRouted)
    post(
        stage, f"{one.disposition_id}/answers", POWER.code, kind="substantive", answer_type="done", text="Menyala lagi."
    )
    stage.hear(closed(report_id=two.report_id))

    def listed(state: str) -> list[str]:
        headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)
        items = stage.client.get(f"/api/v1/dispositions?state={state}", headers=headers).json["items"]
        return [entry["id"] for entry in items]

    assert listed("answered") == [str(one.disposition_id)]
    assert listed("closed") == [str(two.disposition_id)]
    assert len(listed("open")) == 1


def test_an_inbox_shows_until_when_and_what_is_late_and_what_the_reporter_replied(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)
    due = stage.clock.now() + timedelta(days=7)
    stage.hear(
        deadline_set(report_id=routed.report_id, clock=Clock.FIRST_ANSWER, due_at=due),
        deadline_set(report_id=routed.report_id, clock=Clock.RESOLVE, due_at=due + timedelta(days=7)),
        replied(report_id=routed.report_id, text="Mohon segera."),
    )

    headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)
    (entry,) = stage.client.get("/api/v1/dispositions", headers=headers).json["items"]

    assert datetime.fromisoformat(entry["due_at"]) == due
    assert entry["reporter_replied"]


def test_a_deadline_that_is_heard_of_before_its_report_is_shown_all_the_same(stage: Stage) -> None:
    report = verified(agency_code=POWER.code)
    due = stage.clock.now() + timedelta(days=7)

    stage.hear(deadline_set(report_id=report.report_id, clock=Clock.FIRST_ANSWER, due_at=due), report)

    headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)
    (entry,) = stage.client.get("/api/v1/dispositions", headers=headers).json["items"]
    assert datetime.fromisoformat(entry["due_at"]) == due


def test_a_disposition_shows_the_report_and_why_it_came_and_nothing_of_who_reported(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code, body="Listrik padam sejak subuh di Rengat.")
    stage.hear(replied(report_id=routed.report_id, text="Masih padam."))

    headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)
    shown = stage.client.get(f"/api/v1/dispositions/{routed.disposition_id}", headers=headers).json

    assert shown["report"]["body"] == "Listrik padam sejak subuh di Rengat."
    assert shown["disposition"]["grounds"]["evidence"]
    assert [message["text"] for message in shown["messages"]] == ["Masih padam."]
    assert not {"name", "phone", "email", "reporter"} & set(shown["report"])


def reply_to(routed: ReportRouted, **changes: Any) -> AgencyReplied:
    """What a body's own system says about what it was given."""
    return agency_replied(
        **{
            "report_id": routed.report_id,
            "disposition_id": routed.disposition_id,
            "agency_code": routed.agency_code,
            **changes,
        }
    )


def test_a_bodys_own_system_answers_as_its_officer_would(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)
    reply = reply_to(routed, text="Gardu sudah diperbaiki.")

    stage.hear(reply)

    (answered,) = stage.announced(ReportAnswered)
    assert (answered.text, answered.answered_by) == ("Gardu sudah diperbaiki.", f"agency:{POWER.code}")


def test_a_reply_that_comes_again_under_another_envelope_has_no_second_effect(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)
    reply = reply_to(routed, answer_kind=None, refused_to=ROADS.code, text="Lampu jalan milik kabupaten.")

    stage.hear(reply)
    stage.hear(reply, reply)

    assert len(stage.announced(ReportRefused)) == 1


def test_a_bodys_own_system_passes_on_to_a_unit(stage: Stage) -> None:
    routed = routed_to(stage, INHU.code)

    stage.hear(reply_to(routed, answer_kind=None, passed_to=TRAFFIC.code, text="Mohon ditangani."))

    assert stage.announced(ReportRouted)[-1].agency_code == TRAFFIC.code


@pytest.mark.parametrize(
    "wrong",
    [
        {"agency_code": ROADS.code},
        {"disposition_id": uuid.uuid4()},
        {"answer_kind": None},
        {"refused_to": ROADS.code},
        {"answer_kind": None, "refused_to": "TIDAK-ADA"},
    ],
    ids=["of another body", "to an unknown disposition", "that says nothing", "that says two things", "naming nobody"],
)
def test_a_reply_that_can_never_work_is_set_aside_with_its_reason(stage: Stage, wrong: dict[str, Any]) -> None:
    routed = routed_to(stage, POWER.code)
    reply = reply_to(routed, **wrong)

    (outcome,) = stage.receive(stage.letter(reply))

    assert outcome.fate is Fate.DEAD
    assert str(reply.reply_id) in outcome.reason
    assert len(stage.announced()) == 1


def test_one_bodys_system_cannot_speak_for_another(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code)

    (forged,) = stage.receive(stage.letter(reply_to(routed)), sender=ROADS.code)
    (genuine,) = stage.receive(stage.letter(reply_to(routed)), sender=POWER.code)

    assert (forged.fate, genuine.fate) == (Fate.DEAD, Fate.DONE)
    assert len(stage.announced(ReportAnswered)) == 1
