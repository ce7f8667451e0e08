"""What a terminal shows of the worklist, and of a case."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from babel.dates import format_timedelta
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from melanoscope.console import DISCLAIMER
from melanoscope.diagnosis import BY_KEY
from melanoscope.prediction import Outcome
from melanoscope.report.terminal import OUTCOME_STYLES, printable
from melanoscope.workstation.clock import now
from melanoscope.workstation.service.views import CaseView, DecisionView, HistologyView, PhotographView
from melanoscope.workstation.service.worklist import CaseList, CaseSummary


def worklist(page: CaseList) -> RenderableType:
    """The cases, the most urgent first."""
    if not page.cases:
        return Text("No case is like that.")
    rows = _table("outcome", "melanoma", "received", "status", "lesion", "case")
    for case in page.cases:
        rows.add_row(*_row(case))
    more = [Text("… and more: ask for them with --limit, or for all with `export`.", "dim")] if page.next else []
    return Group(rows, *more, Text(DISCLAIMER, "dim"))


def sheet(seen: CaseView) -> RenderableType:
    """All that is known of a case."""
    return Group(*_lines(seen), _photographs(seen.photographs), *_said(seen), Text(DISCLAIMER, "dim"))


def _row(case: CaseSummary) -> Iterator[Text]:
    yield _outcome(case.outcome)
    yield Text(_share(case.melanoma))
    yield Text(_ago(case.received_at))
    yield Text("unacknowledged", "bold red") if case.awaits_acknowledgement else Text(_word(case.status))
    yield Text(_place(case.reference or "", case.name or "", case.site, case.label))
    yield Text(case.id, "dim")


def _lines(seen: CaseView) -> Iterator[Text]:
    lesion = _place(seen.site, seen.label) or "lesion without a name"
    yield Text.assemble(_outcome(seen.outcome), f"  {_share(seen.melanoma)}  {lesion}  ({_word(seen.status)})")
    if seen.veiled:
        yield Text("You read this case blind: what the bundle said is shown once you have decided.")
    speaking = seen.speaking
    if speaking:
        yield Text(printable(speaking.reason))
    if seen.acknowledged_by:
        yield Text(f"Acknowledged by {printable(seen.acknowledged_by)}.")
    elif seen.awaits_acknowledgement:
        yield Text("Nobody has acknowledged this alert.", "bold red")


def _photographs(photographs: Iterable[PhotographView]) -> Table:
    rows = _table("photograph", "outcome", "melanoma", "diagnosis", "bundle")
    for each in photographs:
        said = each.prediction
        rows.add_row(
            Text(printable(each.name)),
            _outcome(said.outcome if said else None),
            Text(_share(said.melanoma) if said else ""),
            Text(_diagnosis(said.diagnosis) if said else ""),
            Text(f"{said.bundle.name} of {said.bundle.created[:10]}" if said else "", "dim"),
        )
    return rows


def _said(seen: CaseView) -> Iterator[Text]:
    for each in seen.decisions:
        yield Text(_signed(each))
    for found in seen.histology:
        yield Text(_found(found))


def _signed(decision: DecisionView) -> str:
    diagnosis = f" ({_diagnosis(decision.diagnosis)})" if decision.diagnosis else ""
    reason = f": {printable(decision.reason)}" if decision.reason else ""
    signed = f"signed by {printable(decision.signed_as)} {_ago(decision.signed_at)}"
    return f"{_word(decision.kind)}{diagnosis}, {signed}{reason}"


def _found(histology: HistologyView) -> str:
    thick = f", {histology.breslow_mm:g} mm after Breslow" if histology.breslow_mm else ""
    return f"Histology: {_diagnosis(histology.diagnosis)}{thick}, recorded by {printable(histology.recorded_by)}"


def _table(*columns: str) -> Table:
    rows = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        rows.add_column(name, justify="right" if name == "melanoma" else "left", no_wrap=name in ("outcome", "case"))
    return rows


def _outcome(outcome: Outcome | None) -> Text:
    return Text(outcome.value, OUTCOME_STYLES[outcome]) if outcome else Text("–", "dim")


def _share(probability: float | None) -> str:
    return "" if probability is None else f"{probability:.1%}"


def _ago(moment: datetime) -> str:
    return format_timedelta(moment - now(), add_direction=True, locale="en")


def _word(word: str) -> str:
    return word.replace("_", " ")


def _diagnosis(key: str | None) -> str:
    known = BY_KEY.get(key or "")
    return known.name if known else printable(key or "")


def _place(*words: str) -> str:
    return " · ".join(printable(word) for word in words if word)
