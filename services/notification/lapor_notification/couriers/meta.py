"""WhatsApp, Messenger and Instagram: Meta's Graph API.

Meta lets us answer freely for 24 hours after somebody wrote. Later WhatsApp takes only a template that Meta has
approved, Messenger and Instagram only a message with a tag. Which ones, the address of the courier says; without any,
the platform refuses, and the reporter is told by another way where there is one.
"""

import http.client
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, unquote

import orjson

from lapor_chassis.settings import server_url
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import OURS_TO_MEND, Message
from lapor_notification.couriers.endpoint import Endpoint
from lapor_notification.domain import Delivered, Outcome, Undelivered, Via

#: How long after somebody wrote Meta lets us write whatever we like.
WINDOW = timedelta(hours=24)

#: Meta's error codes that speak of us or of the moment (the token, the rate, maintenance), whatever the HTTP status.
META_OURS_TO_MEND = frozenset(
    {0, 1, 2, 3, 4, 17, 32, 190, 341, 368, 613, 80007, 130429, 131000, 131005, 131016, 131042, 131048, 131056, 131057}
    | {131064, 133016}
)


#: Meta's error codes that say that nobody is there: no account on WhatsApp, or none that takes messages from us.
NOBODY_THERE = frozenset({131021, 131026, 131050})


@dataclass(frozen=True, kw_only=True)
class GraphApi:
    """Meta's Graph API: ``https://TOKEN@graph.facebook.com/v25.0/SENDER/messages``.

    ``SENDER`` is the id of the WhatsApp number, of the page or of the Instagram account. For what is said after the
    first 24 hours: ``?template=NAME&language=id`` on WhatsApp (a template whose only variable is our text),
    ``?tag=HUMAN_AGENT`` on Messenger and Instagram.
    """

    endpoint: Endpoint
    path: str
    token: str = field(repr=False)
    template: str | None = None
    language: str = "id"
    tag: str | None = None

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        url = server_url(text, "http", "https")
        options = dict(parse_qsl(url.query))
        if (
            not url.username
            or not url.path.endswith("/messages")
            or not options.keys() <= {"template", "language", "tag"}
        ):
            raise ValueError("must look like https://TOKEN@graph.facebook.com/v25.0/SENDER/messages")
        endpoint = Endpoint(secure=url.scheme == "https", host=url.hostname or "", port=url.port)
        return cls(endpoint=endpoint, path=url.path, token=unquote(url.username), **options)

    def send(self, message: Message) -> Outcome:
        """Hand the message over."""
        if message.via is Via.WHATSAPP and self.template is None and _is_late(message):
            # WhatsApp takes it over and drops it later, so it is not asked.
            reason = "more than 24 hours have passed, and no template is set"
            return Undelivered(message.via, reason, Trouble.REFUSED)
        content = self._whatsapp(message) if message.via is Via.WHATSAPP else self._messenger(message)
        try:
            status, answer = self.endpoint.post(self.path, content, f"Bearer {self.token}")
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"Meta did not answer ({type(error).__name__})", Trouble.AWAY)
        if 200 <= status < 300:
            return Delivered(message.via)
        code = _code(answer)
        return Undelivered(message.via, f"Meta answered HTTP {status}, code {code}", _trouble(status, code))

    def _whatsapp(self, message: Message) -> dict[str, Any]:
        # A name that begins with letters is not a number but what WhatsApp calls a business-scoped user id.
        recipient = "to" if message.to.isdigit() else "recipient"
        envelope = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            recipient: message.to,
            "biz_opaque_callback_data": str(message.notice_id),  # comes back with what became of it
        }
        if not _is_late(message):
            return {**envelope, "type": "text", "text": {"body": message.text, "preview_url": False}}
        # In the variable of a template Meta takes no line breaks.
        parameters = [{"type": "text", "text": " ".join(message.text.split())}]
        template = {
            "name": self.template,
            "language": {"code": self.language},
            "components": [{"type": "body", "parameters": parameters}],
        }
        return {**envelope, "type": "template", "template": template}

    def _messenger(self, message: Message) -> dict[str, Any]:
        late = {"messaging_type": "MESSAGE_TAG", "tag": self.tag} if self.tag and _is_late(message) else None
        recipient = {"comment_id": message.in_reply_to} if message.in_reply_to else {"id": message.to}
        return {"recipient": recipient, "message": {"text": message.text}, **(late or {"messaging_type": "UPDATE"})}


def _trouble(status: int, code: int | None) -> Trouble:
    if code in NOBODY_THERE:
        return Trouble.DEAD
    is_about_us = status >= 500 or status in OURS_TO_MEND - {403} or code in META_OURS_TO_MEND
    return Trouble.AWAY if is_about_us else Trouble.REFUSED


def _is_late(message: Message) -> bool:
    return message.heard_at is not None and message.written_at - message.heard_at > WINDOW


def _code(answer: bytes) -> int | None:
    """The number of the error; its words may repeat the recipient."""
    try:
        code = orjson.loads(answer)["error"]["code"]
    except (ValueError, TypeError, KeyError):
        return None
    return code if isinstance(code, int) else None
