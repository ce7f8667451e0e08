"""Intake: from a labelled source to the photographs that are judged, each once; and how many were left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from melanoscope.bundle import Seen
from melanoscope.data.audit import belonging
from melanoscope.data.clean import clean
from melanoscope.data.duplicates import copies
from melanoscope.data.fingerprint import Fingerprint, fingerprints
from melanoscope.evaluation.leakage import leaks
from melanoscope.evaluation.study import Flow, Leak
from melanoscope.record import Record

NO_DIAGNOSIS = "no diagnosis, or none of the nine"
UNREADABLE = "unreadable"
COPIES = "further copies of a photograph"
CONFLICTS = "copies whose diagnoses contradict each other"
SEEN = "seen by the bundle: the photograph, a near copy, or its lesion"


@dataclass(frozen=True)
class Intake:
    """`records` are to be judged, with their `prints` and how the bundle has seen them, None where it has not.

    `unreadable` have a label but cannot be decoded; each with the reason.
    """

    records: tuple[Record, ...]
    prints: tuple[Fingerprint, ...]
    leaks: tuple[Leak | None, ...]
    unreadable: tuple[tuple[Record, str], ...]
    flow: Flow

    @property
    def seen(self) -> tuple[Leak, ...]:
        return tuple(leak for leak in self.leaks if leak)

    def without_seen(self) -> Intake:
        """Those that are new to the bundle."""
        new = [i for i, leak in enumerate(self.leaks) if not leak]
        return replace(
            self,
            records=tuple(self.records[i] for i in new),
            prints=tuple(self.prints[i] for i in new),
            leaks=(None,) * len(new),
            flow=Flow(self.flow.came, (*self.flow.left_out, (SEEN, len(self.records) - len(new)))),
        )


def take_in(records: Sequence[Record], seen: Sequence[Seen]) -> Intake:
    """Read every labelled photograph of `records`, know copies as the audit does, and what the bundle has seen.

    Of several copies of one photograph the one with the most pixels is judged. Where its publisher put a photograph,
    in train or test, decides nothing here.
    """
    labelled = [replace(record, published_split=None) for record in records if record.label]
    pairs = list(zip(labelled, fingerprints([record.path for record in labelled]), strict=True))
    readable = [(record, found) for record, found in pairs if isinstance(found, Fingerprint)]
    unreadable = tuple((record, str(why)) for record, why in pairs if not isinstance(why, Fingerprint))
    sound, prints = [record for record, _ in readable], [found for _, found in readable]
    table = clean(sound, prints, belonging(sound, copies(prints), ()), ())
    by_path = {record.path: found for record, found in readable}
    kept = tuple(by_path[row.path] for row in table.rows)
    further = sum(excluded.kept is not None for excluded in table.excluded)
    left_out = (
        (NO_DIAGNOSIS, len(records) - len(labelled)),
        (naming_melanomas(UNREADABLE, [record for record, _ in unreadable]), len(unreadable)),
        (COPIES, further),
        (CONFLICTS, len(table.excluded) - further),
    )
    return Intake(table.rows, kept, leaks(table.rows, kept, seen), unreadable, Flow(len(records), left_out))


def naming_melanomas(step: str, lost: Sequence[Record]) -> str:
    """The `step` of a flow that leaves out `lost`; a melanoma that is lost so is named."""
    melanomas = [r.image_id for r in lost if r.label and r.label.possible == {"melanoma"}]
    return f"{step}, among them the melanomas {', '.join(melanomas)}" if melanomas else step
