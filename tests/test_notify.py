from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from melanoscope.bundle import Bundle, Description
from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import KEYS
from melanoscope.errors import InputError
from melanoscope.inference.decision import decide
from melanoscope.prediction import Finding, Prediction
from melanoscope.triage.inputs import Stamp
from melanoscope.triage.journal import Journal
from melanoscope.triage.notify import Command, NotDelivered, Notifier, Webhook


class Server(ThreadingHTTPServer):
    """Remembers what is posted to it; answers 503 as often as `failures` says."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posted: list[dict[str, Any]] = []
        self.failures = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/alert"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = 503 if self.server.failures else 200
        self.server.failures = max(0, self.server.failures - 1)
        if status == 200:
            self.server.posted.append(body)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def alert(path: str, bundle: Bundle) -> Finding:
    said = Prediction(Path(path), np.eye(len(KEYS))[KEYS.index("melanoma")])
    return Finding(said, decide(said, bundle.description.operating_points))


def test_a_webhook_gets_the_row_and_never_the_photograph(server: Server, toy: Bundle) -> None:
    Webhook.parse(server.url).send(alert("a.jpg", toy), toy.description)

    (posted,) = server.posted
    assert posted["path"] == "a.jpg"
    assert posted["outcome"] == "ALERT"
    assert posted["melanoma"] == 1.0
    assert posted["notice"] == DISCLAIMER
    assert posted["bundle"]["name"] == "toy"


def test_a_webhook_that_refuses_or_is_not_there_is_not_delivered(server: Server, toy: Bundle) -> None:
    server.failures = 1
    with pytest.raises(NotDelivered, match="503"):
        Webhook.parse(server.url).send(alert("a.jpg", toy), toy.description)
    with pytest.raises(NotDelivered, match="refused"):
        Webhook.parse("http://127.0.0.1:1/").send(alert("a.jpg", toy), toy.description)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nonsense", "http://", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="not a web address"):
        Webhook.parse(url)


NOTE = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(repr(sys.argv[2:]))"


@pytest.mark.parametrize(
    ("words", "arguments"),
    [("", ["a b; touch evil.jpg"]), ("--photo={path} now", ["--photo=a b; touch evil.jpg", "now"])],
)
def test_a_command_gets_the_path_as_one_word_without_a_shell(
    toy: Bundle, tmp_path: Path, words: str, arguments: list[str]
) -> None:
    command = Command.parse(f"'{sys.executable}' -c '{NOTE}' '{tmp_path / 'note'}' {words}")

    command.send(alert("a b; touch evil.jpg", toy), toy.description)

    assert (tmp_path / "note").read_text() == repr(arguments)


def test_a_command_that_fails_is_not_delivered(toy: Bundle) -> None:
    with pytest.raises(NotDelivered, match="exit status 3"):
        Command.parse(f"'{sys.executable}' -c 'raise SystemExit(3)'").send(alert("a.jpg", toy), toy.description)


@pytest.mark.parametrize("line", ["", "no-such-program", "'open"])
def test_a_command_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="--on-alert"):
        Command.parse(line)


@dataclass
class Moody:
    """A channel that fails as often as `failures` says."""

    failures: int = 0
    told: list[str] = field(default_factory=list)
    name: str = "moody"

    def send(self, finding: Finding, description: Description) -> None:
        if self.failures:
            self.failures -= 1
            raise NotDelivered("not now")
        self.told.append(str(finding.answer.path))


def test_a_failure_is_said_waited_out_longer_each_time_and_nothing_is_lost(
    toy: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    channel, now = Moody(failures=2), 0.0
    with closing(Journal(tmp_path, "sha", resume=False)) as journal:
        notifier = Notifier(channel, journal, toy.description, clock=lambda: now)
        for name in ("a.jpg", "b.jpg"):
            journal.add(alert(name, toy).answer, Stamp(1, 1))
            notifier.add(alert(name, toy))
        tries = []
        for second in range(10):
            now, before = float(second), channel.failures
            notifier.deliver()
            tries += [second] if channel.failures != before or len(channel.told) == 2 else []

    assert channel.told == ["a.jpg", "b.jpg"]
    assert tries[:3] == [0, 2, 6]


def test_each_alert_is_told_once_also_after_a_restart(toy: Bundle, tmp_path: Path) -> None:
    channel = Moody()
    for resume in (False, True, True):
        with closing(Journal(tmp_path, "sha", resume)) as journal:
            if not resume:
                journal.add(alert("a.jpg", toy).answer, Stamp(1, 1))
            notifier = Notifier(channel, journal, toy.description)
            notifier.add(alert("a.jpg", toy))
            notifier.deliver()
            notifier.deliver()

    assert channel.told == ["a.jpg"]
