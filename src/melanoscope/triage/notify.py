"""Who is told of an alert: a command, or an address that takes JSON. Only words go out, never a photograph."""

from __future__ import annotations

import http.client
import json
import shlex
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from melanoscope.bundle import Description
from melanoscope.console import DISCLAIMER, say, stderr
from melanoscope.data.files import shown
from melanoscope.errors import InputError
from melanoscope.prediction import Finding
from melanoscope.triage.results import bundle_identity, row
from melanoscope.triage.told import Told

SHORTEST_WAIT, LONGEST_WAIT = 2.0, 300.0
"""Seconds before an alert that was refused is tried again: twice as long each time."""

_TIMEOUT = 30.0
_STDERR = 2
"""Its file descriptor."""


class NotDelivered(Exception):
    """Why a notification did not arrive."""


class Channel(Protocol):
    @property
    def name(self) -> str:
        """How the journal and the terminal call it."""

    def send(self, finding: Finding, description: Description) -> None:
        """Tell of one alert; NotDelivered where it did not arrive."""


@dataclass(frozen=True)
class Command:
    """Runs a program for each alert, without a shell; the word `{path}` is the photograph, else it comes last.

    What it prints goes to stderr, for stdout may have to hold nothing but JSON.

    Within a longer word `{path}` is refused: in `sh -c 'mail {path}'` a file's name would be run as a command.
    """

    words: tuple[str, ...]

    @classmethod
    def parse(cls, line: str) -> Command:
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise InputError(f"--on-alert {line}: cannot be read ({error}). Quote it as for a shell.") from error
        if not words or shutil.which(words[0]) is None:
            raise InputError(f"--on-alert {line}: there is no such program. Give one that can be run.")
        if any("{path}" in word and word != "{path}" for word in words):
            raise InputError(f"--on-alert {line}: {{path}} stands within a word. Make it a word of its own.")
        return cls(tuple(words))

    @property
    def name(self) -> str:
        return f"command {shlex.join(self.words)}"

    def send(self, finding: Finding, description: Description) -> None:
        path = str(finding.answer.path)
        words = self.words if "{path}" in self.words else (*self.words, "{path}")
        command = [path if word == "{path}" else word for word in words]
        try:
            subprocess.run(command, check=True, timeout=_TIMEOUT, stdin=subprocess.DEVNULL, stdout=_STDERR)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotDelivered(str(error)) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Makes a redirect an error: urllib would follow it without the body, to a 200 that tells nobody."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


@dataclass(frozen=True)
class Webhook:
    """Posts each alert's row of `predictions.json` to an address, as JSON."""

    url: str

    @classmethod
    def parse(cls, url: str) -> Webhook:
        if not _is_web_address(url):
            raise InputError(
                f"--webhook {url}: not a web address. Give one that begins with https:// or http://; "
                "blanks and letters with accents are written as %20 or %C3%BC."
            )
        return cls(url)

    @property
    def name(self) -> str:
        return f"webhook {self.url}"

    def send(self, finding: Finding, description: Description) -> None:
        body = row(finding) | {"notice": DISCLAIMER, "bundle": bundle_identity(description)}
        request = urllib.request.Request(
            self.url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with _opener.open(request, timeout=_TIMEOUT):
                pass
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(str(error)) from error


def _is_web_address(url: str) -> bool:
    """Whether it can be posted to at all: the first alert is too late to find that it cannot."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna"), parts.port
    except ValueError:
        return False
    is_plain = url.isascii() and url.isprintable() and " " not in url
    return is_plain and bool(host) and port != 0 and parts.scheme in ("http", "https")


def channels(on_alert: str | None, webhook: str | None) -> list[Channel]:
    """The channels that a command line and an address name; InputError where one cannot be used."""
    named: list[Channel] = []
    if on_alert is not None:
        named.append(Command.parse(on_alert))
    if webhook is not None:
        named.append(Webhook.parse(webhook))
    return named


@dataclass
class _Waiting:
    finding: Finding
    wait: float = SHORTEST_WAIT
    due: float = 0.0


@dataclass
class Notifier:
    """Tells one channel of every alerted photograph once; one that is refused does not hold up the others.

    `told` remembers who was told, also across restarts. A kill between the delivery and its note tells twice,
    rather than never.
    """

    channel: Channel
    told: Told
    description: Description
    clock: Callable[[], float] = time.monotonic
    _line: dict[str, _Waiting] = field(default_factory=dict)

    def __len__(self) -> int:
        """Alerts that are still in line."""
        return len(self._line)

    def add(self, finding: Finding, content: str) -> None:
        """Put the alert of the photograph with this `content` in line, unless the channel was told of it."""
        if not self.told.has(content, self.channel.name):
            self._line.setdefault(content, _Waiting(finding))

    def deliver(self) -> None:
        """Send what is due, until something is refused: a channel that is down costs one try, not one for each."""
        due = [content for content, waiting in self._line.items() if waiting.due <= self.clock()]
        for content in due:
            if not self._was_taken(content):
                break

    def _was_taken(self, content: str) -> bool:
        waiting = self._line.pop(content)
        try:
            self.channel.send(waiting.finding, self.description)
        except NotDelivered as error:
            self._refused(content, waiting, error)
            return False
        self.told.note(content, self.channel.name, waiting.finding.answer.path)
        return True

    def _refused(self, content: str, waiting: _Waiting, error: NotDelivered) -> None:
        """Back to the end of the line, and longer than the time before."""
        path = shown(waiting.finding.answer.path)
        sentence = f"{self.channel.name} was not told of {path} ({error}); trying again in {waiting.wait:.0f} s."
        say(sentence, stderr, "bold red")
        longer = min(2 * waiting.wait, LONGEST_WAIT)
        self._line[content] = _Waiting(waiting.finding, longer, self.clock() + waiting.wait)
