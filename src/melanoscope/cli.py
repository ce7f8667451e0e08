"""The command line: one thin command per job."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING

import click

from melanoscope.console import say, stderr, stdout
from melanoscope.errors import InputError

if TYPE_CHECKING:
    from melanoscope.bundle import Bundle
    from melanoscope.evaluation.learning_curve import Fitted

SHIPPED = Path("shipped")
"""The word for the bundle that comes with the package."""


@click.group()
@click.version_option(package_name="melanoscope")
def cli() -> None:
    """Find melanoma in dermoscopic photographs. Research use only; not a medical device."""


class _DescribeByDefault(click.Group):
    """`melanoscope data SOURCE` is `melanoscope data describe SOURCE`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        known = {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, ["describe", *args] if args and args[0] not in known else args)


@cli.group(cls=_DescribeByDefault)
def data() -> None:
    """Describe a data set (`melanoscope data SOURCE`), or get one (`melanoscope data get NAME DEST`)."""


@data.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Write summary.json and two plots into this folder.")
def describe(sources: tuple[Path, ...], out: Path | None) -> None:
    """Count the photographs of SOURCE per class and split; show their sizes and licences."""
    from melanoscope.data import read
    from melanoscope.data.describe import summarise
    from melanoscope.report import data_set

    records = [record for source in sources for record in read(source)]
    summary = summarise(records)
    stdout.print(data_set.table(summary), highlight=False)
    for sentence in data_set.sentences(summary):
        say(sentence)
    if out:
        data_set.write(summary, records, out)
        say(f"Written to {out}.")


@cli.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--reference",
    "references",
    metavar="CSV",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A table that is trusted more than the sources' labels; may be given several times.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the page and the tables.")
def audit(sources: tuple[Path, ...], references: tuple[Path, ...], out: Path) -> None:
    """Find copies, label conflicts, leaks and shortcuts in SOURCE, and make a clean table for training.

    Writes audit.html, audit.json, clean.csv (one row per photograph, its diagnosis resolved) and excluded.csv.
    """
    from melanoscope.atomic import make_folder
    from melanoscope.data import read
    from melanoscope.data.audit import audit as run
    from melanoscope.data.resolve import Reference
    from melanoscope.report import audit_page, audit_words

    trusted = [Reference.read(table) for table in references]
    records = [record for source in sources for record in read(source)]
    make_folder(out)
    found = run(records, trusted)
    audit_page.write(found, out)
    stdout.print(audit_words.table(found), audit_words.class_table(found), sep="\n", highlight=False)
    for sentence in (*map(audit_words.shortcut, found.confounding), audit_words.conclusion(found)):
        say(sentence)
    say(f"Page: {out / audit_page.PAGE}")


@cli.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default="melanoscope-out", show_default=True)
@click.option(
    "--bundle",
    "bundles",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A bundle's folder, or `shipped`, as by default; several speak together.",
)
@click.option("--views", type=int, default=1, show_default=True, help="Look at each photograph 2, 4 or 8 ways round.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted run left in the results folder.")
@click.option(
    "--prevalence", type=float, help="Share of your patients with melanoma: probabilities for them; outcomes stay."
)
@click.option("--json", "as_json", is_flag=True, help="Print predictions.json, and nothing else, on stdout.")
@click.option("--watch", "watching", is_flag=True, help="Keep looking at the folders, until Ctrl-C.")
@click.option(
    "--on-alert", metavar="CMD", help="With --watch: run CMD for each alert; its word {path}, or last one, is it."
)
@click.option("--webhook", metavar="URL", help="With --watch: post each alert to URL as JSON.")
def triage(
    paths: tuple[Path, ...],
    out: Path,
    bundles: tuple[Path, ...],
    views: int,
    resume: bool,
    prevalence: float | None,
    as_json: bool,
    watching: bool,
    on_alert: str | None,
    webhook: str | None,
) -> None:
    """Rank the photographs at PATH (folders, files, globs, zips): who needs a dermatologist first?

    Exit code 0 when every photograph could be read and every alert told, 1 when some could not, 2 when the input is
    wrong.
    """
    from melanoscope.inference.ensemble import Ensemble
    from melanoscope.triage import run
    from melanoscope.triage.notify import channels
    from melanoscope.triage.table import table
    from melanoscope.triage.watch import watch
    from melanoscope.triage.work import JSON, PAGE

    told = channels(on_alert, webhook)
    if told and not watching:
        raise click.UsageError("--on-alert and --webhook tell of what arrives: they need --watch.")
    loaded = Ensemble.of([_bundle(folder) for folder in bundles or (SHIPPED,)], views)
    if watching:
        result = watch(paths, out, loaded, resume, told, prevalence)
    else:
        result = run(paths, out, loaded, resume, prevalence)
    if as_json:
        click.echo((out / JSON).read_bytes(), nl=False)
    else:
        stdout.print(table(result))
        spoke = f"{loaded.description.name} of {loaded.description.created}"
        say(f"Report: {out / PAGE}; bundle: {spoke}")
    sys.exit(0 if result.is_complete else 1)


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--recipe", "name", required=True, help="m1, m2, m3, m4, or a .toml file.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The run's folder.")
@click.option("--backbone", help="Another network for the recipe, such as any timm model.")
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
def train(
    source: Path,
    name: str,
    out: Path,
    backbone: str | None,
    hub: bool,
    resume: bool,
    folds: int | None,
    seeds: int,
    shares: tuple[float, ...],
) -> None:
    """Train a network on SOURCE: the clean.csv of an audit, or a data set's folder, which is audited first.

    With --folds, every photograph is judged by a network that had no part in it, and the pooled answers of each seed
    are written as a table for `melanoscope evaluate --predictions`. With several --share, also learning-curve.json and
    learning-curve.png: would more photographs help?
    """
    from melanoscope.training import recipe, run
    from melanoscope.training.device import keep_freed_memory
    from melanoscope.training.source import trainable

    if not folds and (seeds > 1 or shares != (1.0,)):
        raise click.UsageError("--seeds and --share belong to a cross-validation: give --folds, too.")
    keep_freed_memory()
    how = recipe.load(name, network=backbone)
    records = trainable(source)
    if folds:
        from melanoscope.training.cross_validation import Plan, cross_validate

        plan = Plan(folds, seeds, tuple(sorted(set(shares))))
        _say_out_of_fold(cross_validate(how, records, plan, out, resume, hub), out)
        return
    done = run.train(how, run.partition(records, how.seed), out, resume, hub)
    say(
        f"{done.recipe.name}: best of {done.result.epochs} epochs: {done.result.best_epoch}, "
        f"in {done.result.seconds:.0f} s. Next: melanoscope export {out}"
    )


@cli.command()
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="The bundle's folder; by default RUN/bundle.")
@click.option("--licence", required=True, help="What the training photographs allow, such as CC-BY-NC-4.0.")
def export(run_folder: Path, out: Path | None, licence: str) -> None:
    """Make a bundle of a finished training, unless ONNX Runtime and torch disagree about it."""
    from melanoscope.report.bundle_table import bundle_table
    from melanoscope.training.export import export as make
    from melanoscope.training.run import Run

    stdout.print(bundle_table(make(Run.load(run_folder), out or run_folder / "bundle", licence)))


@cli.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--reference", "references", multiple=True, type=click.Path(path_type=Path), help="As of `audit`.")
@click.option("--recipe", "names", multiple=True, default=("m1", "m2", "m3", "m4"), help="By default m1 to m4.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder of the runs and results.")
@click.option("--resume", is_flag=True, help="Go on with what an interrupted ladder left in the folder.")
def ladder(source: Path, references: tuple[Path, ...], names: tuple[str, ...], out: Path, resume: bool) -> None:
    """Train the recipes on SOURCE as the notebooks do, and honestly; say what of their accuracy is real."""
    from melanoscope import ladder as room
    from melanoscope.training import recipe
    from melanoscope.training.device import keep_freed_memory

    keep_freed_memory()
    result = room.run(source, references, [recipe.load(name) for name in names], out, resume)
    stdout.print(room.table(result), highlight=False)
    for sentence in (*result.notes, *result.conclusion, f"Written to {out}."):
        say(sentence)


@cli.command()
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

    loaded = _bundle(folder)
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


@cli.command()
@click.argument("what", metavar="[BUNDLE]... SOURCE", nargs=-1, type=click.Path(path_type=Path))
@click.option("--predictions", type=click.Path(path_type=Path), help="Judge this CSV or Parquet table, of any system.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="The folder for the figures and the report."
)
@click.option("--level", "levels", multiple=True, type=click.Choice(["photograph", "lesion", "patient"]))
@click.option("--prevalence", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Of melanoma, in use.")
@click.option(
    "--metadata",
    "tables",
    metavar="CSV",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Age, sex, site, skin type, lesion or patient of photographs; may be given several times.",
)
@click.option("--split", type=click.Choice(["train", "validation", "test"]), help="Only this part of the SOURCE.")
@click.option("--views", type=int, default=1, show_default=True, help="As of `triage`.")
@click.option("--drop-seen", is_flag=True, help="Leave out the photographs that the bundle was made with.")
@click.option("--allow-seen", is_flag=True, help="Judge them all the same, and stamp every figure.")
@click.option("--stress", is_flag=True, help="Also on changed photographs: blurred, turned, marked with a pen …")
@click.option("--shortcuts/--no-shortcuts", default=True, help="What can be told without the lesion; by default, yes.")
@click.option("--explanations/--no-explanations", default=True, help="Do the activation maps show what decides?")
@click.option("--masks", type=click.Path(path_type=Path), help="A folder of lesions' masks; else they are found.")
@click.option("--rounds", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--resume", is_flag=True, help="Go on with what an interrupted evaluation left in the folder.")
def evaluate(
    what: tuple[Path, ...],
    predictions: Path | None,
    out: Path,
    levels: tuple[str, ...],
    prevalence: float | None,
    tables: tuple[Path, ...],
    split: str | None,
    views: int,
    drop_seen: bool,
    allow_seen: bool,
    stress: bool,
    shortcuts: bool,
    explanations: bool,
    masks: Path | None,
    rounds: int,
    seed: int,
    resume: bool,
) -> None:
    """Judge a BUNDLE, or `shipped`, on the labelled photographs of SOURCE: figures with intervals, and a report.

    Several BUNDLEs speak together. With --predictions, judge what any system said; SOURCE then gives the truth, if the
    table does not.
    """
    from melanoscope.data.readers.metadata import Metadata
    from melanoscope.inference.ensemble import Ensemble
    from melanoscope.report.evaluation_table import table
    from melanoscope.study import conduct
    from melanoscope.study.masks import Masks
    from melanoscope.study.settings import OnSeen, Probes, Settings

    probes = Probes(stress, shortcuts, explanations, Masks(masks))
    settings = Settings(levels, prevalence, rounds, seed, tuple(map(Metadata.read, tables)), split)
    if drop_seen and allow_seen:
        raise click.UsageError("give --drop-seen or --allow-seen, not both.")
    if predictions:
        if len(what) > 1 or split or views > 1 or stress or masks or drop_seen or allow_seen:
            raise click.UsageError("--predictions takes one SOURCE at most, and nothing that needs a bundle.")
        study = conduct.of_predictions(predictions, what[0] if what else None, out, settings)
    elif len(what) > 1:
        on_seen = OnSeen.DROP if drop_seen else OnSeen.ALLOW if allow_seen else OnSeen.REFUSE
        loaded = Ensemble.of([_bundle(folder) for folder in what[:-1]], views)
        study = conduct.of_bundle(loaded, what[-1], out, settings, probes, on_seen, resume)
    else:
        raise click.UsageError("give a BUNDLE (or `shipped`) and a SOURCE, or --predictions.")
    stdout.print(table(study), highlight=False)
    say(f"Report: {out / 'report.html'}")


@cli.command()
@click.argument("systems", metavar="SYSTEM...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--truth", type=click.Path(path_type=Path), help="A data set or a table of diagnoses, for all systems.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder for the page.")
@click.option("--level", default="photograph", type=click.Choice(["photograph", "lesion", "patient"]))
@click.option("--rounds", type=click.IntRange(min=100), default=2000, show_default=True, help="Of the bootstrap.")
@click.option("--seed", type=int, default=0, show_default=True)
def compare(systems: tuple[Path, ...], truth: Path | None, out: Path, level: str, rounds: int, seed: int) -> None:
    """Compare SYSTEMs on the photographs that all have scored: tables of predictions, or folders of `evaluate`."""
    from melanoscope.report.evaluation_table import comparison_table
    from melanoscope.study.comparison import compare as run

    stdout.print(comparison_table(run(systems, truth, out, level, rounds, seed)), highlight=False)
    say(f"Page: {out / 'comparison.html'}")


@cli.command()
@click.argument("folders", metavar="EVALUATION...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder for the papers.")
def report(folders: tuple[Path, ...], out: Path) -> None:
    """Fill the papers that reviewers ask for from what `evaluate` logged in the EVALUATION folders of one bundle.

    A model card, and the checklists TRIPOD+AI, STARD-AI and CLEAR Derm; what nobody measured stays blank.
    """
    from melanoscope.report.papers.log import Log
    from melanoscope.report.papers.write import write

    for title, (answered, items) in write(Log.read(folders), out).items():
        say(f"{title}: {answered} of {items} items answered from the log; the others are blank, for the authors.")
    say(f"Written to {out}.")


@cli.group()
def bundle() -> None:
    """What a trained model is, and whether it is whole."""


@bundle.command()
@click.argument("folder", default=SHIPPED, type=click.Path(path_type=Path))
def info(folder: Path) -> None:
    """Describe the bundle in FOLDER, by default the shipped one."""
    from melanoscope.report.bundle_table import bundle_table

    stdout.print(bundle_table(_bundle(folder)))


@bundle.command()
@click.argument("folder", default=SHIPPED, type=click.Path(path_type=Path))
def verify(folder: Path) -> None:
    """Check that the bundle in FOLDER is whole and unchanged, by default the shipped one."""
    loaded = _bundle(folder)
    loaded.verify()
    say(f"{loaded.folder} is whole and unchanged: its model and description are those of {loaded.description.name}.")


@data.command()
@click.argument("name", type=click.Choice(["isic9", "ham10000"]))
@click.argument("dest", type=click.Path(path_type=Path))
def get(name: str, dest: Path) -> None:
    """Download a data set from the ISIC Archive into DEST; run again, it goes on where it stopped."""
    from melanoscope.data.download import download

    done = download(name, dest)
    for failure in done.failures:
        say(f"{failure.image_id}: {failure.reason}", stderr)
    failed = f", {len(done.failures):,} failed (run again to go on)" if done.failures else ""
    say(f"{dest}: {done.fetched:,} files fetched, {done.there:,} were there{failed}.")
    sys.exit(1 if done.failures else 0)


def main() -> None:
    """Run a command; what is wrong with its input is one sentence on stderr, and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode shows ? for what it lacks
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message())
    except InputError as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'the system'}: {error.strerror or error}. Check the path, permissions and disk.")
    except (KeyboardInterrupt, click.Abort):
        say("melanoscope: interrupted; train, ladder, triage and evaluate go on with --resume.", stderr, style="bold")
        sys.exit(130)


def _bundle(folder: Path) -> Bundle:
    """The bundle in `folder`, or the one that comes with the package."""
    from melanoscope.bundle import Bundle

    return Bundle.shipped() if folder == SHIPPED else Bundle.load(folder)


def _say_out_of_fold(shares: Iterable[Fitted], out: Path) -> None:
    """Write what each share of the lesions led to as soon as it is there and, where there are several, their curve."""
    from melanoscope.report.learning_curve import table
    from melanoscope.study import learning_curve, out_of_fold

    done = []
    for fitted in shares:
        for answers in fitted.answers:
            written = out_of_fold.write(answers, out)
            say(f"{answers.system}: {len(answers):,} photographs. Next: melanoscope evaluate --predictions {written}")
        done.append(fitted)
    if len(done) > 1:
        stdout.print(table(learning_curve.write(done, out)), highlight=False)
        say(f"Written to {out / learning_curve.FILE} and {out / learning_curve.PLOT}.")


def _fail(sentence: str) -> None:
    say(f"melanoscope: {sentence}", stderr, style="bold red")
    sys.exit(2)
