"""Connection: a workstation over its API."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
from pydantic import TypeAdapter, ValidationError

from melanoscope.errors import InputError
from melanoscope.workstation.service.deciding import DecisionRequest
from melanoscope.workstation.service.histology import HistologyRequest
from melanoscope.workstation.service.uploads import UploadedPhotograph
from melanoscope.workstation.service.views import CaseView
from melanoscope.workstation.service.worklist import CaseList

T = TypeVar("T")

Values = Mapping[str, str]
"""Of a form or headers, by name."""

Query = Sequence[tuple[str, str]]
"""Names and values."""

_PATIENCE = 60.0
"""Seconds that a server has to answer: a large photograph takes a while."""


@dataclass(frozen=True)
class Seen:
    """A case as it was read; `tag` says so when it is decided."""

    case: CaseView
    tag: str


class Connection:
    """A workstation at the address `server`, with a token's secret.

    Every method raises InputError, one sentence, where nobody answers, or the workstation refuses.
    """

    def __init__(self, server: str, token: str) -> None:
        if not token.strip().isascii() or not token.strip().isprintable():
            raise InputError("this is no token. Make one in your profile, and give it with --token.")
        self._server = server.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token.strip()}"}

    def listed(self, wanted: Query) -> CaseList:
        """The first cases of the worklist that are wanted."""
        return _read(CaseList, self._ask("GET", "cases", params=wanted))

    def table(self, wanted: Query) -> bytes:
        """All of them, as a CSV table."""
        return self._ask("GET", "cases.csv", params=wanted).content

    def seen(self, case_id: str) -> Seen:
        answer = self._ask("GET", _case(case_id))
        return Seen(_read(CaseView, answer), answer.headers["ETag"])

    def add(self, photographs: Sequence[Path], about: Values) -> list[UploadedPhotograph]:
        """A new case of one lesion. What is sent again because nobody answered is not added twice."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        try:
            return self._send(photographs, about, key)
        except _Unanswered:
            return self._send(photographs, about, key)

    def acknowledge(self, case_id: str) -> CaseView:
        return _read(CaseView, self._ask("PUT", f"{_case(case_id)}/acknowledgement"))

    def rescore(self, case_id: str) -> CaseView:
        """Ask the bundle that speaks of it once more; what it says comes later."""
        return _read(CaseView, self._ask("POST", f"{_case(case_id)}/rescoring"))

    def decide(self, seen: Seen, judgement: DecisionRequest) -> CaseView:
        """Sign a decision about the case as it was seen, and not if it has changed since."""
        address, headers = f"{_case(seen.case.id)}/decisions", {"If-Match": seen.tag}
        return _read(CaseView, self._ask("POST", address, json=_json(judgement), headers=headers))

    def record_histology(self, case_id: str, report: HistologyRequest) -> CaseView:
        """What the pathologist found; it stands beside earlier reports, and counts."""
        return _read(CaseView, self._ask("POST", f"{_case(case_id)}/histology", json=_json(report)))

    def _send(self, photographs: Sequence[Path], about: Values, key: Values) -> list[UploadedPhotograph]:
        with ExitStack() as opened:
            files = [("photographs", (path.name, opened.enter_context(path.open("rb")))) for path in photographs]
            return _read(list[UploadedPhotograph], self._ask("POST", "cases", data=about, files=files, headers=key))

    def _ask(self, method: str, address: str, headers: Values | None = None, **content: Any) -> httpx2.Response:
        url = f"{self._server}/api/v1/{address}"
        try:
            sent = {**self._headers, **(headers or {})}
            answer = httpx2.request(method, url, headers=sent, timeout=_PATIENCE, **content)
        except (httpx2.UnsupportedProtocol, httpx2.InvalidURL) as error:
            raise InputError(f"{self._server} is no address. Give --server such as https://skin.example.") from error
        except httpx2.TransportError as error:
            raise _Unanswered(f"{self._server} does not answer ({error}). Check --server.") from error
        return self._judged(answer)

    def _judged(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.is_success:
            return answer
        if answer.status_code == 401:
            raise InputError(f"{self._server} does not know this token. Make one in your profile, and give --token.")
        if answer.headers.get("Content-Type") != "application/problem+json":
            raise InputError(f"{self._server} answered {answer.status_code}, as no workstation does. Check --server.")
        if answer.status_code == 404:
            raise InputError(f"{self._server} has no such case. `melanoscope worklist list` shows those that it has.")
        raise InputError(str(answer.json()["detail"]))


class _Unanswered(InputError):
    """Whether the request arrived is not known."""


def _case(case_id: str) -> str:
    return f"cases/{quote(case_id, safe='')}"


def _json(request: DecisionRequest | HistologyRequest) -> Any:
    return TypeAdapter(type(request)).dump_python(request, mode="json")


def _read(kind: type[T], answer: httpx2.Response) -> T:
    try:
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError as error:
        raise InputError(f"{answer.url.host} answers as no workstation of this version does.") from error
