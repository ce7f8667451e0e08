"""What a bundle is, whether it is whole, and from when it alerts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from melanoscope.console import say, stdout

if TYPE_CHECKING:
    from melanoscope.bundle import Bundle

SHIPPED = Path("shipped")
"""The word for the bundle that comes with the package."""


def load_bundle(folder: Path, fast: bool = False) -> Bundle:
    """The bundle in `folder`, or the one that comes with the package; `fast` with its int8 network."""
    from melanoscope.bundle import Bundle

    loaded = Bundle.shipped() if folder == SHIPPED else Bundle.load(folder)
    return loaded.fast() if fast else loaded


@click.group()
def bundle() -> None:
    """What a trained model is, and whether it is whole."""


@bundle.command()
@click.argument("folder", default=SHIPPED, type=click.Path(path_type=Path))
def info(folder: Path) -> None:
    """Describe the bundle in FOLDER, by default the shipped one."""
    from melanoscope.report.bundle_table import bundle_table

    stdout.print(bundle_table(load_bundle(folder)))


@bundle.command()
@click.argument("folder", default=SHIPPED, type=click.Path(path_type=Path))
def verify(folder: Path) -> None:
    """Check that the bundle in FOLDER is whole and unchanged, by default the shipped one."""
    loaded = load_bundle(folder)
    loaded.verify()
    say(f"{loaded.folder} is whole and unchanged: its model and description are those of {loaded.description.name}.")


@click.command()
@click.argument("folder", metavar="BUNDLE", type=click.Path(path_type=Path))
@click.option("--sensitivity", type=float, help="Share of the melanomas that must be flagged, such as 0.95.")
@click.option("--harm-ratio", type=float, help="Unnecessary excisions that one missed melanoma is worth, such as 20.")
@click.option("--prevalence", type=float, help="Share of patients with melanoma; by default as in the held-out data.")
@click.option("--out", type=click.Path(path_type=Path), help="Write a bundle with these points into a new folder.")
def operate(
    folder: Path, sensitivity: float | None, harm_ratio: float | None, prevalence: float | None, out: Path | None
) -> None:
    """Choose again from when the photographs of the users of BUNDLE, or `shipped`, are flagged, and what that costs.

    By a wanted sensitivity, or by a harm ratio at a prevalence, on the photographs that the bundle kept for this.
    """
    from melanoscope.inference import operate as room
    from melanoscope.prediction import MELANOMA
    from melanoscope.report.cost_table import cost_table

    loaded = load_bundle(folder)
    patients = loaded.description.priors[MELANOMA] if prevalence is None else prevalence
    if sensitivity is not None and harm_ratio is None:
        points = room.at_sensitivity(loaded, sensitivity)
    elif harm_ratio is not None and prevalence is not None and sensitivity is None:
        points = room.at_harm_ratio(loaded, harm_ratio, prevalence)
    else:
        raise click.UsageError("give either --sensitivity, or --harm-ratio together with --prevalence.")
    former = loaded.description.operating_points
    now, chosen = (room.cost_of(loaded, each, patients) for each in (former, points))
    stdout.print(cost_table((former, now), (points, chosen)))
    if out:
        say(f"Written to {room.save_with(loaded, points, out).folder}.")
    else:
        say("Nothing was changed: give --out to write a bundle with these points.")
