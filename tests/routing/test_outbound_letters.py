"""A body with nothing but a mailbox gets letters, and answers them by mail."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import Message
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from lapor_chassis.mail import SmtpServer
from lapor_contracts.events import Attachment, ReportAnswered, ReportRefused, ReportRouted
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import connecting
from lapor_routing.outbound.connecting import Connect
from lapor_routing.outbound.letters import reading_sender
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, INHU, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to
from tests.routing.test_outbound import STRONGBOX, assign, bring, waiting
from tests.support.builders import agency_mailed, closed, replied, sealed
from tests.support.gateways import MailServer, mail_server
from tests.support.staff import SIGNING_KEY
from tests.support.stage import Stage

SERVICE = service


@pytest.fixture
def office() -> Iterator[MailServer]:
    """The mail server of the offices."""
    with mail_server() as server:
        yield server


@pytest.fixture
def stage(engine: sa.Engine, office: MailServer) -> Stage:
    """Routing, and the roads office connected by its mailbox."""
    stage = Stage(
        service,
        engine,
        database_url=str(engine.url),
        sign_in_key=SIGNING_KEY,
        strongbox=STRONGBOX,
        smtp=SmtpServer.from_url(office.url),
        public_url="https://lapor.example",
    )
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
        command = Connect(code=ROADS.code, means=Means.EMAIL, address="kantor@dpupr.example")
        assert connecting.connect(command, tx, STRONGBOX) is None
    return stage


def text_of(letter: Message) -> str:
    """What a letter says."""
    return str(letter.get_payload(decode=True), "utf-8")  # type: ignore[arg-type]


def given(stage: Stage, office: MailServer, **changes: Any) -> tuple[ReportRouted, str]:
    """A report that the office was given, and the token of the letter that said so."""
    routed = assign(stage, **changes)
    bring(stage)
    local = str(office.letters[-1]["Reply-To"]).partition("@")[0]
    return routed, local.partition("+")[2]


def say(stage: Stage, token: str, text: str, domain: str = "dpupr.example", **changes: Any) -> None:
    """The office answers by mail, and intake hands that on."""
    stage.hear(agency_mailed(token=token, text=text, sender_domain=domain, **changes))


def test_the_letter_holds_the_report_and_says_how_to_answer(stage: Stage, office: MailServer) -> None:
    routed = assign(stage, title="Jalan berlubang", body="Dua motor terjatuh.")

    bring(stage)

    (letter,) = office.letters
    assert letter["To"] == "kantor@dpupr.example"
    assert letter["Subject"] == f"LAPOR! {routed.tracking_id}: Jalan berlubang"
    assert str(letter["Reply-To"]).startswith("lapor+")
    assert letter["Auto-Submitted"] == "auto-generated"
    for words in ("Dua motor terjatuh.", "Depan Pasar Rakyat", "SELESAI", "TOLAK KE", "https://lapor.example/instansi"):
        assert words in text_of(letter)


def test_the_letter_says_what_a_further_office_is_asked_for(stage: Stage, office: MailServer) -> None:
    given = routed_to(stage, TRAFFIC.code)
    Officer(stage, TRAFFIC.code).post(
        f"dispositions/{given.disposition_id}/co-owners", agency_code=ROADS.code, reason="Tambal dahulu jalannya."
    )

    bring(stage)

    assert "Tambal dahulu jalannya." in text_of(office.letters[0])


def test_the_letter_says_where_the_files_are(stage: Stage, office: MailServer) -> None:
    photos = [Attachment(id=uuid4(), media_type="image/jpeg", size=9) for _ in range(2)]

    assign(stage, attachments=tuple(photos))
    bring(stage)

    (letter,) = office.letters
    for photo in photos:
        assert f"https://lapor.example/api/v1/attachments/{photo.id}/shared?pass=" in text_of(letter)


def test_a_secret_reports_subject_says_nothing_of_it_and_a_sealed_one_is_never_mailed(
    stage: Stage, office: MailServer
) -> None:
    assign(stage, title="Pungli di loket", secret=True)
    assign(stage, title="Tersegel", sealed=sealed(agency_code=ROADS.code))

    bring(stage)

    (letter,) = office.letters
    assert "Pungli" not in str(letter["Subject"])
    assert "Pungli di loket" in text_of(letter)


def test_what_was_sealed_for_a_bodys_webhook_is_not_mailed_when_it_has_none_any_more(
    stage: Stage, office: MailServer
) -> None:
    with stage.transactions.begin() as tx:
        connecting.connect(Connect(code=ROADS.code, means=Means.WEBHOOK, address="https://x.example/"), tx, STRONGBOX)
    assign(stage, sealed=sealed(agency_code=ROADS.code))
    with stage.transactions.begin() as tx:
        connecting.connect(Connect(code=ROADS.code, means=Means.EMAIL, address="kantor@dpupr.example"), tx, STRONGBOX)

    bring(stage)

    assert (office.letters, waiting(stage)) == ([], 0)


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("Petugas ke lokasi besok.", AnswerKind.INITIAL, "Petugas ke lokasi besok."),
        ("SELESAI\nSudah ditambal.", AnswerKind.SUBSTANTIVE, "Sudah ditambal."),
    ],
)
def test_the_office_answers_by_replying_and_the_same_letter_twice_is_one_answer(
    stage: Stage, office: MailServer, text: str, kind: AnswerKind, told: str
) -> None:
    _, token = given(stage, office)
    letter = agency_mailed(token=token, text=text, sender_domain="DPUPR.example")

    stage.hear(letter)
    stage.hear(letter)

    (said,) = stage.announced(ReportAnswered)
    assert (said.answer_kind, said.text, said.answered_by) == (kind, told, f"agency:{ROADS.code}")


def test_the_office_refuses_by_its_first_line(stage: Stage, office: MailServer) -> None:
    _, token = given(stage, office)

    say(stage, token, f"TOLAK KE {TRAFFIC.code}: rambu milik Dishub")

    (refused,) = stage.announced(ReportRefused)
    assert (refused.named_agency_code, refused.reason) == (TRAFFIC.code, "rambu milik Dishub")


@pytest.mark.parametrize(
    ("letter", "why"),
    [
        ({"text": "TOLAK KE TIDAK-ADA: salah"}, "no active body has this code"),
        ({"text": "SELESAI"}, "It says nothing"),
        ({"text": "Sudah.", "domain": "gmail.example"}, "own domain"),
        ({"text": "Sudah.", "dmarc": "fail"}, "own domain"),
    ],
    ids=["an unknown body", "no text", "another domain", "a forged sender"],
)
def test_a_letter_that_cannot_be_taken_is_explained_to_the_office_alone(
    stage: Stage, office: MailServer, letter: dict[str, Any], why: str
) -> None:
    _, token = given(stage, office)

    say(stage, token, **letter)
    bring(stage)

    assert stage.announced(ReportAnswered) == stage.announced(ReportRefused) == []
    assert why in text_of(office.letters[-1]).replace("\n", " ")
    assert office.letters[-1]["To"] == "kantor@dpupr.example"


def test_nobody_answers_with_a_token_that_was_not_given_for_this(stage: Stage, office: MailServer) -> None:
    _, token = given(stage, office)
    other, _ = given(stage, office)

    say(stage, "a" * 52, "Tebakan.")
    say(stage, token[:-20] + "a" * 20, "Tebakan.")
    bring(stage)

    assert other
    assert stage.announced(ReportAnswered) == []
    assert len(office.letters) == 2


def test_a_token_ends_with_the_offices_turn(stage: Stage, office: MailServer) -> None:
    routed, token = given(stage, office)
    say(stage, token, f"TOLAK KE {INHU.code}: bukan kami")

    say(stage, token, "Jawaban terlambat.")
    bring(stage)

    assert stage.announced(ReportAnswered) == []
    assert routed.agency_code == ROADS.code
    assert "sudah ditolak" in text_of(office.letters[-1]).replace("\n", " ")


def test_exchanging_the_secret_at_once_revokes_every_address_that_was_given(stage: Stage, office: MailServer) -> None:
    _, token = given(stage, office)

    with stage.transactions.begin() as tx:
        connecting.rotate(ROADS.code, tx, STRONGBOX, overlap=timedelta(0))
    say(stage, token, "Sudah.")

    assert stage.announced(ReportAnswered) == []


def test_the_office_hears_of_the_reporters_reply_and_of_the_end(stage: Stage, office: MailServer) -> None:
    routed, token = given(stage, office)
    stage.hear(replied(report_id=routed.report_id, text="Masih berlubang."))
    bring(stage)
    say(stage, token, "Kami kembali besok.")
    stage.hear(closed(report_id=routed.report_id))

    bring(stage)

    assert "Masih berlubang." in text_of(office.letters[1])
    assert "ditutup" in text_of(office.letters[2])
    assert [said.text for said in stage.announced(ReportAnswered)] == ["Kami kembali besok."]


def test_letters_wait_for_a_mail_server_that_is_away(stage: Stage, office: MailServer) -> None:
    office.answers["DATA"] = "451 later"
    assign(stage)
    bring(stage)
    assert waiting(stage) == 1

    office.answers.clear()
    stage.clock.advance(minutes=1)
    bring(stage)

    assert (waiting(stage), len(office.letters)) == (0, 1)


def test_the_address_we_write_from_must_leave_room_for_a_token() -> None:
    with pytest.raises(ValueError, match="at most 11 characters"):
        reading_sender("smtp://mail.example?from=layanan-pengaduan@lapor.example")
