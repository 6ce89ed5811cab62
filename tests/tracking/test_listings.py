"""What the public finds when it looks for reports: by words, by what they are filed under, and never what is secret."""

import random
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from limits import parse

from lapor_contracts.events import Event, Mark, ReportEdited, ReportRedacted, SealedContent
from lapor_contracts.vocabulary import Kind, Personal, Status
from lapor_tracking import service, store
from lapor_tracking.domain.listing import Listing, Question, index_terms, received_on
from tests.support import builders
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service


class Square:
    """Where reports become public, and where everyone may look for them."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def tell(self, title: str, body: str = "Sudah lama.", *, hours: float = 0, **changes: Any) -> Case:
        """A report is received, verified and, where a body is named, routed; and the lists are kept up."""
        case = Case(self.stage)
        routed = {name: changes.pop(name) for name in ("agency_code", "agency_name") if name in changes}
        about: dict[str, Any] = {"report_id": case.report_id}
        filed = {name: changes[name] for name in ("kind", "region_code", "category") if name in changes}
        events: list[Event] = [
            case.received(title=title, body=body, received_at=later(hours), **changes),
            builders.verified(**about, verified_at=later(hours + 0.1), **filed),
        ]
        if routed:
            events.append(builders.routed(**about, routed_at=later(hours + 0.2), **routed))
        self.stage.hear(*events)
        self.keep_up()
        return case

    def keep_up(self) -> None:
        """Some seconds go by."""
        self.stage.clock.advance(seconds=10)
        self.stage.run("list_reports")

    def found(self, words: str = "", **asked: Any) -> list[str]:
        """The titles that are found, in their order."""
        with self.stage.transactions.read() as connection:
            question = Question(words=words, **asked)
            return [one.title for one in store.find_listings(connection, question, before=None, limit=25)]


@pytest.fixture
def square(stage: Stage) -> Square:
    """With tracking on a stage."""
    return Square(stage)


@pytest.mark.parametrize("words", ["lampu padam", "LAMPUNYA", "lampu mawar", "rt 3", "gang RT03"])
def test_a_report_is_found_by_its_words_however_they_are_written(square: Square, words: str) -> None:
    square.tell("Lampu padam", "Di Gang Mawar RT 03 gelap.")
    square.tell("Jalan berlubang")

    assert square.found(words) == ["Lampu padam"]


@pytest.mark.parametrize(
    "words", ["lampu sekolah", "padamkan api", "a:x OR lampu", '"lampu', "lampu*", "%", "lampu -padam"]
)
def test_all_words_must_be_there_and_signs_mean_nothing(square: Square, words: str) -> None:
    square.tell("Lampu menyala")

    assert square.found(words) in ([], ["Lampu menyala"])
    assert square.found("sekolah") == []


def test_each_thing_that_a_report_is_filed_under_finds_it(square: Square) -> None:
    square.tell("Satu", agency_code="PEMDA-14.02/DISHUB", region_code="14.02.01", category="LK08.007")
    square.tell("Dua", kind=Kind.ASPIRATION, region_code="31", hours=24 * 40)

    assert square.found(agency_code="PEMDA-14.02/DISHUB") == ["Satu"]
    assert square.found(region_code="14") == square.found(region_code="14.02") == ["Satu"]
    assert square.found(region_code="14.02.01") == square.found(category="LK08") == ["Satu"]
    assert square.found(category="LK08.007", words="satu", status=Status.ROUTED) == ["Satu"]
    assert square.found(kind=Kind.ASPIRATION) == square.found(status=Status.VERIFIED) == ["Dua"]
    assert square.found(since=date(2026, 2, 1), until=date(2026, 3, 1)) == ["Dua"]
    assert square.found(since=date(2026, 1, 7), until=date(2026, 1, 7)) == ["Satu"]
    assert square.found(region_code="14.0") == square.found(region_code="3") == []


def test_what_became_public_last_stands_first_and_keeps_its_place(square: Square) -> None:
    first = square.tell("Lampu satu", agency_code="PLN", agency_name="PLN")
    square.tell("Lampu dua")
    square.stage.hear(builders.answered(report_id=first.report_id, answered_at=later(3)))
    square.keep_up()

    assert square.found("lampu") == ["Lampu dua", "Lampu satu"]
    assert square.found("lampu", status=Status.IN_PROGRESS) == ["Lampu satu"]
    assert square.found("lampu", status=Status.ROUTED) == []


def test_nothing_is_listed_before_it_was_verified(square: Square, case: Case) -> None:
    square.stage.hear(case.received(title="Lampu padam"))
    square.keep_up()

    assert square.found() == []


SEALED = SealedContent(content="x", agency_code="KPK", oversight_key="a" * 64, reporter_key="b" * 64)


@pytest.mark.parametrize("secrecy", [{"secret": True}, {"secret": True, "sealed": SEALED}], ids=["secret", "sealed"])
def test_what_is_secret_is_never_listed(square: Square, secrecy: dict[str, Any]) -> None:
    square.tell(f"Judul {CANARY}", f"Isi {CANARY}", **secrecy)

    assert square.found() == square.found(CANARY) == []
    assert square.stage.rows(store.listings) == []


def made_secret(case: Case) -> None:
    case.stage.hear(builders.verified(report_id=case.report_id, verified_at=later(9), secret=True))


def recalled(case: Case) -> None:
    case.stage.hear(builders.recalled(report_id=case.report_id, recalled_at=later(9)))


def archived(case: Case) -> None:
    recalled(case)
    case.stage.hear(builders.archived(report_id=case.report_id, archived_at=later(10)))


def withdrawn(case: Case) -> None:
    answer = case.stage.client.post(f"{case.address}/withdrawal", json={"receipt": case.receipt})
    assert answer.status_code == 201, answer.json


@pytest.mark.parametrize("happening", [made_secret, recalled, archived, withdrawn])
def test_what_is_public_no_more_leaves_at_once(square: Square, happening: Callable[[Case], None]) -> None:
    case = square.tell(f"Judul {CANARY}")
    assert square.found(CANARY)

    happening(case)

    assert square.found(CANARY) == square.stage.rows(store.listings) == []
    square.keep_up()
    assert square.found() == []


def test_what_a_verifier_hides_or_writes_anew_cannot_be_found_any_more(square: Square) -> None:
    case = square.tell(f"Judul {CANARY}", f"Isi {CANARY}")
    (before,) = square.stage.rows(store.listings)
    marks = (
        Mark(field="title", start=6, end=17, kind=Personal.NAME),
        Mark(field="body", start=4, end=15, kind=Personal.NAME),
    )
    about: dict[str, Any] = {"report_id": case.report_id, "tracking_id": case.tracking_id}

    square.stage.hear(
        ReportRedacted(**about, redacted_at=later(9), redacted_by="officer-7", reason="Nama.", marks=marks)
    )

    assert square.found(CANARY) == []
    assert square.found() == ["Judul [nama]"]
    (after,) = square.stage.rows(store.listings)
    assert CANARY.lower() not in str(after).lower()
    assert after["number"] == before["number"]
    square.stage.hear(
        ReportEdited(
            **about, edited_at=later(10), edited_by="officer-7", title="Pungli", body="Di pasar", reason="Jelas."
        )
    )
    assert square.found("pasar") == ["Pungli"]


def test_a_report_of_0_1_of_which_nothing_was_taken_out_is_not_listed(square: Square) -> None:
    report_id = uuid4()
    square.stage.hear(builders.received(report_id=report_id), builders.verified(report_id=report_id))
    square.keep_up()

    assert square.found() == []


def test_a_list_is_the_same_however_often_it_is_kept_up(square: Square, stage: Stage) -> None:
    square.tell("Lampu padam")
    before = stage.rows(store.listings)

    assert stage.run("list_reports") == 0
    assert stage.rows(store.listings) == before


def test_what_an_older_version_knew_is_listed_and_counted_too(square: Square, stage: Stage) -> None:
    square.tell("Lampu padam", region_code="14.02")
    as_it_was = dict.fromkeys(("received_at", "kind", "region_code", "channel"))
    with stage.transactions.begin() as tx:
        tx.execute(store.timelines.update().values(**as_it_was))
        tx.execute(store.listings.delete())
        tx.add(store.to_list, {"report_id": stage.rows(store.timelines)[0]["report_id"], "since": later(0)})

    square.keep_up()

    assert square.found("lampu", region_code="14") == ["Lampu padam"]
    square.keep_up()
    assert stage.rows(store.to_list) == []


def test_the_api_pages_through_what_is_found(square: Square, stage: Stage) -> None:
    for number in range(5):
        square.tell(f"Lampu {number + 10}", region_code="14.02")
    seen, cursor = [], ""

    while True:
        address = "/api/v1/reports/search?q=lampu&region_code=14&limit=2" + (f"&cursor={cursor}" if cursor else "")
        page = stage.client.get(address).json
        seen += [one["title"] for one in page["items"]]
        if not (cursor := page["next"]):
            break

    assert seen == [f"Lampu {number}" for number in (14, 13, 12, 11, 10)]


def test_the_api_tells_of_each_report_what_is_public(square: Square, stage: Stage) -> None:
    case = square.tell("Lampu padam", "Gelap.", region_code="14.02", agency_code="PLN", agency_name="PLN UP3")

    (shown,) = stage.client.get("/api/v1/reports/search").json["items"]

    assert shown == {
        "tracking_id": case.tracking_id,
        "title": "Lampu padam",
        "excerpt": "Gelap.",
        "kind": "complaint",
        "status": "routed",
        "status_text": {"id": "Diteruskan ke instansi", "en": "Passed to an agency"},
        "agency_code": "PLN",
        "agency_name": "PLN UP3",
        "region_code": "14.02",
        "region_name": "Kabupaten Indragiri Hulu",
        "category": None,
        "category_name": "",
        "received_at": "2026-01-07T03:00:00+00:00",
        "changed_at": "2026-01-07T03:12:00+00:00",
    }


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [("gelap " * 60, "gelap " * 39 + "gelap …"), ("x" * 300, "x" * 240 + " …")],
    ids=["between words", "one endless word"],
)
def test_a_list_shows_how_a_long_report_begins(square: Square, stage: Stage, body: str, excerpt: str) -> None:
    square.tell("Lampu", body)

    assert stage.client.get("/api/v1/reports/search").json["items"][0]["excerpt"] == excerpt


def test_what_fits_best_has_the_words_in_its_title_and_near_to_each_other(square: Square, stage: Stage) -> None:
    square.tell("Lampu jalan padam")
    square.tell("Jalan rusak", "Banyak lubang, debu dan batu. Di ujung ada lampu yang padam.")
    square.tell("Pasar", "Jalan masuk becek. Pedagang mengeluh, sampah menumpuk, dan lampu sudah padam.")

    pages = [stage.client.get("/api/v1/reports/search?q=lampu+jalan&order=relevance&limit=2").json for _ in range(2)]
    rest = stage.client.get(f"/api/v1/reports/search?q=lampu+jalan&order=relevance&cursor={pages[0]['next']}").json

    assert pages[0] == pages[1]
    titles = [one["title"] for page in (pages[0], rest) for one in page["items"]]
    assert titles == ["Lampu jalan padam", "Jalan rusak", "Pasar"]


@pytest.mark.parametrize(
    "asked",
    ["status=archived", "region_code=x", "since=2026-02-01&until=2026-01-01", "cursor=x", "limit=0",
     "since=1900-01-01&until=2026-01-01", "order=relevance&q=lampu&cursor=WzFd", "since=9999-12-31", "q=" + "a" * 201],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_by_its_name(stage: Stage, asked: str) -> None:
    refused = stage.client.get(f"/api/v1/reports/search?{asked}")

    assert refused.status_code == 422
    assert refused.json["errors"]


def test_a_network_may_not_search_without_end(engine: sa.Engine) -> None:
    stage = Stage(service, engine, database_url="", tracking_key=TRACKING_KEY, limit_search=parse("2 per minute"))

    answers = [stage.client.get(address) for address in ("/api/v1/reports/search", "/laporan", "/laporan?q=lampu")]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert "Terlalu banyak permintaan" in answers[2].text


def test_nothing_that_can_be_written_breaks_a_search(square: Square, stage: Stage) -> None:
    square.tell("Lampu padam")

    for asked in (
        "\ufffe\U0010ffff",
        "' OR 1=1 --",
        '"a" NEAR b',
        "{lampu}",
        "ﬁ ½ ٣ 𝒜 日本",
        "\\x00 \\",
        "a" * 200,
        "🙂",
    ):
        for order in ("newest", "relevance"):
            answer = stage.client.get("/api/v1/reports/search", query_string={"q": asked, "order": order})
            assert answer.status_code == 200
        assert stage.client.get("/laporan", query_string={"q": asked, "topic": asked[:100]}).status_code == 200


def test_the_page_shows_what_is_found_and_leads_to_it(square: Square, stage: Stage) -> None:
    case = square.tell("Lampu padam <b>", "Gelap.", region_code="14.02")

    page = stage.client.get("/laporan?q=lampu").text

    assert f'href="/lacak/{case.tracking_id}"' in page
    assert "Lampu padam &lt;b&gt;" in page
    assert "Kabupaten Indragiri Hulu" in page
    assert "Rabu, 7 Januari 2026" in page


def test_a_body_may_be_asked_for_by_its_name(square: Square, stage: Stage) -> None:
    square.tell("Satu", agency_code="PLN-01", agency_name="PLN UP3 Jayapura")
    square.tell("Dua", agency_code="PLN-02", agency_name="PLN UP3 Ambon")
    stage.run("count_anew")

    one = stage.client.get("/laporan?agency=jayapura").text
    several = stage.client.get("/laporan?agency=pln&q=satu").text
    none = stage.client.get("/laporan?agency=pdam").text

    assert ">Satu<" in one
    assert ">Dua<" not in one
    assert 'value="PLN UP3 Jayapura"' in one
    assert "?q=satu&amp;agency_code=PLN-02" in several
    assert "Tidak ada instansi dengan nama itu" in none


@pytest.mark.parametrize(
    ("asked", "said"),
    [("q=gempa", "Tidak ada laporan publik yang cocok"), ("q=yang+tidak", "ada di hampir setiap laporan")],
)
def test_the_page_says_why_nothing_is_found(square: Square, stage: Stage, asked: str, said: str) -> None:
    square.tell("Lampu padam")

    assert said in stage.client.get(f"/laporan?{asked}").text


def test_the_page_shows_nothing_of_what_is_secret(case: Case, stage: Stage) -> None:
    case.told(secret=True)
    stage.run("list_reports")

    for address in ("/laporan", f"/laporan?q={CANARY}", f"/api/v1/reports/search?q={CANARY}"):
        answer = stage.client.get(address)
        assert answer.status_code == 200
        assert case.tracking_id not in answer.text
        assert CANARY not in answer.text.replace(f'value="{CANARY}"', "")


def test_both_databases_find_what_looking_at_each_report_finds(stage: Stage) -> None:
    chance = random.Random(5)
    words = ["lampu", "jalan", "sampah", "sekolah", "pungli", "mati"]
    made: list[tuple[Listing, str]] = []
    for number in range(1, 301):
        text = " ".join(chance.choices(words, k=3))
        made.append((
            Listing(
                number=number,
                tracking_id=f"{number:012}",
                title=f"{text} {number}",
                excerpt="",
                kind=chance.choice(list(Kind)),
                status=chance.choice([Status.ROUTED, Status.CLOSED]),
                agency_code=chance.choice(["PLN", "PDAM"]),
                agency_name=None,
                region_code=chance.choice(["14.02", "14.03", "31"]),
                category=None,
                category_name="",
                received_at=later(24 * chance.randrange(30)),
                changed_at=later(0),
            ),
            text,
        ))  # fmt: skip
    rows = [
        asdict(one)
        | {
            "report_id": uuid4(),
            "listed_at": later(0),
            "received_day": received_on(one).toordinal(),
            "terms": index_terms(one, text),
        }
        for one, text in made
    ]
    with stage.transactions.begin() as tx:
        tx.write(store.listings, rows)

    for _ in range(150):
        since = (later(24 * chance.randrange(30))).date()
        question = Question(
            words=" ".join(chance.choices(words, k=chance.randrange(3))),
            agency_code=chance.choice([None, None, "PLN"]),
            region_code=chance.choice([None, None, "14", "14.03"]),
            kind=chance.choice([None, None, Kind.ASPIRATION]),
            **chance.choice([{}, {"since": since, "until": since + timedelta(days=chance.randrange(9))}]),
        )
        before = chance.choice([None, chance.randrange(1, 320)])
        with stage.transactions.read() as connection:
            asked: dict[str, Any] = {"before": before, "limit": 7, "windows": (5, 40)}
            found = store.find_listings(connection, question, **asked)
        assert [one.number for one in found] == [
            one.number
            for one, text in reversed(made)
            if set(question.terms) <= set(index_terms(one, text))
            and (question.days is None or question.days[0] <= received_on(one).toordinal() <= question.days[1])
            and (before is None or one.number < before)
        ][:7]
