"""What those who run the server may see: counted and timed requests, the queue, open alerts; never a patient.

An address stands here as its route (`/cases/{case_id}`): a real one names a case, or holds what was searched for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from melanoscope.workstation import queue
from melanoscope.workstation.clock import now
from melanoscope.workstation.context import Here
from melanoscope.workstation.logs import FACTS
from melanoscope.workstation.security.errors import Forbidden
from melanoscope.workstation.security.roles import require, who
from melanoscope.workstation.service import alerts, worklist
from melanoscope.workstation.service.blinding import refuse_blind_reader
from melanoscope.workstation.settings import LOCAL
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.store.words import JobKind, Role

logger = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)

_BUCKETS = (0.01, 0.03, 0.1, 0.2, 0.5, 1, 3, 10, 30)
_ELSEWHERE = "(none)"
_API = "/api/v1"


class Meters:
    """All figures of one server; those of the database are asked for when somebody looks."""

    def __init__(self, store: Store) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "melanoscope_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "melanoscope_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self._registry
        )
        ProcessCollector(registry=self._registry)
        self._registry.register(_OfDatabase(store))

    def text(self) -> bytes:
        """In Prometheus's own format."""
        return generate_latest(self._registry)


class _OfDatabase(Collector):
    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterator[Metric]:
        with self._store.reading() as session:
            waiting = {kind.value: queue.waiting(session, kind) for kind in JobKind}
            oldest = queue.oldest(session, JobKind.SCORE)
            cases = {outcome.value: count for outcome, count in worklist.counts(session).items()}
            standing = alerts.standing(session)
        yield _family("melanoscope_queue_jobs", "Jobs that wait.", "kind", waiting)
        yield _family("melanoscope_open_cases", "Open cases.", "outcome", cases)
        seconds = (now() - oldest).total_seconds() if oldest else 0.0
        yield GaugeMetricFamily("melanoscope_oldest_unscored_seconds", "Wait of the oldest photograph.", seconds)
        yield GaugeMetricFamily("melanoscope_alerts_open", "Alerts nobody has acknowledged.", standing.open)
        yield GaugeMetricFamily("melanoscope_alerts_escalated", "Those that have escalated.", standing.escalated)


def _family(name: str, about: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, about, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family


@router.get("/metrics")
def metrics(request: Request, here: Here) -> Response:
    """For Prometheus on this machine, or with the token of an auditor; a proxy in between is no neighbour.

    Conflict for who reads blind: it would tell them how many alerts there are.
    """
    local = request.client is not None and request.client.host in LOCAL
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP"))
    actor = who(request)
    if not local or forwarded:
        if actor is None:
            raise Forbidden("Metrics are for this machine, and for auditors.")
        require(Role.AUDITOR)(request)
    if actor:
        with here.store.reading() as session:
            refuse_blind_reader(session, actor)
    meters: Meters = request.app.state.meters
    return Response(meters.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


class Observed:
    """ASGI middleware: counts, times and logs each request."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status, began = 500, time.perf_counter()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", _ELSEWHERE)
        if scope["path"].startswith(_API) and not route.startswith(_API):  # a route does not know where it was included
            route = f"{_API}{route}"
        self._meters.requests.labels(scope["method"], route, str(status)).inc()
        self._meters.seconds.labels(route).observe(seconds)
        facts = {"method": scope["method"], "route": route, "status": status, "milliseconds": round(seconds * 1000)}
        logger.info("request", extra={FACTS: facts})
