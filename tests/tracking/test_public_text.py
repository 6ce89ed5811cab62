"""What the public reads of a reporter's own words."""

import itertools
from typing import Any
from uuid import UUID

import pytest

from lapor_contracts.events import Event, Mark, ReportRedacted, SealedContent
from lapor_contracts.vocabulary import Personal
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service

TITLE, BODY, ADDED = "Pak Budi pungli", "Pak Budi naik B 1234 XYZ.", "Juga Bu Rini."
NAME_IN_TITLE = Mark(field="title", start=4, end=8, kind=Personal.NAME)
NAME = Mark(field="body", start=4, end=8, kind=Personal.NAME)
PLATE = Mark(field="body", start=14, end=24, kind=Personal.PLATE)
NAME_ADDED = Mark(field="body", start=8, end=12, kind=Personal.NAME)
SUPPLEMENT_ID = UUID("019b98d2-0401-7000-8000-000000000401")


def told(case: Case, *, secret: bool = False) -> dict[str, Event]:
    """A report whose texts hold names and a plate, completed once."""
    about: dict[str, Any] = {"report_id": case.report_id}
    return {
        "received": case.received(title=TITLE, body=BODY, marks=(NAME_IN_TITLE, NAME, PLATE), secret=secret),
        "supplemented": builders.supplemented(
            **about, supplement_id=SUPPLEMENT_ID, body=ADDED, marks=(NAME_ADDED,), supplemented_at=later(1)
        ),
        "verified": builders.verified(**about, verified_at=later(2), secret=secret),
    }


def redacted(case: Case, *marks: Mark, at: float = 3, **changes: Any) -> ReportRedacted:
    return ReportRedacted(
        report_id=case.report_id,
        tracking_id=case.tracking_id,
        redacted_at=later(at),
        redacted_by="officer-7",
        reason="Bukan nama.",
        marks=marks,
        **changes,
    )


def read(case: Case) -> tuple[str, str]:
    """Title and body as the API shows them to everybody; the page must show the same."""
    shown = case.get().json
    page = case.stage.client.get(f"/lacak/{case.tracking_id}").text
    assert shown["title"] in page
    assert shown["body"] is None or shown["body"] in page
    return shown["title"], shown["body"]


def test_names_and_plates_are_hidden_from_the_public(case: Case, stage: Stage) -> None:
    stage.hear(*told(case).values())

    assert read(case) == ("Pak [nama] pungli", "Pak [nama] naik [pelat nomor].\n\nJuga Bu [nama].")


def test_before_it_is_verified_the_public_reads_the_title_alone(case: Case, stage: Stage) -> None:
    events = told(case)
    stage.hear(events["received"], events["supplemented"])

    assert read(case) == ("Pak [nama] pungli", None)


def test_what_is_archived_and_was_never_verified_has_no_public_body(case: Case, stage: Stage) -> None:
    stage.hear(told(case)["received"], builders.archived(report_id=case.report_id, archived_at=later(1)))

    assert read(case) == ("Pak [nama] pungli", None)


def test_what_a_verifier_recalls_is_read_by_nobody_until_it_is_verified_again(case: Case, stage: Stage) -> None:
    events = told(case)
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(*events.values(), builders.recalled(**about, recalled_at=later(3)))

    recalled = read(case)
    stage.hear(builders.verified(**about, verified_at=later(4), round=2))

    assert recalled == ("Pak [nama] pungli", None)
    assert read(case)[1] == "Pak [nama] naik [pelat nomor].\n\nJuga Bu [nama]."


def test_what_is_recalled_and_archived_has_no_public_body(case: Case, stage: Stage) -> None:
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(*told(case).values(), builders.recalled(**about, recalled_at=later(3)))

    stage.hear(builders.archived(**about, archived_at=later(4)))

    assert read(case) == ("Pak [nama] pungli", None)


def test_nothing_of_a_secret_report_is_shown(case: Case, stage: Stage) -> None:
    stage.hear(*told(case, secret=True).values(), redacted(case))

    page = stage.client.get(f"/lacak/{case.tracking_id}")

    assert case.get().status_code == page.status_code == 404
    assert not [word for word in ("pungli", "naik", "Juga") if word in case.get().text + page.text]
    assert case.get(X_Receipt=case.receipt).json["body"] is None


def test_of_a_report_that_became_secret_when_it_was_verified_nothing_is_shown(case: Case, stage: Stage) -> None:
    events = told(case)
    stage.hear(events["received"], builders.verified(report_id=case.report_id, verified_at=later(1), secret=True))

    assert case.get().status_code == 404


def test_of_a_report_by_a_whistleblower_nothing_is_shown(case: Case, stage: Stage) -> None:
    sealed = SealedContent(content="x", agency_code="KPK", oversight_key="a" * 64, reporter_key="b" * 64)
    stage.hear(case.received(secret=True, sealed=sealed), told(case)["verified"])

    assert case.get().status_code == 404


def test_the_reporter_reads_the_own_words_and_what_the_public_reads(case: Case, stage: Stage) -> None:
    stage.hear(*told(case).values())

    shown = case.get(X_Receipt=case.receipt).json

    assert shown["title"] == TITLE
    assert shown["body"].startswith("Pak [nama]")
    assert [message["text"] for message in shown["thread"]] == [BODY, ADDED]


def test_a_correction_replaces_the_marks_of_the_texts_that_its_author_saw(case: Case, stage: Stage) -> None:
    stage.hear(*told(case).values(), redacted(case, NAME, at=3))

    assert read(case) == (TITLE, "Pak [nama] naik B 1234 XYZ.\n\nJuga Bu [nama].")


def test_what_was_added_is_corrected_by_its_own_name(case: Case, stage: Stage) -> None:
    mark = Mark(field=str(SUPPLEMENT_ID), start=0, end=4, kind=Personal.NAME)

    stage.hear(*told(case).values(), redacted(case, PLATE, mark, fields=("title", "body", str(SUPPLEMENT_ID))))

    assert read(case) == (TITLE, "Pak Budi naik [pelat nomor].\n\n[nama] Bu Rini.")


@pytest.mark.parametrize("order", [*itertools.permutations(range(3))], ids=str)
def test_the_latest_correction_counts_in_whatever_order_they_are_heard(
    case: Case, stage: Stage, order: tuple[int, ...]
) -> None:
    events = [*told(case).values()]
    corrections = [redacted(case, NAME, at=3), redacted(case, PLATE, at=4), redacted(case, NAME, PLATE, at=5)]
    for place in order:
        stage.hear(corrections[place])
    stage.hear(*reversed(events))

    assert read(case) == (TITLE, "Pak [nama] naik [pelat nomor].\n\nJuga Bu [nama].")


def test_a_correction_moves_no_report_and_stops_no_clock(case: Case, stage: Stage) -> None:
    stage.hear(*told(case).values())
    before = case.get().json

    stage.hear(redacted(case, NAME_IN_TITLE, NAME, PLATE, at=50))

    assert case.get().json == before


def test_the_body_of_a_report_of_0_1_stays_with_the_reporter(case: Case, stage: Stage) -> None:
    """Its texts were told as they were given, with telephone numbers and all."""
    about: dict[str, Any] = {"report_id": case.report_id}

    stage.hear(builders.received(**about, body="Hubungi 0812-0000-1234"), builders.verified(**about))

    assert case.get().json["body"] is None
