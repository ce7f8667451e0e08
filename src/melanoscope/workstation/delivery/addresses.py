"""Which machines may be spoken to: a webhook's address must not lead into the hospital's own network unseen.

A name is looked up once, each of its addresses is judged, and the connection goes to that very address: a name that
points elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

TIMEOUT = 10.0
"""Seconds for a connection, and between two pieces of an answer."""


class Refused(OSError):
    """The address must not be spoken to. `str(error)` says why."""


def connect(host: str, port: int, *, private: bool) -> socket.socket:
    """A connection to the first address of `host` that answers; OSError where none does.

    Refused where any of its addresses is not public; with `private` those of the own network and machine will do.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    for *_, address in found:
        _refuse(ip_address(str(address[0]).split("%")[0]), private)
    return _first([(str(address[0]), int(address[1])) for *_, address in found])


def _first(addresses: list[tuple[str, int]]) -> socket.socket:
    last: OSError = OSError("its name leads nowhere")
    for address in addresses:
        try:
            return socket.create_connection(address, TIMEOUT)
        except OSError as error:
            last = error
    raise last


def _refuse(address: IPv4Address | IPv6Address, private: bool) -> None:
    """What is neither public nor private, such as a cloud's 169.254.169.254 or a multicast group, is never right."""
    plain = _plain(address)
    odd = plain.is_link_local or plain.is_multicast or plain.is_unspecified or plain.is_reserved
    if odd and not plain.is_loopback:
        raise Refused("its address is none of a web server")
    if not plain.is_global and not private:
        raise Refused("its address is in a private network, which the settings do not allow")


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does: mapped, 6to4 or NAT64 (RFC 6052)."""
    if isinstance(address, IPv4Address):
        return address
    if address.packed.startswith(bytes.fromhex("0064ff9b0000000000000000")):
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address
