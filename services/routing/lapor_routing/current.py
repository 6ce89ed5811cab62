"""The directory as it stands: kept in memory, and looked after at most once a minute."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from threading import Lock

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions
from lapor_routing import officers
from lapor_routing.directory import directory_version, read_directory
from lapor_routing.domain.agencies import SELF_GOVERNING, Agency, Directory
from lapor_routing.domain.delivering import Means
from lapor_routing.domain.learned import NO_CORRECTIONS, Corrections
from lapor_routing.outbound.store import connected as connected_systems
from lapor_routing.store import proposals

#: So long a change of the directory, or a new connection, may take to be noticed.
LOOK_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Snapshot:
    """The bodies at one moment, which of them take dispositions with a system of their own, and what was learned."""

    directory: Directory
    connected: Mapping[str, Means] = field(default_factory=dict)
    staffed: frozenset[str] = frozenset()
    """The bodies that have an active officer."""
    needs_officers: bool = False
    """Whether a report may only go where somebody is there to read it."""
    corrections: Corrections = NO_CORRECTIONS
    """What refusals taught, and coordinators approved."""

    def active(self, code: str | None) -> Agency | None:
        """The body with this code, if it may own reports."""
        agency = self.directory.get(code)
        return agency if agency is not None and agency.active else None

    def can_receive(self, code: str) -> bool:
        """Whether a report that goes there is read: by a system, or by an officer of the body or of one above it."""
        if not self.needs_officers or code in self.connected:
            return True
        return any(body.code in self.staffed for body in self.directory.same_house(code))

    def name_of(self, code: str) -> str:
        """What the body is called; its code where it is not in the directory."""
        agency = self.directory.get(code)
        return agency.name if agency else code

    def is_below(self, code: str, above: str) -> bool:
        """Whether one body stands below another one, on whichever level."""
        return self.directory.is_below(code, above)

    def inboxes_of(self, code: str) -> frozenset[str]:
        """The bodies whose reports an officer of this one sees: the body itself and its own units."""
        found, pending = {code}, [code]
        while pending:
            for unit in self._below.get(pending.pop(), ()):
                if unit.code not in found and unit.kind not in SELF_GOVERNING:
                    found.add(unit.code)
                    pending.append(unit.code)
        return frozenset(found)

    @cached_property
    def _below(self) -> Mapping[str, list[Agency]]:
        """Made when a web process first asks; workers never need it."""
        below: dict[str, list[Agency]] = defaultdict(list)
        for agency in self.directory:
            if agency.parent_code:
                below[agency.parent_code].append(agency)
        return below


class CurrentDirectory:
    """Gives the present `Snapshot`; reads the directory when it is first asked, and again when it has changed."""

    def __init__(self, transactions: Transactions, *, needs_officers: bool = False) -> None:
        self._transactions = transactions
        self._needs_officers = needs_officers
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._look_at = transactions.clock.now()

    def __call__(self) -> Snapshot:
        """The bodies as they stand."""
        now = self._transactions.clock.now()
        with self._lock:  # so that two threads never hold the whole directory twice
            if self._snapshot is None or now >= self._look_at:
                self._snapshot = self._look(self._snapshot)
                # An empty directory is about to be loaded.
                self._look_at = now + LOOK_EVERY if len(self._snapshot.directory) else now
            return self._snapshot

    def _look(self, known: Snapshot | None) -> Snapshot:
        with self._transactions.read() as connection:
            is_known = known is not None and known.directory.version == directory_version(connection)
            present = Snapshot(
                known.directory if known and is_known else read_directory(connection),
                connected_systems(connection),
                officers.staffed(connection),
                self._needs_officers,
                self._corrections(connection, known),
            )
        return known if known == present else present

    def _corrections(self, connection: sa.Connection, known: Snapshot | None) -> Corrections:
        version = proposals.present_version(connection)
        if known is not None and known.corrections.version == version:
            return known.corrections
        return proposals.corrections_of(connection, version) or NO_CORRECTIONS
