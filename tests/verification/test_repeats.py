"""Repeats: found by what they are about and where, kept for a person, merged and split; secret ones never."""

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from limits import parse

from lapor_contracts.events import Mark, ReportMerged, ReportReceived, ReportSplit, ReportVerified
from lapor_contracts.vocabulary import Personal, Role
from lapor_verification import handlers, service, store
from lapor_verification.domain.case import State
from lapor_verification.domain.commands import Merging
from lapor_verification.domain.repeats import ALIKE, bands_of, excerpt, likeness, passages, similar, traits_of
from lapor_verification.domain.repeats.words import words_of
from tests.support.builders import closed, received, tracking_id
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.repeats_set import made_set

LAMP = "Lampu jalan mati di Jalan Mawar RT 03 RW 05 dekat masjid sejak minggu lalu, gelap dan rawan begal."
SAME_LAMP = "Selamat pagi min, mau lapor. PJU di jl. mawar rt 3 rw 5 udh gak nyala, tlg dibenerin, bnyk begal. Trims"
OTHER_STREET = LAMP.replace("Mawar", "Kenanga")
OTHER_RT = LAMP.replace("RT 03", "RT 08")
OTHER_MATTER = "Sampah menumpuk di Jalan Mawar RT 03 RW 05 dan tidak diangkut truk sejak minggu lalu, baunya menyengat."


SERVICE = service


def told(body: str, **changes: Any) -> ReportReceived:
    """A report that says all in its text."""
    return received(**{"title": body[:60], "body": body, "place": None, "region_code": "14.02", **changes})


def state_of(stage: Stage, report: ReportReceived) -> State:
    with stage.transactions.read() as connection:
        case = store.read_case(connection, report.report_id)
    assert case
    return case.state


def get(stage: Stage, report: ReportReceived) -> Any:
    return stage.client.get(f"/api/v1/cases/{report.report_id}/repeats", headers=stage.signed_in(Role.VERIFIER)).json


def post(stage: Stage, report: ReportReceived, what: str, **content: Any) -> Any:
    path = f"/api/v1/cases/{report.report_id}/{what}"
    return stage.client.post(path, json=content, headers=stage.signed_in(Role.VERIFIER))


def why(refused: Any) -> str:
    """The code of a refusal."""
    return str(refused.json["type"]).rpartition(":")[2].rpartition("/")[2]


def suggested(stage: Stage, text: str, **more: Any) -> list[Any]:
    answer = stage.client.post("/api/v1/similar", json={"text": text, "region_code": "14.02", **more})
    assert answer.status_code == 200
    return list(answer.json["similar"])


# --- what is alike


def by_hand(one: str, other: str, **changes: Any) -> float:
    """How much two texts are alike."""
    return likeness(traits_of(told(one)), traits_of(told(other, **changes))).score


@pytest.mark.parametrize(
    ("other", "changes"),
    [
        pytest.param(SAME_LAMP, {}, id="other words, slang, a greeting"),
        pytest.param(LAMP.upper(), {}, id="shouted"),
        pytest.param("Gelap dan rawan begal, " + LAMP, {}, id="another order"),
        pytest.param("Lmapu jalan mtai di Jalan Mawarr RT 03 RW 05, rawan begal.", {}, id="misspelt"),
        pytest.param(LAMP, {"region_code": "14"}, id="the province alone"),
        pytest.param(LAMP, {"region_code": None}, id="no region"),
        pytest.param(LAMP, {"region_code": "14.02.01.2001"}, id="the village"),
    ],
)
def test_the_same_matter_at_the_same_place_is_alike_however_it_is_written(other: str, changes: dict[str, Any]) -> None:
    assert by_hand(LAMP, other, **changes) >= ALIKE


@pytest.mark.parametrize(
    ("other", "changes"),
    [
        pytest.param(OTHER_STREET, {}, id="another street"),
        pytest.param(OTHER_RT, {}, id="another RT"),
        pytest.param(OTHER_MATTER, {}, id="another matter at the same place"),
        pytest.param(LAMP, {"region_code": "35.78"}, id="another city"),
        pytest.param(LAMP, {"region_code": "14.02.02"}, id="another district"),
    ],
)
def test_what_only_looks_like_it_is_not_alike(other: str, changes: dict[str, Any]) -> None:
    earlier = told(LAMP, region_code="14.02.01")

    assert likeness(traits_of(earlier), traits_of(told(other, **changes))).score < ALIKE


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("lampu di jln. mawar RT03/rw 5", [("jalan", "mawar"), ("rt", "3"), ("rw", "5")]),
        ("Jalan Mawar nomor 0 blok C", [("jalan", "mawar"), ("nomor", "0"), ("blok", "c")]),
        ("uang komite di SMA Negeri 2 Tegalsari", [("sekolah", "2"), ("sekolah", "tegalsari")]),
        ("Jalan rusak parah. Sudah 3 hari, ada 2 lubang, jam 19.30, telepon 08123456789", []),
        ("Sudah ke Polsek Rungkut di jalan raya", [("", "polsek"), ("", "rungkut")]),
    ],
)
def test_names_and_numbers_of_places_are_told_from_other_words(text: str, places: list[tuple[str, str]]) -> None:
    assert [(word.of, word.means) for word in words_of(text) if word.of is not None] == places


@pytest.mark.parametrize(
    "campaign",
    [
        "Kami menolak kenaikan tarif air minum yang memberatkan pelanggan kecil. Cabut aturan tentang tarif baru itu.",
        "Mohon bantuan sosial tunai segera dicairkan. Data kami sudah lama diserahkan ke kelurahan, namun belum cair.",
    ],
)
def test_a_copy_without_a_place_is_a_copy_in_every_region(campaign: str) -> None:
    assert by_hand(campaign, campaign, region_code="35.78") == 1.0


def test_few_words_that_name_no_place_are_no_copy() -> None:
    assert by_hand("Lampu jalan mati semua.", "Lampu jalan mati semua.") < ALIKE


def test_what_both_texts_say_is_marked_in_each() -> None:
    pieces = passages(SAME_LAMP, LAMP)

    assert "".join(text for text, _ in pieces) == SAME_LAMP
    assert [text for text, is_shared in pieces if is_shared] == ["PJU di jl. mawar rt 3 rw 5", "nyala", "begal"]
    assert excerpt([("x" * 300, False), *pieces, ("y" * 300, False)]).startswith("… ")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", [17081, 2026])
def test_nine_of_ten_repeats_are_found_and_of_twenty_findings_nineteen_are_right(stage: Stage, seed: int) -> None:
    made = made_set(seed)
    for at in range(0, len(made), 400):
        stage.hear(*(each.report for each in made[at : at + 400]))
    traits = {each.report.report_id: traits_of(each.report) for each in made}

    with stage.transactions.read() as connection:
        asked = {report_id: bands_of(each) for report_id, each in traits.items()}
        earlier = store.find_earlier(connection.execute, connection.dialect.name, asked)
    found = {report_id: similar(report_id, each, earlier[report_id]) for report_id, each in traits.items()}

    same = {each.report.report_id: each.same for each in made}
    groups = Counter(same.values())
    repeats = [report_id for report_id in same if groups[same[report_id]] > 1]
    right = {one: [same[one] == same[other.earlier.report_id] for other in others] for one, others in found.items()}
    recall = sum(any(right[one]) for one in repeats) / len(repeats)
    precision = sum(map(sum, right.values())) / sum(map(len, right.values()))
    assert len(made) == 2000
    assert recall >= 0.90
    assert precision >= 0.95


# --- what comes in


@pytest.mark.parametrize("together", [False, True])
def test_what_very_likely_repeats_an_earlier_report_waits_for_a_person(stage: Stage, together: bool) -> None:
    first, again, other = told(LAMP), told(f"Halo min. {LAMP}"), told(OTHER_STREET)

    if together:
        stage.hear(first, again, other)
    else:
        for each in (first, again, other):
            stage.hear(each)

    assert {each.report_id for each in stage.announced(ReportVerified)} == {first.report_id, other.report_id}
    case = stage.client.get(f"/api/v1/cases/{again.report_id}", headers=stage.signed_in(Role.VERIFIER)).json
    assert case["reasons"] == [f"Mirip laporan {first.tracking_id}: tempatnya sama."]
    assert case["hints"][-1]["suggests"] == first.tracking_id


def test_what_comes_after_the_end_of_the_earlier_one_is_another_matter(stage: Stage) -> None:
    first, again = told(LAMP), told(LAMP)

    stage.hear(first)
    stage.hear(closed(report_id=first.report_id))
    stage.hear(again)

    assert state_of(stage, again) is State.VERIFIED


def test_a_year_later_it_is_another_matter(stage: Stage) -> None:
    first, again = told(LAMP), told(LAMP, received_at=WEDNESDAY + timedelta(days=366))

    stage.hear(first, again)

    assert state_of(stage, again) is State.VERIFIED


def test_a_flood_of_copies_stays_quick_and_all_name_one_that_is_there(stage: Stage) -> None:
    flood = [told(LAMP) for _ in range(300)]

    stage.hear(*flood)
    stage.hear(last := told(LAMP))

    assert len(stage.announced(ReportVerified)) == 1
    assert {each["tracking_id"] for each in get(stage, last)["alike"]} <= {each.tracking_id for each in flood}


# --- secrecy


def test_secret_reports_are_neither_found_nor_compared(stage: Stage) -> None:
    hidden, again = told(LAMP, secret=True), told(LAMP)
    stage.hear(hidden)
    stage.hear(again)

    assert state_of(stage, again) is State.VERIFIED
    assert suggested(stage, LAMP) == [suggestion_of(again)]
    assert get(stage, again)["alike"] == []
    assert get(stage, hidden) == {"parent": None, "followers": [], "alike": []}
    assert [row["report_id"] for row in stage.rows(store.signatures)] == [again.report_id]
    assert {row["report_id"] for row in stage.rows(store.bands)} == {again.report_id}


def test_secrecy_that_a_verifier_raises_hides_a_report_from_then_on(stage: Stage) -> None:
    first, second = told(LAMP), told(LAMP)
    stage.hear(first, second)

    raised = post(stage, second, "verification", secret=True)

    assert raised.status_code == 201
    assert suggested(stage, SAME_LAMP) == [suggestion_of(first)]
    assert get(stage, second)["alike"] == []


def test_a_secret_report_is_merged_with_nothing_and_an_unknown_one_sounds_the_same(stage: Stage) -> None:
    hidden, public = told(LAMP, secret=True, occurred_on=None), told(LAMP, region_code=None)
    incomplete = told("Lampu mati.", region_code=None, secret=True, occurred_on=None)
    stage.hear(hidden, public, incomplete)

    into_secret = post(stage, told_waiting(stage), "merge", parent=hidden.tracking_id)
    into_nothing = post(stage, told_waiting(stage), "merge", parent=tracking_id("nobody"))
    from_secret = post(stage, incomplete, "merge", parent=public.tracking_id)

    assert (into_secret.status_code, why(into_secret)) == (409, "no_parent")
    assert into_secret.json["detail"] == into_nothing.json["detail"]
    assert (from_secret.status_code, why(from_secret)) == (409, "secret")


# --- merging and splitting


def told_waiting(stage: Stage) -> ReportReceived:
    """A report that waits for a verifier."""
    report = told("Lampu di situ mati.", occurred_on=WEDNESDAY.date() + timedelta(days=30))
    stage.hear(report)
    assert state_of(stage, report) is State.WAITING
    return report


def test_a_merged_report_follows_the_earlier_one_and_keeps_its_id(stage: Stage) -> None:
    first, again = told(LAMP), told(LAMP)
    stage.hear(first, again)

    answer = post(stage, again, "merge", parent=first.tracking_id.lower(), reason="Lampu yang sama.")

    assert (answer.status_code, answer.json["state"], answer.json["tracking_id"]) == (201, "merged", again.tracking_id)
    (merged,) = stage.announced(ReportMerged)
    assert (merged.report_id, merged.parent_report_id) == (again.report_id, first.report_id)
    assert (merged.parent_tracking_id, merged.merged_by) == (first.tracking_id, "officer-1")
    assert get(stage, again)["parent"]["tracking_id"] == first.tracking_id
    assert [each["tracking_id"] for each in get(stage, first)["followers"]] == [again.tracking_id]
    assert answer.json["decisions"][-1]["details"] == {"parent": first.tracking_id}


def test_splitting_undoes_it(stage: Stage) -> None:
    first, again = told(LAMP), told(LAMP)
    stage.hear(first, again)
    post(stage, again, "merge", parent=first.tracking_id)

    answer = post(stage, again, "split", reason="Lampu yang lain.")

    assert (answer.status_code, answer.json["state"]) == (201, "waiting")
    (apart,) = stage.announced(ReportSplit)
    assert (apart.report_id, apart.parent_report_id) == (again.report_id, first.report_id)
    assert get(stage, first)["followers"] == []
    assert why(post(stage, again, "split", reason="Sekali lagi.")) == "not_merged"
    assert post(stage, again, "verification").status_code == 201


def test_nobody_follows_a_follower(stage: Stage) -> None:
    first, second, third = told(LAMP), told_waiting(stage), told_waiting(stage)
    fourth = told_waiting(stage)
    stage.hear(first)

    post(stage, third, "merge", parent=second.tracking_id)
    post(stage, second, "merge", parent=first.tracking_id)
    post(stage, fourth, "merge", parent=third.tracking_id)

    followers = {each["tracking_id"] for each in get(stage, first)["followers"]}
    assert followers == {each.tracking_id for each in (second, third, fourth)}
    said = [(each.report_id, each.parent_report_id) for each in stage.announced(ReportMerged)]
    assert said[0] == (third.report_id, second.report_id)
    assert set(said[1:]) == {(each.report_id, first.report_id) for each in (second, third, fourth)}


def test_only_open_reports_are_merged_and_only_into_what_is_not_at_its_end(stage: Stage) -> None:
    first, waiting, ended = told(LAMP), told_waiting(stage), told(OTHER_MATTER)
    stage.hear(first, ended)
    stage.hear(closed(report_id=ended.report_id))

    assert why(post(stage, first, "merge", parent=ended.tracking_id)) == "parent_ended"
    assert why(post(stage, ended, "merge", parent=first.tracking_id)) == "recall_first"
    assert why(post(stage, waiting, "merge", parent=waiting.tracking_id)) == "same"
    assert why(post(stage, waiting, "merge", parent=first.tracking_id, version=7)) == "changed"
    assert post(stage, waiting, "merge").status_code == 422
    assert stage.announced(ReportMerged) == []


def test_a_followed_report_does_not_become_secret(stage: Stage) -> None:
    first, again = told_waiting(stage), told_waiting(stage)
    post(stage, again, "merge", parent=first.tracking_id)

    assert why(post(stage, first, "verification", secret=True)) == "followed"
    assert state_of(stage, first) is State.WAITING


def test_two_verifiers_merge_crosswise_and_no_circle_comes_of_it(stage: Stage) -> None:
    one, other = told_waiting(stage), told_waiting(stage)

    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda pair: merged_into(stage, *pair), [(one, other), (other, one)]))

    assert {state_of(stage, one), state_of(stage, other)} == {State.MERGED, State.WAITING}


def merged_into(stage: Stage, report: ReportReceived, parent: ReportReceived) -> None:
    with stage.transactions.begin() as tx:
        handlers.merge(report.report_id, Merging(parent=parent.tracking_id), "officer-1", tx)


# --- support


def test_a_supporter_follows_at_once_and_a_person_may_undo_it(stage: Stage) -> None:
    first = told(LAMP)
    stage.hear(first)
    supporter = told("Saya juga, lampunya mati di depan rumah saya.", supports=first.tracking_id)

    stage.hear(supporter)
    stage.hear(supporter)

    (merged,) = stage.announced(ReportMerged)
    assert (merged.report_id, merged.parent_report_id, merged.merged_by) == (
        supporter.report_id,
        first.report_id,
        "system",
    )
    assert supporter.report_id not in {each.report_id for each in stage.announced(ReportVerified)}
    case = stage.client.get(f"/api/v1/cases/{supporter.report_id}", headers=stage.signed_in(Role.VERIFIER)).json
    assert [(each["state"], each["decided_by"]) for each in case["decisions"]] == [("merged", "system")]
    assert post(stage, supporter, "split", reason="Lampu yang lain.").status_code == 201


@pytest.mark.parametrize("named", ["unknown", "secret", "archived", "closed", "its own"])
def test_support_for_what_cannot_be_followed_makes_it_an_ordinary_report(stage: Stage, named: str) -> None:
    first = told_waiting(stage) if named == "archived" else told(LAMP, secret=named == "secret")
    if named == "archived":
        post(stage, first, "archive", reason_code="not_clear", reason="Tidak jelas lampu yang mana.")
    else:
        stage.hear(first, *([closed(report_id=first.report_id)] if named == "closed" else []))
    own = uuid.uuid4()
    name = {"unknown": tracking_id("nobody"), "its own": tracking_id(own)}.get(named, first.tracking_id)

    stage.hear(told(OTHER_STREET, report_id=own, supports=name))

    assert own in {each.report_id for each in stage.announced(ReportVerified)}
    assert stage.announced(ReportMerged) == []


def test_a_secret_supporter_stands_alone(stage: Stage) -> None:
    first, supporter = told(LAMP), told(SAME_LAMP, secret=True, occurred_on=WEDNESDAY.date())
    stage.hear(first)

    stage.hear(replace(supporter, supports=first.tracking_id))

    assert state_of(stage, supporter) is State.VERIFIED


# --- what reporters and verifiers are shown


def suggestion_of(report: ReportReceived) -> dict[str, Any]:
    return {
        "tracking_id": report.tracking_id,
        "title": report.title,
        "passage": report.body,
        "region": "Kabupaten Indragiri Hulu",
        "month": "2026-01",
        "status_url": f"/lacak/{report.tracking_id}",
    }


def test_a_reporter_is_shown_what_may_be_supported_without_anybodys_data(stage: Stage) -> None:
    body = f"Menurut Pak Budi, {LAMP[0].lower()}{LAMP[1:]}"
    marks = (Mark(field="body", start=12, end=16, kind=Personal.NAME),)
    first, waiting = told(body, title="Lampu mati", marks=marks, anonymous=True), told(f"{LAMP} Tolong.", title="Sama")
    stage.hear(first)
    stage.hear(waiting)

    (shown,) = suggested(stage, SAME_LAMP)

    assert state_of(stage, waiting) is State.WAITING
    assert shown["passage"] == body.replace("Budi", "[nama]")
    assert shown == {**suggestion_of(first), "passage": shown["passage"]}
    assert (
        suggested(stage, OTHER_MATTER) == suggested(stage, "Mati.") == suggested(stage, LAMP, region_code="35.78") == []
    )


def test_a_network_may_not_ask_without_end(engine: sa.Engine) -> None:
    stage = Stage(service, engine, database_url="", limit_similar=parse("2 per minute"))

    answers = [stage.client.post("/api/v1/similar", json={"text": LAMP}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0


def test_a_verifier_sees_both_texts_side_by_side(stage: Stage) -> None:
    first, again = told(LAMP), told(LAMP)
    stage.hear(first, again)

    (alike,) = get(stage, again)["alike"]

    assert (alike["tracking_id"], alike["percent"], alike["days"]) == (first.tracking_id, 100, 0)
    assert alike["place"] == "tempatnya sama"
    assert {"text": "gelap dan rawan begal", "shared": True} in alike["other"]


def test_the_page_of_a_case_shows_like_reports_and_merges_and_splits(stage: Stage) -> None:
    first, again = told(LAMP, title="Lampu <mati>"), told(LAMP)
    stage.hear(first, again)
    token = stage.open_session(Role.VERIFIER)
    path = f"/verifikasi/{again.report_id}"

    shown = stage.client.get(path).text
    unsure = stage.client.post(f"{path}/gabung", data={"csrf_token": token, "parent": first.tracking_id})
    sure = {"csrf_token": token, "parent": first.tracking_id, "confirmed": "true"}
    merged = stage.client.post(f"{path}/gabung", data=sure)
    following = stage.client.get(path).text
    split = stage.client.post(f"{path}/pisahkan", data={"csrf_token": token, "reason": "Lampu yang lain."})

    assert "Lampu &lt;mati&gt;" in shown
    assert "<mark>gelap dan rawan begal</mark>" in shown
    assert (unsure.status_code, merged.status_code, split.status_code) == (422, 303, 303)
    assert f'href="/verifikasi/{first.report_id}"' in following
    assert state_of(stage, again) is State.WAITING


def test_the_page_of_a_secret_case_says_that_it_is_not_compared(stage: Stage) -> None:
    stage.hear(told(LAMP), hidden := told(LAMP, secret=True))
    stage.open_session(Role.VERIFIER)

    assert "Laporan rahasia tidak dibandingkan" in stage.client.get(f"/verifikasi/{hidden.report_id}").text
