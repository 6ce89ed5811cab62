"""The chain over all steps: it grows, is sealed day by day, proves what it holds, and whatever was changed is found."""

import base64
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from lapor_tracking import chaining, service
from lapor_tracking.chaining import Broken, Whole
from lapor_tracking.domain import chain
from lapor_tracking.domain.proof import BrokenProof, check, read_proof
from lapor_tracking.service import signing_key
from lapor_tracking.store import replaying
from lapor_tracking.store.tables import leaves, seals, steps
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service
KEY = SigningKey(b"a key for tests alone, 32 bytes.")
PUBLIC = KEY.verify_key.encode().hex()


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    return Stage(service, engine, database_url="", tracking_key=builders.TRACKING_KEY, audit_key=KEY)


@pytest.fixture
def case(stage: Stage) -> Case:
    """A report whose steps were sealed when their day was over; today there is news."""
    stage.run("seal_chain")
    made = Case(stage).told()
    stage.run("extend_chain")
    a_day_goes_by(stage)
    assert made.reply(f"Balasan {CANARY}").status_code == 201
    stage.run("extend_chain")
    return made


def a_day_goes_by(stage: Stage) -> None:
    stage.clock.advance(days=1)
    stage.run("seal_chain")


def verified(stage: Stage) -> Whole | Broken:
    return chaining.verify(stage.transactions, PUBLIC)


def write(stage: Stage, statement: sa.Executable) -> None:
    with stage.transactions.begin() as tx:
        tx.execute(statement)


hashes = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=700)


@given(hashes, st.data())
def test_from_every_leaf_a_path_leads_to_the_root_and_from_no_other(found: list[bytes], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(found) - 1))
    group, within = divmod(place, chain.BRANCH)
    branches = chain.branches_of(found)

    root = chain.root_of(found)
    path = [
        *chain.path_of(found[group * chain.BRANCH : (group + 1) * chain.BRANCH], within),
        *chain.path_of(branches, group),
    ]

    assert chain.root_of(branches) == root
    assert chain.root_from(found[place], place, len(found), path) == root
    assert chain.root_from(b"another leaf", place, len(found), path) != root
    assert chain.root_from(found[place], place, len(found), [*path, b"too long"]) != root


def test_a_tree_is_that_of_rfc_6962() -> None:
    # Of the well-known vectors of Certificate Transparency, as they stand in its reference implementation.
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    found = [chain.hashlib.sha256(b"\0" + bytes.fromhex(one)).digest() for one in data]

    assert chain.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert chain.root_of(found[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert chain.root_of(found).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_every_step_comes_into_the_chain_once_and_each_day_is_sealed_once(stage: Stage, case: Case) -> None:
    a_day_goes_by(stage)

    assert len(stage.rows(leaves)) == len(stage.rows(steps)) == 5
    assert [(row["number"], row["first"], row["count"]) for row in stage.rows(seals)] == [
        (1, 1, 0),
        (2, 1, 4),
        (3, 5, 1),
    ]
    assert stage.run("extend_chain") == stage.run("seal_chain") == 0


def test_a_day_on_which_nothing_happened_is_sealed_too(stage: Stage, case: Case) -> None:
    a_day_goes_by(stage)
    a_day_goes_by(stage)

    assert [row["count"] for row in stage.rows(seals)] == [0, 4, 1, 0]
    assert isinstance(verified(stage), Whole)


def test_the_rest_of_a_day_with_very_much_is_sealed_when_it_is_over(stage: Stage, case: Case) -> None:
    assert case.reply("Masih padam.").status_code == 201
    stage.run("extend_chain")
    assert chaining.seal(stage.transactions, KEY, largest=1) == 1

    a_day_goes_by(stage)

    assert [row["count"] for row in stage.rows(seals)] == [0, 4, 1, 1]
    assert len({row["day"] for row in stage.rows(seals)[2:]}) == 1
    assert isinstance(verified(stage), Whole)


def test_a_chain_that_nobody_touched_is_whole(stage: Stage, case: Case) -> None:
    found = verified(stage)

    assert isinstance(found, Whole)
    assert (found.leaves, found.seals, found.unsealed) == (5, 2, 1)


def test_without_a_key_the_chain_grows_and_is_not_sealed(engine: sa.Engine) -> None:
    stage = Stage(service, engine, database_url="", tracking_key=builders.TRACKING_KEY)

    Case(stage).told()

    assert stage.run("extend_chain") == 4
    assert "seal_chain" not in [timer.name for timer in stage.service.timers]
    assert isinstance(chaining.verify(stage.transactions, None), Whole)


def _set(table: sa.Table, **values: Any) -> Callable[[UUID], sa.Executable]:
    key = table.c.event_id if table is steps else next(iter(table.primary_key))
    place = 2 if table is seals else 1

    def statement(event_id: UUID) -> sa.Executable:
        return table.update().where(key == (event_id if table is steps else place)).values(**values)

    return statement


TAMPERINGS: dict[str, tuple[Callable[[UUID], sa.Executable], str]] = {
    "a step's text": (_set(steps, text="Isi lain"), "is not as it was"),
    "a step's data": (_set(steps, data={"secret": False}), "is not as it was"),
    "a step's time": (_set(steps, happened_at=later(77)), "is not as it was"),
    "a step's type": (_set(steps, type="supplemented"), "is not as it was"),
    "a step that is gone": (lambda one: steps.delete().where(steps.c.event_id == one), "is not as it was"),
    "a step that was put in": (
        lambda one: steps.insert().values(
            report_id=uuid4(), event_id=uuid4(), type="verified", happened_at=later(1), data={}, text=None
        ),
        "is not in the chain",
    ),
    "a leaf's hash": (_set(leaves, hash=b"x" * 32), "is not as it was"),
    "a leaf's salt": (_set(leaves, salt=b"x" * 32), "is not as it was"),
    "a leaf that is gone": (lambda _: leaves.delete().where(leaves.c.seq == 1), "is missing"),
    "the last leaf of a day": (lambda _: leaves.delete().where(leaves.c.seq == 4), "is missing"),
    "the last leaf": (lambda _: leaves.delete().where(leaves.c.seq == 5), "is not in the chain"),
    "a root": (_set(seals, root="0" * 64), "its signature is not genuine"),
    "a day": (_set(seals, day="2020-01-01"), "its signature is not genuine"),
    "a count": (_set(seals, count=3), "its signature is not genuine"),
    "a signature": (_set(seals, signature="00" * 64), "its signature is not genuine"),
    "a key": (_set(seals, public_key="00" * 32), "its signature is not genuine"),
    "the seal before": (_set(seals, previous="1" * 64), "does not continue"),
    "the branches": (_set(seals, branches=b"x" * 32), "is not the root of its leaves"),
    "a seal that is gone": (lambda _: seals.delete().where(seals.c.number == 2), "is missing"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_is_changed_in_steps_leaves_or_roots_is_found(stage: Stage, case: Case, what: str) -> None:
    a_day_goes_by(stage)
    tampering, reason = TAMPERINGS[what]
    first = next(row["event_id"] for row in stage.rows(leaves) if row["seq"] == 1)

    write(stage, tampering(first))

    found = verified(stage)
    assert isinstance(found, Broken)
    if what != "the last leaf":  # which is under the second seal by now
        assert reason in str(found)


@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_seal_with_one_bit_changed_is_not_signed(at: int, bit: int) -> None:
    statement = chain.Seal(
        number=1,
        day="2026-01-07",
        first=1,
        count=4,
        root="a" * 64,
        previous=chain.NOTHING,
        sealed_at="",
        public_key=PUBLIC,
    ).statement
    changed = bytearray(statement)
    changed[at % len(changed)] ^= 1 << bit

    signed = KEY.sign(statement).signature

    assert KEY.verify_key.verify(statement, signed) == statement
    with pytest.raises(Exception, match="forged"):
        KEY.verify_key.verify(bytes(changed), signed)


def test_a_chain_that_was_written_anew_does_not_fit_the_head_that_was_kept(stage: Stage, case: Case) -> None:
    found = verified(stage)
    assert isinstance(found, Whole)
    assert isinstance(chaining.verify(stage.transactions, PUBLIC, found.head), Whole)

    for kept in (f"2:{'0' * 64}", f"9:{'0' * 64}"):
        assert isinstance(chaining.verify(stage.transactions, PUBLIC, kept), Broken)


def test_a_chain_signed_by_somebody_else_is_found(stage: Stage, case: Case) -> None:
    assert isinstance(chaining.verify(stage.transactions, "0" * 64), Broken)


def test_after_a_new_key_the_old_days_stay_proved(stage: Stage, case: Case) -> None:
    newer = SigningKey.generate()
    stage.clock.advance(days=1)

    chaining.seal(stage.transactions, newer)

    assert isinstance(chaining.verify(stage.transactions, newer.verify_key.encode().hex()), Whole)
    assert isinstance(verified(stage), Broken)


def test_a_step_that_replay_put_right_is_in_the_chain_as_it_was_and_as_it_is(stage: Stage, case: Case) -> None:
    answers = [row for row in stage.rows(steps) if row["type"] == "substantive_answer"]
    row = {str(name): value for name, value in answers[0].items()}
    with stage.transactions.begin() as tx:
        replaying.replace_steps(tx, [], [row | {"text": "Sudah benar."}])
    stage.run("extend_chain")

    found = verified(stage)

    assert isinstance(found, Whole)
    assert (found.leaves, found.written_anew) == (6, 1)


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_a_step_that_is_put_right_while_another_process_extends_the_chain_comes_in_as_it_is(
    stage: Stage, case: Case
) -> None:
    assert case.reply("Sudah dua minggu.").status_code == 201
    waiting = [row for row in stage.rows(steps) if row["text"] == "Sudah dua minggu."]
    row = {str(name): value for name, value in waiting[0].items()}

    with stage.transactions.begin() as tx:
        replaying.replace_steps(tx, [], [row | {"text": "Sudah tiga minggu."}])
        tx.flush()
        stage.run("extend_chain")
    stage.run("extend_chain")

    assert isinstance(verified(stage), Whole)


def proof_of(case: Case, **headers: str) -> Any:
    return case.stage.client.get(
        f"/api/v1/audit/reports/{case.tracking_id}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_a_citizen_checks_a_proof_with_the_file_and_the_public_key_alone(stage: Stage, case: Case) -> None:
    downloaded = orjson.loads(proof_of(case).data)

    proof = read_proof(downloaded)

    assert list(check(proof, PUBLIC)) == [2]
    assert [(step.type, step.seal) for step in proof.steps][-1] == ("replied", None)
    assert "Jawaban " + CANARY in proof_of(case).text
    assert f"Balasan {CANARY}" not in proof_of(case).text
    assert f"Isi {CANARY}" not in proof_of(case).text


def test_with_the_receipt_the_reporters_own_words_are_proved(stage: Stage, case: Case) -> None:
    answer = proof_of(case, X_Receipt=case.receipt)

    check(read_proof(answer.json), PUBLIC)
    assert f"Isi {CANARY}" in answer.text
    assert f"Balasan {CANARY}" in answer.text
    assert case.receipt_hash not in answer.text


def _bent(document: Any) -> list[Any]:
    """The proof with one thing changed, for each thing there is in it."""

    def leaves_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        if isinstance(value, dict):
            return [found for name in value for found in leaves_of(value[name], (*path, name))]
        if isinstance(value, list):
            return [found for at, one in enumerate(value) for found in leaves_of(one, (*path, at))]
        return [path]

    bent = []
    for path in leaves_of(document):
        copy = deepcopy(document)
        holder = copy
        for name in path[:-1]:
            holder = holder[name]
        old = holder[path[-1]]
        holder[path[-1]] = old + 1 if isinstance(old, int) else f"{old or ''}0" if old is None else "0" + old[1:] + "1"
        bent.append((path, copy))
    return bent


def test_a_proof_with_anything_changed_does_not_hold(stage: Stage, case: Case) -> None:
    a_day_goes_by(stage)
    document = proof_of(case, X_Receipt=case.receipt).json
    check(read_proof(document), PUBLIC)

    assert [path for path, bent in _bent(document) if holds(bent)] == []


def holds(document: Any) -> bool:
    try:
        check(read_proof(document), PUBLIC)
    except BrokenProof:
        return False
    return True


@pytest.mark.parametrize("document", [{}, [], {"version": 2}, {"version": 1, "steps": 3}, "bukti"])
def test_what_is_no_proof_is_refused_in_words(document: Any) -> None:
    with pytest.raises(BrokenProof):
        read_proof(document)


def test_of_a_secret_report_nothing_is_proved_without_the_receipt(stage: Stage) -> None:
    secret, other = Case(stage).told(secret=True), Case(stage)
    stage.run("extend_chain")

    assert proof_of(secret).status_code == 404
    assert proof_of(secret).json["detail"] == proof_of(other).json["detail"]
    assert proof_of(secret, X_Receipt="0000-0000-0000-0000").status_code == 404
    assert len(proof_of(secret, X_Receipt=secret.receipt).json["steps"]) == 4


def test_what_only_the_reporter_learns_is_in_the_reporters_proof_alone(stage: Stage, case: Case) -> None:
    stage.hear(builders.identity_requested(report_id=case.report_id, requested_at=later(40)))
    stage.run("extend_chain")

    assert "identity" not in proof_of(case).text
    assert "identity_requested" in proof_of(case, X_Receipt=case.receipt).text


def test_a_salt_is_needed_to_guess_what_a_digest_stands_for(stage: Stage, case: Case) -> None:
    document = proof_of(case).json
    guessed = chain.Opening("text", "", f"Isi {CANARY}").digest

    assert guessed not in proof_of(case).text
    salts = [one["salt"] for step in document["steps"] for one in step["opened"]]
    assert len(set(salts)) == len(salts)


def test_the_roots_are_listed_the_newest_first(stage: Stage, case: Case) -> None:
    page = stage.client.get("/api/v1/audit/roots?limit=1").json
    rest = stage.client.get(f"/api/v1/audit/roots?limit=1&cursor={page['next']}").json

    assert [one["number"] for one in (*page["items"], *rest["items"])] == [2, 1]
    assert page["items"][0]["previous"] == chain.Seal.read(rest["items"][0]).hash
    assert rest["next"] is None


def test_the_page_explains_it_and_gives_the_file(stage: Stage, case: Case) -> None:
    page = stage.client.get(f"/lacak/{case.tracking_id}/bukti")
    opened = stage.client.post(f"/lacak/{case.tracking_id}/bukti", data={"receipt": case.receipt})
    file = stage.client.post(f"/lacak/{case.tracking_id}/bukti", data={"receipt": case.receipt, "action": "download"})

    assert "2026-01-08" in page.text
    assert "Unduh bukti" in opened.text
    assert "attachment" in file.headers["Content-Disposition"]
    check(read_proof(file.json), PUBLIC)
    assert f"/lacak/{case.tracking_id}/bukti" in stage.client.get(f"/lacak/{case.tracking_id}").text


def test_whom_no_proof_may_be_shown_is_asked_for_the_receipt_which_opens_it(stage: Stage) -> None:
    case = Case(stage).told(secret=True)
    address = f"/lacak/{case.tracking_id}/bukti"

    unknown, closed = stage.client.get("/lacak/0000-0000-0000/bukti"), stage.client.get(address)
    wrong = stage.client.post(address, data={"receipt": "0000-0000-0000-0000", "action": "open"})
    opened = stage.client.post(address, data={"receipt": case.receipt, "action": "open"})

    assert (unknown.status_code, closed.status_code, wrong.status_code, opened.status_code) == (404, 404, 404, 200)
    assert f'action="{address}"' in closed.text
    assert "Bukti laporan" in opened.text


def test_a_key_is_thirty_two_bytes() -> None:
    assert signing_key(base64.b64encode(bytes(KEY)).decode()) == KEY
    with pytest.raises(ValueError, match="32 bytes"):
        signing_key(base64.b64encode(b"short").decode())
