"""What bodies say by mail: checked here, and then as good as what their officers do on the page."""

from collections.abc import Callable

from prometheus_client import Counter

from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import AgencyMailed, AgencyReplied
from lapor_routing.domain.delivering import Means
from lapor_routing.domain.mailed import read
from lapor_routing.outbound import store, tokens
from lapor_routing.outbound.keys import Strongbox
from lapor_routing.outbound.letters import NOT_TAKEN

letters_heard = Counter("lapor_agency_letters_total", "Letters of bodies that answered one of ours.", ["outcome"])

_FROM_ELSEWHERE = (
    "Balasan itu tidak dikirim dari domain alamat instansi ini, atau pengirimnya dipalsukan. "
    "(It did not come from this agency's own domain, or its sender was forged.)"
)
_SAYS_NOTHING = "Balasan itu tidak berisi teks. (It says nothing.)"


def hear_letter(
    event: AgencyMailed,
    tx: Transaction,
    *,
    strongbox: Strongbox,
    take_reply: Callable[[AgencyReplied, Transaction], object],
) -> None:
    """Do what the body's letter says. If that cannot be, its own mailbox hears why; nobody else hears anything."""
    disposition_id = tokens.disposition_of(event.token)
    whose = store.agency_of(tx, disposition_id) if disposition_id else None
    line = store.find_line(tx, whose[0]) if whose else None
    if disposition_id is None or whose is None or line is None or line.means is not Means.EMAIL:
        _not_taken("unknown")
        return
    if not tokens.is_genuine(event.token, strongbox.connection(line, at=tx.now).secrets):
        _not_taken("not_genuine")
        return
    code, report_id = whose
    said = read(event.text)
    outcome: object = None
    if event.dmarc == "fail" or event.sender_domain.lower() != line.address.rpartition("@")[2].lower():
        outcome = Refusal(_FROM_ELSEWHERE, code="from_elsewhere")
    elif not said.text:
        outcome = Refusal(_SAYS_NOTHING, code="says_nothing")
    else:
        reply = AgencyReplied(
            report_id=report_id,
            disposition_id=disposition_id,
            reply_id=event.report_id,
            agency_code=code,
            answer_kind=said.answer_kind,
            answer_type=said.answer_type,
            planned_on=said.planned_on,
            refused_to=said.refused_to,
            passed_to=said.passed_to,
            text=said.text,
        )
        outcome = take_reply(reply, tx)
    if not isinstance(outcome, Refusal):
        letters_heard.labels("taken").inc()
        return
    _not_taken(outcome.code)
    row = {"id": tx.new_id(), "agency_code": code, "report_id": report_id, "disposition_id": disposition_id}
    store.add_delivery(tx, {**row, "type": NOT_TAKEN, "body": outcome.reason})


def _not_taken(why: str) -> None:
    letters_heard.labels(why).inc()
    log.warning("a body's letter was not taken", reason=why)
