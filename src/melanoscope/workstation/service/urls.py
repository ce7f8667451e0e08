"""Addresses that somebody typed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

from melanoscope.workstation.service.errors import Invalid

_LONGEST = 2000


def web_address(url: str, schemes: Sequence[str]) -> SplitResult:
    """The parts of an address of the web; Invalid where it is none, has another scheme, or holds a password."""
    try:
        parts = urlsplit(url)
        sensible = parts.scheme in schemes and parts.hostname and parts.port != 0 and len(url) <= _LONGEST
    except ValueError:
        sensible = False
    if not sensible or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid(f"The address begins with {' or '.join(f'{scheme}://' for scheme in schemes)}, then has a host.")
    if parts.username or parts.password or parts.fragment:
        raise Invalid("The address holds no name, password or fragment.")
    return parts
