"""The report of a study: one page, the same on paper, and its plots."""

from __future__ import annotations

from pathlib import Path

from melanoscope.atomic import make_folder, write_text
from melanoscope.evaluation.study import Study
from melanoscope.extras import evidence
from melanoscope.report import pdf
from melanoscope.report.page import render
from melanoscope.report.study_sections import sections

PAGE, PAPER, PLOTS = "report.html", "report.pdf", "plots"


def write(study: Study, folder: Path) -> None:
    """Write `report.html`, which works offline, `report.pdf` and `plots/` into `folder`, made where it is missing.

    InputError where nothing can be written there, or matplotlib or WeasyPrint are missing.
    """
    make_folder(folder)
    page = study_page(study, folder / PLOTS)
    write_text(folder / PAGE, page)
    pdf.write(page, folder / PAPER)


def study_page(study: Study, plots: Path) -> str:
    """The page, its plots drawn into the folder `plots`."""
    with evidence("The report"):
        from melanoscope.report import study_plots
    evaluation = study.evaluations[0]
    return render(
        "study.html",
        bundle=study.bundle,
        title=f"{evaluation.system} on {evaluation.source}",
        stamp=evaluation.stamp,
        sections=sections(study, study_plots.draw(study, plots)),
    )
