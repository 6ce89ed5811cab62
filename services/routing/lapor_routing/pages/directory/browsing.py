"""Looking at the directory: level by level, by name, and where it needs somebody's attention."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from flask import request

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Problem, paged, paging_of_request, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory, officers
from lapor_routing.domain.attendance import unattended
from lapor_routing.http import Current
from lapor_routing.http.access import access_to
from lapor_routing.pages import words as said
from lapor_routing.pages.directory import words
from lapor_routing.reference.suggesting import subjects
from lapor_routing.store.backlog import backlogs

BY_CODE = {"code": str}
#: Of a body's history, so much stands on its page.
PAST = 20


@dataclass(frozen=True)
class Browsing:
    """What everybody who is signed in may look at, and what only coordinators do."""

    transactions: Transactions
    current: Current
    silent_days: int

    @requires()
    def start(self) -> str:
        """The bodies above which nobody stands; or those that a search finds."""
        paging, wanted = paging_of_request(), request.args.get("cari", "").strip()[:100]
        with self.transactions.read() as connection:
            if wanted:
                cursor = paging.get("cursor")
                found, following = directory.search_agencies(connection, wanted, cursor, paging["limit"])
                page = {"items": found, "next": following}
            else:
                page = paged(partial(directory.roots, connection), paging, by=BY_CODE)
        return render("routing/directory/start.html", page=page, words=words)

    @requires()
    def body(self, code: str) -> str:
        """One body: what it is, what stands above and below it, who works there, what became of it."""
        with self.transactions.read() as connection:
            around = directory.read_around(connection, [code])
            body = around.get(code)
            if body is None:
                raise Problem(404)
            page = paged(partial(directory.units_page, connection, code), paging_of_request(), by=BY_CODE)
            past = directory.history_of(connection, code, None, PAST)
            competences = directory.competences_of(connection, code)
            access = access_to(code, around)
            staff = officers.officers_of(connection, code) if access.keeps_house else []
            today = officers.today_at(connection, code, self.transactions.clock.now())
            successors = [directory.agency(connection, other) for other in body.successor_codes]
        return render(
            "routing/directory/body.html",
            body=body,
            above=list(around.above(code))[::-1],
            page=page,
            past=past,
            competences=competences,
            subjects=subjects(),
            officers=staff,
            today=today,
            successors=successors,
            access=access,
            connected=code in self.current().connected,
            words=words,
            region_name=said.region_name,
            zone=body.time_zone,
        )

    @requires(Role.COORDINATOR)
    def attention(self) -> str:
        """The bodies with open reports at which nobody looks."""
        now, snapshot = self.transactions.clock.now(), self.current()
        with self.transactions.read() as connection:
            found = unattended(
                backlogs(connection),
                officers.attendance(connection, now),
                snapshot.directory,
                snapshot.connected,
                seen_since=now - timedelta(days=self.silent_days),
            )
        behind = request.args.get("cursor", "")
        codes = [one.backlog.agency_code for one in found]
        start = codes.index(behind) + 1 if behind in codes else 0
        limit = paging_of_request()["limit"]
        shown = found[start : start + limit]
        more = len(found) > start + limit
        return render(
            "routing/directory/attention.html",
            items=shown,
            next=shown[-1].backlog.agency_code if more else None,
            total=len(found),
            name_of=snapshot.name_of,
            days=self.silent_days,
            words=words,
            zone=said.JAKARTA,
        )
