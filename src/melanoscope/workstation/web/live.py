"""What a page asks for by itself, to stay up to date; that is no use of a person's session."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from melanoscope.workstation.context import Here
from melanoscope.workstation.feed import Feed
from melanoscope.workstation.security.roles import Reader
from melanoscope.workstation.service.blinding import reads_blind

router = APIRouter(prefix="/live")

LONGEST = 300.0
"""Seconds of one connection. The browser comes again by itself, and must still be logged in."""

BEAT = 10.0
"""Seconds between two signs of life, for a browser does not notice every connection that has died."""

RETRY_MS = 3000
_PAUSE = 0.25


@router.get("/events", response_class=EventSourceResponse)
async def events(
    request: Request, here: Here, actor: Reader, last_event_id: Annotated[str, Header()] = ""
) -> AsyncIterator[ServerSentEvent]:
    """An event for each change, the first at once unless the browser knows of it already."""
    with here.store.reading() as session:
        blind = reads_blind(session, actor)
    async for event in changes(request.app.state.feed, last_event_id, blind=blind):
        yield event


async def changes(feed: Feed, known: str, *, blind: bool) -> AsyncIterator[ServerSentEvent]:
    """Who reads `blind` learns that something has changed, and not whether it is an alert."""
    until, beat = time.monotonic() + LONGEST, time.monotonic() + BEAT
    while not feed.stopped and time.monotonic() < until:
        state = feed.latest
        if state.name != known:
            known = state.name
            told = {} if blind else {"alerts": state.alerts.open, "escalated": state.alerts.escalated}
            yield ServerSentEvent(event="change", id=known, data=told, retry=RETRY_MS)
        if time.monotonic() > beat:
            beat += BEAT
            yield ServerSentEvent(event="beat", data={})
        await asyncio.sleep(_PAUSE)
