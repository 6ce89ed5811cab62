"""The verifier's desk by its API: the queue, cases in hand, second opinions, appeals, many at once, public texts."""

import itertools
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from lapor_contracts.events import (
    AppealDecided,
    ReportAppealed,
    ReportArchived,
    ReportEdited,
    ReportReturned,
    ReportVerified,
)
from lapor_contracts.vocabulary import Channel, Clock, Kind, Role
from lapor_verification import service, store
from lapor_verification.domain.case import State
from tests.support.builders import appealed, deadline_missed, deadline_set, received, supplemented
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.test_handlers import case_of, incomplete

SERVICE = service

OFF_TOPIC = {"reason_code": "not_public_service", "reason": "Tentang sengketa antartetangga."}
UNCLEAR = {"reason_code": "not_clear", "reason": "Isi laporan tidak dapat dipahami."}


class Officer:
    """A member of staff at the desk."""

    def __init__(self, stage: Stage, name: str, *roles: Role) -> None:
        self.name = name
        self._stage, self._roles = stage, roles or (Role.VERIFIER,)
        # Its own client: officers work at the same time.
        self._client = stage.client.application.test_client()

    def get(self, path: str) -> Any:
        return self._client.get(f"/api/v1/cases{path}", headers=self._signed_in)

    def post(self, path: str, **content: Any) -> Any:
        return self._client.post(f"/api/v1/cases{path}", json=content, headers=self._signed_in)

    def put(self, path: str, **content: Any) -> Any:
        return self._client.put(f"/api/v1/cases{path}", json=content, headers=self._signed_in)

    def hand_back(self, report_id: uuid.UUID) -> Any:
        return self._client.delete(f"/api/v1/cases/{report_id}/holder", headers=self._signed_in)

    def sees(self, query: str = "") -> list[str]:
        """The reports in the queue, in its order."""
        return [case["report_id"] for case in self.get(f"?{query}").json["items"]]

    @property
    def _signed_in(self) -> dict[str, str]:
        return self._stage.signed_in(*self._roles, officer=self.name)


@pytest.fixture
def ani(stage: Stage) -> Officer:
    return Officer(stage, "ani")


@pytest.fixture
def budi(stage: Stage) -> Officer:
    return Officer(stage, "budi")


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    return waits(stage)


def waits(stage: Stage, **changes: object) -> uuid.UUID:
    """A report that waits for a verifier."""
    report = incomplete(**changes)
    stage.hear(report)
    return report.report_id


# The queue


def test_the_queue_has_the_same_order_in_whatever_order_the_clocks_were_heard(stage: Stage, ani: Officer) -> None:
    soon, late = WEDNESDAY + timedelta(days=2), WEDNESDAY + timedelta(days=9)
    first, second = incomplete(), incomplete()
    news = [
        first,
        second,
        deadline_set(report_id=first.report_id, due_at=soon),
        deadline_set(report_id=first.report_id, due_at=late),
        deadline_missed(report_id=first.report_id, due_at=soon),
        deadline_set(report_id=second.report_id, due_at=soon + timedelta(days=1)),
        deadline_set(report_id=second.report_id, due_at=late, clock=Clock.RESOLVE),
    ]
    for order in itertools.islice(itertools.permutations(news), 0, None, 719):
        with stage.transactions.begin() as tx:
            for table in (store.cases, store.deadlines, store.decisions):
                tx.execute(sa.delete(table))

        stage.hear(*order[:3])
        for event in order[3:]:
            stage.hear(event)

        assert ani.sees() == [str(second.report_id), str(first.report_id)]
        assert {row["report_id"]: row["sort_at"] for row in stage.rows(store.cases)} == {
            first.report_id: late,
            second.report_id: soon + timedelta(days=1),
        }


def test_a_clock_and_its_case_that_two_instances_hear_of_at_once_find_each_other(
    stage: Stage, engine: sa.Engine
) -> None:
    reports = [incomplete() for _ in range(20)]
    due_at = WEDNESDAY + timedelta(days=3)
    clocks = [deadline_set(report_id=report.report_id, due_at=due_at) for report in reversed(reports)]
    instances = [stage, Stage(service, engine, database_url="")]

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda instance, news: instance.hear(*news), instances, (reports, clocks)))

    assert {row["sort_at"] for row in stage.rows(store.cases)} == {due_at}


def test_where_somebody_may_come_to_harm_comes_first(stage: Stage, ani: Officer) -> None:
    calm = waits(stage)
    stage.clock.advance(days=1)
    body = "Kabel listrik putus dan menjuntai di jalan, ada anak yang hampir tersengat, tolong segera."
    urgent = received(body=body, title="Kabel listrik putus", region_code=None, place=None, asks=incomplete().asks)
    stage.hear(urgent)

    assert ani.sees() == [str(urgent.report_id), str(calm)]
    assert ani.sees("urgent=true") == [str(urgent.report_id)]


def test_the_queue_can_be_sifted(stage: Stage, ani: Officer) -> None:
    asks = incomplete().asks
    unclear = received(title="Mohon", body="tolong pak", kind=Kind.ASPIRATION, channel=Channel.SMS, asks=asks)
    stage.hear(unclear, supplemented(report_id=unclear.report_id, region_code="14.02"))
    riau = unclear.report_id
    other = waits(stage)
    ani.put(f"/{other}/holder")
    tracking_id = str(case_of(stage, other).report.tracking_id)

    found = {query: ani.sees(query) for query in SIEVES} | {
        "typed": ani.sees(f"tracking_id={tracking_id.lower().replace('-', ' ')}")
    }

    assert found == {
        **{query: [str({"riau": riau, "other": other}[name]) for name in names] for query, names in SIEVES.items()},
        "typed": [str(other)],
    }


SIEVES = {
    "kind=aspiration": ["riau"],
    "channel=sms": ["riau"],
    "region_code=14": ["riau"],
    "region_code=14.02": ["riau"],
    "region_code=31": [],
    "mine=true": ["other"],
    "untaken=true": ["riau"],
    "urgent=true": [],
    "state=returned": [],
    "tracking_id=AAAA-AAAA-AAAA": [],
    "kind=complaint&mine=true": ["other"],
}


def test_a_report_is_found_by_its_number_wherever_it_stands(stage: Stage, ani: Officer, budi: Officer) -> None:
    report_id = waits(stage)
    tracking_id = str(case_of(stage, report_id).report.tracking_id)
    ani.post(f"/{report_id}/archive", **OFF_TOPIC)
    assert ani.sees(f"tracking_id={tracking_id}") == [str(report_id)]

    budi.post(f"/{report_id}/archive-review", agreed=True)

    assert ani.sees(f"tracking_id={tracking_id}") == [str(report_id)]
    assert ani.sees() == []


def test_it_is_counted_how_much_waits(stage: Stage, ani: Officer, budi: Officer) -> None:
    reports = [waits(stage) for _ in range(4)]
    ani.post(f"/{reports[0]}/archive", **OFF_TOPIC)

    waiting = {"waiting": 3, "returned": 0, "appealed": 0}
    assert budi.get("/counts").json["counts"] == {**waiting, "archive_proposed": 1}
    assert ani.get("/counts").json["counts"] == {**waiting, "archive_proposed": 0}


@pytest.mark.parametrize("query", ["kind=gossip", "region_code=Riau", "mine=perhaps"])
def test_a_sieve_that_is_none_is_named(ani: Officer, query: str) -> None:
    response = ani.get(f"?{query}")

    assert response.status_code == 422
    assert query.partition("=")[0] in response.json["errors"]


# Cases in hand


def test_who_takes_the_next_case_gets_the_most_urgent_that_nobody_has(
    stage: Stage, ani: Officer, budi: Officer
) -> None:
    reports = [waits(stage) for _ in range(2)]
    stage.hear(deadline_set(report_id=reports[0], due_at=WEDNESDAY + timedelta(days=3)))
    stage.hear(deadline_set(report_id=reports[1], due_at=WEDNESDAY + timedelta(days=1)))

    taken = [officer.post("/next") for officer in (ani, budi, ani)]

    assert [response.status_code for response in taken] == [200, 200, 204]
    assert [response.json["report_id"] for response in taken[:2]] == [str(reports[1]), str(reports[0])]
    assert [response.json["taken_by"] for response in taken[:2]] == ["ani", "budi"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("verification", {}),
        ("return", {"missing": ["where"], "message": "Di mana?"}),
        ("archive", UNCLEAR),
    ],
)
def test_nobody_decides_a_case_that_a_colleague_has_in_hand(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID, path: str, content: dict[str, Any]
) -> None:
    ani.put(f"/{report_id}/holder")

    refused = budi.post(f"/{report_id}/{path}", **content)
    done = ani.post(f"/{report_id}/{path}", **content)

    assert (refused.status_code, refused.json["type"]) == (409, "urn:lapor:problem:held")
    assert "rekan" in refused.json["detail"]
    assert done.status_code == 201
    assert done.json["taken_by"] is None


def test_a_case_comes_free_when_it_is_handed_back_or_left_lying(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.put(f"/{report_id}/holder")
    assert budi.put(f"/{report_id}/holder").status_code == 409
    assert budi.hand_back(report_id).status_code == 409

    ani.hand_back(report_id)
    assert budi.post("/next").json["report_id"] == str(report_id)

    stage.clock.advance(minutes=31)
    assert ani.post("/next").json["report_id"] == str(report_id)


def test_a_report_that_passes_while_somebody_has_it_in_hand_is_in_nobodys_hands(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.put(f"/{report_id}/holder")

    stage.hear(supplemented(report_id=report_id, body="Di Samsat Rengat.", region_code="14.02"))

    assert case_of(stage, report_id).state is State.VERIFIED
    assert budi.post(f"/{report_id}/recall", reason="Tempatnya perlu diperiksa.").status_code == 201


def test_who_does_something_about_a_case_keeps_it_for_longer(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.put(f"/{report_id}/holder")
    stage.clock.advance(minutes=25)

    ani.put(f"/{report_id}/public-text", title="Pungutan di loket", reason="Judul diperjelas.")

    stage.clock.advance(minutes=25)
    assert budi.put(f"/{report_id}/holder").status_code == 409


def test_only_a_coordinator_takes_a_case_from_somebody(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.put(f"/{report_id}/holder")

    assert budi.put(f"/{report_id}/holder", take_over=True).status_code == 403
    taken = Officer(stage, "citra", Role.COORDINATOR).put(f"/{report_id}/holder", take_over=True)

    assert taken.json["taken_by"] == "citra"
    assert ani.post(f"/{report_id}/verification").status_code == 409


def test_verifiers_who_reach_for_the_next_case_at_the_same_moment_each_get_another(stage: Stage) -> None:
    reports = {str(waits(stage)) for _ in range(12)}
    officers = [Officer(stage, f"officer-{number}") for number in range(6)]

    def works(officer: Officer) -> list[str]:
        """Take and decide until nothing is left."""
        decided = []
        while (response := officer.post("/next")).status_code == 200:
            report_id, version = response.json["report_id"], response.json["version"]
            assert officer.post(f"/{report_id}/verification", version=version).status_code == 201
            decided.append(report_id)
        return decided

    with ThreadPoolExecutor(len(officers)) as threads:
        done = list(threads.map(works, officers))

    assert Counter(itertools.chain(*done)) == Counter(reports)
    assert len(stage.announced(ReportVerified)) == len(reports)


# A second pair of eyes


def test_for_some_reasons_a_report_is_archived_only_when_a_colleague_agrees(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    proposed = ani.post(f"/{report_id}/archive", **OFF_TOPIC)
    assert proposed.json["state"] == "archive_proposed"
    assert stage.announced() == []
    assert (ani.sees("state=archive_proposed"), budi.sees("state=archive_proposed")) == ([], [str(report_id)])

    own = ani.post(f"/{report_id}/archive-review", agreed=True)
    assert (own.status_code, own.json["type"]) == (409, "urn:lapor:problem:ones_own")
    agreed = budi.post(f"/{report_id}/archive-review", agreed=True)

    assert agreed.json["state"] == "archived"
    (event,) = stage.announced(ReportArchived)
    assert (event.reason_code, event.reason) == ("not_public_service", OFF_TOPIC["reason"])
    assert event.archived_by == "budi"


def test_a_colleague_who_does_not_agree_says_why_and_the_report_waits_again(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.post(f"/{report_id}/archive", **OFF_TOPIC)

    assert "note" in budi.post(f"/{report_id}/archive-review", agreed=False).json["errors"]
    waiting = budi.post(f"/{report_id}/archive-review", agreed=False, note="RT adalah pelayanan publik.")

    assert waiting.json["state"] == "waiting"
    assert [each["note"] for each in waiting.json["decisions"]] == [OFF_TOPIC["reason"], "RT adalah pelayanan publik."]
    assert stage.announced() == []
    assert ani.sees() == [str(report_id)]


def test_who_proposed_it_may_take_it_back(ani: Officer, report_id: uuid.UUID) -> None:
    ani.post(f"/{report_id}/archive", **OFF_TOPIC)

    assert ani.post(f"/{report_id}/archive-review", agreed=False, note="Keliru.").json["state"] == "waiting"


@pytest.mark.parametrize("agreed", [True, False])
def test_what_nobody_proposed_is_not_reviewed(ani: Officer, report_id: uuid.UUID, agreed: bool) -> None:
    response = ani.post(f"/{report_id}/archive-review", agreed=agreed, note="Keliru.")

    assert response.status_code == 409
    assert ani.get(f"/{report_id}").json["state"] == "waiting"


# The reporter's appeal


def objection(report_id: uuid.UUID, **changes: Any) -> ReportAppealed:
    return appealed(report_id=report_id, **changes)


@pytest.mark.parametrize("first", ["the archiving", "the appeal", "the appeal, before the case"])
def test_an_appeal_brings_an_archived_report_before_somebody_else_whatever_is_heard_first(
    stage: Stage, ani: Officer, budi: Officer, first: str
) -> None:
    report = incomplete()
    appeal = objection(report.report_id)
    if first == "the appeal, before the case":
        stage.hear(appeal, appeal)
    stage.hear(report)
    if first == "the appeal":
        stage.hear(appeal)

    ani.post(f"/{report.report_id}/archive", **UNCLEAR)
    stage.hear(appeal, appeal)

    assert case_of(stage, report.report_id).state is State.APPEALED
    assert (ani.sees("state=appealed"), budi.sees("state=appealed")) == ([], [str(report.report_id)])
    assert [each["text"] for each in budi.get(f"/{report.report_id}").json["appeals"]] == [appeal.text]


def test_a_granted_appeal_lets_the_report_wait_for_its_verification_again(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.post(f"/{report_id}/archive", **UNCLEAR)
    appeal = objection(report_id)
    stage.hear(appeal)

    own = ani.post(f"/{report_id}/appeal-decision", granted=False, reason="Tetap tidak jelas.")
    granted = budi.post(f"/{report_id}/appeal-decision", granted=True, reason="Laporan memang jelas.")

    assert (own.status_code, own.json["type"]) == (409, "urn:lapor:problem:ones_own")
    assert granted.json["state"] == "waiting"
    (event,) = stage.announced(AppealDecided)
    assert (event.appeal_id, event.granted, event.reason) == (appeal.appeal_id, True, "Laporan memang jelas.")
    assert event.decided_by == "budi"


def test_an_appeal_is_decided_once_and_one_against_the_next_archiving_is_another(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    appeals = [objection(report_id, appealed_at=WEDNESDAY + timedelta(hours=hour)) for hour in (1, 2, 30)]
    ani.post(f"/{report_id}/archive", **UNCLEAR)
    stage.hear(appeals[0])
    upheld = budi.post(f"/{report_id}/appeal-decision", granted=False, reason="Tetap tidak jelas.")

    stage.hear(appeals[1], appeals[0])

    assert upheld.json["state"] == "archived"
    assert case_of(stage, report_id).state is State.ARCHIVED
    assert len(stage.announced(ReportArchived)) == 1
    again = budi.post(f"/{report_id}/appeal-decision", granted=True, reason="Ternyata jelas.")
    assert again.status_code == 409


def test_after_a_granted_appeal_another_archiving_can_be_appealed_again(
    stage: Stage, ani: Officer, budi: Officer, report_id: uuid.UUID
) -> None:
    ani.post(f"/{report_id}/archive", **UNCLEAR)
    stage.hear(objection(report_id, appealed_at=WEDNESDAY + timedelta(hours=1)))
    budi.post(f"/{report_id}/appeal-decision", granted=True, reason="Mungkin jelas.")
    stage.clock.advance(days=1)
    budi.post(f"/{report_id}/archive", **UNCLEAR)
    assert case_of(stage, report_id).state is State.ARCHIVED

    stage.hear(objection(report_id, appealed_at=WEDNESDAY + timedelta(days=1, hours=1)))

    assert case_of(stage, report_id).state is State.APPEALED
    assert ani.post(f"/{report_id}/appeal-decision", granted=True, reason="Jelas.").status_code == 409
    citra = Officer(stage, "citra")
    assert citra.post(f"/{report_id}/appeal-decision", granted=True, reason="Jelas.").status_code == 201


# Many at once


def test_a_campaigns_copies_are_archived_together_and_what_cannot_be_is_named(
    stage: Stage, ani: Officer, budi: Officer
) -> None:
    copies = [waits(stage) for _ in range(5)]
    budi.post(f"/{copies[1]}/verification")
    budi.put(f"/{copies[2]}/holder")
    stranger = uuid.uuid4()
    chosen = [{"report_id": str(each), "version": 1} for each in [*copies, stranger]]
    chosen[3]["version"] = 7

    answer = ani.post("/bulk", cases=chosen, archive={"reason_code": "spam", "reason": "Salinan kampanye."}).json

    assert (answer["done"], answer["refused"]) == (2, 4)
    assert [(each["state"], each["code"]) for each in answer["cases"]] == [
        ("archived", None),
        (None, "wrong_state"),
        (None, "held"),
        (None, "changed"),
        ("archived", None),
        (None, "not_found"),
    ]
    assert {event.report_id for event in stage.announced(ReportArchived)} == {copies[0], copies[4]}


def test_many_are_returned_or_verified_together(stage: Stage, ani: Officer) -> None:
    copies = [{"report_id": str(waits(stage))} for _ in range(3)]

    ani.post("/bulk", cases=copies, **{"return": {"missing": ["where"], "message": "Di mana?"}})
    ani.post("/bulk", cases=copies, verification={"region_code": "14.02"})

    assert len(stage.announced(ReportReturned)) == 3
    assert [event.region_code for event in stage.announced(ReportVerified)] == ["14.02"] * 3


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"cases": [], "archive": UNCLEAR}, "cases"),
        ({"cases": [{"report_id": str(uuid.uuid4())}] * 201, "archive": UNCLEAR}, "cases"),
        ({"cases": [{"report_id": "x"}], "archive": UNCLEAR}, "cases.0.report_id"),
        ({"cases": [{"report_id": str(uuid.uuid4())}]}, "body"),
        ({"cases": [{"report_id": str(uuid.uuid4())}], "archive": UNCLEAR, "verification": {}}, "body"),
        ({"cases": [{"report_id": str(uuid.uuid4())}], "archive": {"reason": "Tidak jelas."}}, "archive.reason_code"),
    ],
)
def test_a_wrong_choice_of_many_is_named_and_nothing_is_done(
    stage: Stage, ani: Officer, content: dict[str, Any], field: str
) -> None:
    response = ani.post("/bulk", **content)

    assert response.status_code == 422
    assert field in response.json["errors"]


# What verifiers write


@pytest.mark.parametrize(
    ("path", "content", "field"),
    [
        ("return", {"missing": ["where"], "message": "Mohon sebutkan {{lokasi}}."}, "message"),
        ("archive", {"reason_code": "not_clear", "reason": "Kami tidak memahami …"}, "reason"),
        ("appeal-decision", {"granted": True, "reason": "Karena {{alasan}}."}, "reason"),
    ],
)
def test_a_canned_text_is_not_sent_before_it_is_completed(
    stage: Stage, ani: Officer, report_id: uuid.UUID, path: str, content: dict[str, Any], field: str
) -> None:
    response = ani.post(f"/{report_id}/{path}", **content)

    assert response.status_code == 422
    assert "Lengkapi dahulu" in response.json["errors"][field][0]
    assert stage.announced() == []


def test_coordinators_change_the_canned_texts_and_all_read_them(stage: Stage, ani: Officer) -> None:
    coordinator = Officer(stage, "citra", Role.COORDINATOR)
    text = {"purpose": "return", "title": "Nomor rumah", "text": "Di rumah nomor berapa, di {{jalan}}?"}
    assert ani.put("/texts/return-where", **text).status_code == 403

    coordinator.put("/texts/return-where", **text)
    coordinator.put("/texts/return-when", **{**text, "retired": True})
    coordinator.put("/texts/baru", **text)

    texts = {each["text_id"]: each for each in ani.get("/texts").json}
    assert texts["return-where"]["text"] == text["text"]
    assert texts["return-when"]["retired"] is True
    assert texts["baru"]["title"] == "Nomor rumah"
    assert "{{" in texts["archive-not-clear"]["text"]


def test_the_public_reads_an_edit_and_the_original_stays(stage: Stage, ani: Officer, report_id: uuid.UUID) -> None:
    original = case_of(stage, report_id).report

    edited = ani.put(f"/{report_id}/public-text", title="Pungutan oleh Pak Budi", reason="Judul diperjelas.").json
    back = ani.put(f"/{report_id}/public-text", reason="Judul asli lebih baik.").json

    first, second = stage.announced(ReportEdited)
    assert (first.title, first.body, first.reason) == ("Pungutan oleh Pak [nama]", None, "Judul diperjelas.")
    assert (second.title, second.body, second.edited_by) == (None, None, "ani")
    assert first.edited_at < second.edited_at
    assert (edited["title"], edited["body"]) == (back["title"], back["body"]) == (original.title, original.body)
    assert len(back["edits"]) == 2


@pytest.mark.parametrize(
    ("content", "status"),
    [({"reason": "Sama saja."}, 409), ({"title": "Lain"}, 422), ({"title": "a" * 141, "reason": "Panjang."}, 422)],
)
def test_an_edit_must_change_something_and_say_why(
    stage: Stage, ani: Officer, report_id: uuid.UUID, content: dict[str, Any], status: int
) -> None:
    assert ani.put(f"/{report_id}/public-text", **content).status_code == status
    assert stage.announced() == []


def test_strangers_and_officers_of_bodies_have_no_business_at_the_desk(stage: Stage, report_id: uuid.UUID) -> None:
    officer = Officer(stage, "petugas", Role.OFFICER)

    asked = [
        officer.post("/next"),
        officer.put(f"/{report_id}/holder"),
        officer.hand_back(report_id),
        officer.post(f"/{report_id}/archive-review", agreed=True),
        officer.post(f"/{report_id}/appeal-decision", granted=True, reason="Ya."),
        officer.put(f"/{report_id}/public-text", title="x", reason="y"),
        officer.post("/bulk", cases=[{"report_id": str(report_id)}], verification={}),
        officer.get("/texts"),
        officer.get("/counts"),
    ]

    assert {response.status_code for response in asked} == {403}


@pytest.mark.parametrize("path", ["holder", "public-text"])
def test_what_is_not_there_is_not_found(ani: Officer, path: str) -> None:
    assert (
        ani.put(f"/{uuid.uuid4()}/{path}", **({"reason": "Ada."} if path == "public-text" else {})).status_code == 404
    )
    assert ani.post(f"/{uuid.uuid4()}/archive-review", agreed=True).status_code == 404
    assert ani.post(f"/{uuid.uuid4()}/appeal-decision", granted=True, reason="Ya.").status_code == 404
