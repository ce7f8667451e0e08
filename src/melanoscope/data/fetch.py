"""Files over HTTP that may break off: timeouts, tries with growing pauses, and going on where a file stopped."""

from __future__ import annotations

import http.client
import json
import random
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from melanoscope.errors import InputError

T = TypeVar("T")

_CHUNK = 1 << 16
_AGENT = "melanoscope (research; https://www.isic-archive.com/terms-of-use)"


class FetchError(Exception):
    """A file that could not be had; `final` where another try would not help."""

    def __init__(self, reason: str, final: bool = False) -> None:
        super().__init__(reason)
        self.final = final


@dataclass(frozen=True)
class Patience:
    """How long to wait for one answer, how often to try, and the first pause, in seconds.

    Pauses double from try to try, up to a minute, each times a random factor in [0.5, 1.5], so that
    many clients that failed together do not come back together.
    """

    timeout: float = 30.0
    tries: int = 5
    pause: float = 1.0

    def persist(self, attempt: Callable[[], T]) -> T:
        """What `attempt` gives, once it gives something; FetchError after the last try, or a final one."""
        for number in range(self.tries - 1):
            try:
                return attempt()
            except FetchError as error:
                if error.final:
                    raise
            time.sleep(min(60.0, self.pause * 2**number) * random.uniform(0.5, 1.5))
        return attempt()


def read_json(url: str, timeout: float) -> Any:
    """The document at `url`; FetchError where there is none."""
    with _answer(url, timeout, 0) as answer:
        body = _reading(answer.read)
    try:
        return json.loads(body)
    except ValueError as error:
        raise FetchError(f"{url} answered with something that is not JSON") from error


def fetch(url: str, part: Path, size: int, timeout: float) -> None:
    """Make `part` the `size` bytes at `url`, going on after those it has; FetchError where it ends up shorter.

    What was received stays in `part` for the next try. InputError where it cannot be written.
    """
    have = part.stat().st_size if part.exists() else 0
    if have > size:
        part.unlink()
        have = 0
    if have < size:
        with _answer(url, timeout, have) as answer:
            _append(answer, part, have if answer.status == http.HTTPStatus.PARTIAL_CONTENT else 0, size)
    if (got := part.stat().st_size) != size:
        raise FetchError(f"{got} of {size} bytes arrived")


def _append(answer: http.client.HTTPResponse, part: Path, start: int, size: int) -> None:
    try:
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            while file.tell() <= size and (chunk := _reading(lambda: answer.read1(_CHUNK))):
                file.write(chunk)
    except OSError as error:
        raise InputError(
            f"{part} cannot be written ({error.strerror}). Free some space, or choose a folder."
        ) from error


def _reading(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except TimeoutError as error:
        raise FetchError("the server stopped answering") from error
    except (OSError, http.client.HTTPException) as error:
        raise FetchError(f"the connection broke ({error})") from error


def _answer(url: str, timeout: float, start: int) -> http.client.HTTPResponse:
    if not url.startswith(("https://", "http://")):
        raise FetchError(f"“{url}” is no web address", final=True)
    headers = {"User-Agent": _AGENT} | ({"Range": f"bytes={start}-"} if start else {})
    request = urllib.request.Request(url, headers=headers)
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=timeout)
        return answer
    except urllib.error.HTTPError as error:
        with error:
            final = error.code in (http.HTTPStatus.NOT_FOUND, http.HTTPStatus.GONE)
            raise FetchError(f"the server answered {error.code} {error.reason}", final) from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise FetchError(f"the server cannot be reached ({reason})") from error
