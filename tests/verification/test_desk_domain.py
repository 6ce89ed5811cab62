"""Whose case it is, who judges an archiving, which appeal counts, what the public reads instead."""

import itertools
import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Mark
from lapor_contracts.vocabulary import ArchiveReason, Personal
from lapor_verification.domain.appeals import Appeal, pending
from lapor_verification.domain.canned import open_places, shipped
from lapor_verification.domain.case import Case, Decision, State
from lapor_verification.domain.edits import Wording, as_written, difference, reworded
from lapor_verification.domain.holding import handed_back, taken
from lapor_verification.domain.policy import Policy, shipped_policy
from lapor_verification.domain.redaction import Marked
from lapor_verification.domain.second_look import archivers
from tests.support.stage import WEDNESDAY
from tests.verification.test_domain import case_in

LATER = WEDNESDAY + timedelta(minutes=29)
MUCH_LATER = WEDNESDAY + timedelta(minutes=31)


def in_hands_of(officer: str) -> Case:
    held = taken(case_in(State.WAITING), officer, WEDNESDAY)
    assert isinstance(held, Case)
    return held


def test_who_has_a_case_in_hand_keeps_it_for_half_an_hour_after_the_last_thing_they_did() -> None:
    again = taken(in_hands_of("ani"), "ani", LATER)

    assert isinstance(again, Case)
    assert again.holder_at(MUCH_LATER) == "ani"
    assert in_hands_of("ani").holder_at(MUCH_LATER) is None


@pytest.mark.parametrize(
    ("by", "now", "over", "gets_it"),
    [
        pytest.param("budi", LATER, False, False, id="a colleague has it"),
        pytest.param("budi", MUCH_LATER, False, True, id="the colleague has gone home"),
        pytest.param("budi", LATER, True, True, id="taken over"),
    ],
)
def test_a_case_in_hand_is_nobody_elses(by: str, now: object, over: bool, gets_it: bool) -> None:
    outcome = taken(in_hands_of("ani"), by, now, over=over)  # type: ignore[arg-type]

    assert isinstance(outcome, Case) is gets_it
    if isinstance(outcome, Refusal):
        assert outcome.code == "held"


def test_only_its_holder_hands_a_case_back() -> None:
    assert isinstance(handed_back(in_hands_of("ani"), "budi", LATER), Refusal)
    returned = handed_back(in_hands_of("ani"), "ani", LATER)

    assert isinstance(returned, Case)
    assert returned.holder_at(LATER) is None


@pytest.mark.parametrize("state", [State.VERIFIED, State.ARCHIVED, State.MERGED])
def test_where_nothing_is_to_be_decided_nothing_is_taken(state: State) -> None:
    assert isinstance(taken(case_in(state), "ani", WEDNESDAY), Refusal)


def decision(by: str, state: State) -> Decision:
    return Decision(decision_id=uuid.uuid4(), report_id=uuid.uuid4(), decided_at=WEDNESDAY, decided_by=by, state=state)


def test_a_proposal_is_judged_by_anybody_but_its_proposer() -> None:
    history = (decision("ani", State.ARCHIVE_PROPOSED), decision("budi", State.WAITING))
    case = replace(case_in(State.ARCHIVE_PROPOSED), decisions=(*history, decision("citra", State.ARCHIVE_PROPOSED)))

    assert archivers(case) == {"citra"}


def test_an_appeal_is_judged_by_somebody_who_never_archived_the_report() -> None:
    history = (decision("ani", State.ARCHIVE_PROPOSED), decision("budi", State.ARCHIVED))

    assert archivers(replace(case_in(State.APPEALED), decisions=history)) == {"ani", "budi"}


def test_two_agree_where_the_reason_asks_for_it_and_about_a_share_of_all_others() -> None:
    reports = [uuid.UUID(int=number) for number in range(2_000)]
    policy = Policy(archive_reasons_two=(ArchiveReason.HATE_SPEECH,), archive_sample_percent=10)

    drawn = [policy.wants_two(report, ArchiveReason.SPAM) for report in reports]

    assert 140 < sum(drawn) < 260
    assert drawn == [policy.wants_two(report, ArchiveReason.SPAM) for report in reports]
    assert policy.wants_two(reports[0], ArchiveReason.HATE_SPEECH)


def test_what_we_ship_asks_for_two_where_somebodys_right_to_be_heard_ends() -> None:
    wants_two = {reason for reason in ArchiveReason if shipped_policy().wants_two(uuid.UUID(int=7), reason)}

    assert wants_two == {ArchiveReason.HATE_SPEECH, ArchiveReason.NOT_PUBLIC_SERVICE, ArchiveReason.OUT_OF_SCOPE}


def appeal(number: int, hours: float) -> Appeal:
    at = WEDNESDAY + timedelta(hours=hours)
    return Appeal(appeal_id=uuid.UUID(int=number), report_id=uuid.UUID(int=0), appealed_at=at, text="Sudah lengkap.")


ONCE, AGAIN = WEDNESDAY, WEDNESDAY + timedelta(hours=10)


@pytest.mark.parametrize(
    ("appeals", "archived_at", "decided", "counts"),
    [
        pytest.param([appeal(1, 1)], [ONCE], [], 1, id="the first"),
        pytest.param([appeal(2, 2), appeal(1, 1)], [ONCE], [], 1, id="of two the earlier"),
        pytest.param([appeal(1, -1)], [ONCE], [], 1, id="the tracker's clock is slow"),
        pytest.param([appeal(1, 1)], [ONCE], [1], None, id="decided"),
        pytest.param([appeal(1, 1), appeal(2, 2)], [ONCE], [2], None, id="another one was decided"),
        pytest.param([appeal(1, 1)], [ONCE, AGAIN], [], None, id="it was against the first archiving"),
        pytest.param([appeal(1, 1), appeal(2, 11)], [ONCE, AGAIN], [1], 2, id="archived again, appealed again"),
        pytest.param([], [ONCE], [], None, id="nobody objects"),
    ],
)
def test_one_appeal_counts_against_each_archiving(
    appeals: list[Appeal], archived_at: list[object], decided: list[int], counts: int | None
) -> None:
    for order in itertools.permutations(appeals):
        found = pending(order, archived_at, {str(uuid.UUID(int=number)) for number in decided})  # type: ignore[arg-type]

        assert (found and found.appeal_id) == (uuid.UUID(int=counts) if counts else None)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Di mana?", ()),
        ("Mohon sebutkan {{lokasi}} dan {{waktu}}.", ("{{lokasi}}", "{{waktu}}")),
        ("Kami belum memahami …, juga …", ("…",)),
        ("Tunggu ... sebentar", ()),
        ("{{}}", ("{{}}",)),
    ],
)
def test_what_a_text_leaves_open_is_found(text: str, places: tuple[str, ...]) -> None:
    assert open_places(text) == places


def test_every_text_that_we_ship_must_be_completed() -> None:
    assert len({text.text_id for text in shipped()}) == len(shipped()) >= 10
    assert all(open_places(text.text) and len(text.text) <= 1000 for text in shipped())


def marked(title: str, body: str, *marks: Mark) -> Marked:
    return Marked(texts={"title": title, "body": body, "later": "Lubangnya dua."}, marks=marks)


def test_without_an_edit_the_public_reads_all_texts_without_what_is_marked() -> None:
    name = Mark(field="body", start=4, end=8, kind=Personal.NAME)

    written = as_written(marked("Pungli", "Pak Budi meminta uang.", name))

    assert written == Wording(title="Pungli", body="Pak [nama] meminta uang.\n\nLubangnya dua.")


def test_personal_data_does_not_come_back_by_an_edit() -> None:
    wanted = Wording(title="Pungli oleh Pak Budi", body="Hubungi 0812-3456-7890, NIK 3171012309900001.")

    edit = reworded(Wording(title="Pungli", body="Isi."), Wording(), wanted)

    assert isinstance(edit, Wording)
    assert edit.title == "Pungli oleh Pak [nama]"
    assert edit.body == "Hubungi [nomor telepon], NIK [NIK]."


@pytest.mark.parametrize("nothing", [Wording(), Wording(title="Asli", body="Isi asli."), Wording(title=" ", body="")])
def test_an_edit_that_says_what_was_written_is_none(nothing: Wording) -> None:
    written = Wording(title="Asli", body="Isi asli.")

    assert isinstance(reworded(written, Wording(), nothing), Refusal)
    assert reworded(written, Wording(title="Lain"), nothing) == Wording()


def test_an_edited_text_is_never_longer_than_an_event_may_hold() -> None:
    edit = reworded(Wording(title="", body=""), Wording(), Wording(title="Pak Al " * 40, body="Pak Al " * 3_000))

    assert isinstance(edit, Wording)
    assert len(edit.title or "") <= 140
    assert len(edit.body or "") <= 10_000


def test_the_difference_of_two_texts_holds_both() -> None:
    pieces = list(difference("Lurah itu bodoh sekali.", "Lurah itu tidak melayani."))

    assert "".join(text for kind, text in pieces if kind != "new") == "Lurah itu bodoh sekali."
    assert "".join(text for kind, text in pieces if kind != "gone") == "Lurah itu tidak melayani."
    assert ("same", "Lurah itu ") in pieces
