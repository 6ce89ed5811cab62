"""Which reports can be taken in, and in what form. Pure."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.refusals import Refusal
from lapor_contracts.vocabulary import Channel
from lapor_intake.domain import (
    LONGEST_TITLE,
    Admitted,
    Fingerprints,
    Reporter,
    Submission,
    Supplement,
    admit,
    admit_supplement,
    agency_hint,
    normal_phone,
    title_of,
    token,
)

#: 7 January in Jakarta, and already the 8th in Jayapura.
EVENING = datetime(2026, 1, 7, 15, 30, tzinfo=UTC)
REGIONS = {"14", "14.02"}


def submission(**changes: Any) -> Submission:
    """A submission in which nothing is wrong."""
    given_ = {"source": "web", "idempotency_key": "1", "channel": Channel.WEB, "body": "Jalan rusak di Rengat"}
    return Submission(**{**given_, **changes})


def admitted(**changes: Any) -> Admitted | Refusal:
    """What becomes of it."""
    return admit(submission(**changes), now=EVENING, regions=REGIONS)


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        pytest.param("body", {"body": " \n "}, id="nothing but blanks"),
        pytest.param("occurred_on", {"occurred_on": date(2026, 1, 9)}, id="tomorrow everywhere"),
        pytest.param("region_code", {"region_code": "99.99"}, id="no such region"),
        pytest.param("reporter.phone", {"reporter": Reporter(phone="12345")}, id="no telephone number"),
        pytest.param("reporter.email", {"reporter": Reporter(email="siti at mail")}, id="no e-mail address"),
    ],
)
def test_what_cannot_be_right_is_refused_by_the_name_of_its_field(field: str, changes: dict[str, Any]) -> None:
    outcome = admitted(**changes)

    assert isinstance(outcome, Refusal)
    assert list(outcome.errors) == [field]


def test_everything_wrong_is_said_at_once() -> None:
    outcome = admitted(body="", region_code="99", reporter=Reporter(phone="?", email="?"))

    assert isinstance(outcome, Refusal)
    assert set(outcome.errors) == {"body", "region_code", "reporter.phone", "reporter.email"}


def test_what_happened_today_in_papua_is_not_in_the_future() -> None:
    assert isinstance(admitted(occurred_on=date(2026, 1, 8)), Admitted)


def test_who_says_their_name_in_one_text_is_named_by_none_of_the_others() -> None:
    outcome = admitted(
        title="Rumah Kenari gelap",
        body="Lampu jalan mati. Nama saya Kenari Rahasiawati.",
        place="Depan rumah Kenari Rahasiawati",
        keyword="KENARI",
    )

    assert isinstance(outcome, Admitted)
    assert outcome.title == "Rumah [nama pelapor] gelap"
    assert outcome.body == "Lampu jalan mati. Nama saya [nama pelapor]."
    assert outcome.place == "Depan rumah [nama pelapor]"
    assert outcome.submission.keyword is None


def test_a_report_without_a_title_is_called_by_its_first_words() -> None:
    outcome = admitted(body="  Jalan berlubang\ndi depan pasar  ")

    assert isinstance(outcome, Admitted)
    assert outcome.title == "Jalan berlubang di depan pasar"
    assert outcome.body == "Jalan berlubang\ndi depan pasar"


@given(st.text(alphabet="ab ,.\n", min_size=1).filter(str.strip))
def test_a_made_title_is_never_too_long_nor_empty(body: str) -> None:
    assert 1 <= len(title_of(body)) <= LONGEST_TITLE


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("081234567890", "+6281234567890"),
        ("0812-3456-7890", "+6281234567890"),
        ("+62 812 3456 7890", "+6281234567890"),
        (" 62812 3456 7890", "+6281234567890"),
        ("81234567890", "+6281234567890"),
        ("006281234567890", "+6281234567890"),
        ("(0769) 21234", "+6276921234"),
        ("+60 12 345 6789", "+60123456789"),
        ("1708", ""),
        ("TELKOMSEL", ""),
        ("0812", ""),
        ("0812345678901234", ""),
        ("٠٨١٢٣٤٥٦٧٨٩٠", ""),
        ("", ""),
    ],
)
def test_telephone_numbers_are_read_as_they_are_written_in_indonesia(written: str, meant: str) -> None:
    assert normal_phone(written) == meant


@pytest.mark.parametrize(
    ("written", "code", "keyword"),
    [
        ("PEMDA-14.02/OPD-DPUPR", "PEMDA-14.02/OPD-DPUPR", None),
        ("PLN", "PLN", None),
        ("Dinas Perhubungan", None, "Dinas Perhubungan"),
        ("Dinas PU & Tata Ruang!", None, "Dinas PU Tata Ruang"),
        ("  ", None, None),
    ],
)
def test_the_body_concerned_may_be_named_by_code_or_in_words(
    written: str, code: str | None, keyword: str | None
) -> None:
    assert agency_hint(written) == (code, keyword)


@given(st.text())
def test_free_words_become_a_token_that_may_travel_or_nothing(words: str) -> None:
    from lapor_contracts.fields import Token
    from lapor_contracts.schema import field_of

    made = token(words)

    assert made is None or field_of(Token).deserialize(made) == made


def test_a_supplement_must_add_something() -> None:
    outcome = admit_supplement(Supplement(body=" "), now=EVENING, regions=REGIONS)

    assert isinstance(outcome, Refusal)
    assert list(outcome.errors) == ["body"]


def test_a_reporter_does_not_show_in_what_is_printed() -> None:
    siti = Reporter(name="Siti Aminah", phone="+6281234567890", email="siti@example.id")

    assert not {"Siti", "812", "example"} & set(repr(submission(reporter=siti)).replace("@", " ").split())
    assert "Siti" not in repr(submission(reporter=siti))


def test_fingerprints_tell_reports_apart_and_cannot_be_made_without_the_key() -> None:
    ours, theirs = Fingerprints(b"one key"), Fingerprints(b"another key")

    assert ours.of(submission()) == ours.of(submission())
    assert ours.of(submission()) != ours.of(submission(reporter=Reporter(phone="+6281234567890")))
    assert ours.of(submission()) != theirs.of(submission())
