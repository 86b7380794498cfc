"""Which web addresses the settings may name."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit


def origin(url: str) -> SplitResult | None:
    """The parts of an address that is a scheme, a host and perhaps a port; None when it is anything else."""
    try:
        address = urlsplit(url)
        port = address.port
    except ValueError:  # brackets that do not close, a port beyond 65535
        return None
    more = address.username or address.password or address.path or address.query or address.fragment
    return address if address.scheme in {"http", "https"} and address.hostname and port != 0 and not more else None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
