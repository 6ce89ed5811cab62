"""Reports by WhatsApp (Cloud API)."""

from collections.abc import Iterator
from typing import Any

from lapor_contracts import vocabulary
from lapor_intake.channels import meta
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.conversation import Heard, pin
from lapor_intake.channels.receipts import Receipt, notice_named
from lapor_intake.channels.webhook import items
from lapor_intake.domain import Reporter, normal_phone


def channel(settings: meta.Settings, reception: Reception) -> Channel:
    """WhatsApp."""
    return meta.channel_of(
        vocabulary.Channel.WHATSAPP, "WhatsApp", "whatsapp_business_account", read, settings, reception, receipts
    )


#: What WhatsApp says of an account that is none, or takes nothing from us.
_NOBODY_THERE = frozenset({131021, 131026, 131050})
_BECAME = {"delivered": True, "read": True, "failed": False}


def receipts(entry: dict[str, Any]) -> Iterator[Receipt]:
    """What became of messages of ours, which bear the notice's id."""
    for change in items(entry, "changes"):
        for status in items(change.get("value") if isinstance(change, dict) else None, "statuses"):
            match status:
                case {"status": ("delivered" | "read" | "failed") as became, "biz_opaque_callback_data": named}:
                    if notice_id := notice_named(named):
                        code = next((code for code in map(_code, items(status, "errors")) if code is not None), None)
                        yield Receipt(
                            via="whatsapp",
                            notice_id=notice_id,
                            delivered=_BECAME[became],
                            permanent=code in _NOBODY_THERE,
                            reason=f"meta-{code}" if code is not None else "",
                        )


def _code(error: Any) -> int | None:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else None


def read(entry: dict[str, Any]) -> Iterator[Heard]:
    """The messages in an entry. What is said of our own messages, reactions and edits are none."""
    for change in items(entry, "changes"):
        match change:
            case {"field": "messages", "value": {"messages": [*messages], **about}}:
                profiles = _profiles(about)
                for message in messages:
                    if heard := _heard(message, profiles):
                        yield heard


def _profiles(about: Any) -> dict[str, Any]:
    """What people call themselves, by their accounts."""
    found: dict[str, Any] = {}
    for contact in items(about, "contacts"):
        match contact:
            case {"profile": {"name": str()} as profile, **account}:
                found |= {str(account[key]): profile for key in ("wa_id", "user_id") if key in account}
    return found


def _heard(message: Any, profiles: dict[str, Any]) -> Heard | None:
    said = _said(message)
    # Who hides the number has a user id instead of it.
    account = said and (message.get("from") or message.get("from_user_id"))
    match message:
        case {"id": str(name)} if said and isinstance(account, str):
            profile = profiles.get(account, {})
            handle = profile.get("username")
            reporter = Reporter(
                name=profile.get("name"),
                phone=normal_phone(f"+{account}") or None,
                account=account,
                handle=f"@{handle}" if handle else None,
            )
            return Heard(name=name, channel=vocabulary.Channel.WHATSAPP, reporter=reporter, **said)
    return None


def _said(message: Any) -> dict[str, Any] | None:
    """Text, place and file; None where nothing is said."""
    match message:
        case {"type": "text", "text": {"body": str(text)}} | {"type": "button", "button": {"text": str(text)}}:
            return {"text": text}
        case {"interactive": {"button_reply": {"title": str(text)}} | {"list_reply": {"title": str(text)}}}:
            return {"text": text}
        case {"type": "location", "location": {"latitude": north, "longitude": east, **named}}:
            return {"place": pin(north, east, named.get("name"), named.get("address"))}
        case {"type": "image" | "document" | "video" | "audio" as kind}:
            match message.get(kind):
                case {"id": str(file), **described}:
                    caption = described.get("caption")
                    return {"files": (file,), "text": caption if isinstance(caption, str) else ""}
    return None
