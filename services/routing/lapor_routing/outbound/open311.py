"""To a body's GeoReport v2 server (Open311), and its updates back.

A request is posted with what the body must know; its status or, where the server has mySociety's extension, its
updates are fetched. An update is an initial answer. What a closed request says is a substantive one; closed without a
word it is an initial one: somebody must still tell the reporter what was done. The notes of an open request are no
answer: most servers write there by themselves that they have it, and the time for a first answer would end with that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import orjson

from lapor_contracts.envelope import decode
from lapor_contracts.events import DispositionAssigned, DispositionEnded, DispositionReplied
from lapor_contracts.fields import FORBIDDEN, LONGEST_BODY
from lapor_contracts.regions import enclosing
from lapor_contracts.vocabulary import AnswerKind, AnswerType
from lapor_routing.domain.delivering import Connection, Delivered, Fault, Outcome, Undelivered
from lapor_routing.outbound.store import Delivery
from lapor_routing.outbound.web import Unreachable, Web
from lapor_routing.outbound.webhook import outcome_of
from lapor_routing.outbound.words import ENDS

#: How a reference begins that is no number yet: servers may give a token first.
_TOKEN = "token:"  # noqa: S105 -- no secret
#: Ends that mySociety's extension knows besides. What "closed" means the standard does not say.
_TYPES = {"fixed": AnswerType.DONE, "no_further_action": AnswerType.EXPLAINED}
#: Requests that are asked for at once.
_AT_ONCE = 50
#: Updates are asked for with some overlap: clocks differ, and each is recorded once.
_OVERLAP = timedelta(hours=1)
_LONGEST_SPAN = timedelta(days=89)

_CLOSED_WITHOUT_NOTE = (
    "Sistem instansi menandai laporan ini selesai, tanpa keterangan. "
    "(The agency's system marked this report as closed, without a note.)"
)


class NotGeoReport(Unreachable):
    """What came back is no answer of a GeoReport server."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What a body's server says about an assignment."""

    delivery: Delivery
    name: str
    """The same for the same update."""
    kind: AnswerKind
    text: str = field(repr=False)
    type: AnswerType | None = None


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What one answer of the server said."""

    references: Mapping[Delivery, str] = field(default_factory=dict)
    """Numbers in place of tokens."""
    heard: Sequence[Heard] = ()


@dataclass(frozen=True)
class Open311:
    """Posts requests and fetches what became of them."""

    web: Web

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Make a request of an assignment; pass on what its reporter adds, where the server takes that."""
        event = decode(delivery.body).event
        if isinstance(event, DispositionAssigned):
            path, form = "requests", _request(event, connection)
        elif isinstance(event, DispositionReplied | DispositionEnded) and connection.settings.get("updates"):
            if reference is None or reference.startswith(_TOKEN):
                return Undelivered("has not given the request a number yet", Fault.LETTER)
            path, form = "servicerequestupdates", _update(event, reference)
        else:
            return Delivered()  # of this, GeoReport itself has no word
        form |= _jurisdiction(connection) | ({"api_key": connection.secrets[0]} if connection.secrets else {})
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
            # The standard has nothing against repeats; some servers, such as ours, know this.
            "Idempotency-Key": str(delivery.id),
        }
        try:
            answer = self.web.call("POST", _address(connection, path), urlencode(form).encode(), headers)
        except Unreachable as trouble:
            return Undelivered(str(trouble))
        outcome = outcome_of(answer.status)
        if not isinstance(outcome, Delivered) or not isinstance(event, DispositionAssigned):
            return outcome
        number = _number(_records(answer.body))
        return Delivered(number) if number else Undelivered("gives neither a number nor a token", Fault.LETTER)

    def fetch(
        self, connection: Connection, open_ones: Sequence[Delivery], *, since: datetime, at: datetime
    ) -> Iterator[Fetched]:
        """What became of these, answer by answer; `Unreachable` where the server does not tell."""
        numbers: dict[str, Delivery] = {}
        for one in open_ones:
            number = one.reference or ""
            if number.startswith(_TOKEN):
                number = self._resolved(connection, number)
                yield Fetched(references={} if number.startswith(_TOKEN) else {one: number})
            numbers[number] = one
        if connection.settings.get("updates"):
            yield Fetched(heard=self._updates(connection, numbers, since=since, at=at))
        else:
            known = [number for number in numbers if not number.startswith(_TOKEN)]
            for begin in range(0, len(known), _AT_ONCE):
                yield Fetched(heard=self._statuses(connection, numbers, known[begin : begin + _AT_ONCE]))

    def _resolved(self, connection: Connection, token: str) -> str:
        path = f"tokens/{quote(token.removeprefix(_TOKEN), safe='')}"
        return _number(self._get(connection, path, {})) or token

    def _statuses(self, connection: Connection, numbers: Mapping[str, Delivery], asked: Sequence[str]) -> list[Heard]:
        found: list[Heard] = []
        for record in self._get(connection, "requests", {"service_request_id": ",".join(asked)}):
            delivery = numbers.get(str(record.get("service_request_id")))
            if delivery and _is_closed(record):
                found += _heard(delivery, record, record.get("status_notes"), name="status")
        return found

    def _updates(
        self, connection: Connection, numbers: Mapping[str, Delivery], *, since: datetime, at: datetime
    ) -> list[Heard]:
        begin = max(since - _OVERLAP, at - _LONGEST_SPAN)
        asked = {"start_date": _moment(begin), "end_date": _moment(at + _OVERLAP)}
        found: list[Heard] = []
        for record in self._get(connection, "servicerequestupdates", asked):
            delivery = numbers.get(str(record.get("service_request_id")))
            if delivery:
                found += _heard(delivery, record, record.get("description"), name=str(record.get("update_id")))
        return found

    def _get(self, connection: Connection, path: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        asked = urlencode({**query, **_jurisdiction(connection)})
        answer = self.web.call("GET", _address(connection, path) + (f"?{asked}" if asked else ""))
        outcome = outcome_of(answer.status)
        if isinstance(outcome, Undelivered):
            raise NotGeoReport(f"{outcome.reason} when asked for {path.partition('/')[0]}")
        return _records(answer.body)


def _address(connection: Connection, path: str) -> str:
    return f"{connection.address}/{path}.{'xml' if connection.settings.get('xml') else 'json'}"


def _request(event: DispositionAssigned, connection: Connection) -> dict[str, str]:
    services: Mapping[str, str] = connection.settings.get("services", {})
    urls = [one.url for one in event.attachments if one.url]
    words = [event.title, event.body, f"LAPOR! {event.tracking_id}", *urls]
    form = {
        "service_code": services.get(event.category or "", services.get("*", "lapor")),
        "description": "\n\n".join(words),
        "address_string": _place(event),
    }
    if event.point:
        form |= {"lat": f"{event.point.latitude:.6f}", "long": f"{event.point.longitude:.6f}"}
    if urls:
        form["media_url"] = urls[0]  # the standard knows one; the others stand in the description
    return form


def _place(event: DispositionAssigned) -> str:
    region = enclosing(event.region_code)
    return ", ".join(filter(None, (event.place, region.name if region else None))) or "-"


def _update(event: DispositionReplied | DispositionEnded, number: str) -> dict[str, str]:
    if isinstance(event, DispositionReplied):
        name, status, moment = str(event.reply_id), "OPEN", event.replied_at
        text = "\n\n".join([event.text, *(one.url for one in event.attachments if one.url)])
    else:
        name, status, moment, text = f"{event.disposition_id}-end", "CLOSED", event.ended_at, ENDS[event.reason]
    return {
        "service_request_id": number,
        "update_id": name,
        "status": status,
        "updated_datetime": _moment(moment),
        "description": text,
    }


def _jurisdiction(connection: Connection) -> dict[str, str]:
    jurisdiction = connection.settings.get("jurisdiction")
    return {"jurisdiction_id": jurisdiction} if jurisdiction else {}


def _records(body: bytes) -> list[dict[str, Any]]:
    """The list that every answer of the standard is; some servers wrap it once more."""
    if body.lstrip().startswith(b"<"):
        return _records_of_xml(body)
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise NotGeoReport("answers neither in JSON nor in XML") from None
    if isinstance(found, dict):
        found = next((value for value in found.values() if isinstance(value, list)), [found])
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


class _Plain(ElementTree.TreeBuilder):
    """Refuses what declares entities, before any is made."""

    def doctype(self, *_: object) -> None:
        raise NotGeoReport("answers in XML with a document type")


def _records_of_xml(body: bytes) -> list[dict[str, Any]]:
    parser = ElementTree.XMLParser(target=_Plain())  # noqa: S314 -- no entities, and no more than what `Web` reads
    try:
        parser.feed(body)
        root = parser.close()
    except (ElementTree.ParseError, ValueError, LookupError):  # the last two: an encoding that there is not
        raise NotGeoReport("answers neither in JSON nor in XML") from None
    return [{value.tag.rpartition("}")[2]: value.text or "" for value in record} for record in root]


def _number(records: Sequence[Mapping[str, Any]]) -> str | None:
    first = records[0] if records else {}
    if number := _clean(first.get("service_request_id")):
        return number
    token = _clean(first.get("token"))
    return f"{_TOKEN}{token}" if token else None


def _clean(name: object) -> str:
    """A name as one can keep and say it, whatever a server gives for one."""
    return FORBIDDEN.sub("", str(name or ""))[:200]


def _heard(delivery: Delivery, record: Mapping[str, Any], note: object, *, name: str) -> list[Heard]:
    text = FORBIDDEN.sub("", note if isinstance(note, str) else "").strip()[:LONGEST_BODY]
    if text:
        kind = AnswerKind.SUBSTANTIVE if _is_closed(record) else AnswerKind.INITIAL
        return [Heard(delivery=delivery, name=name, kind=kind, text=text, type=_TYPES.get(_status(record)))]
    if _is_closed(record):
        return [Heard(delivery=delivery, name=name, kind=AnswerKind.INITIAL, text=_CLOSED_WITHOUT_NOTE)]
    return []


def _is_closed(record: Mapping[str, Any]) -> bool:
    return _status(record) in {"closed", *_TYPES}


def _status(record: Mapping[str, Any]) -> str:
    return str(record.get("status", "")).lower()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
