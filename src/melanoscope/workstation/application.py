"""The application: every room put together, for a server or a test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.middleware.trustedhost import TrustedHostMiddleware

from melanoscope.atomic import make_folder
from melanoscope.inference.predictor import cores
from melanoscope.workstation import encryption, health, observing, problems
from melanoscope.workstation.actor import SYSTEM
from melanoscope.workstation.api import routes as api
from melanoscope.workstation.context import Workstation
from melanoscope.workstation.delivery.deliverer import Deliverer
from melanoscope.workstation.feed import Feed
from melanoscope.workstation.observing import Meters, Observed
from melanoscope.workstation.photographs import Photographs
from melanoscope.workstation.removing import Remover
from melanoscope.workstation.scoring import Scorer
from melanoscope.workstation.security import provider_settings
from melanoscope.workstation.security.headers import SecurityHeaders
from melanoscope.workstation.security.limits import Limits
from melanoscope.workstation.security.provider import Provider
from melanoscope.workstation.security.rates import Rates
from melanoscope.workstation.service import bundles
from melanoscope.workstation.settings import LOCAL, Settings
from melanoscope.workstation.store import sealing
from melanoscope.workstation.store.transactions import Store
from melanoscope.workstation.watching import Watch
from melanoscope.workstation.web import routes as web
from melanoscope.workstation.web import static_files
from melanoscope.workstation.worker import Worker

_SILENT = TelemetryConfig(tracing=False, metrics=False, logs=False, auto_configure=False)
"""FastAPI can report to OpenTelemetry, which a variable of the environment would suffice for: nothing leaves here."""


def create(settings: Settings) -> FastAPI:
    """The application over `settings`, its database brought up to date; it scores while it is running.

    InputError where the data folder, the database, the key or a watched folder cannot be used.
    """
    make_folder(settings.data)
    key = encryption.load(settings.key_file) if settings.key_file else None
    photographs = Photographs(settings.photographs, key)
    store = Store(settings.url, settings.bundles, key)
    with store.writing() as session:
        sealing.seal_all(session)
    bundles.promote_shipped(store, SYSTEM)
    scorer = Scorer(store, photographs)
    deliverer, feed = Deliverer(store, settings.origin), Feed(store)
    workers = [
        *(Worker(f"scoring-{number}", scorer.work) for number in range(1, cores() + 1)),
        Worker("escalation", deliverer.escalate),
        Worker("delivery", deliverer.work),
        Worker("feed", feed.work),
        Worker("removing", Remover(store, photographs).work),
    ]

    def wake() -> None:
        for worker in workers:
            worker.wake()

    if settings.watch:
        workers.append(Worker("watching", Watch(settings.watch, store, photographs, wake).work))
    app = _app(workers, store)
    app.state.feed = feed
    app.state.workstation = Workstation(settings, store, photographs, wake)
    app.state.provider, app.state.rates = _provider(settings), Rates()
    if settings.host in LOCAL or settings.address:  # another name that leads here (DNS rebinding) is not ours
        ours = urlsplit(settings.address).hostname
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, "[::1]", *([ours] if ours else [])])
    return app


def _provider(settings: Settings) -> Provider | None:
    if settings.provider is None:
        return None
    return Provider(provider_settings.read(settings.provider), settings.origin)


def _app(workers: Sequence[Worker], store: Store) -> FastAPI:
    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        for worker in workers:
            worker.start()
        yield
        for worker in workers:
            worker.stop()
        store.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, lifespan=working, telemetry=_SILENT)
    app.include_router(health.router)
    app.include_router(observing.router)
    app.include_router(api.router)
    app.include_router(web.router)
    app.mount(static_files.PREFIX, static_files.KeptForGood(directory=static_files.FOLDER))
    problems.install(app)
    app.add_middleware(Limits)
    app.add_middleware(SecurityHeaders)
    app.state.meters = Meters(store)
    app.add_middleware(Observed, meters=app.state.meters)
    return app
