"""What a body says was done, and shows, as everybody and the reporter read it."""

from typing import Any
from uuid import uuid4

import pytest

from lapor_contracts.vocabulary import AnswerKind, AnswerType
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service


def answered(stage: Stage, *, secret: bool = False, **changes: Any) -> Case:
    """A report with a substantive answer."""
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(
        case.received(secret=secret),
        builders.verified(**about, verified_at=later(0.1), secret=secret),
        builders.routed(**about, routed_at=later(0.2)),
        builders.answered(**about, answered_at=later(5), answer_kind=AnswerKind.SUBSTANTIVE, secret=secret, **changes),
    )
    stage.clock.set(later(24))
    return case


def page(case: Case) -> str:
    return str(case.stage.client.get(f"/lacak/{case.tracking_id}").text)


def opened(case: Case) -> str:
    return str(case.send(action="open", receipt=case.receipt).text)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"answer_type": AnswerType.DONE}, ["Sudah dikerjakan"]),
        ({"answer_type": AnswerType.PLANNED, "planned_on": later(24 * 60).date()}, ["Direncanakan", "8 Maret 2026"]),
        ({"answer_type": AnswerType.REFUSED_BY_LAW, "legal_basis": "UU 22/2009"}, ["menurut hukum", "UU 22/2009"]),
        (
            {"answer_type": AnswerType.OTHER_BODY, "needed_agency_code": "BBPJN", "needed_agency_name": "Balai Jalan"},
            ["Memerlukan instansi lain", "Balai Jalan"],
        ),
    ],
    ids=lambda said: str(said.get("answer_type")) if isinstance(said, dict) else "",
)
def test_everybody_reads_what_was_done_and_so_does_the_reporter(
    stage: Stage, said: dict[str, Any], words: list[str]
) -> None:
    case = answered(stage, **said)

    assert all(word in page(case) for word in words)
    assert all(word in opened(case) for word in words)
    assert case.get().json["timeline"][-1]["outcome"]["type"] == said["answer_type"]


def test_everybody_sees_the_evidence_of_a_public_report(stage: Stage) -> None:
    photo = builders.attachment(id=uuid4())

    case = answered(stage, answer_type=AnswerType.DONE, attachments=(photo,))

    assert f"/api/v1/evidence/{photo.id}" in page(case)
    assert case.get().json["timeline"][-1]["evidence"][0]["id"] == str(photo.id)
    assert f"/api/v1/attachments/{photo.id}" in opened(case)


def test_of_a_secret_report_the_reporter_alone_learns_what_was_done(stage: Stage) -> None:
    photo = builders.attachment(id=uuid4())

    case = answered(
        stage, secret=True, answer_type=AnswerType.REFUSED_BY_LAW, legal_basis="UU 22/2009", attachments=(photo,)
    )

    assert not any(word in page(case) for word in ("UU 22/2009", str(photo.id)))
    assert all(word in opened(case) for word in ("UU 22/2009", str(photo.id)))


def test_of_an_answer_from_before_there_were_types_the_words_alone_are_shown(stage: Stage) -> None:
    case = answered(stage)

    assert case.get().json["timeline"][-1]["outcome"] is None
