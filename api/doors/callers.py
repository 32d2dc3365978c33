"""Who calls, and what that lets them see."""

import ipaddress
from enum import StrEnum

from starlette.requests import HTTPConnection

from api.settings import LOOPBACK

_FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


class Role(StrEnum):
    """What a caller is to Duta."""

    PUBLIC = "PUBLIC"
    PLANNER = "PLANNER"


def role_of(connection: HTTPConnection, *, demonstration: bool) -> Role:
    """In the demonstration's home a caller on this machine is a planner; everyone else is the public.

    The name asked for has to be this machine's too: a page elsewhere whose name was pointed here (DNS
    rebinding) asks under its own. What came through a proxy is not from this machine.
    """
    local = demonstration and calls_from_here(connection) and host_name(connection.headers.get("host", "")) in LOOPBACK
    return Role.PLANNER if local else Role.PUBLIC


def host_name(header: str) -> str:
    """The name in a Host header, without its port and in lower case; empty where it is malformed."""
    value = header.strip().lower()
    if value.startswith("["):
        name, closed, rest = value[1:].partition("]")
        return name if closed and _is_port(rest) else ""
    name, colon, port = value.partition(":")
    return name.rstrip(".") if _is_port(colon + port) else ""


def _is_port(rest: str) -> bool:
    return not rest or (rest.startswith(":") and rest[1:].isdigit())


def calls_from_here(connection: HTTPConnection) -> bool:
    """Whether the caller is on this machine and came through no proxy."""
    if connection.client is None or any(name in connection.headers for name in _FORWARDING):
        return False
    try:
        address = ipaddress.ip_address(connection.client.host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
