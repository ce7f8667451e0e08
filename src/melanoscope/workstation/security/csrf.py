"""CSRF tokens: what another site cannot know is sent along with each request that changes something.

The token is made from the session's secret, which only the browser's cookie and this page have.
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import Request

from melanoscope.workstation.security.errors import Forbidden
from melanoscope.workstation.security.sessions import COOKIE

FIELD, HEADER = "csrf", "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def token(cookie: str) -> str:
    """The token of a page for the browser with this cookie."""
    return hmac.new(cookie.encode(), b"csrf", hashlib.sha256).hexdigest()


async def protect(request: Request) -> None:
    """A dependency: Forbidden where a request that changes something comes without the token, or from another site.

    One that brings a program's token needs none, for its cookie does not count, and no other site can make a browser
    send such a header.
    """
    if request.method in SAFE or "Authorization" in request.headers:
        return
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise Forbidden("Another site has sent this.")
    cookie = request.cookies.get(COOKIE, "")
    sent = request.headers.get(HEADER) or (await request.form()).get(FIELD)
    if not cookie or not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), token(cookie).encode()):
        raise Forbidden("This page is too old, or was not ours. Go back, load it again and repeat what you did.")
