"""How large a request may be, and how slow."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST = 512 * 2**20
"""Bytes of a request: a folder of photographs."""

SLOWEST = 30.0
"""Seconds between two pieces of it."""


class Limits:
    """ASGI middleware: a larger or slower request is refused, at once where its own header says how large it is."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST, slowest: float = SLOWEST) -> None:
        self._app = app
        self._largest = largest
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            receive = _Limited(receive, self._largest, self._slowest, _declared(scope)).receive
        await self._app(scope, receive, send)


class _Limited:
    """Receives one request's body; HTTPException, which becomes the answer, where it is too large or too slow."""

    def __init__(self, receive: Receive, largest: int, slowest: float, declared: int) -> None:
        self._receive = receive
        self._largest = largest
        self._slowest = slowest
        self._declared = declared
        self._read = 0
        self._more = True

    async def receive(self) -> Message:
        if not self._more:  # what comes after the body is the end of the connection, whenever it comes
            return await self._receive()
        self._refuse(self._declared)
        try:
            message = await asyncio.wait_for(self._receive(), self._slowest)
        except TimeoutError as error:
            raise HTTPException(408, "The request came too slowly.") from error
        self._read += len(message.get("body", b""))
        self._more = message.get("more_body", False)
        self._refuse(self._read)
        return message

    def _refuse(self, size: int) -> None:
        if size > self._largest:
            raise HTTPException(413, f"A request may have {self._largest // 2**20} MB at most.")


def _declared(scope: Scope) -> int:
    length = Headers(scope=scope).get("content-length", "0")
    return int(length) if length.isdecimal() else 0
