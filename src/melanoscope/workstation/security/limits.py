"""How large a request may be, and how slow.

Starlette has a limit of its own, but answers in plain text and knows nobody; this one answers as everything else here
does, and lets only people who are logged in send photographs.
"""

from __future__ import annotations

import asyncio
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from melanoscope.workstation.security.roles import who

PHOTOGRAPHS = 512 * 2**20
"""Bytes of a request with files: a folder of photographs."""

OTHERS = 2**20
"""Bytes of any other request, and of a stranger's."""

SLOWEST = 30.0
"""Seconds between two pieces of it, and before `LEAST` counts."""

LEAST = 1024
"""Bytes a second on average: who sends one every half minute would hold a place for days."""


class Limits:
    """ASGI middleware: a larger or slower request is refused, at once where its own header says how large it is."""

    def __init__(self, app: ASGIApp, photographs: int = PHOTOGRAPHS, slowest: float = SLOWEST) -> None:
        self._app = app
        self._photographs = photographs
        self._slowest = slowest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            body = _Body(receive, Request(scope), self._photographs, self._slowest)
            receive = body.receive
        await self._app(scope, receive, send)


class _Body:
    """One request's body; HTTPException, which becomes the answer, where it is too large or too slow."""

    def __init__(self, receive: Receive, request: Request, photographs: int, slowest: float) -> None:
        self._receive = receive
        self._request = request
        self._photographs = photographs
        self._slowest = slowest
        self._begun = monotonic()
        self._read = 0
        self._more = True

    async def receive(self) -> Message:
        if not self._more:  # what comes after the body is the end of the connection, whenever it comes
            return await self._receive()
        await self._refuse(_declared(self._request))
        try:
            message = await asyncio.wait_for(self._receive(), self._slowest)
        except TimeoutError as error:
            raise HTTPException(408, "The request came too slowly.") from error
        self._read += len(message.get("body", b""))
        self._more = message.get("more_body", False)
        if self._more and self._read < LEAST * (monotonic() - self._begun - self._slowest):
            raise HTTPException(408, "The request came too slowly.")
        await self._refuse(self._read)
        return message

    async def _refuse(self, size: int) -> None:
        if size <= OTHERS:
            return
        files = self._request.headers.get("Content-Type", "").startswith("multipart/form-data")
        if files and await run_in_threadpool(who, self._request) is None:
            raise HTTPException(401, "Log in first.")
        largest = self._photographs if files else OTHERS
        if size > largest:
            raise HTTPException(413, f"Such a request may have {largest // 2**20} MB at most.")


def _declared(request: Request) -> int:
    length = request.headers.get("Content-Length", "0")
    return int(length) if length.isdecimal() else 0
