"""Addresses of our own, and links to them."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(address: str) -> str:
    """The address if it is one of ours, else the start: a link to the login must not lead to another site."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    ours = address.startswith("/") and not parts.scheme and not parts.netloc
    plain = address.isprintable() and "\\" not in address  # browsers read \ as /, and drop line ends and tabs
    elsewhere = address.startswith("//")  # /// too is another host to a browser
    return address if ours and plain and not elsewhere else "/"
