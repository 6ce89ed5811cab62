"""Which addresses of the network a body's own system may have. Pure: no name is resolved here.

Whoever names an address for us to call must not make us call our own databases, a cloud's metadata or a neighbour's
printer. So only addresses of the public internet are called, and those networks that the operator names.
"""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: For protocols' own purposes; which of them count as global differs from one version of Python to the next.
_PROTOCOLS = IPv4Network("192.0.0.0/24")
#: Of IPv6 only this is the internet. It leaves out what carries an IPv4 address inside (mapped, translated), ...
_GLOBAL_UNICAST = IPv6Network("2000::/3")
#: ... but not 6to4, which carries one too.
_6TO4 = IPv6Network("2002::/16")


def networks(text: str) -> frozenset[Network]:
    """Networks out of a setting, with commas between; ValueError where one is none."""
    return frozenset(ip_network(part.strip()) for part in text.split(","))


def may_be_called(address: str, own: Collection[Network] = ()) -> bool:
    """Whether we may call this address; ``own`` are the networks that the operator lets bodies' systems be in."""
    return is_in(address, own) or _is_public(address)


def is_in(address: str, own: Collection[Network]) -> bool:
    """Whether the address is in one of these networks."""
    return any(ip_address(address) in network for network in own)


def _is_public(address: str) -> bool:
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip in _PROTOCOLS)
    return ip in _GLOBAL_UNICAST and ip not in _6TO4 and ip.is_global
