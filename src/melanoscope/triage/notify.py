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
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from melanoscope.bundle import Description
from melanoscope.console import DISCLAIMER, stderr
from melanoscope.errors import InputError
from melanoscope.prediction import Finding
from melanoscope.triage.journal import Journal
from melanoscope.triage.results import bundle_identity, row, text

SHORTEST_WAIT, LONGEST_WAIT = 2.0, 300.0
"""Seconds before a failed notification is tried again: twice as long each time."""

_TIMEOUT = 30.0


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
    """Runs a program for each alert, without a shell; `{path}` in its words is the photograph, else it comes last."""

    words: tuple[str, ...]

    @classmethod
    def parse(cls, line: str) -> Command:
        try:
            words = shlex.split(line)
        except ValueError as error:
            raise InputError(f"--on-alert {line}: cannot be read ({error}). Quote it as for a shell.") from error
        if not words or shutil.which(words[0]) is None:
            raise InputError(f"--on-alert {line}: there is no such program. Give one that can be run.")
        return cls(tuple(words))

    @property
    def name(self) -> str:
        return f"command {shlex.join(self.words)}"

    def send(self, finding: Finding, description: Description) -> None:
        path = str(finding.answer.path)
        words = self.words if any("{path}" in word for word in self.words) else (*self.words, "{path}")
        command = [word.replace("{path}", path) for word in words]
        try:
            subprocess.run(command, check=True, timeout=_TIMEOUT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        except (OSError, subprocess.SubprocessError) as error:
            raise NotDelivered(str(error)) from error


@dataclass(frozen=True)
class Webhook:
    """Posts each alert's row of `predictions.json` to an address, as JSON."""

    url: str

    @classmethod
    def parse(cls, url: str) -> Webhook:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"--webhook {url}: not a web address. Give one that begins with https:// or http://.")
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
            with urllib.request.urlopen(request, timeout=_TIMEOUT):
                pass
        except (OSError, http.client.HTTPException) as error:
            raise NotDelivered(str(error)) from error


def channels(on_alert: str | None, webhook: str | None) -> list[Channel]:
    """The channels that a command line and an address name; InputError where one cannot be used."""
    named: list[Channel] = []
    if on_alert is not None:
        named.append(Command.parse(on_alert))
    if webhook is not None:
        named.append(Webhook.parse(webhook))
    return named


@dataclass
class Notifier:
    """Tells one channel of every alert once, in order, and waits longer after each failure.

    The journal remembers who was told, also across restarts. A kill between the delivery and its note tells twice,
    rather than never.
    """

    channel: Channel
    journal: Journal
    description: Description
    clock: Callable[[], float] = time.monotonic
    _waiting: dict[Path, Finding] = field(default_factory=dict)
    _wait: float = SHORTEST_WAIT
    _next: float = 0.0

    def __len__(self) -> int:
        """Alerts that are still in line."""
        return len(self._waiting)

    def add(self, finding: Finding) -> None:
        """Put an alert in line, unless the channel was told of it."""
        if not self.journal.was_told(finding.answer.path, self.channel.name):
            self._waiting[finding.answer.path] = finding

    def deliver(self) -> None:
        """Send what is in line; after a failure, nothing until the wait is over."""
        while self._waiting and self.clock() >= self._next:
            path, finding = next(iter(self._waiting.items()))
            try:
                self.channel.send(finding, self.description)
            except NotDelivered as error:
                self._failed(path, error)
            else:
                self._wait = SHORTEST_WAIT
                self.journal.tell(path, self.channel.name)
                del self._waiting[path]

    def _failed(self, path: Path, error: NotDelivered) -> None:
        sentence = f"{self.channel.name} was not told of {text(path)} ({error}); trying again in {self._wait:.0f} s."
        stderr.print(sentence, style="bold red", markup=False, highlight=False, soft_wrap=True)
        self._next = self.clock() + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
