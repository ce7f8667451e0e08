"""Watching folders: photographs are triaged as they arrive, and alerts are told."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType

from melanoscope.bundle import Bundle
from melanoscope.console import say, stderr
from melanoscope.data.files import shown
from melanoscope.errors import InputError
from melanoscope.inference.ensemble import Ensemble
from melanoscope.prediction import Finding, Outcome
from melanoscope.report.terminal import OUTCOME_STYLES, printable
from melanoscope.triage.inputs import Inputs, Stamp, find
from melanoscope.triage.notify import Channel, Notifier
from melanoscope.triage.told import Told
from melanoscope.triage.work import Triage, TriageResult

INTERVAL = 2.0
"""Seconds between two looks."""

_AT_ONCE = 64
"""Photographs that are taken before their alerts are told and a wish to stop is heard."""


def watch(
    folders: Sequence[Path],
    out: Path,
    bundle: Bundle | Ensemble,
    resume: bool,
    channels: Iterable[Channel],
    prevalence: float | None = None,
) -> TriageResult:
    """Triage what is in `folders` and what arrives there, until Ctrl-C or SIGTERM; the results as `triage.run`.

    With `resume`, photographs that have left the folders since keep their rows. InputError as `triage.run`.
    """
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"{folder}: only a folder can be watched. Give the one that photographs arrive in.")
    with Triage(bundle, out, resume, prevalence) as triage, _stopped_by_signals() as stop:
        watching = Watch(folders, triage, channels, stop)
        say("Watching; Ctrl-C ends it.", stderr, "dim")
        watching.look()
        while not stop.wait(INTERVAL):
            watching.look()
        if untold := watching.untold():
            say(f"Alerts that could not be told: {untold}. Run this again with --resume to retry.", stderr, "bold red")
        return replace(triage.report(watching.taken), untold=untold)


class Stop:
    """A wish to stop, which a signal's handler can express whatever it interrupts: a `threading.Event` has a lock, and
    the thread that is interrupted may hold it.
    """

    def __init__(self) -> None:
        self._wished = False
        self._wake: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        self._wished = True
        self._wake.put(None)

    def is_set(self) -> bool:
        return self._wished

    def wait(self, seconds: float) -> bool:
        """Whether it is expressed within so many `seconds`."""
        with suppress(Empty):
            self._wake.get(timeout=seconds)
        return self._wished


class Watch:
    """Looks again and again. A photograph is taken once two looks find it the same: nobody is writing it any more."""

    def __init__(self, folders: Sequence[Path], triage: Triage, channels: Iterable[Channel], stop: Stop) -> None:
        self.taken = Inputs(triage.journal.photographs())
        self._folders = folders
        self._triage = triage
        self._stop = stop
        told = Told(triage.out)
        self._notifiers = [Notifier(channel, told, triage.description) for channel in channels]
        self._former: dict[Path, Stamp] = {}
        self._trouble = ""
        self._announce(map(triage.finding, self.taken.photographs))

    def look(self) -> None:
        """Take what has arrived and settled, tell of the alerts, and write the results again if there is news."""
        found = self._find()
        news = {path: stamp for path, stamp in found.photographs.items() if self._is_settled_news(path, stamp)}
        self._former = found.photographs
        self.taken.others = found.others
        rest = iter(news.items())
        while (batch := dict(islice(rest, _AT_ONCE))) and not self._stop.is_set():
            self._triage.examine(batch, self.taken.read)
            self.taken.photographs.update(batch)
            findings = [self._triage.finding(path) for path in batch]
            _say(findings)
            self._announce(findings)
            self._deliver()
        if news:
            self._triage.report(self.taken)
        self._deliver()

    def untold(self) -> int:
        """How many notifications of alerts still wait for a channel that fails."""
        return sum(len(notifier) for notifier in self._notifiers)

    def _is_settled_news(self, path: Path, stamp: Stamp) -> bool:
        return self._former.get(path) == stamp and not self._triage.journal.has(path, stamp)

    def _find(self) -> Inputs:
        """What is in the folders; where they cannot be looked into, say so once, and wait for them."""
        try:
            found = find(self._folders)
        except InputError as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                say(f"{error} Looking again.", stderr, "bold red")
            return Inputs()
        self._trouble = ""
        return found

    def _announce(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if finding.decision.outcome is Outcome.ALERT:
                content = self._triage.journal.content(finding.answer.path)
                for notifier in self._notifiers:
                    notifier.add(finding, content)

    def _deliver(self) -> None:
        for notifier in self._notifiers:
            notifier.deliver()


def _say(findings: Sequence[Finding]) -> None:
    """One line of what has arrived, and one of each alert."""
    counts = Counter(finding.decision.outcome for finding in findings)
    arrived = f"{len(findings)} new photograph{'' if len(findings) == 1 else 's'}"
    say(f"{arrived}: {', '.join(f'{counts[each]} {each.value}' for each in Outcome if counts[each])}", stderr)
    for finding in findings:
        if finding.decision.outcome is Outcome.ALERT:
            line = f"ALERT {shown(finding.answer.path)}: {finding.decision.reason}"
            say(printable(line), stderr, OUTCOME_STYLES[Outcome.ALERT])


@contextmanager
def _stopped_by_signals() -> Iterator[Stop]:
    """A wish that the first Ctrl-C or SIGTERM sets; the second one kills as usual."""
    stop = Stop()
    former = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)

    def hear(_number: int, _frame: FrameType | None) -> None:
        stop.set()
        restore()

    for number in former:
        signal.signal(number, hear)
    try:
        yield stop
    finally:
        restore()
