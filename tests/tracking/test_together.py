"""What several bodies, or several reports, have to do with each other."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from lapor_contracts.events import ReportAppealed, ReportClosed
from lapor_contracts.vocabulary import AnswerKind, Clock, ClosedBy, Status
from lapor_tracking import service, store, sweeps
from lapor_tracking.store import Rules
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import Case, later

SERVICE = service
CO_OWNER: dict[str, Any] = builders.OTHER_BODY


def running(stage: Stage, report_id: UUID) -> dict[tuple[str, str | None], Any]:
    """The clocks that run, by kind and body; but for the Ombudsman's, which runs whoever has the report."""
    rows = [row for row in stage.rows(store.deadlines) if row["report_id"] == report_id and row["stopped_at"] is None]
    return {(row["clock"], row["agency_code"]): row for row in rows if row["clock"] != Clock.OMBUDSMAN}


def status(stage: Stage, report_id: UUID) -> str:
    return next(row["status"] for row in stage.rows(store.timelines) if row["report_id"] == report_id)


class Shared:
    """A report that PUPR owns and Perhubungan must act on too."""

    def __init__(self, stage: Stage) -> None:
        self.case = Case(stage)
        self.about: dict[str, Any] = {"report_id": self.case.report_id}
        self.part = uuid4()
        self.stage = stage
        stage.hear(
            self.case.received(),
            builders.verified(**self.about, verified_at=later(0.1)),
            builders.routed(**self.about, routed_at=later(0.2)),
            builders.co_owner_added(**self.about, added_at=later(1), disposition_id=self.part),
        )

    def answers(self, hours: float, *, part: UUID | None = None, kind: AnswerKind = AnswerKind.SUBSTANTIVE) -> None:
        disposition = {"disposition_id": part} if part else {}
        self.stage.hear(builders.answered(**self.about, **disposition, answered_at=later(hours), answer_kind=kind))

    @property
    def clocks(self) -> set[tuple[str, str | None]]:
        return set(running(self.stage, self.case.report_id))


@pytest.fixture
def shared(stage: Stage) -> Shared:
    return Shared(stage)


OWNER = "PEMDA-14.02/OPD-DPUPR"


def test_each_body_has_clocks_of_its_own(shared: Shared) -> None:
    both = {(clock, code) for clock in ("first_answer", "resolve") for code in (OWNER, CO_OWNER["agency_code"])}

    assert shared.clocks == both

    shared.answers(3, kind=AnswerKind.INITIAL)

    assert shared.clocks == both - {("first_answer", OWNER)}


def test_the_report_is_done_when_all_bodies_are(shared: Shared) -> None:
    shared.answers(5)
    assert (Clock.REPORTER_SILENCE, OWNER) not in shared.clocks

    shared.answers(6, part=shared.part)

    assert shared.clocks == {(Clock.REPORTER_SILENCE, OWNER)}


def test_who_replied_is_not_taken_for_silent_because_a_further_body_answers(shared: Shared) -> None:
    shared.answers(5)
    shared.stage.clock.set(later(6))
    assert shared.case.reply("Lampunya masih padam.").status_code == 201

    shared.answers(7, part=shared.part)

    assert shared.clocks == {(Clock.INTERIM, OWNER)}

    shared.answers(8)

    assert shared.clocks == {(Clock.REPORTER_SILENCE, OWNER)}


def test_a_body_that_is_released_holds_nobody_up(shared: Shared) -> None:
    shared.answers(5)

    shared.stage.hear(
        builders.co_owner_released(**shared.about, released_at=later(7), disposition_id=shared.part),
    )

    assert shared.clocks == {(Clock.REPORTER_SILENCE, OWNER)}


def test_a_part_that_is_handed_on_wins_nobody_time(shared: Shared) -> None:
    def due() -> dict[str, Any]:
        found = running(shared.stage, shared.case.report_id).items()
        return {clock: row["due_at"] for (clock, code), row in found if code != OWNER}

    before = due()
    to_the_next = {"agency_code": "BUMN-PLN", "agency_name": "PT PLN (Persero)", "disposition_id": shared.part}

    shared.stage.hear(builders.co_owner_added(**shared.about, **to_the_next, added_at=later(30)))

    assert due() == before
    assert {code for _, code in shared.clocks} == {OWNER, "BUMN-PLN"}


def test_who_joins_later_stops_the_reporters_clock(stage: Stage) -> None:
    case = Case(stage).told()
    about: dict[str, Any] = {"report_id": case.report_id}
    assert Clock.REPORTER_SILENCE in {clock for clock, _ in running(stage, case.report_id)}

    stage.hear(builders.co_owner_added(**about, added_at=later(6)))

    assert Clock.REPORTER_SILENCE not in {clock for clock, _ in running(stage, case.report_id)}


def test_who_is_asked_to_join_what_its_reporter_took_back_has_no_clock(stage: Stage) -> None:
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(
        case.received(),
        builders.verified(**about, verified_at=later(0.1)),
        builders.routed(**about, routed_at=later(0.2)),
    )
    stage.clock.set(later(5))
    assert case.act("withdrawal").status_code == 201

    stage.hear(builders.co_owner_added(**about, added_at=later(5.1)))

    assert running(stage, case.report_id) == {}
    assert status(stage, case.report_id) == Status.ARCHIVED


def test_everyone_sees_who_must_act_and_until_when(shared: Shared) -> None:
    shown = shared.case.get().json

    assert shown["co_owners"] == [CO_OWNER["agency_name"]]
    assert {limit["agency_name"] for limit in shown["deadlines"]} > {CO_OWNER["agency_name"]}
    assert CO_OWNER["agency_name"] in shared.stage.client.get(f"/lacak/{shared.case.tracking_id}").text


def test_an_extension_moves_the_day_and_the_reporter_reads_why(stage: Stage) -> None:
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    routed = builders.routed(**about, routed_at=later(0.2))
    stage.hear(case.received(), builders.verified(**about, verified_at=later(0.1)), routed)
    due = running(stage, case.report_id)["resolve", OWNER]["due_at"]

    about["disposition_id"] = routed.disposition_id
    stage.hear(builders.extension_granted(**about, granted_at=later(2), working_days=5, reason="Aspal belum ada."))

    assert 5 <= (running(stage, case.report_id)["resolve", OWNER]["due_at"] - due).days <= 9
    assert "Aspal belum ada." in stage.client.get(f"/lacak/{case.tracking_id}").text


def test_a_complaint_with_supervision_has_sixty_days_and_says_why(stage: Stage) -> None:
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    why = "Perlu pemeriksaan inspektorat."

    stage.hear(
        case.received(),
        builders.verified(**about, verified_at=later(0.1), supervised=True, supervision_reason=why),
        builders.routed(**about, routed_at=later(0.2)),
    )

    row = running(stage, case.report_id)["resolve", OWNER]
    assert (row["due_at"] - row["starts_at"]).days > 80
    page = stage.client.get(f"/lacak/{case.tracking_id}").text
    assert "berkadar pengawasan" in page
    assert why in page


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_a_recalled_report_is_the_verifiers_again_whatever_is_heard_late(stage: Stage, order: tuple[int, ...]) -> None:
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    events = [
        builders.verified(**about, verified_at=later(0.1)),
        # It was given to a body in the moment in which it was recalled: that counts no more.
        builders.routed(**about, routed_at=later(2.1)),
        builders.recalled(**about, recalled_at=later(2), round=1),
    ]

    stage.hear(case.received())
    for position in order:
        stage.hear(events[position])

    assert status(stage, case.report_id) == Status.RECEIVED
    assert {clock for clock, _ in running(stage, case.report_id)} == {Clock.VERIFY}

    stage.hear(
        builders.verified(**about, verified_at=later(3), round=2), builders.routed(**about, routed_at=later(4), round=2)
    )

    assert status(stage, case.report_id) == Status.ROUTED


class Followed:
    """A report, and another one of the same matter that was merged into it."""

    def __init__(self, stage: Stage) -> None:
        self.parent, self.follower = Case(stage), Case(stage)
        self.stage = stage
        self.merged = builders.merged(
            report_id=self.follower.report_id, parent_report_id=self.parent.report_id, merged_at=later(1)
        )

    def closes(self) -> None:
        about: dict[str, Any] = {"report_id": self.parent.report_id}
        self.stage.hear(
            self.parent.received(),
            builders.verified(**about, verified_at=later(0.1)),
            builders.routed(**about, routed_at=later(0.2)),
            builders.answered(**about, answered_at=later(2)),
        )
        self.stage.clock.set(later(24))
        assert self.parent.close().status_code == 201

    def sweep(self) -> list[ReportClosed]:
        sweeps.close_followers(self.stage.transactions, Rules())
        closed = self.stage.announced(ReportClosed)
        return [event for event in closed if event.report_id == self.follower.report_id]


@pytest.fixture
def followed(stage: Stage) -> Followed:
    return Followed(stage)


def test_who_follows_a_report_hears_its_outcome_once(followed: Followed) -> None:
    followed.stage.hear(followed.follower.received(), followed.merged)
    followed.closes()

    told = followed.sweep()

    assert [event.parent_tracking_id for event in told] == [followed.parent.tracking_id]
    assert [event.closed_by for event in told] == [ClosedBy.REPORTER]
    assert len(followed.sweep()) == 1
    assert status(followed.stage, followed.follower.report_id) == Status.CLOSED


def test_who_is_merged_into_a_report_that_is_closed_already_hears_it_too(followed: Followed) -> None:
    followed.closes()

    followed.stage.hear(followed.follower.received(), followed.merged)

    assert len(followed.sweep()) == 1


def test_who_follows_a_report_that_was_opened_again_at_once_shares_its_next_end(followed: Followed) -> None:
    stage, parent = followed.stage, followed.parent.told()
    stage.hear(followed.follower.received(), followed.merged)
    stage.clock.set(later(24 * 30))
    stage.run("close_silent")
    assert parent.act("reopenings").status_code == 201

    assert followed.sweep() == []

    stage.clock.advance(days=1)
    assert parent.close().status_code == 201
    assert [event.closed_by for event in followed.sweep()] == [ClosedBy.REPORTER]


def test_who_was_split_off_is_not_closed_with_the_other(followed: Followed) -> None:
    follower = followed.follower
    split = builders.split_off(
        report_id=follower.report_id, parent_report_id=followed.parent.report_id, split_at=later(1.5)
    )
    followed.stage.hear(follower.received(), followed.merged, split)
    followed.closes()

    assert followed.sweep() == []
    assert status(followed.stage, follower.report_id) == Status.RECEIVED


@pytest.mark.parametrize("news", [builders.split_off, builders.merged], ids=["split off", "merged with another"])
def test_what_its_reporter_took_back_stays_so_whoever_had_not_heard_of_it(followed: Followed, news: Any) -> None:
    follower = followed.follower
    followed.stage.hear(follower.received(), followed.merged)
    followed.stage.clock.set(later(3))
    assert follower.act("withdrawal").status_code == 201
    at = {"split_at" if news is builders.split_off else "merged_at": later(3.1)}

    followed.stage.hear(news(report_id=follower.report_id, parent_report_id=followed.parent.report_id, **at))

    assert status(followed.stage, follower.report_id) == Status.ARCHIVED
    assert running(followed.stage, follower.report_id) == {}


def test_a_merged_report_shows_which_one_it_follows(followed: Followed) -> None:
    followed.stage.hear(followed.follower.received(), followed.merged)

    shown = followed.follower.get().json

    assert (shown["status"], shown["parent_tracking_id"]) == ("merged", followed.parent.tracking_id)
    page = followed.stage.client.get(f"/lacak/{followed.follower.tracking_id}").text
    assert f"/lacak/{followed.parent.tracking_id}" in page


@pytest.mark.parametrize(
    ("news", "becomes", "follows"),
    [
        (builders.split_off(split_at=later(3)), "received", False),
        (builders.appeal_decided(decided_at=later(3)), "received", False),
        (builders.merged(merged_at=later(3)), "merged", True),
    ],
    ids=["split off", "its appeal was granted", "the other one's appeal was granted"],
)
def test_what_was_archived_along_with_the_report_that_it_follows_may_come_back(
    followed: Followed, news: Any, becomes: str, follows: bool
) -> None:
    about = {"report_id": followed.follower.report_id}
    archived_along = builders.archived(**about, archived_at=later(2))
    more = {"parent_tracking_id": followed.parent.tracking_id} if follows else {}

    followed.stage.hear(followed.follower.received(), followed.merged, archived_along, replace(news, **about, **more))

    shown = followed.stage.client.get(followed.follower.address).json
    assert shown["status"] == becomes
    assert (shown["parent_tracking_id"] == followed.parent.tracking_id) == follows


class Archived:
    """A report that was archived, and what its reporter may say to that."""

    def __init__(self, stage: Stage) -> None:
        self.case, self.stage = Case(stage), stage
        stage.hear(self.case.received(), builders.archived(report_id=self.case.report_id, archived_at=later(1)))
        stage.clock.set(later(24))

    def appeal(self, text: str = "Tempatnya sudah saya tulis.", receipt: str | None = None) -> Any:
        body = {"receipt": receipt or self.case.receipt, "text": text}
        return self.stage.client.post(f"{self.case.address}/appeals", json=body)


@pytest.fixture
def archived(stage: Stage) -> Archived:
    return Archived(stage)


def test_a_reporter_appeals_once_against_being_archived(archived: Archived) -> None:
    assert archived.appeal().status_code == 201
    assert archived.appeal("Sekali lagi.").status_code == 201

    (event,) = archived.stage.announced(ReportAppealed)
    assert event.text == "Tempatnya sudah saya tulis."


def test_nobody_appeals_without_the_receipt_or_where_nothing_was_archived(archived: Archived, stage: Stage) -> None:
    other = Case(stage).told()

    assert archived.appeal(receipt="0000-0000-0000-0000").status_code == 404
    body = {"receipt": other.receipt, "text": "Kenapa?"}
    assert stage.client.post(f"{other.address}/appeals", json=body).status_code == 409


def test_an_appeal_is_made_on_the_page_and_its_granting_opens_the_report_again(archived: Archived) -> None:
    assert "Ajukan keberatan" in archived.case.send(action="open").text

    said = archived.case.send(action="appeal", text="Tempatnya sudah saya tulis.")
    assert said.status_code == 200
    assert "Petugas lain akan memeriksa" in said.text

    archived.stage.hear(builders.appeal_decided(report_id=archived.case.report_id, decided_at=later(30)))

    assert status(archived.stage, archived.case.report_id) == Status.RECEIVED
    assert "Laporan memang lengkap." in archived.case.send(action="open").text


def test_what_a_verifier_wrote_for_the_public_stands_instead_of_the_reporters_words(stage: Stage) -> None:
    case = Case(stage).told()
    about: dict[str, Any] = {"report_id": case.report_id}

    stage.hear(builders.edited(**about, edited_at=later(6), title="Judul baru", body="Isi yang santun."))

    shown = case.get().json
    assert (shown["title"], shown["body"]) == ("Judul baru", "Isi yang santun.")

    stage.hear(builders.edited(**about, edited_at=later(7), title=None, body=None))

    assert case.get().json["title"] != "Judul baru"
