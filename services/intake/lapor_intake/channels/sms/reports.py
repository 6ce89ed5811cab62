"""What SMS gateways say of our messages, each in its own words. Pure."""

import re
from collections.abc import Mapping

from lapor_intake.channels.receipts import Receipt, notice_named

VIA = "sms"

#: Kannel's numbers: reached the telephone; did not; the network did not take it.
_KANNEL = {"1": True, "2": False, "16": False}
#: How a network says that there is no such number (SMPP: ESME_RINVDSTADR).
_NO_SUCH_NUMBER = re.compile(r"NACK/(0x0*0b|11)\b", re.IGNORECASE)

#: Jasmin's words for what is still under way.
_UNDER_WAY = frozenset({"ESME_ROK", "ACCEPTD", "ENROUTE"})

_TWILIO = {"delivered": True, "read": True, "undelivered": False, "failed": False}
#: Twilio's numbers for: no such number, none that takes SMS, one whose owner wants none.
_TWILIO_DEAD = frozenset({"21211", "21610", "21614", "30005", "30006"})


def of_kannel(given: Mapping[str, str]) -> Receipt | None:
    """From the address that we gave Kannel as ``dlr-url``."""
    notice_id, delivered = notice_named(given.get("notice")), _KANNEL.get(given.get("status", ""))
    if notice_id is None or delivered is None:
        return None
    is_dead = bool(_NO_SUCH_NUMBER.search(given.get("answer", "")))
    return Receipt(
        via=VIA, notice_id=notice_id, delivered=delivered, permanent=is_dead, reason=f"kannel-{given['status']}"
    )


def of_jasmin(given: Mapping[str, str]) -> Receipt | None:
    """From Jasmin's callback."""
    notice_id, status = notice_named(given.get("notice")), given.get("message_status", "").strip()
    if notice_id is None or not status or status in _UNDER_WAY:
        return None
    is_dead = status == "ESME_RINVDSTADR"
    return Receipt(via=VIA, notice_id=notice_id, delivered=status == "DELIVRD", permanent=is_dead, reason=status)


def of_twilio(given: Mapping[str, str]) -> Receipt | None:
    """From Twilio's callback."""
    notice_id, delivered = notice_named(given.get("notice")), _TWILIO.get(given.get("MessageStatus", ""))
    if notice_id is None or delivered is None:
        return None
    code = given.get("ErrorCode", "")
    return Receipt(
        via=VIA, notice_id=notice_id, delivered=delivered, permanent=code in _TWILIO_DEAD, reason=f"twilio-{code}"
    )
