"""A web server and a mail server of our own, that keep what they are sent."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session


@dataclass
class Web:
    """Answers each request with the next of `answers`, then with 200. `got` are headers, in lower case, and bodies."""

    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0


@contextmanager
def web(*answers: int, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    kept = Web(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(kept.answers.pop(0) if kept.answers else 200)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        kept.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()


class _Keeper(MessageHandler):
    def __init__(self, kept: list[Message]) -> None:
        super().__init__()
        self._kept = kept

    def handle_message(self, message: Message) -> None:
        self._kept.append(message)

    async def handle_RCPT(
        self, server: Server, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("unknown"):
            return "550 There is nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"


def _login(server: Server, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    return AuthResult(success=data.password == b"correct horse")


@contextmanager
def mail(tls: ssl.SSLContext | None = None) -> Iterator[tuple[int, list[Message]]]:
    """Its port, and the messages that it took; with `tls` it asks for STARTTLS and a login."""
    kept: list[Message] = []
    safe: dict[str, Any] = (
        {"tls_context": tls, "require_starttls": True, "authenticator": _login, "auth_required": True} if tls else {}
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    controller = Controller(_Keeper(kept), hostname="127.0.0.1", port=port, **safe)
    controller.start()
    try:
        yield port, kept
    finally:
        controller.stop()
