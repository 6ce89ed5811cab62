"""Which events hold a sealed address."""

from dataclasses import fields

from lapor_chassis.addresses import TYPES
from lapor_contracts.events import REGISTRY


def test_every_event_with_a_sealed_address_is_known_to_those_who_forget() -> None:
    sealed = {name for name, kind in REGISTRY.items() if {"sealed", "key_id"} <= {one.name for one in fields(kind)}}

    assert set(TYPES) == sealed
