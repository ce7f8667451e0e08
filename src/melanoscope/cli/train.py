"""From a data set to a bundle, and the ladder of four recipes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from melanoscope.console import say, stdout
from melanoscope.extras import refuse_without

if TYPE_CHECKING:
    from melanoscope.evaluation.cases import Cases
    from melanoscope.evaluation.learning_curve import Fitted

REFERENCE = click.option(
    "--reference", "references", multiple=True, type=click.Path(path_type=Path), help="As of `audit`."
)


@click.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@REFERENCE
@click.option("--recipe", "name", required=True, help="m1, m2, m3, m4, screening, or a .toml file.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--backbone", help="Another network for the recipe, such as any convolutional timm model.")
@click.option("--hub", is_flag=True, help="Let timm download the ImageNet weights.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted training left in the run's folder.")
@click.option("--folds", type=click.IntRange(min=2), help="Cross-validate: as many networks, judged out of fold.")
@click.option("--seeds", type=click.IntRange(min=1), default=1, help="With --folds: as often, each with another seed.")
@click.option(
    "--share",
    "shares",
    multiple=True,
    type=click.FloatRange(0, 1, min_open=True),
    default=(1.0,),
    help="With --folds: fit to this share of the lesions; given several times, a learning curve.",
)
@click.option(
    "--leave-out",
    "left_out",
    metavar="COLLECTION",
    multiple=True,
    help="Judge on this collection or source a network that has seen nothing of it; may be given several times.",
)
def train(
    sources: tuple[Path, ...],
    references: tuple[Path, ...],
    name: str,
    out: Path,
    backbone: str | None,
    hub: bool,
    resume: bool,
    folds: int | None,
    seeds: int,
    shares: tuple[float, ...],
    left_out: tuple[str, ...],
) -> None:
    """Train a network on SOURCE: the clean.csv of an audit, or data sets, which are audited together first.

    With --folds, every photograph is judged by a network that had no part in it, and the pooled answers of each seed
    are written as a table for `melanoscope evaluate --predictions`. With several --share, also learning-curve.json and
    learning-curve.png: would more photographs help?
    """
    refuse_without("train", "Training")
    from melanoscope.training import recipe, run
    from melanoscope.training.device import keep_freed_memory
    from melanoscope.training.source import trainable

    if not folds and (seeds > 1 or shares != (1.0,)):
        raise click.UsageError("--seeds and --share belong to a cross-validation: give --folds, too.")
    if folds and left_out:
        raise click.UsageError("give --folds or --leave-out, not both.")
    keep_freed_memory()
    how = recipe.load(name, network=backbone)
    records = trainable(sources, references)
    if folds:
        from melanoscope.training.cross_validation import Plan, cross_validate

        plan = Plan(folds, seeds, tuple(sorted(set(shares))))
        _say_out_of_fold(cross_validate(how, records, plan, out, resume, hub), out)
        return
    if left_out:
        from melanoscope.training.leave_out import leave_out

        for answers in leave_out(how, records, left_out, out, resume, hub):
            _write(answers, out)
        return
    done = run.train(how, run.partition(records, how.seed), out, resume, hub)
    say(
        f"{done.recipe.name}: best of {done.result.epochs} epochs: {done.result.best_epoch}, "
        f"in {done.result.seconds:.0f} s. Next: melanoscope export {out} --licence LICENCE"
    )


def _write(answers: Cases, out: Path) -> None:
    from melanoscope.study import out_of_fold

    written = out_of_fold.write(answers, out)
    say(f"{answers.system}: {len(answers):,} photographs. Next: melanoscope evaluate --predictions {written}")


def _say_out_of_fold(shares: Iterable[Fitted], out: Path) -> None:
    """Write what each share of the lesions led to as soon as it is there and, where there are several, their curve."""
    from melanoscope.report.learning_curve import table
    from melanoscope.study import learning_curve

    done = []
    for fitted in shares:
        for answers in fitted.answers:
            _write(answers, out)
        done.append(fitted)
    if len(done) > 1:
        stdout.print(table(learning_curve.write(done, out)), highlight=False)
        say(f"Written to {out / learning_curve.FILE} and {out / learning_curve.PLOT}.")


@click.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The bundle's folder; by default RUN/bundle.")
@click.option("--licence", required=True, help="What the training photographs allow, such as CC-BY-NC-4.0.")
@click.option(
    "--cross-validated",
    "judged",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Predictions of the recipe's other trainings, by `train --folds` or `--leave-out`, of which the bundle tells.",
)
def export(run_folder: Path, out: Path | None, licence: str, judged: tuple[Path, ...]) -> None:
    """Make a bundle of a finished training, unless ONNX Runtime and torch disagree about it."""
    refuse_without("train", "An export")
    from melanoscope.report.bundle_table import bundle_table
    from melanoscope.study.prediction_table import read
    from melanoscope.training.export import export as make
    from melanoscope.training.run import Run

    run = Run.load(run_folder)
    stdout.print(
        bundle_table(make(run, out or run_folder / "bundle", licence, [read(path).cases() for path in judged]))
    )


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@REFERENCE
@click.option("--recipe", "names", multiple=True, default=("m1", "m2", "m3", "m4"), help="By default m1 to m4.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the runs and results.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted ladder left in the folder.")
def ladder(source: Path, references: tuple[Path, ...], names: tuple[str, ...], out: Path, resume: bool) -> None:
    """Train the recipes on SOURCE as the notebooks do, and honestly; say what of their accuracy is real."""
    refuse_without("train", "The ladder")
    from melanoscope import ladder as room
    from melanoscope.training import recipe
    from melanoscope.training.device import keep_freed_memory

    keep_freed_memory()
    result = room.run(source, references, [recipe.load(name) for name in names], out, resume)
    stdout.print(room.table(result), highlight=False)
    for sentence in (*result.notes, *result.conclusion, f"Written to {out}."):
        say(sentence)
