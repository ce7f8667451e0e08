"""Several systems on one page, and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from melanoscope.atomic import make_folder, write_text
from melanoscope.evaluation.compare import Comparison
from melanoscope.extras import evidence
from melanoscope.report import compare_tables, pdf
from melanoscope.report.numbers import count
from melanoscope.report.page import render
from melanoscope.report.section import Plot, Section

PAGE, PAPER, PLOTS = "comparison.html", "comparison.pdf", "plots"


def write(comparison: Comparison, folder: Path) -> None:
    """Write `comparison.html`, which works offline, `comparison.pdf` and `plots/` into `folder`, made where missing.

    InputError where nothing can be written there, or matplotlib or WeasyPrint are missing.
    """
    make_folder(folder)
    page = compare_page(comparison, folder / PLOTS)
    write_text(folder / PAGE, page)
    pdf.write(page, folder / PAPER)


def compare_page(comparison: Comparison, plots: Path) -> str:
    """The page, its plots drawn into the folder `plots`."""
    with evidence("The comparison"):
        from melanoscope.report.study_plots.comparison import draw
    names = " and ".join(system.name for system in comparison.systems)
    sections = _sections(comparison, *draw(comparison, plots))
    return render("study.html", title=f"Compared: {names}", stamp=comparison.stamp, sections=sections)


def _sections(comparison: Comparison, curves: Plot, forests: tuple[Plot, ...]) -> list[Section]:
    paired = "Both systems of a pair are asked about the same draws. No p is corrected for the number of pairs."
    systems, differences = compare_tables.systems(comparison), compare_tables.differences(comparison)
    return [
        Section("compared", "What was compared", tuple(_words(comparison))),
        Section("systems", "Each system", tables=systems, plots=(curves,)),
        Section("differences", "Differences", (paired,), tables=differences, plots=forests),
    ]


def _words(comparison: Comparison) -> Iterator[str]:
    judged = f"{count(comparison.n, comparison.level)}, {comparison.melanomas:,} of them melanoma"
    groups = f"{count(comparison.groups, 'group')} of one lesion or patient"
    yield f"All systems on the same {judged}. In brackets stand 95 % intervals, by bootstrap over {groups}."
    for system in comparison.systems:
        if system.left_out:
            left_out = count(system.left_out, "photograph")
            yield f"Left out, since not all systems have scored them: {left_out} of {system.name}."
    if comparison.contradicted:
        yield f"{count(comparison.contradicted, 'photograph')} left out: the systems' truths contradict each other."
    yield from comparison.notes
