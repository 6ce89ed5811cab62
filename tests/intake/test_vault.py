"""The vault: what it keeps opens with its master key alone; a new one takes over while everybody goes on."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from lapor_chassis.database import is_away
from lapor_intake import audit, rotation, service
from lapor_intake.master_keys import TransitKey, master_key
from lapor_intake.store import metadata
from lapor_intake.vault import LocalKey, MasterKey, Record, Vault, VaultError, vault
from tests.intake.conftest import VAULT_KEY
from tests.support.stage import Stage
from tests.support.transit import TOKEN, TransitEngine

SERVICE = service

NEW_KEY = LocalKey(b"the new key for tests, 32 bytes.")
PERSON = {"name": "Kenari Sangkar", "email": "kenari@sangkar.example"}


@pytest.fixture
def engine_of_keys() -> Iterator[tuple[TransitEngine, str]]:
    """A key service, and how intake is told of it."""
    transit = TransitEngine()
    with transit.running() as setting:
        yield transit, setting


def report(stage: Stage, count: int = 1) -> list[UUID]:
    """Reports of somebody; their ids."""
    for _ in range(count):
        given = {"body": "Jalan rusak di Rengat", "reporter": PERSON}
        assert stage.client.post("/api/v1/reports", json=given).status_code == 201
    return [row["report_id"] for row in stage.rows(vault)]


def opened(stage: Stage, keys: Vault, record_id: UUID) -> Record | None:
    """What these keys open."""
    with stage.transactions.begin() as tx:
        return keys.open(tx, record_id)


def key_ids(stage: Stage) -> set[str]:
    """Under which master keys data keys are."""
    return {row["key_id"] for row in stage.rows(vault)}


# --- Rotation


def test_after_a_rotation_the_old_key_opens_nothing_and_the_new_one_everything(stage: Stage) -> None:
    ids = report(stage, 3)

    done = rotation.rotate(stage.transactions, Vault(NEW_KEY, [VAULT_KEY]))

    assert done == 3
    assert key_ids(stage) == {NEW_KEY.key_id}
    assert [opened(stage, Vault(NEW_KEY), one).name for one in ids] == [PERSON["name"]] * 3  # type: ignore[union-attr]
    with pytest.raises(VaultError, match="not known here"):
        opened(stage, Vault(VAULT_KEY), ids[0])


def test_rotated_again_nothing_is_left_to_do(stage: Stage) -> None:
    report(stage)
    keys = Vault(NEW_KEY, [VAULT_KEY])
    rotation.rotate(stage.transactions, keys)

    again = rotation.rotate(stage.transactions, keys)

    assert again == 0
    with stage.transactions.read() as connection:
        actions = [entry.action for entry in audit.find_entries(connection, None, 10)]
    assert actions == ["vault.rotated", "vault.rotation_begun"]


class DiesAfter(LocalKey):
    """A master key in whose hands the process dies after so many data keys."""

    left = 2

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key, while it lives."""
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        return super().wrap(data_key, context)


def test_a_rotation_that_was_killed_goes_on_where_it_stopped(stage: Stage) -> None:
    ids = report(stage, 4)
    dying = DiesAfter(b"the new key for tests, 32 bytes.")
    with pytest.raises(KeyboardInterrupt):
        rotation.rotate(stage.transactions, Vault(dying, [VAULT_KEY]), at_once=1)
    half = [opened(stage, Vault(NEW_KEY, [VAULT_KEY]), one) for one in ids]

    done = rotation.rotate(stage.transactions, Vault(NEW_KEY, [VAULT_KEY]))

    assert done == 2
    assert key_ids(stage) == {NEW_KEY.key_id}
    assert None not in half  # meanwhile everybody could read


def test_readers_and_writers_go_on_during_a_rotation(stage: Stage) -> None:
    ids = report(stage, 8)
    keys, over = Vault(NEW_KEY, [VAULT_KEY]), Event()
    failures: list[Exception] = []

    def read() -> None:
        while not over.is_set():
            try:
                assert all(opened(stage, keys, one) for one in ids)
            except Exception as error:
                failures.append(error)
                return

    late = iter([{"body": "Lampu jalan mati di Rengat"}])

    def write(_done: int) -> None:
        for given in late:
            stage.client.post("/api/v1/reports", json=given)

    reader = Thread(target=read)
    reader.start()
    done = rotation.rotate(stage.transactions, keys, write)
    over.set()
    reader.join()

    assert failures == []
    assert done == 9  # the one that was written under the old key meanwhile, too
    assert key_ids(stage) == {NEW_KEY.key_id}


def test_what_is_forgotten_during_a_rotation_stays_forgotten(stage: Stage) -> None:
    ids = report(stage, 2)

    class Forgets(LocalKey):
        def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
            with stage.transactions.begin() as tx:
                tx.execute(vault.update().where(vault.c.report_id == ids[0]).values(wrapped_key=None, sealed=None))
            return super().wrap(data_key, context)

    rotation.rotate(stage.transactions, Vault(Forgets(b"the new key for tests, 32 bytes."), [VAULT_KEY]))

    assert [opened(stage, Vault(NEW_KEY), one) is None for one in ids] == [True, False]


def test_a_rotation_without_the_old_key_changes_nothing_and_says_which_is_missing(stage: Stage) -> None:
    report(stage)
    before = stage.rows(vault)

    with pytest.raises(VaultError, match=VAULT_KEY.key_id):
        rotation.rotate(stage.transactions, Vault(NEW_KEY))

    assert stage.rows(vault) == before


def test_data_keys_of_files_and_messages_are_rotated_too(stage: Stage) -> None:
    keys = Vault(VAULT_KEY)
    attachment_id, file_id, chat_id, mark = uuid4(), uuid4(), uuid4(), "f" * 32
    now = stage.clock.now()
    rows = {
        "attachments": {"attachment_id": attachment_id, "created_at": now, "length": 1, "received": 1},
        "attachment_files": {
            "file_id": file_id,
            "sha256": "0" * 64,
            "attachment_id": attachment_id,
            "holds": "original",
            "stays": True,
        },
        "chat_files": {"file_id": chat_id, "channel": "whatsapp", "mark": mark, "attempts": 0},
        "sms_parts": {"mark": mark, "message_id": uuid4(), "total": 2, "seen": {}, "due_at": now},
    }
    contexts = {"attachment_files": file_id.bytes, "chat_files": chat_id.bytes, "sms_parts": mark.encode()}
    with stage.transactions.begin() as tx:
        for name, row in rows.items():
            if context := contexts.get(name):
                sealed = keys.seal(b"rahasia", context)
                row |= {"key_id": sealed.key_id, "wrapped_key": sealed.wrapped_key}
            tx.add(metadata.tables[name], row)
    report(stage)
    assert {table.name for table in rotation.tables()} == {*contexts, "vault"}

    done = rotation.rotate(stage.transactions, Vault(NEW_KEY, [VAULT_KEY]))

    assert done == 4
    for name, context in contexts.items():
        (row,) = stage.rows(metadata.tables[name])
        Vault(NEW_KEY).rewrap(row["key_id"], row["wrapped_key"], context)  # raises where it does not open


# --- What an attacker with the database can do


def test_a_row_that_was_put_in_anothers_place_does_not_open(stage: Stage) -> None:
    first, second = report(stage, 2)
    with stage.transactions.engine.begin() as connection:
        other = connection.execute(sa.select(vault).where(vault.c.record_id == second)).one()
        moved = {"wrapped_key": other.wrapped_key, "sealed": other.sealed}
        connection.execute(vault.update().where(vault.c.record_id == first).values(moved))

    with pytest.raises(VaultError, match="cannot be decrypted"):
        opened(stage, Vault(VAULT_KEY), first)


# --- A master key in a key service


def test_a_key_service_wraps_and_opens_without_being_asked_for_each_report(
    engine_of_keys: tuple[TransitEngine, str],
) -> None:
    transit, setting = engine_of_keys
    keys = Vault(master_key(setting))

    sealed = [keys.seal(b"siapa pelapornya", b"report") for _ in range(50)]

    assert len(transit.calls) == 1
    assert {one.key_id for one in sealed} == {"transit/lapor:v1"}
    elsewhere = Vault(master_key(setting))
    assert {elsewhere.unseal(one, b"report") for one in sealed} == {b"siapa pelapornya"}
    assert len(transit.calls) == 2  # what one process borrowed, the other let the service open, once
    with pytest.raises(VaultError):
        elsewhere.unseal(sealed[0], b"another report")


def test_reports_move_from_a_key_at_hand_to_the_key_service_and_on_to_its_next_version(
    stage: Stage, engine_of_keys: tuple[TransitEngine, str]
) -> None:
    transit, setting = engine_of_keys
    (report_id,) = report(stage)
    rotation.rotate(stage.transactions, Vault(master_key(setting), [VAULT_KEY]))
    under_first = key_ids(stage)
    transit.rotate()

    rotation.rotate(stage.transactions, Vault(master_key(setting)))
    transit.oldest = 2

    assert (under_first, key_ids(stage)) == ({"transit/lapor:v1"}, {"transit/lapor:v2"})
    record = opened(stage, Vault(master_key(setting)), report_id)
    assert record
    assert record.name == PERSON["name"]


def test_a_version_that_the_service_destroyed_opens_nothing(engine_of_keys: tuple[TransitEngine, str]) -> None:
    transit, setting = engine_of_keys
    sealed = Vault(master_key(setting)).seal(b"siapa", b"report")
    transit.rotate()
    transit.oldest = 2

    with pytest.raises(VaultError, match="cannot decrypt") as failure:
        Vault(master_key(setting)).unseal(sealed, b"report")

    assert not is_away(failure.value)


def test_a_key_service_that_pauses_stops_only_those_who_have_nothing_from_it_yet(
    engine_of_keys: tuple[TransitEngine, str],
) -> None:
    transit, setting = engine_of_keys
    at_work, just_started = Vault(master_key(setting)), Vault(master_key(setting))
    at_work.seal(b"siapa", b"report")
    transit.is_sealed = True

    sealed = at_work.seal(b"siapa", b"report")

    assert at_work.unseal(sealed, b"report") == b"siapa"
    with pytest.raises(VaultError, match="answers 503") as failure:
        just_started.seal(b"siapa", b"report")
    assert is_away(failure.value)  # so reports wait, as they do where the database is away


def test_while_the_key_service_is_away_nobody_is_told_that_a_report_was_taken(
    stage: Stage, engine_of_keys: tuple[TransitEngine, str]
) -> None:
    transit, setting = engine_of_keys
    transit.is_sealed = True
    remote = Stage(service, stage.transactions.engine, **{**vars(stage.settings), "vault_key": master_key(setting)})

    refused = remote.client.post("/api/v1/reports", json={"body": "Jalan rusak di Rengat", "reporter": PERSON})
    ready = remote.client.get("/readyz")
    transit.is_sealed = False
    taken = remote.client.post("/api/v1/reports", json={"body": "Jalan rusak di Rengat", "reporter": PERSON})

    assert (refused.status_code, ready.status_code, taken.status_code) == (503, 503, 201)
    assert "Retry-After" in refused.headers
    assert len(remote.rows(vault)) == 1


def test_the_token_may_lie_in_a_file_that_somebody_renews(
    engine_of_keys: tuple[TransitEngine, str], tmp_path: Path
) -> None:
    _, setting = engine_of_keys
    token = tmp_path / "token"
    token.write_text("expired\n")
    key = master_key(setting.replace(TOKEN, f"file:{token}"))
    with pytest.raises(VaultError, match="answers 403"):
        key.wrap(b"data key", b"report")

    token.write_text(f"{TOKEN}\n")

    assert key.wrap(b"data key", b"report")[0] == "transit/lapor:v1"


@pytest.mark.parametrize(
    "text",
    [
        "transit+https://",
        "transit+https://host/transit?token=x",
        "transit+https://host/transit/lapor",
        "transit+ftp://h/t/k?token=x",
    ],
)
def test_an_address_of_a_key_service_that_cannot_work_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match="transit\\+https://HOST"):
        TransitKey.from_url(text)


def test_a_key_that_nobody_can_reach_is_away() -> None:
    key: MasterKey = master_key("transit+http://127.0.0.1:1/transit/lapor?token=x")

    with pytest.raises(VaultError) as failure:
        key.wrap(b"data key", b"report")

    assert is_away(failure.value)
    assert "token" not in repr(key)
