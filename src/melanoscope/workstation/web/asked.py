"""What the worklist is asked for, as its address holds it: whoever keeps the address keeps the view."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from melanoscope.prediction import Outcome
from melanoscope.workstation.service.errors import Invalid
from melanoscope.workstation.service.filters import UNDECIDED, Filter
from melanoscope.workstation.store.words import CaseStatus
from melanoscope.workstation.web.numbers import day

ALL = "all"

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Asked:
    """The fields of the form, as they were typed; an empty one does not matter.

    `show` is a status, `all`, or empty for what nobody has decided.
    """

    text: str = ""
    show: str = ""
    outcome: str = ""
    since: str = ""
    until: str = ""
    site: str = ""
    reader: str = ""
    unacknowledged: bool = False
    names: bool = False

    @property
    def filter(self) -> Filter:
        """Invalid where a field makes no sense."""
        return Filter(
            statuses=self._statuses,
            outcome=_word(Outcome, self.outcome),
            unacknowledged=self.unacknowledged,
            since=day(self.since) if self.since else None,
            until=day(self.until) if self.until else None,
            site=self.site,
            reader=self.reader,
            text=self.text,
            names=self.names,
        )

    @property
    def _statuses(self) -> Collection[CaseStatus]:
        if self.show == ALL:
            return list(CaseStatus)
        shown = _word(CaseStatus, self.show)
        return [shown] if shown else UNDECIDED

    @property
    def is_default(self) -> bool:
        return self == Asked()

    @property
    def more(self) -> bool:
        """Whether any of the fields is filled that are folded away."""
        return bool(self.since or self.until or self.site or self.reader or self.unacknowledged)

    def address(self, path: str = "/", **changed: object) -> str:
        """Of the same view, with some fields changed, or others added."""
        values = {**asdict(self), **changed}
        query = urlencode({name: "true" if value is True else value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path


def _word(words: type[Word], text: str) -> Word | None:
    if not text:
        return None
    if text not in set(words):
        raise Invalid(f"“{text[:40]}” is nothing that the worklist can be filtered by.")
    return words(text)
