"""What is decided without a person, how that is recorded, and how a coordinator changes it."""

import uuid
from typing import Any

import pytest
import sqlalchemy as sa

from lapor_contracts.events import ReportReturned, ReportVerified
from lapor_contracts.vocabulary import ArchiveReason, Clock, Missing, Role
from lapor_verification import service, store
from lapor_verification.domain.case import State
from lapor_verification.domain.finding import Check, Hint
from lapor_verification.domain.policy import Policy, shipped_policy
from tests.support.builders import deadline_missed, received, supplemented
from tests.support.stage import Stage
from tests.verification.test_handlers import case_of, incomplete

SERVICE = service

#: The shipped policy, as its form sends it.
AS_SHIPPED = {
    "seen": "0",
    "verifies_alone": "true",
    "returns_alone": "true",
    "merges_alone": "true",
    "clarity": "50",
    "spam": "50",
    "hate_speech": "50",
    "scope": "60",
    "repeat": "90",
    "urgency": "70",
    "sensitivity": "70",
    "reason": "Sesuai rapat.",
    "confirmed": "true",
}


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """With the policy as it is shipped."""
    return Stage(service, engine, database_url="")


@pytest.fixture
def csrf(stage: Stage) -> str:
    return stage.open_session(Role.COORDINATOR, officer="officer-9")


def change(stage: Stage, csrf: str, to: str = "", **fields: Any) -> Any:
    form = {name: value for name, value in {**AS_SHIPPED, **fields}.items() if value is not None}
    return stage.client.post(f"/verifikasi/kebijakan{to}", data={"csrf_token": csrf, **form})


def in_force(stage: Stage) -> Policy:
    with stage.transactions.read() as connection:
        return store.read_policy(connection)


def test_of_all_archivings_one_in_ten_is_looked_at_by_a_colleague_who_must_agree(stage: Stage) -> None:
    drawn = {shipped_policy().wants_two(uuid.UUID(int=n), ArchiveReason.SPAM): uuid.UUID(int=n) for n in range(100)}
    reports = {by_two: incomplete(report_id=report_id) for by_two, report_id in drawn.items()}
    stage.hear(*reports.values())
    reason = {"reason_code": "spam", "reason": "Iklan pinjaman."}

    answers = {
        by_two: stage.client.post(
            f"/api/v1/cases/{report.report_id}/archive", json=reason, headers=stage.signed_in(Role.VERIFIER)
        )
        for by_two, report in reports.items()
    }

    assert {by_two: answer.json["state"] for by_two, answer in answers.items()} == {
        True: "archive_proposed",
        False: "archived",
    }
    assert shipped_policy().archive_sample_percent == 10


def hint(check: Check, weight: float) -> Hint:
    return Hint(check, "any", weight, "Alasan.", "A reason.")


@pytest.mark.parametrize(
    ("found", "holds"),
    [
        (hint(Check.SPAM, 0.5), True),
        (hint(Check.SPAM, 0.49), False),
        (hint(Check.KIND, 1), False),
        (hint(Check.CATEGORY, 1), False),
        (hint(Check.URGENCY, 1), False),
    ],
)
def test_a_hint_holds_a_report_from_its_threshold_on(found: Hint, holds: bool) -> None:
    assert shipped_policy().holds(found) is holds


def test_what_passes_alone_is_recorded_with_reasons_and_the_policys_version(stage: Stage) -> None:
    report = received()

    stage.hear(report)

    (decision,) = case_of(stage, report.report_id).decisions
    assert (decision.state, decision.decided_by) == (State.VERIFIED, "system")
    assert decision.details["policy"] == 0
    assert "Wilayah disebut: 14.02." in decision.details["reasons"]


def test_who_only_left_something_out_is_asked_once_and_the_answer_completes_it(stage: Stage) -> None:
    report = incomplete(asks=())
    stage.hear(report)

    (asked,) = stage.announced(ReportReturned)
    assert (asked.missing, asked.returned_by) == ((Missing.WHERE,), "system")
    assert "di mana kejadiannya" in asked.message
    assert case_of(stage, report.report_id).state is State.RETURNED

    stage.hear(supplemented(report_id=report.report_id, body="Di Samsat Rengat.", region_code="14.02"))

    (verified,) = stage.announced(ReportVerified)
    assert verified.region_code == "14.02"
    states = [decision.state for decision in case_of(stage, report.report_id).decisions]
    assert states == [State.RETURNED, State.VERIFIED]


def test_nobody_is_asked_twice_by_the_machine(stage: Stage) -> None:
    report = incomplete(asks=())
    stage.hear(report)

    stage.hear(supplemented(report_id=report.report_id, body="Tidak tahu."))

    assert len(stage.announced(ReportReturned)) == 1
    assert case_of(stage, report.report_id).state is State.WAITING


def test_whose_channel_has_asked_already_is_not_asked_again(stage: Stage) -> None:
    report = incomplete()

    stage.hear(report)

    assert stage.announced() == []
    assert case_of(stage, report.report_id).state is State.WAITING


def test_what_its_reporter_did_not_complete_in_time_comes_to_a_person_and_never_to_an_end(stage: Stage) -> None:
    report = incomplete(asks=())
    stage.hear(report)

    stage.hear(deadline_missed(report_id=report.report_id, clock=Clock.COMPLETION))

    case = case_of(stage, report.report_id)
    assert case.state is State.WAITING
    assert case.finding.reasons[-1] == "Pelapor belum melengkapi laporan sampai batas waktunya."
    assert len(stage.announced()) == 1


def test_a_coordinator_lets_people_look_at_everything(stage: Stage, csrf: str) -> None:
    response = change(stage, csrf, verifies_alone=None, returns_alone=None)
    whole, half = received(), incomplete(asks=())

    stage.hear(whole, half)

    assert response.status_code == 303
    assert stage.announced() == []
    assert case_of(stage, whole.report_id).finding.reasons == ("Menurut kebijakan, setiap laporan diperiksa petugas.",)
    assert case_of(stage, half.report_id).state is State.WAITING


def test_another_process_follows_a_new_policy_within_a_minute(stage: Stage) -> None:
    other = Stage(service, stage.transactions.engine, database_url="")
    other.hear(received())
    change(stage, stage.open_session(Role.COORDINATOR), verifies_alone=None)

    other.clock.advance(seconds=61)
    report = received()
    other.hear(report)

    assert case_of(stage, report.report_id).state is State.WAITING


def test_a_stricter_threshold_keeps_what_reads_like_another_kind(stage: Stage, csrf: str) -> None:
    change(stage, csrf, kind="60")
    question = received(body="Mohon informasi syarat membuat akta kelahiran di Dukcapil", title="Akta")

    stage.hear(question)

    case = case_of(stage, question.report_id)
    assert case.state is State.WAITING
    assert case.finding.reasons == ("Isinya tampak seperti permintaan informasi.",)


def test_history_is_kept_and_an_earlier_version_can_come_back(stage: Stage, csrf: str) -> None:
    change(stage, csrf, spam="90", reason="Terlalu banyak alarm palsu.")
    change(stage, csrf, seen="1", verifies_alone=None, reason="Uji coba.")

    response = stage.client.post(
        "/verifikasi/kebijakan/1",
        data={"csrf_token": csrf, "seen": "2", "reason": "Uji coba selesai.", "confirmed": "true"},
    )

    assert response.status_code == 303
    policy = in_force(stage)
    assert (policy.version, policy.thresholds[Check.SPAM], policy.verifies_alone) == (3, 90, True)
    page = stage.client.get("/verifikasi/kebijakan").text
    assert all(reason in page for reason in ("Terlalu banyak alarm palsu.", "Uji coba.", "Uji coba selesai."))
    rows = stage.rows(store.policies)
    assert [row["set_by"] for row in rows] == ["officer-9"] * 3


def test_the_shipped_policy_can_come_back(stage: Stage, csrf: str) -> None:
    change(stage, csrf, verifies_alone=None)

    stage.client.post(
        "/verifikasi/kebijakan/0", data={"csrf_token": csrf, "seen": "1", "reason": "Kembali.", "confirmed": "true"}
    )

    assert in_force(stage).content() == shipped_policy().content()
    assert in_force(stage).version == 2


def test_two_coordinators_do_not_overwrite_each_other(stage: Stage, csrf: str) -> None:
    change(stage, csrf, spam="90")

    response = change(stage, csrf, spam="10")

    assert response.status_code == 409
    assert in_force(stage).thresholds[Check.SPAM] == 90


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"spam": "101"}, "spam"),
        ({"spam": "banyak"}, "spam"),
        ({"reason": " "}, "reason"),
        ({"confirmed": None}, "confirmed"),
    ],
)
def test_a_policy_that_is_not_right_comes_back_with_what_is_wrong(
    stage: Stage, csrf: str, fields: dict[str, Any], wrong: str
) -> None:
    response = change(stage, csrf, **fields)

    assert response.status_code == 422
    assert f'href="#{wrong}"' in response.text
    assert stage.rows(store.policies) == []


@pytest.mark.parametrize("role", Role)
def test_only_coordinators_see_and_change_it(stage: Stage, role: Role) -> None:
    csrf = stage.open_session(role)

    seen = stage.client.get("/verifikasi/kebijakan").status_code
    changed = change(stage, csrf).status_code

    assert (seen, changed) == ((200, 303) if role is Role.COORDINATOR else (403, 403))


def test_an_unknown_version_does_not_come_back(stage: Stage, csrf: str) -> None:
    assert change(stage, csrf, "/7").status_code in (404, 422)
    assert stage.rows(store.policies) == []
