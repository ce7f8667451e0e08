"""What the list of cases is asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Query

from melanoscope.prediction import Outcome
from melanoscope.workstation.service.filters import UNDECIDED, Filter
from melanoscope.workstation.store.words import CaseStatus


def _asked(
    status: Annotated[list[CaseStatus] | None, Query()] = None,
    outcome: Outcome | None = None,
    unacknowledged: bool = False,
    since: date | None = None,
    until: date | None = None,
    site: str = "",
    reader: str = "",
    text: str = "",
    names: bool = False,
) -> Filter:
    return Filter(status or UNDECIDED, outcome, unacknowledged, since, until, site, reader, text, names)


Asked = Annotated[Filter, Depends(_asked)]
