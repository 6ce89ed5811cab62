"""Who may not look at a report learns nothing from being refused; and what a whistleblower and the body write."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from prometheus_client import CollectorRegistry

from lapor_chassis.attempts import Attempts
from lapor_chassis.sealing import keypair_from_receipt, new_keypair, open_sealed, seal
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.web import create_app
from lapor_contracts.events import ReportClosed, ReportReplied, SealedContent
from lapor_tracking import http, pages, service, store
from lapor_tracking.store import Rules
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service

WRONG = "0000-0000-0000-0000"
OVERSIGHT, OVERSIGHT_KEY = new_keypair()


class CountingIds(TrackingIds):
    """Tracking IDs that count the hashes they make."""

    hashes = 0

    def hash_of(self, tracking_id: str, receipt: str) -> str:
        self.hashes += 1
        return super().hash_of(tracking_id, receipt)


@dataclass
class Observed:
    """Tracking's web application, and the work that it does for an answer."""

    client: FlaskClient
    ids: CountingIds
    queries: list[str]

    def asked(self, path: str, **request: Any) -> tuple[int, dict[str, str], str, int, int]:
        """What comes back, without the request's own id and what was typed; and how many queries and hashes it took."""
        before, self.queries[:] = self.ids.hashes, []
        answer = self.client.open(path, **request)
        typed = [path.split("/")[-1], request.get("data", {}).get("receipt", "")]
        text = re.sub("|".join(["urn:uuid:[0-9a-f-]+", *filter(None, typed)]), "…", answer.text)
        return answer.status_code, dict(answer.headers), text, len(self.queries), self.ids.hashes - before


@pytest.fixture
def observed(stage: Stage, engine: sa.Engine) -> Observed:
    ids, queries = CountingIds(builders.TRACKING_KEY), []
    counter = http.Counter(transactions=stage.transactions, ids=ids, rules=Rules(), public_url="", attempts=Attempts())
    changed = replace(stage.service, blueprints=[http.blueprint(counter), pages.blueprint(counter)])
    app = create_app(changed, clock=stage.clock, registry=CollectorRegistry())
    sa.event.listen(engine, "before_cursor_execute", lambda *call: call[2] == "BEGIN" or queries.append(call[2]))
    return Observed(app.test_client(), ids, queries)


@pytest.fixture
def secret(case: Case) -> Case:
    """A secret report."""
    return case.told(secret=True)


def nobodys() -> str:
    """A genuine tracking ID of no report."""
    return builders.tracking_id(uuid4())


MISTYPED = "7K3M-9QXF-2TPA"
ASK: dict[str, Callable[[str, str], tuple[str, dict[str, Any]]]] = {
    "API": lambda typed, receipt: (f"/api/v1/reports/{typed}", {"headers": {"X-Receipt": receipt}}),
    "page": lambda typed, receipt: (
        f"/lacak/{typed}",
        {"method": "POST", "data": {"action": "open", "receipt": receipt}},
    ),
    "reply": lambda typed, receipt: (
        f"/api/v1/reports/{typed}/replies",
        {"method": "POST", "json": {"receipt": receipt, "text": "Halo"}},
    ),
    "closing": lambda typed, receipt: (
        f"/api/v1/reports/{typed}/closure",
        {"method": "POST", "json": {"receipt": receipt}},
    ),
}


@pytest.mark.parametrize("path", ["/api/v1/reports", "/lacak"])
def test_without_a_receipt_a_secret_report_is_answered_like_none(observed: Observed, secret: Case, path: str) -> None:
    of_none = observed.asked(f"{path}/{nobodys()}")

    assert of_none[0] == 404
    assert observed.asked(f"{path}/{secret.tracking_id}") == of_none
    assert observed.asked(f"{path}/{MISTYPED}") == of_none
    assert observed.asked(f"{path}/xxxx-xxxx-xxxx") == of_none


@pytest.mark.parametrize("asking", ASK)
def test_a_wrong_receipt_is_answered_like_a_wrong_id_after_the_same_work(
    observed: Observed, secret: Case, stage: Stage, asking: str
) -> None:
    def asked(tracking_id: str, receipt: str) -> Any:
        path, request = ASK[asking](tracking_id, receipt)
        return observed.asked(path, **request)

    public = Case(stage).told()
    of_none = asked(nobodys(), WRONG)

    assert of_none[0] == 404
    assert of_none[3:] == (1, 1)
    assert asked(secret.tracking_id, WRONG) == of_none
    assert asked(public.tracking_id, WRONG) == of_none
    assert asked(MISTYPED, WRONG) == of_none
    assert asked(MISTYPED, secret.receipt) == of_none
    assert asked(secret.tracking_id, public.receipt) == of_none


def test_guessing_ends_for_a_report_alike_whether_there_is_one(stage: Stage, secret: Case) -> None:
    def guessed(tracking_id: str) -> list[int]:
        path = f"/api/v1/reports/{tracking_id}"
        return [stage.client.get(path, headers={"X-Receipt": WRONG}).status_code for _ in range(11)]

    assert guessed(secret.tracking_id) == guessed(nobodys()) == guessed(MISTYPED) == [404] * 10 + [429]


def test_who_may_not_guess_on_is_told_when_to_come_again(stage: Stage, secret: Case) -> None:
    for _ in range(10):
        secret.get(X_Receipt=WRONG)

    refused = secret.get(X_Receipt=secret.receipt)

    assert refused.status_code == 429
    assert 890 <= int(refused.headers["Retry-After"]) <= 900
    assert secret.send(action="open").headers["Retry-After"]
    assert Case(stage).told().get().status_code == 200


def test_the_right_receipt_may_be_used_as_often_as_one_likes(secret: Case) -> None:
    assert {secret.get(X_Receipt=secret.receipt).status_code for _ in range(30)} == {200}


def test_an_address_that_guesses_at_many_reports_has_to_wait(stage: Stage) -> None:
    few = Attempts(per_address=RateLimitItemPerMinute(3))
    counter = http.Counter(
        transactions=stage.transactions,
        ids=TrackingIds(builders.TRACKING_KEY),
        rules=Rules(),
        public_url="",
        attempts=few,
    )
    changed = replace(stage.service, blueprints=[http.blueprint(counter)])
    client = create_app(changed, clock=stage.clock, registry=CollectorRegistry()).test_client()

    def guessed(address: str) -> int:
        headers = {"X-Receipt": WRONG}
        path = f"/api/v1/reports/{nobodys()}"
        return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address}).status_code

    assert [guessed("192.0.2.1") for _ in range(4)] == [404, 404, 404, 429]
    assert guessed("192.0.2.2") == 404


def test_the_receipts_of_version_0_1_still_open_their_reports(stage: Stage, case: Case) -> None:
    case.receipt_hash = None  # type: ignore[assignment]
    case.receipt = TrackingIds(builders.TRACKING_KEY).derived_receipt(case.tracking_id)

    assert case.told(secret=True).get(X_Receipt=case.receipt).json["thread"]
    assert case.get(X_Receipt=WRONG).status_code == 404


class Whistle(Case):
    """A whistleblower's report, and the body that it is sealed for."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self.private_key, self.public_key = keypair_from_receipt(self.receipt, self.tracking_id)

    def blown(self) -> "Whistle":
        """Received, verified and given to the body."""
        sealed = SealedContent(
            content=seal("{}", OVERSIGHT_KEY, self.tracking_id),
            agency_code="KPK",
            oversight_key=OVERSIGHT_KEY,
            reporter_key=self.public_key,
        )
        segel, about = "Laporan tersegel", {"report_id": self.report_id}
        self.stage.hear(
            self.received(title=segel, body=segel, anonymous=True, secret=True, sealed=sealed),
            builders.verified(**about, verified_at=later(0.1), secret=True),
            builders.routed(**about, routed_at=later(0.2), agency_code="KPK", agency_name="KPK"),
        )
        self.stage.clock.set(later(24))
        return self

    def answered(self, text: str, at: float = 5) -> None:
        """The body answers, as its officer's browser seals it."""
        sealed = seal(text, self.public_key, self.tracking_id)
        self.stage.hear(builders.answered(report_id=self.report_id, answered_at=later(at), text=sealed))

    def texts(self) -> list[str | None]:
        """What the reporter reads."""
        return [message["text"] for message in self.get(X_Receipt=self.receipt).json["thread"]]


@pytest.fixture
def whistle(stage: Stage) -> Whistle:
    return Whistle(stage).blown()


def test_a_whistleblower_reads_the_answer_with_the_receipt_and_nobody_else_does(whistle: Whistle, stage: Stage) -> None:
    whistle.answered(f"Kami periksa, {CANARY}.")

    assert whistle.texts() == ["Laporan tersegel", f"Kami periksa, {CANARY}."]
    assert f"Kami periksa, {CANARY}." in whistle.send(action="open").text
    assert whistle.get().status_code == 404
    assert CANARY not in str(stage.rows(store.steps))


def test_what_a_whistleblower_writes_is_sealed_before_it_is_kept_or_said(whistle: Whistle, stage: Stage) -> None:
    assert whistle.reply(f"Buktinya ada pada saya, {CANARY}.").status_code == 201

    (said,) = stage.announced(ReportReplied)
    assert open_sealed(said.text, OVERSIGHT, whistle.tracking_id) == f"Buktinya ada pada saya, {CANARY}."
    assert whistle.texts()[-1] is None
    assert "hanya lembaga pengawas yang dapat membukanya" in whistle.send(action="open").text
    with stage.transactions.read() as connection:
        for table in store.metadata.sorted_tables:
            assert CANARY not in str(connection.execute(sa.select(table)).all()), table.name


def test_that_a_whistleblowers_report_is_closed_is_said_as_such(whistle: Whistle, stage: Stage) -> None:
    whistle.answered("Selesai kami periksa.")

    assert whistle.close().status_code == 201

    assert [event.sealed for event in stage.announced(ReportClosed)] == [True]


def test_a_sealed_reply_sent_twice_by_its_form_is_one_reply(whistle: Whistle, stage: Stage) -> None:
    once, twice = (whistle.reply("Ada saksi.", key="form-1") for _ in range(2))
    whistle.reply("Ada saksi lain.", key="form-1")

    assert once.json == twice.json
    said = [open_sealed(event.text, OVERSIGHT, whistle.tracking_id) for event in stage.announced(ReportReplied)]
    assert said == ["Ada saksi.", "Ada saksi lain."]


def test_a_reply_too_long_to_be_sealed_is_refused_by_name(whistle: Whistle, stage: Stage) -> None:
    answer = whistle.reply("a" * 7_500)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["text"]
    assert whistle.send(action="reply", text="a" * 7_500).status_code == 422
    assert stage.announced(ReportReplied) == []


def test_an_answer_that_was_changed_on_its_way_is_not_shown(whistle: Whistle, stage: Stage) -> None:
    sealed = seal("Halo", whistle.public_key, whistle.tracking_id)
    stage.hear(builders.answered(report_id=whistle.report_id, answered_at=later(5), text=f"{sealed[:-8]}AAAAAAA="))

    assert whistle.texts()[-1] is None
