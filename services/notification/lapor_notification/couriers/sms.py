"""SMS gateways that take a form."""

import base64
import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Self
from urllib.parse import parse_qsl, unquote, urlencode
from uuid import UUID

import orjson

from lapor_chassis.settings import server_url
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import TIMEOUT, Message, trouble_of
from lapor_notification.domain import Delivered, Outcome, Undelivered

FORM = "application/x-www-form-urlencoded"

#: How gateways call the address at which we hear what became of a message, and what else they must be told.
_REPORTS = frozenset({"dlr-url", "StatusCallback"})
#: Of the telephone: reached or not; of the network: refused.
_KANNEL_REPORTS = {"dlr-mask": "19"}
_JASMIN_REPORTS = {"dlr": "yes", "dlr-level": "3", "dlr-method": "POST"}
#: What Twilio says at once of a number: there is none such, its owner wants none, it takes no SMS.
_NOBODY_THERE = frozenset({21211, 21610, 21614})
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class SmsGateway:
    """A gateway that takes a form. Which one, its address begins with:

    - Kannel: ``http://USER:PASSWORD@HOST:13013/cgi-bin/sendsms?from=1708``
    - Jasmin: ``jasmin+http://USER:PASSWORD@HOST:1401/send?from=1708``
    - Twilio: ``twilio+https://SID:TOKEN@api.twilio.com/2010-04-01/Accounts/SID/Messages.json?From=%2B62211708``

    Where a gateway shall report what became of a message is a parameter too, under the gateway's own name:
    ``dlr-url=https://lapor.example/channels/sms/kannel/receipt?token=…`` (encoded), of Twilio ``StatusCallback``.
    """

    secure: bool
    host: str
    port: int | None
    path: str
    form: Mapping[str, str] = field(repr=False)
    to: str = "to"
    text: str = "text"
    authorization: str | None = field(default=None, repr=False)
    """Of a gateway that is told in a header who we are, and takes the form in the body."""
    report: str = ""
    """What a gateway with names of its own is to add to the address of its report."""

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting; other parameters of the address are sent along (``smsc``, ``dlr-mask``, …)."""
        kinds = ("", "jasmin+", "twilio+")
        url = server_url(text, *(f"{kind}{scheme}" for kind in kinds for scheme in ("http", "https")))
        kind, _, scheme = url.scheme.rpartition("+")
        user, password, given = unquote(url.username or ""), unquote(url.password or ""), dict(parse_qsl(url.query))
        made = partial(cls, secure=scheme == "https", host=url.hostname or "", port=url.port, path=url.path or "/")
        if kind == "twilio":
            secret = base64.b64encode(f"{user}:{password}".encode()).decode()
            return made(form=given, to="To", text="Body", authorization=f"Basic {secret}")
        form = {**given, "username": user, "password": password}
        if kind == "jasmin":
            return made(form={**(_JASMIN_REPORTS if "dlr-url" in given else {}), **form}, text="content")
        form = {**(_KANNEL_REPORTS if "dlr-url" in given else {}), **form, "charset": "UTF-8"}
        return made(form=form, report="&status=%d&answer=%A")

    def _form_for(self, notice_id: UUID) -> dict[str, str]:
        """The form, in which the address for the report names the notice."""
        form = dict(self.form)
        for name in _REPORTS.intersection(form):
            sign = "&" if "?" in form[name] else "?"
            form[name] += f"{sign}notice={notice_id}{self.report}"
        return form

    def send(self, message: Message) -> Outcome:
        """Hand the message over. Kannel reads the form in the address only, so mostly it is a GET.

        ``http.client`` and no more: it follows no redirect with somebody's number, and logs no address.
        """
        connect = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = connect(self.host, self.port, timeout=TIMEOUT)
        form = urlencode({**self._form_for(message.notice_id), self.to: message.to, self.text: message.text})
        is_written = False
        try:
            if self.authorization:
                connection.request("POST", self.path, form, {"Authorization": self.authorization, "Content-Type": FORM})
            else:
                connection.request("GET", f"{self.path}?{form}")
            is_written = True
            response = connection.getresponse()
            status = response.status
            code = _code(response.read(_LONGEST_ANSWER)) if self.authorization and status >= 400 else None
        except (OSError, http.client.HTTPException) as error:
            if is_written:
                reason = f"the gateway fell silent over the message ({type(error).__name__}): it may have taken it"
                return Undelivered(message.via, reason, Trouble.UNKNOWN)
            return Undelivered(message.via, f"the gateway did not answer ({type(error).__name__})", Trouble.AWAY)
        finally:
            connection.close()
        if 200 <= status < 300:
            return Delivered(message.via)
        if code in _NOBODY_THERE:
            return Undelivered(message.via, f"the gateway answered HTTP {status}, code {code}", Trouble.DEAD)
        return Undelivered(message.via, f"the gateway answered HTTP {status}", trouble_of(status))


def _code(answer: bytes) -> int | None:
    """The number of Twilio's error; its words repeat the recipient."""
    try:
        code = orjson.loads(answer)["code"]
    except (ValueError, TypeError, KeyError):
        return None
    return code if isinstance(code, int) else None
