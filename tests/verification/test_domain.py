"""What is sure, what waits, and what may become of a case."""

import itertools
import uuid
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Kind, Missing
from lapor_verification.domain.case import (
    GONE,
    NEXT,
    Case,
    State,
    amended,
    as_verified,
    completed,
    moved,
    opened,
    reopened,
)
from lapor_verification.domain.checks import examine
from lapor_verification.domain.commands import Verification
from lapor_verification.domain.finding import Finding, Outcome
from lapor_verification.domain.redaction import as_given
from tests.support.builders import received, supplemented
from tests.support.stage import WEDNESDAY

TODAY = date(2026, 1, 7)

NOTHING_BESIDE_THE_TEXT = {"occurred_on": None, "region_code": None, "place": None, "agency_code": None}


def told(body: str, **changes: object) -> ReportReceived:
    """A report that is a text and nothing else, as an SMS is."""
    return received(title=body[:60], body=body, **{**NOTHING_BESIDE_THE_TEXT, **changes})


def test_a_report_that_says_what_where_and_when_is_sure() -> None:
    finding = examine(received(), TODAY)

    assert finding.outcome is Outcome.SURE
    assert finding.reasons == (
        "Isi jelas: 18 kata.",
        "Wilayah disebut: 14.02.",
        "Tanggal kejadian: 2026-01-03.",
    )


@pytest.mark.parametrize(
    "body",
    [
        "Lampu jalan mati di Jl. Mawar sudah tiga hari",
        "sampah menumpuk depan pasar rejosari dari kemarin",
        "Listrik padam di Pekanbaru sejak semalam, mohon PLN segera memperbaiki",
        "Antrean BPJS di RSUD sangat lama, tanggal 5 saya menunggu enam jam",
        "air pdam keruh sdh 2 minggu di rt 03 rw 05",
        "Saya diteror pinjol ilegal sejak bulan lalu, mohon OJK menindak",
        "Banyak judi online dipromosikan kepada anak di Kota Bekasi tahun ini",
    ],
)
def test_a_short_text_that_says_it_all_is_sure(body: str) -> None:
    assert examine(told(body), TODAY).outcome is Outcome.SURE


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        pytest.param("jalan rusak di Jl. Melati", (), id="what lasts needs no date"),
        pytest.param("Petugas meminta uang di Kantor Imigrasi Malang", (Missing.WHEN,), id="when"),
        pytest.param("kemarin petugas meminta uang kepada saya", (Missing.WHERE,), id="where"),
        pytest.param("ada batu besar yang jatuh tadi pagi sekali", (Missing.WHERE,), id="a stone is not the city Batu"),
        pytest.param("tolong pak", tuple(Missing), id="everything"),
    ],
)
def test_what_is_missing_is_named(body: str, missing: tuple[Missing, ...]) -> None:
    finding = examine(told(body), TODAY)

    assert finding.missing == missing
    assert len(finding.reasons) >= len(missing)


@pytest.mark.parametrize("kind", [Kind.ASPIRATION, Kind.INFORMATION_REQUEST])
def test_a_wish_or_a_question_needs_no_date(kind: Kind) -> None:
    report = told("Mohon informasi syarat membuat akta kelahiran di Kota Padang", kind=kind)

    assert examine(report, TODAY).outcome is Outcome.SURE


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param("Situs slot gacor maxwin daftar sekarang di Jl. Slot", "iklan", id="gambling"),
        pytest.param("Pinjaman tanpa jaminan di Jakarta hari ini hubungi WA 0812", "iklan", id="loans"),
        pytest.param("https://bit.ly/3xyz https://contoh.com/a", "tautan", id="only links"),
        pytest.param("aaaaaaaaaaaaaaaaaaaaaaaaaa", "huruf atau kata yang sama", id="one letter"),
        pytest.param("tolong " * 20, "huruf atau kata yang sama", id="one word"),
        pytest.param("sdfg hjkl qwrt zxcv bnmp dfgh", "kalimat", id="keys pressed at random"),
        pytest.param("ini hanya uji coba sistem mohon abaikan", "percobaan", id="a test"),
        pytest.param("12345 67890 !!!", "terlalu singkat", id="no letters"),
    ],
)
def test_plain_spam_waits_for_a_person_with_the_reason_beside_it(body: str, reason: str) -> None:
    finding = examine(received(body=body, title="Laporan"), TODAY)

    assert finding.outcome is Outcome.WAITS
    assert any(reason in sentence for sentence in finding.reasons)


def test_what_happens_only_tomorrow_waits() -> None:
    finding = examine(received(occurred_on=TODAY + timedelta(days=1)), TODAY)

    assert finding.reasons == ("Tanggal kejadian berada di masa depan.",)


@given(st.text(min_size=1, max_size=3000))
def test_any_text_is_examined_and_every_reason_fits_into_an_event(body: str) -> None:
    finding = examine(told(body), TODAY)

    assert finding.reasons
    assert all(0 < len(reason) <= 300 for reason in finding.reasons)


ADDED = [
    supplemented(report_id=uuid.UUID(int=1), supplemented_at=WEDNESDAY + timedelta(hours=hour), **content)
    for hour, content in enumerate(
        ({"body": "Di depan SDN 3."}, {"region_code": "14.02"}, {"body": "Lubangnya dua.", "region_code": "14.71"})
    )
]


@pytest.mark.parametrize("order", list(itertools.permutations(ADDED)))
def test_supplements_give_the_same_report_in_any_order(order: tuple) -> None:
    report = completed(told("Jalan rusak."), order)

    assert report.body == "Jalan rusak.\n\nDi depan SDN 3.\n\nLubangnya dua."
    assert report.region_code == "14.71"


def test_a_completed_text_is_never_too_long_for_an_event() -> None:
    report = completed(received(body="a" * 9_999), [supplemented(body="b" * 9_999)])

    assert len(report.body) == 10_000


def case_in(state: State, **changes: object) -> Case:
    report = received(**changes)
    finding = Finding(Outcome.WAITS, ())
    return Case(report=report, state=state, version=3, finding=finding, given=as_given(report, ()))


@pytest.mark.parametrize(("now", "to"), list(itertools.product(State, State)))
def test_a_case_moves_only_as_the_table_says(now: State, to: State) -> None:
    allowed = {
        (State.WAITING, State.RETURNED),
        (State.WAITING, State.VERIFIED),
        (State.WAITING, State.ARCHIVE_PROPOSED),
        (State.WAITING, State.ARCHIVED),
        (State.WAITING, State.MERGED),
        (State.RETURNED, State.WAITING),
        (State.RETURNED, State.VERIFIED),
        (State.RETURNED, State.ARCHIVE_PROPOSED),
        (State.RETURNED, State.ARCHIVED),
        (State.RETURNED, State.MERGED),
        (State.ARCHIVE_PROPOSED, State.WAITING),
        (State.ARCHIVE_PROPOSED, State.ARCHIVED),
        (State.VERIFIED, State.WAITING),
        (State.ARCHIVED, State.APPEALED),
        (State.APPEALED, State.WAITING),
        (State.APPEALED, State.ARCHIVED),
        (State.APPEALED, State.MERGED),
        (State.ARCHIVED, State.WAITING),
        (State.ARCHIVED, State.MERGED),
        (State.MERGED, State.WAITING),
        (State.MERGED, State.ARCHIVED),
    }

    outcome = moved(case_in(now), to)

    if (now, to) in allowed or (to in GONE and now not in GONE):
        assert isinstance(outcome, Case)
        assert (outcome.state, outcome.version) == (to, 4)
    else:
        assert isinstance(outcome, Refusal)
        assert outcome.code == "wrong_state"
        assert now.value in outcome.reason
        assert to.value in outcome.reason


def test_every_state_stands_in_the_table() -> None:
    assert set(NEXT) == set(State)


def test_nobody_decides_on_what_has_changed_meanwhile() -> None:
    outcome = moved(case_in(State.WAITING), State.VERIFIED, seen=2)

    assert isinstance(outcome, Refusal)
    assert outcome.code == "changed"


def test_a_case_that_was_completed_passes_if_it_is_sure_now() -> None:
    case = opened(told("Petugas meminta uang kepada saya di loket", asks=(Missing.WHERE,)), TODAY)

    again = reopened(case, received(report_id=case.report_id), TODAY)

    assert (case.state, again.state) == (State.WAITING, State.VERIFIED)
    assert again.version == case.version + 1


def test_a_returned_case_that_is_still_incomplete_waits_again() -> None:
    again = reopened(case_in(State.RETURNED), told("tidak tahu"), TODAY)

    assert again.state is State.WAITING


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize("chosen", [True, False])
def test_a_verifier_can_raise_secrecy_and_never_lower_it(chosen: bool, given: bool) -> None:
    report = amended(received(secret=chosen, anonymous=chosen), Verification(secret=given, anonymous=given))

    assert report.secret is report.anonymous is (chosen or given)


def test_a_verified_report_carries_all_that_routing_needs() -> None:
    report = received(agency_code="PLN", keyword="INHU", category="Listrik", secret=True)

    event = as_verified(report, ("Lengkap.",), by="officer-1", at=WEDNESDAY)

    assert event.verified_by == "officer-1"
    assert event.reasons == ("Lengkap.",)
    for name in ("report_id", "tracking_id", "channel", "kind", "title", "body", "occurred_on", "region_code", "place"):
        assert getattr(event, name) == getattr(report, name)
    assert (event.agency_code, event.keyword, event.category, event.secret) == ("PLN", "INHU", "Listrik", True)
