"""Leave one collection out: is what was learned true of other clinics and cameras, or only of its own?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from melanoscope.data.split import Split
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.record import Record
from melanoscope.training.cross_validation import Pool, cases, judge
from melanoscope.training.recipe import Recipe
from melanoscope.training.run import tuned


def left_out(records: Sequence[Record], name: str, seed: int) -> Split:
    """`test` holds the photographs of the collection or source `name`, also those that were read from another.

    No photograph of their groups is fitted or tuned on. Published test and validation photographs are on no side.
    InputError where there is nothing of that name, or nothing else.
    """
    free = [r for r in records if r.diagnosis and r.published_split not in ("test", "validation")]
    held_out = tuple(r for r in free if name in (r.collection, r.source))
    units = {r.unit for r in held_out} | {r.unit for r in records if r.published_split in ("test", "validation")}
    others = [r for r in free if r.unit not in units]
    if not held_out or not others:
        names = sorted({name for r in free for name in (r.collection, r.source) if name})
        raise InputError(f"Leaving out {name} leaves nothing to judge or to fit: give one of {', '.join(names)}.")
    return tuned(others, held_out, seed)


def leave_out(
    how: Recipe, records: Sequence[Record], names: Sequence[str], folder: Path, resume: bool = False, hub: bool = False
) -> Iterator[Cases]:
    """For each of `names` a network that has seen nothing of it, and what it says of that; as soon as it is done."""
    divided = {name: left_out(records, name, how.seed) for name in names}
    pool = Pool.load(list(divided.values()), how.size)
    for name, one in divided.items():
        judged = judge(how, one, folder / f"without-{name}", pool, resume, hub)
        yield cases(f"{how.name} without {name}, seed {how.seed}", [one], [judged])
