"""Couriers: each takes a message to one kind of server, and says what became of it.

None can promise "exactly once": a gateway that took a message over and died before it said so will be asked again. What
can be done about it is done: a letter keeps its Message-ID, the file knows its last lines, and what a gateway reports
later settles it (`handlers.receipts`). A reason never holds an address; servers like to repeat it, only codes are kept.
"""

from lapor_notification.couriers.courier import Courier, Message
from lapor_notification.couriers.file import FileSink, masked
from lapor_notification.couriers.guarded import Guarded
from lapor_notification.couriers.mail import MailServer
from lapor_notification.couriers.meta import GraphApi
from lapor_notification.couriers.push import PushServices, push_key
from lapor_notification.couriers.sms import SmsGateway
from lapor_notification.couriers.webhook import Webhooks
from lapor_notification.couriers.x import XDirectMessages

__all__ = [
    "Courier",
    "FileSink",
    "GraphApi",
    "Guarded",
    "MailServer",
    "Message",
    "PushServices",
    "SmsGateway",
    "Webhooks",
    "XDirectMessages",
    "masked",
    "push_key",
]
