"""Several bodies with one report: copies that read, co-owners that must act too, each on its own part."""

from datetime import datetime
from uuid import UUID

import pytest

from lapor_contracts.events import (
    CoOwnerAdded,
    CoOwnerReleased,
    CopySent,
    ReportAnswered,
    ReportRefused,
    ReportUnroutable,
)
from lapor_contracts.vocabulary import Clock
from lapor_routing import service
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to
from tests.support.builders import deadline_set
from tests.support.stage import Stage

SERVICE = service


class Shared:
    """A report that the road office owns, with the traffic office for the sign."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.routed = routed_to(stage, ROADS.code)
        self.roads, self.traffic, self.power = (Officer(stage, body.code) for body in (ROADS, TRAFFIC, POWER))
        self.own = f"dispositions/{self.routed.disposition_id}"
        asked = self.roads.post(f"{self.own}/co-owners", agency_code=TRAFFIC.code, reason="Rambunya roboh.")
        assert asked.status_code == 201
        self.disposition = asked.json["disposition_id"]

    @property
    def part(self) -> UUID:
        """Under which id all others know the traffic office's part."""
        return self.stage.announced(CoOwnerAdded)[0].disposition_id

    @property
    def theirs(self) -> str:
        return f"dispositions/{self.disposition}"


@pytest.fixture
def shared(stage: Stage) -> Shared:
    return Shared(stage)


def test_a_co_owner_is_told_what_it_is_to_do_and_answers_for_its_part(shared: Shared) -> None:
    (added,) = shared.stage.announced(CoOwnerAdded)
    (entry,) = shared.traffic.inbox()

    shared.traffic.post(f"{shared.theirs}/answers", kind="substantive", answer_type="done", text="Rambu sudah berdiri.")

    assert (added.agency_code, added.reason, added.added_by) == (TRAFFIC.code, "Rambunya roboh.", "officer-1")
    assert (entry["id"], entry["co_owner"]) == (shared.disposition, True)
    (answered,) = shared.stage.announced(ReportAnswered)
    assert (answered.disposition_id, answered.agency_code) == (shared.part, TRAFFIC.code)
    states = {
        turn["agency_code"]: turn["state"] for turn in shared.roads.dossier(shared.routed.disposition_id)["history"]
    }
    assert states == {ROADS.code: "open", TRAFFIC.code: "answered"}


def test_each_body_sees_its_own_time_limit(shared: Shared) -> None:
    about = {"report_id": shared.routed.report_id, "clock": Clock.FIRST_ANSWER}
    limits = {ROADS.code: "2026-01-14T09:00:00+00:00", TRAFFIC.code: "2026-01-19T09:00:00+00:00"}

    shared.stage.hear(
        *(deadline_set(**about, agency_code=code, due_at=datetime.fromisoformat(at)) for code, at in limits.items())
    )

    shown = {body.agency_code: body.inbox()[0]["due_at"] for body in (shared.roads, shared.traffic)}
    assert shown == limits


def test_a_co_owner_that_is_not_competent_names_the_next_and_the_part_goes_on(shared: Shared) -> None:
    response = shared.traffic.post(f"{shared.theirs}/refusals", agency_code=POWER.code, reason="Itu tiang listrik.")

    assert response.json["agency_code"] == POWER.code
    again = shared.stage.announced(CoOwnerAdded)[-1]
    assert (again.disposition_id, again.agency_code, again.reason) == (shared.part, POWER.code, "Itu tiang listrik.")
    assert not shared.stage.announced(ReportRefused)
    assert [entry["co_owner"] for entry in shared.power.inbox()] == [True]


def test_a_part_that_nobody_knows_a_body_for_waits_for_the_coordinator(shared: Shared) -> None:
    shared.traffic.post(f"{shared.theirs}/refusals", agency_code=None, reason="Bukan rambu kami.")

    (waiting,) = coordinator(shared.stage).get("coordination").json["items"]
    address = f"coordination/parts/{waiting['id']}"
    assert coordinator(shared.stage).get(address).json["disposition"]["grounds"]["reason"] == "Bukan rambu kami."
    coordinator(shared.stage).post(f"{address}/assignments", agency_code=POWER.code, reason="Tiang listrik.")

    assert shared.stage.announced(CoOwnerAdded)[-1].agency_code == POWER.code
    assert not shared.stage.announced(ReportUnroutable)
    assert coordinator(shared.stage).get("coordination").json["items"] == []


def test_the_coordinator_may_find_that_nobody_is_needed_for_a_part(shared: Shared) -> None:
    shared.traffic.post(f"{shared.theirs}/refusals", agency_code=None, reason="Tidak ada rambu di sana.")
    (waiting,) = coordinator(shared.stage).get("coordination").json["items"]

    address = f"coordination/{shared.routed.report_id}/co-owners/{waiting['id']}/releases"
    coordinator(shared.stage).post(address, reason="Memang tidak ada.")

    (released,) = shared.stage.announced(CoOwnerReleased)
    assert (released.disposition_id, released.agency_code) == (shared.part, TRAFFIC.code)


def test_the_owner_lets_a_co_owner_go_unless_it_has_answered(shared: Shared) -> None:
    release = f"{shared.own}/co-owners/{shared.disposition}/releases"

    assert shared.traffic.post(release, reason="Tidak jadi.").status_code == 404
    assert shared.roads.post(release, reason="Rambunya sudah berdiri.").status_code == 201

    (released,) = shared.stage.announced(CoOwnerReleased)
    assert (released.disposition_id, released.reason) == (shared.part, "Rambunya sudah berdiri.")
    assert shared.traffic.inbox() == []
    again = shared.roads.post(f"{shared.own}/co-owners", agency_code=TRAFFIC.code, reason="Roboh lagi.").json
    shared.traffic.post(
        f"dispositions/{again['disposition_id']}/answers", kind="substantive", answer_type="done", text="Selesai."
    )
    late = shared.roads.post(f"{shared.own}/co-owners/{again['disposition_id']}/releases", reason="Tidak jadi.")
    assert late.status_code == 409


def test_no_body_has_two_parts_of_one_report(shared: Shared) -> None:
    for body in (TRAFFIC, ROADS):
        response = shared.roads.post(f"{shared.own}/co-owners", agency_code=body.code, reason="Juga.")
        assert list(response.json["errors"]) == ["agency_code"]
    assert shared.traffic.post(f"{shared.theirs}/refusals", agency_code=ROADS.code, reason="Jalan.").status_code == 422
    assert shared.roads.post(f"{shared.own}/copies", agency_code=TRAFFIC.code).status_code == 422


def test_a_co_owner_that_becomes_the_owner_does_both_in_one(shared: Shared) -> None:
    shared.roads.post(f"{shared.own}/refusals", agency_code=TRAFFIC.code, reason="Semua soal rambu.")

    assert [entry["co_owner"] for entry in shared.traffic.inbox()] == [False]
    assert [released.disposition_id for released in shared.stage.announced(CoOwnerReleased)] == [shared.part]


def test_only_the_owner_asks_others_to_act_or_sends_copies(shared: Shared) -> None:
    asked = shared.traffic.post(f"{shared.theirs}/co-owners", agency_code=POWER.code, reason="Lampunya.")
    copied = shared.traffic.post(f"{shared.theirs}/copies", agency_code=POWER.code)

    assert (asked.status_code, copied.status_code) == (409, 409)


def test_a_body_with_a_copy_reads_and_cannot_act(shared: Shared) -> None:
    for _ in range(2):
        assert shared.roads.post(f"{shared.own}/copies", agency_code=POWER.code, reason="Ada tiang.").status_code == 201
    shared.roads.post(f"{shared.own}/notes", text="Jangan sampai PLN tahu.")

    (sent,) = shared.stage.announced(CopySent)
    (entry,) = shared.power.get("copies").json["items"]
    dossier = shared.power.get(f"copies/{entry['id']}").json
    assert (sent.agency_code, entry["reason"]) == (POWER.code, "Ada tiang.")
    assert dossier["report"]["tracking_id"] == shared.routed.tracking_id
    assert dossier["notes"] == []
    assert shared.power.inbox() == []
    assert shared.power.get(shared.own).status_code == 404
    assert Officer(shared.stage, INHU.code).get(f"copies/{entry['id']}").status_code == 404


def test_the_coordinator_sends_copies_and_asks_further_bodies_too(shared: Shared) -> None:
    address = f"coordination/{shared.routed.report_id}"

    coordinator(shared.stage).post(f"{address}/copies", agency_code=INHU.code, reason="Untuk diketahui bupati.")
    coordinator(shared.stage).post(f"{address}/co-owners", agency_code=POWER.code, reason="Tiangnya miring.")

    assert shared.stage.announced(CopySent)[0].sent_by == "coordinator-1"
    assert shared.stage.announced(CoOwnerAdded)[-1].agency_code == POWER.code
