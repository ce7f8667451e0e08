"""What every answer tells the browser: run and load nothing but what this server sent, and keep no copy."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self' blob:",
    "manifest-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{what} {where}" for what, where in _POLICY.items()),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), camera=(self)",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


FOR_GOOD = "public, max-age=31536000, immutable"
"""The Cache-Control of what is the same for everybody, and whose address changes with its content."""


class SecurityHeaders:
    """ASGI middleware. Nothing else is kept by a browser: a shared computer must forget it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(HEADERS)
                if headers.get("Cache-Control") != FOR_GOOD:
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, sent if scope["type"] == "http" else send)
