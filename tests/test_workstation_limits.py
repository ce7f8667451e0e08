"""A request that is too large or too slow is refused before it costs anything."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from melanoscope.workstation.actor import SYSTEM, Actor
from melanoscope.workstation.security import limits
from melanoscope.workstation.security.limits import OTHERS, Limits
from melanoscope.workstation.security.logins import Login

LARGEST = 3 * OTHERS
FORM = ("content-type", "multipart/form-data; boundary=x")


def read(pieces: Sequence[bytes], headers: Sequence[tuple[str, str]] = (), actor: Actor | None = SYSTEM) -> int:
    """How many bytes of a request in `pieces` an application reads behind the limits; HTTPException where it may not.

    After the pieces the sender says nothing any more.
    """
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    size = 0

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    async def application(_scope: Scope, limited: Receive, _send: Send) -> None:
        nonlocal size
        for _ in pieces:
            size += len((await limited())["body"])
        if not pieces:
            await limited()

    async def send(_message: Message) -> None: ...

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {"type": "http", "headers": raw, "state": {"login": Login(actor, None) if actor else None}}
    asyncio.run(Limits(application, LARGEST, slowest=0.05)(scope, receive, send))
    return size


def refusal(pieces: Sequence[bytes], headers: Sequence[tuple[str, str]] = (), actor: Actor | None = SYSTEM) -> int:
    with pytest.raises(HTTPException) as caught:
        read(pieces, headers, actor)
    return caught.value.status_code


def test_a_small_request_passes_whoever_sends_it() -> None:
    assert read([bytes(OTHERS)], actor=None) == OTHERS


def test_photographs_pass_from_who_is_logged_in() -> None:
    assert read([bytes(OTHERS)] * 3, [FORM]) == LARGEST


def test_a_stranger_is_told_to_log_in_once_it_gets_large() -> None:
    assert refusal([bytes(OTHERS), b"x"], [FORM], actor=None) == 401


def test_what_grows_too_large_is_cut_off() -> None:
    assert refusal([bytes(OTHERS)] * 3 + [b"x"], [FORM]) == 413
    assert refusal([bytes(OTHERS), b"x"]) == 413


def test_what_says_that_it_is_too_large_is_not_even_read() -> None:
    assert refusal([], [FORM, ("content-length", str(LARGEST + 1))]) == 413


@pytest.mark.parametrize("length", ["-1", "x", "1e9", ""])
def test_a_length_that_is_none_does_not_help(length: str) -> None:
    assert refusal([bytes(OTHERS), b"x"], [("content-length", length)]) == 413


def test_a_sender_who_stops_is_not_waited_for() -> None:
    assert refusal([]) == 408


def test_a_sender_who_trickles_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = itertools.count(step=20)
    monkeypatch.setattr(limits, "monotonic", lambda: next(seconds))
    assert refusal([b"x"] * 10) == 408
    assert read([bytes(limits.LEAST * 40)] * 10) == limits.LEAST * 400
