"""Every template with every word it may hold: one SMS, one letter, nothing left out in silence."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import jinja2
import pytest

from lapor_chassis import gsm7
from lapor_contracts.vocabulary import ArchiveReason, Command, Missing, Status
from lapor_intake import commands
from lapor_notification.domain import Data, Via, shipped_rules
from lapor_notification.wording import LONGEST_PUBLIC_URL, Wording

TRACKING_ID = "7K3M-9QXF-2TPA"
PARENT = "0P4F-4E3C-V0ZA"
RECEIPT = "1234-5678-9012-3456"
LONG_NAME = "Dinas Penanaman Modal, Pelayanan Terpadu Satu Pintu, Koperasi, Usaha Kecil – Kabupaten Pangkajene " * 3
AGENCIES = ["PLN", "Dinas Perhubungan Kota Medan", LONG_NAME[:300].strip(), "Kantor “Pengaduan” Señor […] 火 €"]


NAMED = [{"agency_name": name} for name in AGENCIES]
#: What may stand in a template beside the tracking ID.
FILLED: dict[str, list[dict[str, Any]]] = {
    "returned": [
        {"missing": missing} for missing in ([], *[[one.value] for one in Missing], [one.value for one in Missing])
    ],
    "received": [{"receipt": "", "asks": []}, {"receipt": RECEIPT, "asks": ["where", "when"]}],
    "archived": [{"reason_code": reason.value} for reason in ArchiveReason],
    "routed": NAMED,
    "rerouted": NAMED,
    "answered": NAMED,
    "answered_initially": NAMED,
    "extended": NAMED,
    "asked": NAMED,
    "completion_ends": [{"due_on": "19-11-2026"}],
    "silence_ends": [{"due_on": "19-11-2026"}],
    "discreet_deadline": [{"due_on": "19-11-2026"}],
    "merged": [{"parent_tracking_id": PARENT}],
    "closed_with_another": [{"parent_tracking_id": PARENT}],
}


def every_case() -> Iterator[tuple[str, Data]]:
    """Each template with each thing that can stand in it; the words of one are intake's."""
    for template in sorted(set(shipped_rules().templates) - {"message_answered", "command_answered"}):
        for filled in FILLED.get(template, [{}]):
            yield template, {"tracking_id": TRACKING_ID, **filled}
    yield from every_answer()


def every_answer() -> Iterator[tuple[str, Data]]:
    """Each answer to each command."""
    for command, status, done in product(Command, Status, ["yes", ""]):
        words = answered(command=command.value, status=status.value, agency_name="", done=done)
        yield "command_answered", words
    for status, name in product(Status, AGENCIES):
        yield "command_answered", answered(status=status.value, agency_name=name)


def answered(**changes: str) -> Data:
    """The answer to a command."""
    given = {"tracking_id": TRACKING_ID, "command": "status", "done": "yes", "status": "routed", "agency_name": "PLN"}
    return {**given, "due_on": "31-12-2026", **changes}


def where_to_look(template: str) -> str:
    """A whistleblower's notice does not even say which report it is about."""
    if template == "news":
        return "/lacak"
    return f"/{'lengkapi' if template in ('returned', 'completion_ends') else 'lacak'}/{TRACKING_ID}"


CASES = [pytest.param(*case, id=f"{case[0]}-{number}") for number, case in enumerate(every_case())]
LONGEST_URL = "https://" + "l" * (LONGEST_PUBLIC_URL - len("https://"))


@pytest.mark.parametrize(("template", "data"), CASES)
def test_every_text_message_fits_one_sms_and_says_where_to_look(template: str, data: Data) -> None:
    text = Wording(LONGEST_URL).sms(template, data)

    assert (gsm7.septets(text) or 999) <= gsm7.ONE_IN_GSM
    assert "\n" not in text
    assert text.startswith("LAPOR! ")
    assert text.endswith(f"{LONGEST_URL}{where_to_look(template)}")


@pytest.mark.parametrize(("template", "data"), CASES)
def test_every_letter_says_it_in_both_languages_and_where_to_look(template: str, data: Data) -> None:
    letter = Wording("https://lapor.example").letter(template, data)

    assert (TRACKING_ID in letter.subject) is (template != "news")
    assert "\n" not in letter.subject
    assert "In English: " in letter.text
    assert f"https://lapor.example{where_to_look(template)}" in letter.text
    assert "  " not in letter.text
    assert str(data.get("agency_name", "")) in letter.text


@pytest.mark.parametrize("via", list(Via))
def test_the_first_notice_tells_the_receipt_by_every_way_to_whom_nobody_has_shown_it(via: Via) -> None:
    given = {"tracking_id": TRACKING_ID, "receipt": RECEIPT, "asks": [Missing.WHERE.value]}

    text = Wording("https://lapor.example").written(via, "received", given).text

    assert TRACKING_ID in text
    assert RECEIPT in text


@pytest.mark.parametrize("via", [Via.EMAIL, Via.WHATSAPP, Via.MESSENGER, Via.INSTAGRAM, Via.X])
def test_the_first_notice_asks_for_what_is_missing_where_it_can_be_answered(via: Via) -> None:
    given = {"tracking_id": TRACKING_ID, "receipt": RECEIPT, "asks": [Missing.WHERE.value, Missing.WHEN.value]}

    text = Wording("https://lapor.example").written(via, "received", given).text

    assert "Masih kami perlukan: lokasi, tanggal. Mohon balas pesan ini dalam 48 jam" in text


@pytest.mark.parametrize(("template", "data"), CASES)
def test_a_chat_says_at_least_what_the_sms_says(template: str, data: Data) -> None:
    text = Wording("https://lapor.example").chat(template, data)

    assert where_to_look(template) in text
    assert "\n\n" not in text
    assert str(data.get("agency_name", "")) in text


def test_only_the_name_of_the_agency_is_cut() -> None:
    text = Wording("https://lapor.example").sms("routed", {"tracking_id": TRACKING_ID, "agency_name": LONG_NAME[:300]})

    assert text.startswith("LAPOR! Laporan Anda diteruskan ke Dinas Penanaman Modal, Pelayanan Terpadu")
    assert f"..., pantau: https://lapor.example/lacak/{TRACKING_ID}" in text


def test_a_template_that_lacks_a_value_fails_instead_of_leaving_a_gap() -> None:
    with pytest.raises(jinja2.UndefinedError, match="agency_name"):
        Wording("https://lapor.example").letter("routed", {"tracking_id": TRACKING_ID})


def test_whoever_may_be_told_nothing_reads_the_same_as_with_a_wrong_number() -> None:
    text = Wording("https://lapor.example").sms("command_answered", answered(status="", agency_name="", done=""))

    assert text == commands.UNKNOWN


def test_what_intake_answers_is_passed_on_as_it_is() -> None:
    wording = Wording("https://lapor.example")
    data = {"tracking_id": "", "text": commands.HELP}

    assert wording.sms("message_answered", data) == commands.HELP
    assert commands.HELP in wording.letter("message_answered", data).text
