"""What a reporter learns about the own identity: who asked, who may see it until when, that it is forgotten."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from lapor_contracts.events import CommandAnswered
from lapor_contracts.vocabulary import Command
from lapor_tracking import service
from lapor_tracking.store import metadata
from tests.support.builders import identity_disclosed, identity_forgotten, identity_requested
from tests.support.stage import WEDNESDAY, Stage
from tests.tracking.case import Case, later

SERVICE = service
LAW = "Penetapan PN Rengat 12/2026"


def steps(case: Case, **headers: str) -> list[dict[str, Any]]:
    """The timeline as the API tells it."""
    return list(case.get(**headers).json["timeline"])


def tell(case: Case) -> None:
    """An officer asked, two custodians agreed, and later the reporter was forgotten."""
    about = {"report_id": case.report_id}
    case.stage.hear(
        identity_requested(**about, requested_at=later(6), agency_code="KEMENPUPR"),
        identity_disclosed(**about, disclosed_at=later(7), until=later(15), agency_code="KEMENPUPR", legal_basis=LAW),
        identity_forgotten(**about, forgotten_at=later(20)),
    )


def test_with_the_receipt_one_reads_who_may_see_the_identity_and_on_which_basis(case: Case) -> None:
    case.told(secret=True)
    tell(case)

    requested, disclosed, forgotten = steps(case, X_Receipt=case.receipt)[-3:]

    assert (requested["step"], requested["agency_name"]) == ("identity_requested", "KEMENPUPR")
    assert (disclosed["step"], disclosed["text"], disclosed["agency_name"]) == ("identity_disclosed", LAW, "KEMENPUPR")
    assert disclosed["until"] == (WEDNESDAY + timedelta(hours=15)).isoformat()
    assert forgotten["step"] == "identity_forgotten"


def test_nobody_else_reads_anything_of_it(case: Case) -> None:
    case.told()
    before = case.get().json
    tell(case)

    after = case.get().json

    assert after == before
    page = case.stage.client.get(f"/lacak/{case.tracking_id}").text
    assert [word for word in (LAW, "dentitas Anda", "KEMENPUPR") if word in page] == []


def test_the_page_says_it_to_whoever_has_the_receipt(case: Case) -> None:
    case.told()
    tell(case)

    page = case.send(action="open").text

    assert LAW in page
    assert "Identitas Anda dibuka untuk satu pejabat" in page
    assert "pukul 01.00 WIB" in page  # 18:00 UTC


def test_it_moves_no_report_and_stops_no_clock(case: Case) -> None:
    case.told()
    before = case.get().json

    tell(case)

    after = case.get().json
    assert (after["status"], after["deadlines"]) == (before["status"], before["deadlines"])


def say_where(stage: Stage, case: Case) -> None:
    """A command was answered, and where to is sealed in what tracking said."""
    answered = CommandAnswered(
        report_id=case.report_id,
        tracking_id=case.tracking_id,
        command_id=case.report_id,
        command=Command.STATUS,
        answered_at=WEDNESDAY,
        done=True,
        sealed="c2VhbGVk",
        key_id="test",
    )
    with stage.transactions.begin() as tx:
        tx.publish(answered)


def test_where_answers_were_sent_is_forgotten_too(stage: Stage, case: Case) -> None:
    say_where(stage, case)
    stage.hear(identity_forgotten(report_id=uuid4()))
    others = stage.announced(CommandAnswered)

    stage.hear(identity_forgotten(report_id=case.report_id))

    assert (len(others), stage.announced(CommandAnswered)) == (1, [])
    assert [row for row in stage.rows(metadata.tables["outbox"]) if "command" in row["routing_key"]] == []


def test_where_answers_were_sent_is_not_kept_for_years(stage: Stage, case: Case) -> None:
    say_where(stage, case)
    before = stage.run("drop_old_addresses")
    stage.clock.advance(days=31)

    dropped = stage.run("drop_old_addresses")

    assert (before, dropped, stage.announced(CommandAnswered)) == (0, 1, [])
