"""Who may bring SMS: gateways that we know by a token and, if one likes, by their address."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from flask import request

from lapor_chassis.settings import setting

Network = IPv4Network | IPv6Network


def networks(text: str) -> tuple[Network, ...]:
    """Read the setting: ``10.1.2.3, 192.0.2.0/24``."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError("must be addresses or networks, separated by commas") from None


def minutes(text: str) -> timedelta:
    """Read the setting: a number of minutes."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 1440):
        raise ValueError("must be a whole number of minutes, from 1 to 1440")
    return timedelta(minutes=int(text))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What all SMS gateways have in common."""

    sms_networks: tuple[Network, ...] = setting("LAPOR_INTAKE_SMS_NETWORKS", default=(), read=networks)
    sms_patience: timedelta = setting("LAPOR_INTAKE_SMS_PARTS_MINUTES", default=timedelta(minutes=10), read=minutes)


@dataclass(frozen=True)
class Gate:
    """Lets a gateway in, or says why not."""

    token: str | None = field(repr=False)
    networks: Sequence[Network] = ()

    def refusal(self) -> str | None:
        """Why the present request is not heard; None where it is."""
        if self.networks and not self._is_known(request.remote_addr or ""):
            return "This address is no gateway of ours."
        given = request.headers.get("X-Lapor-Token") or request.args.get("token") or ""
        if self.token and not hmac.compare_digest(self.token.encode(), given.encode("utf-8", "surrogateescape")):
            return "Wrong token."
        return None

    def _is_known(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self.networks)
