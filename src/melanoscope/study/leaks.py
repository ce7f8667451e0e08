"""What a study does with photographs that the bundle was made with: refuses, leaves them out, or stamps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from melanoscope.data import csv_file
from melanoscope.errors import InputError
from melanoscope.evaluation.study import Leak
from melanoscope.study.intake import Intake
from melanoscope.study.settings import OnSeen

NAME = "leaks.csv"
STAMP = "Measured on photographs that the bundle was made with"
_NAMED = 3


def new(intake: Intake, source: Path, out: Path, on_seen: OnSeen) -> Intake:
    """What may be judged. The photographs that the bundle was made with are listed in `leaks.csv`.

    InputError where there are some, unless `on_seen` says otherwise.
    """
    if not intake.seen:
        (out / NAME).unlink(missing_ok=True)
        return intake
    rows = ((leak.image_id, leak.how, leak.seen) for leak in intake.seen)
    csv_file.write(out / NAME, ("image_id", "how", "seen"), rows)
    if on_seen is OnSeen.REFUSE:
        raise InputError(_refusal(intake.seen, len(intake.records), source, out))
    return intake.without_seen() if on_seen is OnSeen.DROP else intake


def _refusal(seen: Sequence[Leak], n: int, source: Path, out: Path) -> str:
    names = ", ".join(leak.image_id for leak in seen[:_NAMED]) + (" …" if len(seen) > _NAMED else "")
    return (
        f"The bundle was made with {len(seen):,} of the {n:,} photographs of {source}, their copies or their lesions "
        f"({names}): {out / NAME} lists them. Leave them out with --drop-seen, or stamp all figures with --allow-seen."
    )
