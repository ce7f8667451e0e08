"""Running the workstation: one process that listens, serves and scores until it is told to stop."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from melanoscope.console import say
from melanoscope.errors import InputError
from melanoscope.workstation import logs
from melanoscope.workstation.application import create
from melanoscope.workstation.context import Workstation
from melanoscope.workstation.service.accounts import invite_first
from melanoscope.workstation.settings import Settings

GRACE = 30
"""Seconds that requests under way have to finish once the server is told to stop."""


def run(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; what was accepted is finished first.

    InputError where the address is taken, or the data folder or the database cannot be used.
    """
    os.umask(0o077)  # nobody else on this machine reads patients' photographs
    with _listen(settings) as listening:
        logs.to_stderr()
        app = create(settings)
        gc.enable()
        gc.freeze()  # else each full collection looks through all that was imported, and a page waits for it
        _announce(app.state.workstation, _address(settings.host, listening.getsockname()[1]))
        config = uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE
        )
        with suppress(KeyboardInterrupt):  # uvicorn raises it again once it has stopped in order
            _Server(config, app.state.feed.stop).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Told to stop, it first lets those go who watch for changes: they would stay for ever."""

    def __init__(self, config: uvicorn.Config, let_go: Callable[[], None]) -> None:
        super().__init__(config)
        self._let_go = let_go

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._let_go()
        super().handle_exit(sig, frame)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        raise InputError(
            f"{_address(settings.host, settings.port)} cannot be listened to ({error.strerror}). Give another --port."
        ) from error


def _announce(workstation: Workstation, address: str) -> None:
    with workstation.store.writing() as session:
        invitation = invite_first(session)
    say(f"The workstation is at {address} (Ctrl-C stops it); its data lie in {workstation.settings.data}.")
    if invitation:
        say(f"Make the first account, once: {address}/first-account?invitation={invitation}")


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
