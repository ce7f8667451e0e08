"""The worklist of a workstation, from any terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from melanoscope.cli.serve import refuse_without_extra
from melanoscope.console import say, stderr, stdout

if TYPE_CHECKING:
    from melanoscope.workstation.client.connection import Connection

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

_DAY = click.DateTime(["%Y-%m-%d"])
_OUTCOMES = ("alert", "review", "retake", "unreadable", "out_of_scope", "routine")
_KINDS = ("agree", "override", "refer", "biopsy", "retake", "discharge")
_STATUSES = ("scoring", "open", "second_reading", "decided")


def _with(*options: Decorator) -> Decorator:
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


_connected = _with(
    click.option(
        "--server",
        envvar="MELANOSCOPE_SERVER",
        default="http://127.0.0.1:8000",
        show_default=True,
        show_envvar=True,
        help="Where the workstation is.",
    ),
    click.option(
        "--token", envvar="MELANOSCOPE_TOKEN", required=True, show_envvar=True, help="From your profile there."
    ),
)
_filtered = _with(
    click.option("--outcome", type=click.Choice(_OUTCOMES, case_sensitive=False), help="With that outcome."),
    click.option(
        "--status",
        "statuses",
        type=click.Choice(_STATUSES),
        multiple=True,
        help="What has become of them; may be given several times. Otherwise what nobody has decided.",
    ),
    click.option("--unacknowledged", is_flag=True, help="Only alerts that nobody has acknowledged."),
    click.option("--since", type=_DAY, metavar="DAY", help="Received on that day (such as 2026-01-31) or later."),
    click.option("--until", type=_DAY, metavar="DAY", help="Received on that day or earlier."),
    click.option("--site", default="", help="Where on the body."),
    click.option("--reader", default="", help="Acknowledged or decided by that account."),
    click.option("--find", default="", metavar="WORDS", help="With all of these words."),
    click.option("--names", is_flag=True, help="Show patients' numbers and names, which is logged."),
)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, and nothing else, on stdout.")


@click.group()
def worklist() -> None:
    """See and judge the cases of a workstation that is running, here or elsewhere.

    Exit code 0 where it was done, 1 where you were asked and said no, 2 where it could not be done.
    """


@worklist.command("list")
@_filtered
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="Cases at most.")
@_json
@_connected
def list_cases(server: str, token: str, as_json: bool, limit: int, **wanted: Any) -> None:
    """The cases, the most urgent first."""
    found = _connect(server, token).listed([*_query(**wanted), ("limit", str(limit))])
    from melanoscope.workstation.client import tables

    _show(found, as_json, tables.worklist)


@worklist.command()
@click.argument("photographs", metavar="PHOTOGRAPH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--reference", default="", help="The hospital's number of the patient.")
@click.option("--birth-year", type=int, help="The patient's.")
@click.option("--sex", type=click.Choice(["female", "male", "other"]), help="The patient's.")
@click.option("--site", default="", help="Where on the body.")
@click.option("--label", default="", help="What the lesion is called.")
@_json
@_connected
def add(server: str, token: str, as_json: bool, photographs: tuple[Path, ...], **about: Any) -> None:
    """Make a case of PHOTOGRAPH..., which are of one lesion. They are scored afterwards."""
    added = _connect(server, token).add(photographs, {name: str(value) for name, value in about.items() if value})
    if as_json:
        _print_json(added)
        return
    say(added[0].case)
    for path, each in zip(photographs, added, strict=True):
        if each.unreadable:
            say(f"{path} cannot be read: {each.unreadable}.")
        if each.copy:
            say(f"{path} repeats a photograph of the case {each.copy.case}.")


@worklist.command()
@click.argument("case")
@_json
@_connected
def show(server: str, token: str, as_json: bool, case: str) -> None:
    """All that is known of CASE."""
    found = _connect(server, token).seen(case).case
    from melanoscope.workstation.client import tables

    _show(found, as_json, tables.sheet)


@worklist.command()
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@_connected
def acknowledge(server: str, token: str, cases: tuple[str, ...]) -> None:
    """Say that you have seen the alerts of CASE..."""
    connection = _connect(server, token)
    for each in cases:
        say(f"{each}: acknowledged by {connection.acknowledge(each).acknowledged_by}.")


@worklist.command()
@click.argument("cases", metavar="CASE...", nargs=-1, required=True)
@_connected
def rescore(server: str, token: str, cases: tuple[str, ...]) -> None:
    """Ask the bundle that speaks of CASE... once more, where another one spoke last. What that one said is kept."""
    connection = _connect(server, token)
    for each in cases:
        connection.rescore(each)
        say(f"{each}: is scored again.")


@worklist.command()
@click.argument("case")
@click.argument("kind", type=click.Choice(_KINDS))
@click.option("--diagnosis", metavar="KEY", help="Such as melanoma or nevus; an override needs it.")
@click.option("--reason", default="", help="An override needs it, and a later decision.")
@click.option("--second-reader", is_flag=True, help="Another person is to decide too.")
@click.option("--yes", is_flag=True, help="Sign without being asked.")
@_connected
def decide(
    server: str,
    token: str,
    case: str,
    kind: str,
    diagnosis: str | None,
    reason: str,
    second_reader: bool,
    yes: bool,
) -> None:
    """Sign a decision about CASE, once you have confirmed what you are shown of it."""
    connection = _connect(server, token)
    from melanoscope.workstation.client import tables
    from melanoscope.workstation.service.deciding import DecisionRequest
    from melanoscope.workstation.store.words import DecisionKind

    seen = connection.seen(case)
    if not yes:
        stdout.print(tables.sheet(seen.case))
        if not click.confirm(f"Sign “{kind}”?", err=True):
            say("Nothing was signed.", stderr)
            sys.exit(1)
    signed = connection.decide(seen, DecisionRequest(DecisionKind(kind), diagnosis, reason, second_reader))
    say(f"{case}: {kind}, signed by {signed.decisions[-1].signed_by}.")


@worklist.command()
@click.argument("case")
@click.argument("diagnosis")
@click.option("--reported-on", type=_DAY, metavar="DAY", required=True, help="When the pathologist reported it.")
@click.option("--breslow", type=float, metavar="MM", help="A melanoma's thickness.")
@click.option("--remark", default="", help="What else the report says.")
@_connected
def histology(
    server: str, token: str, case: str, diagnosis: str, reported_on: datetime, breslow: float | None, remark: str
) -> None:
    """Record that the pathologist found DIAGNOSIS, such as melanoma or nevus, in the lesion of CASE."""
    connection = _connect(server, token)
    from melanoscope.workstation.service.histology import HistologyRequest

    report = HistologyRequest(diagnosis, reported_on.date(), breslow, remark)
    last = connection.record_histology(case, report).histology[-1]
    say(f"{case}: {last.diagnosis} by histology, recorded by {last.recorded_by}.")


@worklist.command()
@_filtered
@click.option("--out", type=click.Path(path_type=Path), help="The file; stdout if none is named.")
@_connected
def export(server: str, token: str, out: Path | None, **wanted: Any) -> None:
    """All cases as a CSV table."""
    from melanoscope.atomic import replacing

    table = _connect(server, token).table(_query(**wanted))
    if out is None:
        click.echo(table, nl=False)
        return
    with replacing(out) as path:
        path.write_bytes(table)
    say(f"Written to {out}.")


def _connect(server: str, token: str) -> Connection:
    refuse_without_extra()
    from melanoscope.workstation.client.connection import Connection

    return Connection(server, token)


def _query(
    statuses: tuple[str, ...],
    outcome: str | None,
    since: datetime | None,
    until: datetime | None,
    find: str,
    **rest: Any,
) -> list[tuple[str, str]]:
    """The parameters of the API's list, as `Filter` has them."""
    values = {
        "outcome": outcome.upper() if outcome else None,
        "since": since.date() if since else None,
        "until": until.date() if until else None,
        "text": find,
    }
    given = [(name, str(value)) for name, value in (values | rest).items() if value not in (None, "", False)]
    return [*given, *(("status", each) for each in statuses)]


def _show(found: Any, as_json: bool, table: Callable[[Any], Any]) -> None:
    if as_json:
        _print_json(found)
    else:
        stdout.print(table(found))


def _print_json(found: Any) -> None:
    from pydantic import TypeAdapter

    click.echo(TypeAdapter(Any).dump_json(found, indent=2))
