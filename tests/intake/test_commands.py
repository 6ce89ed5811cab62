"""What reporters ask for by message, and how they type it."""

import uuid
from typing import Any

import pytest

from lapor_chassis import gsm7
from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.events import MessageAnswered, ReporterCommanded, ReporterStopped
from lapor_contracts.vocabulary import Channel, Command
from lapor_intake import commands, service
from lapor_intake.commands import FOLLOWS, HELP, NOTHING_TO_STOP, STOPPED, TOO_LONG, UNKNOWN, Verb, Wish, read
from lapor_intake.domain import Reporter, Submission
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

IDS = TrackingIds(TRACKING_KEY)
GENUINE = IDS.derived("a report")
#: One letter is another: it could be a number of ours, and is none.
WRONG = GENUINE[:-1] + ("A" if GENUINE[-1] != "A" else "B")
REPORTER, STRANGER = Reporter(phone="+6281200001111"), Reporter(phone="+6281200002222")

SERVICE = service


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        (f"STATUS {GENUINE}", Wish(Verb.STATUS, GENUINE)),
        (f"status {GENUINE.lower().replace('-', '')}", Wish(Verb.STATUS, GENUINE)),
        (f"Cek: {GENUINE.replace('-', ' ')} terima kasih", Wish(Verb.STATUS, GENUINE, "terima kasih")),
        (f"LACAK {' '.join(GENUINE.replace('-', ''))}", Wish(Verb.STATUS, GENUINE)),
        (f"#STATUS_{GENUINE}", Wish(Verb.STATUS, GENUINE)),
        (f"STATUS{GENUINE}", Wish(Verb.STATUS, GENUINE)),
        (GENUINE, Wish(Verb.STATUS, GENUINE)),
        (f"track {GENUINE}", Wish(Verb.STATUS, GENUINE)),
        (f"BALAS {GENUINE} lampu masih mati", Wish(Verb.REPLY, GENUINE, "lampu masih mati")),
        (f"jawab {GENUINE}. Masih mati\nbaris dua", Wish(Verb.REPLY, GENUINE, "Masih mati\nbaris dua")),
        (f"reply {GENUINE} 👍", Wish(Verb.REPLY, GENUINE, "👍")),
        (f"SELESAI {GENUINE}", Wish(Verb.CLOSE, GENUINE)),
        (f"tutup {GENUINE}", Wish(Verb.CLOSE, GENUINE)),
        (f"slesai {GENUINE}", Wish(Verb.CLOSE, GENUINE)),
        (f"BELUM {GENUINE} lampu masih mati", Wish(Verb.REOPEN, GENUINE, "lampu masih mati")),
        (f"blm {GENUINE.lower()}", Wish(Verb.REOPEN, GENUINE)),
        (f"NILAI {GENUINE} 4", Wish(Verb.RATE, GENUINE, "4")),
        (f"nilai 4 {GENUINE.replace('-', '')}", Wish(Verb.RATE, GENUINE, "4")),
        (f"Bintang 5, {GENUINE}", Wish(Verb.RATE, GENUINE, "5")),
        (f"TARIK {GENUINE}", Wish(Verb.WITHDRAW, GENUINE)),
        (f"batal {GENUINE}", Wish(Verb.WITHDRAW, GENUINE)),
        (f"OMBUDSMAN {GENUINE}", Wish(Verb.REFER, GENUINE)),
        (f"ombusman{GENUINE}", Wish(Verb.REFER, GENUINE)),
        ("nilai 5/5", Wish(Verb.RATE, text="5/5")),
        ("Selesai, terima kasih banyak pak 🙏", Wish(Verb.CLOSE)),
        ("belum pak", Wish(Verb.REOPEN)),
        ("status ya min", Wish(Verb.STATUS)),
        ("Stop, terima kasih", Wish(Verb.STOP)),
        ("Nilai 5, terima kasih", Wish(Verb.RATE, text="5, terima kasih")),
        ("balas terima kasih", Wish(Verb.REPLY, text="terima kasih")),
        ("BANTUAN", Wish(Verb.HELP)),
        ("bantuan!", Wish(Verb.HELP)),
        ("Help 🙏", Wish(Verb.HELP)),
        ("STOP", Wish(Verb.STOP)),
        ("berhenti.", Wish(Verb.STOP)),
        (f"UNSUB {GENUINE}", Wish(Verb.STOP, GENUINE)),
    ],
)
def test_a_command_may_be_typed_in_many_ways(text: str, wish: Wish) -> None:
    assert read(text, IDS) == wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("STATUS", Wish(Verb.STATUS)),
        ("selesai", Wish(Verb.CLOSE)),
        (f"STATUS {WRONG}", Wish(Verb.STATUS, WRONG)),
        (f"SELESAI {WRONG} terima kasih", Wish(Verb.CLOSE, WRONG, "terima kasih")),
        ("STATUS 1234567", Wish(Verb.STATUS, "1234567")),
        ("status 7k3m 9qxf 2tp", Wish(Verb.STATUS, "7k3m 9qxf 2tp")),
        ("STOP 1234567", Wish(Verb.STOP, "1234567")),
        (f"BALAS {WRONG} masih mati", Wish(Verb.REPLY, WRONG, "masih mati")),
        ("BALAS lampunya masih mati", Wish(Verb.REPLY, text="lampunya masih mati")),
        (f"BELUM {WRONG} masih mati", Wish(Verb.REOPEN, WRONG, "masih mati")),
        ("TARIK 1234567", Wish(Verb.WITHDRAW, "1234567")),
    ],
)
def test_a_command_with_a_wrong_number_or_none_is_known_for_one(text: str, wish: Wish) -> None:
    assert read(text, IDS) == wish


@pytest.mark.parametrize(
    "text",
    [
        "Tutup saluran air hilang di Jalan Mawar",
        "Bantuan sosial belum cair sejak Maret",
        "bantuan 2026 belum turun",
        "stop pungli di SDN 1 Rengat",
        "Status tanah warisan saya tidak jelas",
        "cek 2 lampu mati di jl mawar",
        "cek 2013 nama saya hilang dari daftar",
        "Info banjir tidak pernah sampai",
        "Tolong perbaiki jalan di desa kami",
        "cekungan besar di tengah jalan",
        "berhentikan kepala dinas itu",
        "Belum ada perbaikan jalan di Desa Sukamaju",
        "Belum 24jam air sudah mati lagi",
        "Nilai ujian anak saya hilang dari sistem",
        "Nilai 5 mata pelajaran anak saya salah",
        "Tarik tambang kapal ferry putus",
        "Batalkan proyek betonisasi itu",
        "Ombudsman sudah saya surati tetapi tidak ada jawaban",
        "",
        "🙏",
    ],
)
def test_a_report_may_begin_with_the_word_of_a_command(text: str) -> None:
    assert read(text, IDS) is None


@pytest.mark.parametrize("text", [HELP, UNKNOWN, STOPPED, NOTHING_TO_STOP, TOO_LONG, *commands.HOW.values()])
def test_each_answer_fits_one_sms(text: str) -> None:
    assert (gsm7.septets(text) or 999) <= gsm7.ONE_IN_GSM


class Desk:
    """Intake, and somebody who sends it messages."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.desk = service.reception_of(stage.settings, stage.transactions).desk

    def report(self, reporter: Reporter = REPORTER, **content: Any) -> str:
        """Hand in a report; its tracking ID."""
        submission = Submission(
            source="test",
            idempotency_key=str(uuid.uuid4()),
            channel=Channel.SMS,
            body="Lampu jalan mati di Rengat",
            reporter=reporter,
            **content,
        )
        with self.stage.transactions.begin() as tx:
            return self.desk.accept(submission, tx).tracking_id  # type: ignore[union-attr]

    def obey(self, wish: Wish, reporter: Reporter = REPORTER) -> str:
        """Do what a message asks for; the answer."""
        with self.stage.transactions.begin() as tx:
            return commands.obey(
                wish, desk=self.desk, channel=Channel.SMS, reporter=reporter, command_id=tx.new_id(), tx=tx
            )

    def commanded(self) -> list[ReporterCommanded]:
        """What intake passed on."""
        return self.stage.announced(ReporterCommanded)


@pytest.fixture
def desk(stage: Stage) -> Desk:
    """A desk on the stage."""
    return Desk(stage)


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.REPLY, Verb.CLOSE, Verb.REOPEN, Verb.WITHDRAW, Verb.REFER])
def test_what_a_reporter_asks_for_is_passed_on(desk: Desk, verb: Verb) -> None:
    tracking_id = desk.report(secret=True)

    answer = desk.obey(Wish(verb, tracking_id, "masih mati"))

    assert answer == FOLLOWS
    (commanded,) = desk.commanded()
    assert (commanded.tracking_id, commanded.command, commanded.is_reporter) == (tracking_id, Command(verb), True)
    assert commanded.text == ("masih mati" if verb in (Verb.REPLY, Verb.REOPEN) else None)


@pytest.mark.parametrize(("text", "rating"), [("4", 4), ("5/5", 5), ("3 bintang", 3)])
def test_a_rating_is_passed_on_as_a_number(desk: Desk, text: str, rating: int) -> None:
    tracking_id = desk.report()

    assert desk.obey(Wish(Verb.RATE, tracking_id, text)) == FOLLOWS
    assert [(one.rating, one.text) for one in desk.commanded()] == [(rating, None)]


@pytest.mark.parametrize("text", ["", "6", "10", "bagus"])
def test_who_gives_no_rating_is_told_how(desk: Desk, text: str) -> None:
    assert desk.obey(Wish(Verb.RATE, desk.report(), text)).startswith("LAPOR! Kirim: NILAI")
    assert desk.commanded() == []


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.REPLY, Verb.CLOSE, Verb.REOPEN])
def test_who_has_one_report_need_not_name_it(desk: Desk, verb: Verb) -> None:
    tracking_id = desk.report()

    assert desk.obey(Wish(verb, text="masih mati")) == FOLLOWS
    assert [one.tracking_id for one in desk.commanded()] == [tracking_id]


@pytest.mark.parametrize("verb", [Verb.WITHDRAW, Verb.REFER])
def test_what_cannot_be_undone_needs_the_number(desk: Desk, verb: Verb) -> None:
    desk.report()

    assert desk.obey(Wish(verb)).startswith(f"LAPOR! Kirim: {'TARIK' if verb is Verb.WITHDRAW else 'OMBUDSMAN'}")
    assert desk.commanded() == []


def test_who_has_several_reports_must_say_which(desk: Desk) -> None:
    desk.report()
    desk.report()

    assert desk.obey(Wish(Verb.CLOSE)).startswith("LAPOR! Kirim: SELESAI")


def test_anybody_may_ask_how_a_public_report_stands(desk: Desk) -> None:
    tracking_id = desk.report()

    answer = desk.obey(Wish(Verb.STATUS, tracking_id), STRANGER)

    assert answer == FOLLOWS
    assert [commanded.is_reporter for commanded in desk.commanded()] == [False]


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.REPLY, Verb.CLOSE, Verb.STOP])
@pytest.mark.parametrize("number", [WRONG, "1234567", GENUINE])
def test_a_wrong_number_is_answered_at_once(desk: Desk, verb: Verb, number: str) -> None:
    assert desk.obey(Wish(verb, number, "masih mati")) == UNKNOWN


@pytest.mark.parametrize(
    ("verb", "secret"), [(Verb.STATUS, True), (Verb.REPLY, False), (Verb.CLOSE, False), (Verb.STOP, False)]
)
def test_what_is_not_ones_own_is_answered_like_a_wrong_number(desk: Desk, verb: Verb, secret: bool) -> None:
    tracking_id = desk.report(secret=secret)

    answer = desk.obey(Wish(verb, tracking_id, "masih mati"), STRANGER)

    assert answer == UNKNOWN
    assert desk.commanded() == desk.stage.announced(ReporterStopped) == []


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.REPLY, Verb.CLOSE])
def test_who_gives_no_number_is_told_how(desk: Desk, verb: Verb) -> None:
    assert desk.obey(Wish(verb)) == commands.HOW[verb]


def test_a_reply_without_words_is_told_how(desk: Desk) -> None:
    assert desk.obey(Wish(Verb.REPLY, desk.report())) == commands.HOW[Verb.REPLY]


def test_a_reply_that_nobody_could_store_is_refused(desk: Desk) -> None:
    assert desk.obey(Wish(Verb.REPLY, desk.report(), "x" * 10_001)) == TOO_LONG


def test_the_telephone_number_in_a_reply_does_not_travel(desk: Desk) -> None:
    desk.obey(Wish(Verb.REPLY, desk.report(), "hubungi saya di 0812-0000-1111"))

    (commanded,) = desk.commanded()
    assert commanded.text == "hubungi saya di [nomor telepon]"


def test_stop_ends_the_notices_of_all_reports_of_this_reporter(desk: Desk) -> None:
    mine = {desk.report(), desk.report()}
    desk.report(STRANGER)

    answer = desk.obey(Wish(Verb.STOP))

    assert answer == STOPPED
    assert {stopped.tracking_id for stopped in desk.stage.announced(ReporterStopped)} == mine


def test_stop_with_a_number_ends_those_of_that_report(desk: Desk) -> None:
    tracking_id, _ = desk.report(), desk.report()

    answer = desk.obey(Wish(Verb.STOP, tracking_id))

    assert answer == STOPPED
    assert [stopped.tracking_id for stopped in desk.stage.announced(ReporterStopped)] == [tracking_id]


def test_who_never_reported_has_nothing_to_stop(desk: Desk) -> None:
    assert desk.obey(Wish(Verb.STOP), STRANGER) == NOTHING_TO_STOP


def test_a_channel_that_cannot_answer_lets_notification_do_it_once_for_each_message(desk: Desk) -> None:
    message_id = uuid.uuid4()

    with desk.stage.transactions.begin() as tx:
        commands.tell(HELP, desk=desk.desk, channel=Channel.SMS, reporter=REPORTER, message_id=message_id, tx=tx)

    (answered,) = desk.stage.announced(MessageAnswered)
    assert (answered.report_id, answered.text) == (message_id, HELP)
