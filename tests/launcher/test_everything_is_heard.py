"""What the five services say to each other, taken together."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from lapor_chassis.topology import topology
from lapor_contracts.events import EVENTS, REGISTRY, Event
from lapor_contracts.vocabulary import Clock
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import NAMES, assemble
from lapor_tracking.changes import SHOWING


def keys_of(kind: type[Event]) -> list[str]:
    """All routing keys under which an event may be published."""
    topics: dict[str, Iterable[str]] = {"clock": Clock, "channel": SHOWING}
    return [f"{kind.type}.{topic}" for topic in topics[kind.topic]] if kind.topic else [kind.type]


@pytest.mark.parametrize("kind", [kind for kind in REGISTRY.values() if kind.exchange == EVENTS])
def test_no_event_is_kept_as_unrouted_because_nobody_hears_it(kind: type[Event], tmp_path: Path) -> None:
    environment = embedded_environment(tmp_path, {})
    bindings = topology(assemble(name, environment).service for name in NAMES).bindings
    bound = {binding.routing_key for binding in bindings if binding.exchange == EVENTS}

    unheard = [key for key in keys_of(kind) if key not in bound and f"{kind.type}.*" not in bound]

    assert unheard == []
