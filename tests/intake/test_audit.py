"""The audit log: whatever is done to one of its entries afterwards is found, and where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lapor_intake import audit, service
from lapor_intake.audit import Act, Action, Broken, Entry, Head, append, chained, first_broken
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

FIELDS = ("at", "actor", "action", "subject", "details", "previous", "hash")


def act(number: int = 0) -> Act:
    """Something that was done."""
    return Act(actor=f"officer-{number % 3}", action=Action.LOOKED, subject="7K3M-9QXF-2TPA", details={"no": number})


def chain(length: int) -> list[Entry]:
    """A log as it was written."""
    entries: list[Entry] = []
    for number in range(length):
        head = Head(entries[-1].seq, entries[-1].hash) if entries else Head()
        entries.append(chained(head, act(number), WEDNESDAY + timedelta(minutes=number)))
    return entries


def head_of(entries: list[Entry]) -> Head:
    """How the log ends."""
    return Head(entries[-1].seq, entries[-1].hash) if entries else Head()


def resealed(entry: Entry, previous: str) -> Entry:
    """The entry with hashes as they would have to be."""
    moved = replace(entry, previous=previous)
    return replace(moved, hash=moved.true_hash)


logs = st.integers(1, 12).map(chain)


@given(logs)
def test_a_log_that_nobody_touched_is_whole(log: list[Entry]) -> None:
    assert first_broken(log, head_of(log), expected=head_of(log)) is None
    assert first_broken(log, head_of(log), expected=Head()) is None


@given(logs, st.data())
def test_any_change_of_any_entry_is_found(log: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    name = data.draw(st.sampled_from(FIELDS))
    value = data.draw(st.text().filter(lambda text: text != getattr(log[place], name)))
    changed = [*log[:place], replace(log[place], **{name: value}), *log[place + 1 :]]

    broken = first_broken(changed, head_of(log))

    assert broken is not None
    assert broken.seq == place + 1


@given(logs, st.data())
def test_a_change_whose_author_also_mended_its_hash_is_found(log: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    forged = resealed(replace(log[place], actor="nobody"), log[place].previous)
    changed = [*log[:place], forged, *log[place + 1 :]]

    broken = first_broken(changed, head_of(log))

    assert broken is not None
    assert broken.seq in (place + 1, place + 2)  # the entry itself where it is the last, else the one that follows


@given(logs, st.data())
def test_any_removal_is_found(log: list[Entry], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(log) - 1))
    last = data.draw(st.integers(first, len(log) - 1))

    broken = first_broken([*log[:first], *log[last + 1 :]], head_of(log))

    assert broken is not None
    assert broken.seq == first + 1


@given(logs, st.data())
def test_any_removal_is_found_though_the_rest_was_numbered_anew(log: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    rest = [*log[:place], *(replace(entry, seq=entry.seq - 1) for entry in log[place + 1 :])]

    assert first_broken(rest, head_of(log)) is not None


@given(st.integers(2, 12).map(chain), st.data())
def test_two_entries_that_changed_places_are_found(log: list[Entry], data: st.DataObject) -> None:
    one, other = sorted(data.draw(st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True)))
    keeps_numbers = data.draw(st.booleans())
    swapped = list(log)
    swapped[one], swapped[other] = log[other], log[one]
    if not keeps_numbers:
        swapped[one] = replace(log[other], seq=log[one].seq)
        swapped[other] = replace(log[one], seq=log[other].seq)

    broken = first_broken(swapped, head_of(log))

    assert broken is not None
    assert broken.seq == one + 1


@given(logs, st.data())
def test_an_entry_that_was_put_in_is_found(log: list[Entry], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(log)))
    before = head_of(log[:place])
    later = [replace(entry, seq=entry.seq + 1) for entry in log[place:]]

    broken = first_broken([*log[:place], chained(before, act(99), WEDNESDAY), *later], head_of(log))

    assert broken is not None
    assert broken.seq in (place + 1, place + 2)


@given(st.integers(2, 12).map(chain), st.data())
def test_a_log_written_anew_from_some_entry_on_is_found_by_a_head_that_was_kept(
    log: list[Entry], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(log) - 1))
    anew = log[:place]
    for entry in log[place:]:
        anew.append(resealed(replace(entry, actor="nobody"), head_of(anew).hash))
    kept = head_of(log[: data.draw(st.integers(place + 1, len(log)))])

    assert first_broken(anew, head_of(anew)) is None  # all of it fits together …
    assert isinstance(first_broken(anew, head_of(anew), expected=kept), Broken)  # … and is not what there was
    shorter = log[:place]
    assert isinstance(first_broken(shorter, head_of(shorter), expected=kept), Broken)


@pytest.mark.parametrize("text", ["", "12", "12:abc", "x:" + "0" * 64, "-1:" + "0" * 64])
def test_what_is_no_head_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(ValueError, match="COUNT:HASH"):
        Head.read(text)


def test_entries_made_at_once_stand_one_after_the_other(stage: Stage) -> None:
    def write() -> None:
        for number in range(5):
            with stage.transactions.begin() as tx:
                append(tx, act(number), act(number))

    threads = [Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = audit.verify(stage.transactions)

    assert isinstance(found, Head)
    assert found.count == 40
    assert Head.read(str(found)) == found


def test_what_was_not_committed_leaves_no_gap(stage: Stage) -> None:
    def fail() -> None:
        with stage.transactions.begin() as tx:
            append(tx, act())
            raise RuntimeError("the page could not be made")

    with pytest.raises(RuntimeError):
        fail()
    with stage.transactions.begin() as tx:
        append(tx, act(1))

    assert str(audit.verify(stage.transactions)).startswith("1:")


@pytest.mark.parametrize(
    ("attack", "broken"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 2", 2),
        ("UPDATE audit SET at = '2026-01-01T00:00:00+00:00' WHERE seq = 1", 1),
        ("UPDATE audit SET details = 'not even JSON' WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq > 2", 3),
        ("DELETE FROM audit", 1),
        ("INSERT INTO audit SELECT 4, at, actor, action, subject, details, previous, hash FROM audit WHERE seq = 3", 4),
        ("INSERT INTO audit SELECT 0, at, actor, action, subject, details, previous, hash FROM audit WHERE seq = 1", 1),
    ],
)
def test_what_somebody_did_to_the_table_is_found(stage: Stage, attack: str, broken: int) -> None:
    with stage.transactions.begin() as tx:
        append(tx, act(1), act(2), act(3))
    with stage.transactions.engine.begin() as connection:
        connection.execute(sa.text(attack))

    found = audit.verify(stage.transactions)

    assert isinstance(found, Broken)
    assert found.seq == broken


def test_a_log_of_years_is_walked_whole(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        append(tx, *map(act, range(2_100)))
    with stage.transactions.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit WHERE seq = 2050"))

    found = audit.verify(stage.transactions)

    assert found == Broken(2050, "is missing: entry 2051 stands in its place")


def test_the_newest_entries_are_shown_first_and_of_one_report_where_asked(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        append(tx, act(1), replace(act(2), subject="another"), act(3))

    with stage.transactions.read() as connection:
        all_of_them = audit.find_entries(connection, None, 2)
        of_one = audit.find_entries(connection, (3,), 10, subject=act().subject)

    assert [entry.seq for entry in all_of_them] == [3, 2]
    assert [entry.seq for entry in of_one] == [1]
    assert datetime.fromisoformat(of_one[0].at) == WEDNESDAY.astimezone(UTC)
