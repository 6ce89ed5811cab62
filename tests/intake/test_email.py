"""What becomes of e-mails: reports, replies, completions, commands."""

import base64
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from limits import parse
from nacl.public import PrivateKey, SealedBox

from lapor_contracts.events import (
    AgencyMailed,
    ContactSealed,
    MessageAnswered,
    ReportClosed,
    ReporterCommanded,
    ReporterStopped,
    ReportReceived,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Channel, Command, Missing
from lapor_intake import commands, service, store
from lapor_intake.channels import email
from lapor_intake.commands import Verb
from tests.intake.attached import picture
from tests.intake.conftest import kept, opened
from tests.support.letters import mail
from tests.support.stage import Stage

SERVICE = service
REPORT = "Jalan di depan Pasar Rengat rusak sejak 3 Mei."
SITI = "Siti Rahayu <siti@warga.example>"
BUDI = "budi@warga.example"

Post = Callable[[bytes], None]


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with an address, which lets in two reports of one sender in an hour."""
    return Stage(
        service,
        engine,
        **intake_settings,
        public_url="https://lapor.example",
        mail_addresses=frozenset({"lapor@lapor.example"}),
        limit_reporter=parse("2 per hour"),
    )


@pytest.fixture
def post(stage: Stage) -> Post:
    """Brings an e-mail, as a mail server does."""
    return email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions)).take


def reported(stage: Stage) -> ReportReceived:
    """The one report that there is."""
    (received,) = stage.announced(ReportReceived)
    return received


def test_an_e_mail_is_a_report_and_its_sender_is_told_the_receipt_by_e_mail(
    stage: Stage, post: Post, notification_key: PrivateKey
) -> None:
    post(mail(REPORT, From=SITI, Subject="Jalan rusak"))

    received = reported(stage)
    assert (received.channel, received.title, received.body) == (Channel.EMAIL, "Jalan rusak", REPORT)
    assert (received.acknowledged, received.asks) == (False, ())
    (record,) = kept(stage)
    assert (record.name, record.email) == ("Siti Rahayu", "siti@warga.example")
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert contact.pop("stop")
    assert contact == {"via": "email", "email": "siti@warga.example", "receipt": record.receipt}
    assert stage.announced(MessageAnswered) == []


def test_where_and_when_are_asked_back(stage: Stage, post: Post) -> None:
    post(mail("Petugas loket tidak ramah kepada warga.", Subject="Pelayanan"))

    assert reported(stage).asks == (Missing.WHERE, Missing.WHEN)


def test_an_e_mail_without_text_is_its_subject(stage: Stage, post: Post) -> None:
    post(mail("", Subject="Jalan di depan Pasar Rengat rusak"))

    assert reported(stage).body == "Jalan di depan Pasar Rengat rusak"


def test_the_same_e_mail_to_two_addresses_is_one_report(stage: Stage, post: Post) -> None:
    post(mail(REPORT, To="lapor@lapor.example"))

    post(mail(REPORT, To="aduan@lapor.example", Received="by another"))

    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_without_a_message_id_the_same_text_is_the_same_e_mail(stage: Stage, post: Post) -> None:
    raw = b"From: siti@warga.example\nSubject: Jalan\n\n" + REPORT.encode()
    post(raw)

    post(raw)

    assert len(stage.rows(store.reports)) == 1


def test_nobody_uses_up_the_message_id_of_somebody_else(stage: Stage, post: Post) -> None:
    post(mail(REPORT, From=BUDI, Message_ID="<1@warga.example>"))

    post(mail(REPORT, From=SITI, Message_ID="<1@warga.example>"))

    assert len(stage.rows(store.reports)) == 2


def test_a_scanner_that_gives_all_letters_one_message_id_loses_none(stage: Stage, post: Post) -> None:
    post(mail(REPORT, Message_ID="<scan@warga.example>"))

    post(mail("Lampu jalan mati di Rengat sejak kemarin.", Message_ID="<scan@warga.example>"))

    assert len(stage.rows(store.reports)) == 2


def test_a_reply_to_a_notice_is_passed_on_without_what_it_quotes(
    stage: Stage, post: Post, notification_key: PrivateKey
) -> None:
    post(mail(REPORT, From=SITI))
    number = reported(stage).tracking_id
    reply = "Masih berlubang.\n\nPada Rab, 7 Jan 2026 LAPOR! <lapor@lapor.example> menulis:\n> Laporan Anda"

    post(mail(reply, From=SITI, Subject=f"Re: Tanggapan atas laporan {number}", Message_ID="<2@warga.example>"))

    (commanded,) = stage.announced(ReporterCommanded)
    assert (commanded.tracking_id, commanded.command, commanded.text) == (number, Command.REPLY, "Masih berlubang.")
    assert commanded.is_reporter
    sealed = SealedBox(notification_key).decrypt(base64.b64decode(commanded.sealed))
    assert orjson.loads(sealed) == {"via": "email", "email": "siti@warga.example"}
    assert len(stage.rows(store.reports)) == 1


@pytest.mark.parametrize("header", ["References", "In_Reply_To"])
def test_a_reply_to_ones_own_first_e_mail_goes_on_about_its_report(stage: Stage, post: Post, header: str) -> None:
    post(mail(REPORT, From=SITI, Message_ID="<1@warga.example>"))

    post(mail("Masih berlubang.", From=SITI, Message_ID="<2@warga.example>", **{header: "<1@warga.example>"}))

    (commanded,) = stage.announced(ReporterCommanded)
    assert commanded.tracking_id == reported(stage).tracking_id


def test_a_reply_that_comes_twice_is_passed_on_once(stage: Stage, post: Post) -> None:
    post(mail(REPORT, Message_ID="<1@warga.example>"))
    reply = mail("Masih berlubang.", Message_ID="<2@warga.example>", In_Reply_To="<1@warga.example>")
    post(reply)

    post(reply)

    assert len(stage.announced(ReporterCommanded)) == 1


@pytest.mark.parametrize("known_by", ["Subject", "In_Reply_To"])
def test_what_somebody_else_writes_under_a_report_is_a_report_of_their_own(
    stage: Stage, post: Post, known_by: str
) -> None:
    post(mail(REPORT, From=SITI, Message_ID="<1@warga.example>"))
    said = {"Subject": f"Re: Laporan {reported(stage).tracking_id}", "In_Reply_To": "<1@warga.example>"}

    post(mail(REPORT, From=BUDI, Message_ID="<2@warga.example>", **{known_by: said[known_by]}))

    assert stage.announced(ReporterCommanded) == []
    assert len(stage.rows(store.reports)) == 2


def test_what_was_asked_for_completes_the_report(stage: Stage, post: Post) -> None:
    post(mail("Petugas loket tidak ramah kepada warga.", Subject="Pelayanan"))
    number = reported(stage).tracking_id

    post(mail("Di Disdukcapil Rengat, kemarin.", Subject=f"Re: Laporan {number}", Message_ID="<2@warga.example>"))

    (supplemented,) = stage.announced(ReportSupplemented)
    assert (supplemented.tracking_id, supplemented.body) == (number, "Di Disdukcapil Rengat, kemarin.")
    assert stage.announced(ReporterCommanded) == []


@pytest.mark.parametrize("text", ["SELESAI {}", "Stop", "STOP {}", "Selesai"])
def test_nobody_closes_a_report_or_silences_us_by_an_e_mail_that_could_be_forged(
    stage: Stage, post: Post, text: str
) -> None:
    post(mail(REPORT, From=SITI))
    number = reported(stage).tracking_id

    post(mail(text.format(number), From=SITI, Subject=f"Re: Laporan {number}", Message_ID="<2@warga.example>"))

    assert stage.announced(ReporterCommanded) == stage.announced(ReporterStopped) == stage.announced(ReportClosed) == []
    (answered,) = stage.announced(MessageAnswered)
    assert "https://lapor.example/lacak" in answered.text


@pytest.mark.parametrize(("text", "subject"), [("STATUS {}", "x"), ("status", "Re: Laporan {}")])
def test_who_asks_how_it_stands_is_answered_at_the_address_that_is_known(
    stage: Stage, post: Post, text: str, subject: str
) -> None:
    post(mail(REPORT, From=SITI))
    number = reported(stage).tracking_id

    post(mail(text.format(number), From=SITI, Subject=subject.format(number), Message_ID="<2@warga.example>"))

    (commanded,) = stage.announced(ReporterCommanded)
    assert (commanded.command, commanded.tracking_id) == (Command.STATUS, number)


def test_attachments_go_with_the_report_and_the_refused_are_told_of(stage: Stage, post: Post) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = SITI, "Jalan rusak"
    message.set_content(REPORT)
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="jalan.jpg")
    message.add_attachment(b"MZ program", maintype="application", subtype="pdf", filename="KTP Siti.pdf")

    post(message.as_bytes())

    (attachment,) = reported(stage).attachments
    assert attachment.media_type == "image/jpeg"
    (answered,) = stage.announced(MessageAnswered)
    assert "Lampiran 2: " in answered.text
    assert "Siti" not in answered.text


def test_no_more_attachments_are_taken_than_a_report_may_have(stage: Stage, post: Post) -> None:
    message = EmailMessage()
    message["From"] = SITI
    message.set_content(REPORT)
    for shade in range(6):
        message.add_attachment(picture(size=(64, 48 + shade)), maintype="image", subtype="jpeg", filename="jalan.jpg")

    post(message.as_bytes())

    assert len(reported(stage).attachments) == 5
    (answered,) = stage.announced(MessageAnswered)
    assert "Hanya 5 lampiran" in answered.text


def test_an_attachment_of_a_reply_is_added_to_the_report(stage: Stage, post: Post) -> None:
    post(mail(REPORT, From=SITI))
    message = EmailMessage()
    message["From"], message["Subject"] = SITI, f"Re: {reported(stage).tracking_id}"
    message.set_content("Masih berlubang, lihat foto.")
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="jalan.jpg")

    post(message.as_bytes())
    post(message.as_bytes())

    assert len(stage.announced(ReporterCommanded)) == 1
    (added,) = stage.announced(ReportSupplemented)
    assert (added.report_id, len(added.attachments)) == (reported(stage).report_id, 1)
    assert stage.announced(MessageAnswered) == []


@pytest.mark.parametrize(
    ("text", "subject", "command"),
    [
        pytest.param("BALAS {} Masih berlubang.", "Foto", Command.REPLY, id="a command with the number"),
        pytest.param("BALAS masih berlubang.", "Foto", Command.REPLY, id="a command of who has one report"),
        pytest.param("Terima kasih.", "Re: Laporan {}", None, id="thanks"),
        pytest.param("", "Re: Laporan {}", None, id="no word"),
        pytest.param("\n\nPada Rab, 7 Jan 2026 LAPOR! menulis:\n> Laporan", "Re: Laporan {}", None, id="a quotation"),
    ],
)
def test_a_photo_comes_to_its_report_with_a_command_and_without_a_word(
    stage: Stage, post: Post, text: str, subject: str, command: Command | None
) -> None:
    post(mail(REPORT, From=SITI))
    number = reported(stage).tracking_id
    message = EmailMessage()
    message["From"], message["Subject"] = SITI, subject.format(number)
    message.set_content(text.format(number))
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="jalan.jpg")

    post(message.as_bytes())

    (added,) = stage.announced(ReportSupplemented)
    assert (added.tracking_id, added.body, len(added.attachments)) == (number, None, 1)
    assert [commanded.command for commanded in stage.announced(ReporterCommanded)] == [command] * bool(command)
    assert stage.announced(MessageAnswered) == []


def test_a_photo_with_a_command_about_somebody_elses_report_is_not_added_to_it(stage: Stage, post: Post) -> None:
    post(mail(REPORT, From=SITI))
    message = EmailMessage()
    message["From"], message["Subject"] = BUDI, "Foto"
    message.set_content(f"BALAS {reported(stage).tracking_id} Masih berlubang.")
    message.add_attachment(picture(), maintype="image", subtype="jpeg", filename="jalan.jpg")

    post(message.as_bytes())

    assert stage.announced(ReportSupplemented) == stage.announced(ReporterCommanded) == []


def test_our_own_letter_with_its_receipt_reaches_no_body_by_a_reply_that_says_nothing(stage: Stage, post: Post) -> None:
    post(mail(REPORT, From=SITI))
    quoted = "Pada Rab, 7 Jan 2026 LAPOR! <lapor@lapor.example> menulis:\n> Kode rahasia: 1234 5678 9012 3456"
    subject = f"Re: Laporan {reported(stage).tracking_id}"

    post(mail(quoted, From=SITI, Subject=subject, Message_ID="<2@warga.example>"))

    assert stage.announced(ReporterCommanded) == []
    assert [answered.text for answered in stage.announced(MessageAnswered)] == [commands.HOW[Verb.REPLY]]


def test_who_answers_below_our_letter_is_heard_without_it(stage: Stage, post: Post) -> None:
    post(mail(REPORT, From=SITI))
    quoted = "Pada Rab, 7 Jan 2026 LAPOR! <lapor@lapor.example> menulis:\n> Kode rahasia: 1234 5678 9012 3456"
    subject = f"Re: Laporan {reported(stage).tracking_id}"

    post(mail(f"{quoted}\n\nMasih berlubang.", From=SITI, Subject=subject, Message_ID="<2@warga.example>"))

    assert [commanded.text for commanded in stage.announced(ReporterCommanded)] == ["Masih berlubang."]


def test_a_very_long_e_mail_is_taken_as_far_as_it_fits(stage: Stage, post: Post) -> None:
    post(mail("Jalan di Rengat rusak. " * 1_000))

    assert len(reported(stage).body) <= 10_000
    (answered,) = stage.announced(MessageAnswered)
    assert "huruf pertamanya" in answered.text


@pytest.mark.parametrize(("text", "answers"), [("Terima kasih banyak", 0), ("", 1)])
def test_who_says_nothing_makes_no_report(stage: Stage, post: Post, text: str, answers: int) -> None:
    post(mail(text, Subject=""))

    assert stage.announced(ReportReceived) == []
    assert len(stage.announced(MessageAnswered)) == answers


def test_who_sends_too_many_is_told_once_an_hour(stage: Stage, post: Post) -> None:
    for number in range(6):
        post(mail(f"{REPORT} Ke-{number}", Message_ID=f"<{number}@warga.example>"))

    assert len(stage.announced(ReportReceived)) == 2
    (answered,) = stage.announced(MessageAnswered)
    assert "coba lagi" in answered.text


def test_what_a_program_wrote_has_no_effect(stage: Stage, post: Post) -> None:
    post(mail("Saya sedang cuti.", Auto_Submitted="auto-replied"))

    assert stage.announced() == []


def test_without_an_address_the_channel_is_closed(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    settings = service.Settings(**intake_settings)
    stage = Stage(service, engine, **intake_settings)

    (channel,) = (one for one in service.channels_of(settings, stage.transactions) if one.name == "email")

    assert channel.lacks == ("LAPOR_INTAKE_MAIL_ADDRESSES",)


# Letters of bodies, which answer those that routing wrote

TOKEN = "agnzrure77yhaaeaaaaaaaaaaaabn4xq2w5kz3lq7m2yr6t4hcv5"
OFFICE = "Kantor <kantor@dpupr.example>"
QUOTED = "\n\nPada Rab, 7 Jan 2026 LAPOR! menulis:\n> Laporan ini diteruskan kepada instansi Anda."


def test_a_bodys_letter_is_no_report_and_is_handed_on_once_without_its_address(stage: Stage, post: Post) -> None:
    letter = mail("SELESAI\n\nSudah ditambal." + QUOTED, From=OFFICE, To=f"Lapor+{TOKEN.upper()}@lapor.example")

    post(letter)
    post(letter)

    (mailed,) = stage.announced(AgencyMailed)
    assert (mailed.token, mailed.sender_domain, mailed.dmarc) == (TOKEN, "dpupr.example", None)
    assert mailed.text == "SELESAI\n\nSudah ditambal."
    assert stage.announced(ReportReceived) == []
    assert "kantor@" not in str(stage.rows(stage.transactions.tables.events))


def test_a_bodys_letter_that_only_quotes_ours_says_nothing(stage: Stage, post: Post) -> None:
    post(mail(QUOTED, From=OFFICE, To=f"lapor+{TOKEN}@lapor.example"))

    assert [mailed.text for mailed in stage.announced(AgencyMailed)] == [""]


@pytest.mark.parametrize(
    "address", [f"lain+{TOKEN}@lapor.example", f"lapor+{TOKEN}@lain.example", f"lapor+{TOKEN}x@lapor.example"]
)
def test_an_address_that_is_not_of_our_making_is_handed_on_to_nobody(stage: Stage, post: Post, address: str) -> None:
    post(mail(REPORT, From=SITI, To=address))

    assert stage.announced(AgencyMailed) == []


@pytest.mark.parametrize(
    ("findings", "dmarc"),
    [
        ("mx.lapor.example; dkim=pass header.d=dpupr.example; dmarc=pass", "pass"),
        ("mx.lapor.example; spf=softfail; dmarc=fail (p=reject)", "fail"),
        ("mx.lain.example; dmarc=pass", None),
        ("dmarc=pass", None),
        ("mx.lapor.example; none", None),
    ],
)
def test_what_our_own_mail_server_found_out_about_the_sender_is_handed_on(
    engine: sa.Engine, intake_settings: dict[str, Any], findings: str, dmarc: str | None
) -> None:
    own = frozenset({"lapor@lapor.example"})
    stage = Stage(service, engine, **intake_settings, mail_addresses=own, mail_authserv_id="mx.lapor.example")
    postbox = email.postbox(stage.settings, service.reception_of(stage.settings, stage.transactions))

    postbox.take(
        mail("Besok.", From=OFFICE, To="x@dpupr.example", Authentication_Results=findings),
        recipients=[f"lapor+{TOKEN}@lapor.example"],
    )

    assert [mailed.dmarc for mailed in stage.announced(AgencyMailed)] == [dmarc]
