"""How many requests somebody may send: a program that runs wild, or a stranger, must not keep the clinic waiting.

Each has a bucket of requests that fills again with time; each server process counts on its own.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from fastapi import HTTPException, Request

from melanoscope.workstation.security import logins
from melanoscope.workstation.security.visitor import address_of

_MOST = 10_000
"""Buckets; full ones, of whom nobody has heard for long, are thrown away beyond."""


@dataclass(frozen=True)
class Rate:
    """`at_once` requests together, then `per_second`."""

    at_once: float
    per_second: float


ACCOUNT, STRANGER = Rate(3000, 200), Rate(300, 10)
"""Of all that one account sends, and of all strangers at one address, behind which a whole clinic may sit."""


class Rates:
    """The buckets of one server."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, float]] = {}
        """What was in the bucket, and when that was."""

    def take(self, whose: str, rate: Rate) -> float:
        """Seconds to wait before the next request; 0.0 where this one may be answered."""
        with self._lock:
            now = self._clock()
            held, at = self._buckets.get(whose, (rate.at_once, now))
            held = min(rate.at_once, held + (now - at) * rate.per_second)
            may = held >= 1
            self._buckets[whose] = (held - 1 if may else held, now)
            if len(self._buckets) > _MOST:
                self._forget(now)
            return 0.0 if may else (1 - held) / rate.per_second

    def _forget(self, now: float) -> None:
        full = max(each.at_once / each.per_second for each in (ACCOUNT, STRANGER))
        self._buckets = {whose: bucket for whose, bucket in self._buckets.items() if now - bucket[1] < full}


def hold_back(request: Request) -> None:
    """A dependency: HTTPException 429 where whoever sent it has sent too many."""
    login, rates = logins.of(request), request.app.state.rates
    if login:
        wait = rates.take(f"account:{login.actor.account_id}", ACCOUNT)
    else:
        wait = rates.take(f"address:{address_of(request)}", STRANGER)
    if wait:
        raise HTTPException(429, "Too many requests at once. Wait a moment.", {"Retry-After": str(math.ceil(wait))})
