"""Every template with every word it may hold: one SMS, one letter, nothing left out in silence."""

import jinja2
import pytest

from lapor_chassis import gsm7
from lapor_contracts.vocabulary import Missing
from lapor_intake import commands
from lapor_notification.domain import Data, Purpose, Via, shipped_rules
from lapor_notification.domain.samples import SAMPLES, cases_of, variables_of
from lapor_notification.domain.templates import COMMAND_ANSWERED, MESSAGE_ANSWERED
from lapor_notification.wording import LONGEST_PUBLIC_URL, Wording, problems_of, shipped_parts

TRACKING_ID = "7K3M-9QXF-2TPA"
PARENT = "0P4F-4E3C-V0ZA"
RECEIPT = "1234-5678-9012-3456"
LONG_NAME = "Dinas Penanaman Modal, Pelayanan Terpadu Satu Pintu, Koperasi, Usaha Kecil – Kabupaten Pangkajene " * 3
AGENCIES = ["PLN", "Dinas Perhubungan Kota Medan", LONG_NAME[:300].strip(), "Kantor “Pengaduan” Señor […] 火 €"]


RULES = shipped_rules()


def answered(**changes: str) -> Data:
    """The answer to a command."""
    given = {"tracking_id": TRACKING_ID, "command": "status", "done": "yes", "status": "routed", "agency_name": "PLN"}
    return {**given, "due_on": "31-12-2026", **changes}


def where_to_look(template: str) -> str:
    """A whistleblower's notice does not even say which report it is about."""
    if template in ELSEWHERE:
        return ELSEWHERE[template]
    if template.startswith("follow"):
        return f"/ikuti/{'konfirmasi' if template == 'follow_confirm' else 'berhenti'}/{SAMPLES['token'][0]}"
    page = "lengkapi" if template in {"returned", "completion_ends"} else "lacak"
    return f"/{page}/{TRACKING_ID}"


every_template = pytest.mark.parametrize("template", sorted(set(RULES.templates) - {MESSAGE_ANSWERED}))
#: Where what is told to a whistleblower and to staff can be read.
ELSEWHERE = {
    "news": "/lacak",
    "digest": "/instansi",
    "escalated": "/koordinator/eskalasi",
    "staff_confirm": f"/pemberitahuan/saya/{SAMPLES['token'][0]}",
}
LONGEST_URL = "https://" + "l" * (LONGEST_PUBLIC_URL - len("https://"))


@pytest.mark.parametrize("language", [None, "id", "en"])
@every_template
def test_every_text_message_fits_one_sms_and_says_where_to_look(template: str, language: str | None) -> None:
    wording = Wording(LONGEST_URL)

    for data in cases_of(template, RULES):
        text = wording.sms(template, data, language)

        assert (gsm7.septets(text) or 999) <= gsm7.ONE_IN_GSM
        assert "\n" not in text
        assert text.startswith("LAPOR! ")
        if data.get("status") != "":
            assert text.endswith(f"{LONGEST_URL}{where_to_look(template)}")


@every_template
def test_every_letter_says_it_in_both_languages_and_where_to_look(template: str) -> None:
    wording, parts = Wording("https://lapor.example"), shipped_parts(template)

    for data in cases_of(template, RULES):
        letter = wording.letter(template, data)

        assert (TRACKING_ID in letter.subject) is (template not in {"news", "digest", "staff_confirm"})
        assert "\n" not in letter.subject
        assert "In English: " in letter.text
        assert f"https://lapor.example{where_to_look(template)}" in letter.text
        assert "  " not in letter.text or data.get("agency_name") == ""
        if "{{ agency_name" in parts["indonesian"] and template != COMMAND_ANSWERED:
            assert str(data["agency_name"]).strip() in letter.text


@every_template
def test_a_letter_in_the_readers_language_says_it_once(template: str) -> None:
    wording, data = Wording("https://lapor.example"), next(cases_of(template, RULES))

    indonesian, english = (wording.letter(template, data, language).text for language in ("id", "en"))

    assert ("Yth. " in indonesian, "In English" in indonesian) == (True, False)
    assert ("Dear " in english, "Yth." in english) == (True, False)


@every_template
def test_what_is_shipped_passes_the_check_of_what_people_write(template: str) -> None:
    assert problems_of(shipped_parts(template), shipped_parts(template), cases_of(template, RULES)) == {}


@pytest.mark.parametrize(
    "told", sorted({one.secret for one in RULES.templates.values() if one.purpose is not Purpose.RECEIPT})
)
def test_who_looks_over_a_shoulder_learns_of_a_secret_report_neither_body_nor_topic(told: str) -> None:
    variables = set(variables_of(told, RULES))

    # What is public; numbers; a question to an address.
    assert variables <= {"tracking_id", "due_on"} or told.startswith(("follow", "digest", "staff"))


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


@every_template
def test_a_chat_says_at_least_what_the_sms_says(template: str) -> None:
    wording = Wording("https://lapor.example")

    for data in cases_of(template, RULES):
        text = wording.chat(template, data)

        assert where_to_look(template) in text or data.get("status") == ""
        assert "\n\n" not in text


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


@pytest.mark.parametrize(
    ("part", "text", "complaint"),
    [
        pytest.param("sms", "LAPOR! {{ public_url }}/lacak/{{ nama }}", "No such variable", id="variable"),
        pytest.param("sms", "LAPOR! Diteruskan.", "public_url", id="without the address nobody can look"),
        pytest.param("sms", "LAPOR! " + "a" * 100 + " {{ public_url }}/lacak/{{ tracking_id }}", "one SMS", id="long"),
        pytest.param("sms", "LAPOR! 火" + "a" * 10 + " {{ public_url }}", "UCS-2", id="an odd character costs half"),
        pytest.param("sms", "LAPOR!\n{{ public_url }}", "one line", id="two lines"),
        pytest.param("sms", "", "Must not be empty", id="nothing"),
        pytest.param("subject", "{{ tracking_id }}" + "a" * 140, "More than 150", id="a subject too long"),
        pytest.param("english", "{% for i in range(9) %}{{ i }}{% endfor %}", "not allowed", id="a loop"),
        pytest.param("english", "{{ tracking_id.__class__ }}", "not allowed", id="inner life"),
        pytest.param("english", "{{ public_url() }}", "not allowed", id="a call"),
        pytest.param("english", "{{ 9 ** 9 ** 9 }}", "not allowed", id="arithmetic"),
        pytest.param("english", "{% include 'news.txt' %}", "not allowed", id="another file"),
        pytest.param("english", "{{ tracking_id | pprint }}", "no filter pprint", id="another filter"),
        pytest.param("english", "{{ tracking_id | map('center', 9) | join }}", "no filter map", id="a filter in map"),
        pytest.param("english", "{{ tracking_id | map }}", "no filter map", id="map of nothing"),
        pytest.param("english", "{{ agency_name }}\x00", "not allowed", id="no character"),
        pytest.param("english", "{{ tracking_id | english }}", "Cannot be filled", id="no word of the wire"),
        pytest.param("english", "{% if agency_name %}", "Line 1", id="not closed"),
        pytest.param("english", "a" * 2001, "More than 2000", id="a novel"),
    ],
)
def test_words_that_cannot_go_out_are_refused_with_the_reason(part: str, text: str, complaint: str) -> None:
    parts = {**shipped_parts("routed"), part: text}

    problems = problems_of(parts, shipped_parts("routed"), cases_of("routed", RULES))

    assert list(problems) == [part]
    assert complaint in problems[part][0]
