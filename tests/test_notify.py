from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from melanoscope.bundle import Bundle, Description
from melanoscope.console import DISCLAIMER
from melanoscope.errors import InputError
from melanoscope.inference.decision import decide
from melanoscope.prediction import Finding
from melanoscope.triage.notify import Command, NotDelivered, Notifier, Webhook
from melanoscope.triage.told import Told
from said import said


class Server(ThreadingHTTPServer):
    """Remembers what is posted to it; answers 503 as often as `failures` says, and sends `/moved` on to `/alert`."""

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
        status = 503 if self.server.failures else 302 if self.path == "/moved" else 200
        self.server.failures = max(0, self.server.failures - 1)
        if status == 200:
            self.server.posted.append(body)
        self.send_response(status)
        if status == 302:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200)
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
    sure = said(path, melanoma=1)
    return Finding(sure, decide(sure, bundle.description.operating_points))


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


def test_a_webhook_that_has_moved_is_not_delivered(server: Server, toy: Bundle) -> None:
    with pytest.raises(NotDelivered, match="302"):
        Webhook.parse(server.url.replace("alert", "moved")).send(alert("a.jpg", toy), toy.description)

    assert server.posted == []


NEVER_POSTED_TO = [
    "http://[::1/",
    "http://a:port/",
    "http://a:99999/",
    f"http://{'a' * 64}.org/",
    "http://a/ü",
    "http://a/b c",
]


@pytest.mark.parametrize("url", ["file:///etc/passwd", "nonsense", "http://", "", *NEVER_POSTED_TO])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="not a web address"):
        Webhook.parse(url)


NOTE = "import sys, pathlib; pathlib.Path(sys.argv[1]).write_text(repr(sys.argv[2:]))"


@pytest.mark.parametrize(
    ("words", "arguments"),
    [("", ["a b; touch evil.jpg"]), ("--photo {path} now", ["--photo", "a b; touch evil.jpg", "now"])],
)
def test_a_command_gets_the_path_as_one_word_without_a_shell(
    toy: Bundle, tmp_path: Path, words: str, arguments: list[str]
) -> None:
    command = Command.parse(f"'{sys.executable}' -c '{NOTE}' '{tmp_path / 'note'}' {words}")

    command.send(alert("a b; touch evil.jpg", toy), toy.description)

    assert (tmp_path / "note").read_text() == repr(arguments)


def test_what_a_command_prints_goes_to_stderr(toy: Bundle, capfd: pytest.CaptureFixture[str]) -> None:
    Command.parse("echo {path}").send(alert("a.jpg", toy), toy.description)

    assert capfd.readouterr() == ("", "a.jpg\n")


def test_a_command_that_fails_is_not_delivered(toy: Bundle) -> None:
    with pytest.raises(NotDelivered, match="exit status 3"):
        Command.parse(f"'{sys.executable}' -c 'raise SystemExit(3)'").send(alert("a.jpg", toy), toy.description)


@pytest.mark.parametrize("line", ["", "no-such-program", "'open", "sh -c 'mail {path}'"])
def test_a_command_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(InputError, match="--on-alert"):
        Command.parse(line)


@dataclass
class Moody:
    """A channel that fails as often as `failures` says of a photograph's name."""

    failures: dict[str, int] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    name: str = "moody"

    def send(self, finding: Finding, description: Description) -> None:
        path = str(finding.answer.path)
        self.tried.append(path)
        if self.failures.get(path, 0):
            self.failures[path] -= 1
            raise NotDelivered("not now")
        self.told.append(path)


def test_what_is_refused_waits_longer_each_time_and_holds_up_no_other(
    toy: Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    channel, now = Moody({"a.jpg": 3}), 0.0
    notifier = Notifier(channel, Told(tmp_path), toy.description, clock=lambda: now)
    for name in ("a.jpg", "b.jpg"):
        notifier.add(alert(name, toy), content=name)
    tries = []
    for second in range(20):
        now = float(second)
        channel.tried.clear()
        notifier.deliver()
        tries += [(second, name) for name in channel.tried]

    assert tries == [(0, "a.jpg"), (1, "b.jpg"), (2, "a.jpg"), (6, "a.jpg"), (14, "a.jpg")]
    assert channel.told == ["b.jpg", "a.jpg"]
    assert len(notifier) == 0
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "moody was not told of a.jpg (not now); trying again in 2 s."
    assert [line.split()[-2] for line in said] == ["2", "4", "8"]


def test_a_channel_that_is_down_costs_one_try_however_many_wait(toy: Bundle, tmp_path: Path) -> None:
    names = [f"{n}.jpg" for n in range(9)]
    channel = Moody(dict.fromkeys(names, 1))
    notifier = Notifier(channel, Told(tmp_path), toy.description)
    for name in names:
        notifier.add(alert(name, toy), content=name)

    notifier.deliver()

    assert channel.tried == ["0.jpg"]
    assert len(notifier) == 9


def test_each_photograph_is_told_once_whatever_its_name_and_after_a_restart(toy: Bundle, tmp_path: Path) -> None:
    channel = Moody()
    for names in (["a.jpg", "copy.jpg"], ["a.jpg"], ["renamed.jpg"]):
        notifier = Notifier(channel, Told(tmp_path), toy.description)
        for name in names:
            notifier.add(alert(name, toy), content="the same")
        notifier.deliver()
        notifier.deliver()

    assert channel.told == ["a.jpg"]
