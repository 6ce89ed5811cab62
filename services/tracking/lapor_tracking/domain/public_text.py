"""What of a reporter's own words the public may read: nothing that is marked, and no body before it was verified.

Where a verifier wrote other words for the public, those stand instead of the title, or of all that the reporter wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lapor_contracts.events import Mark
from lapor_contracts.marks import hidden
from lapor_contracts.vocabulary import Personal
from lapor_tracking.domain.steps import Step, StepType


def public_title(steps: Sequence[Step]) -> str | None:
    """The title without what is marked in it."""
    received = _received(steps)
    if received is None:
        return None
    edit = _latest(steps, StepType.EDITED)
    if edit and edit.data["title"]:
        return str(edit.data["title"])
    return _hidden(steps, received, "title", received.data["title"])


def public_body(steps: Sequence[Step]) -> str | None:
    """The report and what was added to it, without what is marked, once a verifier or the machine has let it pass.

    Where that was undone it stays with the verifiers until they let it pass again. None for reports of 0.1, which have
    no hash of their receipt: of their texts nothing was taken out before they were told, and nothing is marked in them.
    """
    received = _received(steps)
    if received is None or not received.data.get("receipt_hash"):
        return None
    checked = _latest(steps, StepType.VERIFIED, StepType.RECALLED)
    if checked is None or checked.type is StepType.RECALLED:
        return None
    edit = _latest(steps, StepType.EDITED)
    if edit and edit.text:
        return edit.text
    texts = [_hidden(steps, received, "body", received.text or "")]
    for step in steps:
        if step.type is StepType.SUPPLEMENTED and step.text:
            texts.append(_hidden(steps, step, str(step.data.get("supplement_id")), step.text))
    return "\n\n".join(texts)


def _hidden(steps: Sequence[Step], written: Step, name: str, text: str) -> str:
    """A text as the latest correction wants it, or, if it came after that, as it was marked when it came."""
    latest = _latest(steps, StepType.REDACTED)
    if latest and name in latest.data["fields"]:
        return hidden(text, _marks(latest.data["marks"], name))
    return hidden(text, _marks(written.data.get("marks", ()), "title" if name == "title" else "body"))


def _marks(kept: Iterable[Mapping[str, Any]], name: str) -> list[Mark]:
    return [Mark(**{**mark, "kind": Personal(mark["kind"])}) for mark in kept if mark["field"] == name]


def _latest(steps: Sequence[Step], *kinds: StepType) -> Step | None:
    return next((step for step in reversed(steps) if step.type in kinds), None)


def _received(steps: Sequence[Step]) -> Step | None:
    return next((step for step in steps if step.type is StepType.RECEIVED), None)
