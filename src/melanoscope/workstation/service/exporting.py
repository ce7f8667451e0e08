"""The worklist as a table for other programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime

from melanoscope.data.csv_file import line
from melanoscope.workstation import audit_log
from melanoscope.workstation.actor import Actor
from melanoscope.workstation.service import worklist
from melanoscope.workstation.service.filters import Filter
from melanoscope.workstation.service.worklist import CaseSummary
from melanoscope.workstation.store.transactions import Store

_AT_ONCE = 1000
_NAMING = ("reference", "name")


def table(store: Store, actor: Actor, wanted: Filter) -> Iterator[str]:
    """The lines of a CSV table of all cases that are `wanted`, in the list's order. The audit log notes it first.

    Pages are read one by one: a case that changes its place meanwhile can be missing, or there twice. Invalid as
    `worklist.page`, before the first line.
    """
    with store.writing() as session:
        audit_log.append(session, actor, "worklist.export", detail={"names": wanted.names})
        worklist.page(session, actor, wanted, limit=1)
    return _lines(store, actor, wanted)


def _lines(store: Store, actor: Actor, wanted: Filter) -> Iterator[str]:
    columns = [each.name for each in fields(CaseSummary) if wanted.names or each.name not in _NAMING]
    yield line(columns)
    after: str | None = None
    while True:
        with worklist.looking(store, wanted) as session:
            page = worklist.page(session, actor, wanted, after, _AT_ONCE)
        yield from (line([cell(asdict(row)[column]) for column in columns]) for row in page.cases)
        if page.next is None:
            return
        after = page.next


def cell(value: object) -> object:
    """A value as a table holds it: times to the second, as ISO 8601 has them."""
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
