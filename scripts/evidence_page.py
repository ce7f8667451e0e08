"""Write docs/evidence from the studies that `scripts/evidence` made: tables, plots, predictions; and log each scoring.

python scripts/evidence_page.py STUDIES FOLDER
"""

import csv
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from melanoscope.evaluation.intervals import Figure
from melanoscope.report import numbers

INTRO = """# Evidence

What the ladder's networks and the shipped bundle can and cannot do, on photographs that they have not seen, made by
`scripts/evidence`. Research use only; not a medical device.

Every interval is a 95 % interval by bootstrap over lesions. `SET/SYSTEM.parquet` holds each system's predictions, from
which `melanoscope evaluate --predictions` makes the figures again. `scorings.csv` logs each scoring.
See also [the ladder](ladder/ladder.md), [how the shipped bundle was made](shipped.md), [what is told apart from a
lesion](outliers.md), [which photographs are refused](quality_gate.md), [what several views bring](views.md), [what age,
sex and site would add](clinical_data.md), [the int8 network](int8.md), [experiments with recipes](experiments.md) and
[what of the aims was reached](screening.md).
"""
SETS = {
    "held-out": "The held-out part of each one's own data",
    "ham10000-validation": "HAM10000's published validation photographs",
    "isic2017-validation": "ISIC 2017's published validation photographs",
}
ABOUT = {
    "held-out": "M1 to M4 on the part of `isic9` that no choice of the ladder has looked at, the shipped bundle on a "
    "like part of `ham10000`, `isic2017`, `uda1` and `isic9`. So the columns are of different photographs; the plot "
    "compares all five on those that they share: `isic9`'s, whose border alone gives most melanomas away (last "
    "rows of the table), to a network that was trained on nothing else most of all.",
    "ham10000-validation": "Nothing was trained, chosen or tuned on these; `scorings.csv` names each look at them.",
    "isic2017-validation": "Nothing was trained, chosen or tuned on these; `scorings.csv` names each look at them.",
}
PLOTS = {
    "melanoma-roc.png": "The shipped bundle: melanoma against the rest",
    "calibration-melanoma.png": "The shipped bundle: calibration of melanoma",
    "melanoma-decision-curve.png": "The shipped bundle: net benefit",
    "classes-confusion-0.png": "The shipped bundle: confusion of the nine classes",
    "subgroups-forest-1.png": "The shipped bundle: subgroups",
    "stress-changes.png": "The shipped bundle: stress",
    "shortcuts-probes.png": "The shipped bundle: what is told without the lesion",
    "explanations-curves.png": "The shipped bundle: do its maps show what decides?",
}
ALONE = {"the bundle: no lesion": "with the lesion painted over", "the bundle: border alone": "of the border alone"}
SHOWN = "shipped"
Json = dict[str, Any]


def main(studies: Path, folder: Path) -> None:
    parts = [part for name in SETS for part in section(name, studies / name, folder)]
    (folder / "README.md").write_text(INTRO + "\n" + "\n".join(parts), encoding="utf-8")
    log(studies, folder / "scorings.csv")


def section(name: str, studies: Path, folder: Path) -> Iterator[str]:
    systems = {path.parent.name: json.loads(path.read_text()) for path in sorted(studies.glob("*/evaluation.json"))}
    yield f"## {SETS[name]}\n\n{ABOUT[name]}\n"
    yield from table(systems)
    yield f"\n{missed(systems[SHOWN])}\n"
    yield from stress(systems[SHOWN])
    yield ""
    yield from pictures(name, studies, folder)
    for system in systems:
        keep_predictions(studies / system / "predictions.parquet", folder / name / f"{system}.parquet")


def table(systems: dict[str, Json]) -> Iterator[str]:
    rows = {system: dict(figures(study)) for system, study in systems.items()}
    yield "| | " + " | ".join(systems) + " |"
    yield "| --- |" + " ---: |" * len(systems)
    for name in rows[SHOWN]:
        yield f"| {name} | " + " | ".join(row[name] for row in rows.values()) + " |"


def figures(study: Json) -> Iterator[tuple[str, str]]:
    found = study["evaluations"][0]
    melanoma, clinic, nine = found["melanoma"], found["clinic"], found["classes"][0]
    came, judged = study["flow"]["came"], found["n"]
    yield "photographs judged, of which melanoma", f"{judged:,}, {found['melanomas']:,}"
    yield "left out (seen in training, copies, no diagnosis)", f"{came - judged:,}"
    yield "**melanoma AUC**", value(melanoma["auc"], digits=3)
    yield "malignant AUC", value(found["malignant"]["auc"], digits=3)
    yield "specificity at 95 % sensitivity", value(melanoma["specificity_at"]["0.95"], 100)
    for point in melanoma["points"]:
        yield f"{point['name']}: sensitivity", value(point["sensitivity"], 100)
        yield f"{point['name']}: specificity", value(point["specificity"], 100)
    yield "ends as ROUTINE", value(clinic["shares"]["ROUTINE"], 100)
    yield "refused (RETAKE, OUT_OF_SCOPE)", value(clinic["refused"], 100)
    yield "accuracy over the nine classes", value(nine["accuracy"], 100)
    yield "balanced accuracy", value(nine["balanced_accuracy"], 100)
    yield "expected calibration error of melanoma", value(calibration(found)["expected_calibration_error"], digits=3)
    asked = {each["seen"]: each["melanoma_auc"] for each in study["shortcuts"]}
    for seen, words in ALONE.items():
        yield f"melanoma AUC {words}", value(asked[seen], digits=3)


def calibration(found: Json) -> Json:
    return next(each for each in found["calibration"] if each["what"] == "melanoma")


def value(figure: Json, times: int = 1, digits: int = 1) -> str:
    """`0.872 (0.840–0.902)`, or why there is none."""
    if figure["value"] is None:
        return str(figure.get("why", "–"))
    point, low, high = (f"{figure[key] * times:.{digits}f}" for key in ("value", "low", "high"))
    return f"{point}{' %' if times == 100 else ''} ({low}–{high})"


def missed(study: Json) -> str:
    names = [f"{each['image_id']} ({each['outcome']})" for each in study["evaluations"][0]["clinic"]["missed"]]
    return f"Melanomas that the shipped bundle did not flag: {', '.join(names) or 'none'}."


def stress(study: Json) -> Iterator[str]:
    """What the shipped bundle makes of changed photographs: the gravest first."""
    yield "| the shipped bundle under stress | change of the AUC | sensitivity | specificity | flagged, now ROUTINE |"
    yield "| --- |" + " ---: |" * 4
    for each in sorted(study["stress"], key=lambda each: each["to_routine"]["value"], reverse=True):
        shares = (value(each[key], 100) for key in ("sensitivity", "specificity", "to_routine"))
        change = numbers.change(Figure(**each["auc_change"]))
        yield f"| {each['operation']}, {each['strength']} | {change} | {' | '.join(shares)} |"


def pictures(name: str, studies: Path, folder: Path) -> Iterator[str]:
    """The comparison's plots and the shipped bundle's, copied, with their captions; its report on paper."""
    shared = json.loads((studies / "compared" / "comparison.json").read_text())
    caption = f"All five on the {shared['n']} photographs that they share, {shared['melanomas']} of them melanomas"
    for plot in ("roc.png", "auc.png"):
        yield picture(caption, studies / "compared/plots" / plot, folder / name / f"compared-{plot}")
    for plot, caption in PLOTS.items():
        if (path := studies / SHOWN / "plots" / plot).exists():
            yield picture(caption, path, folder / name / plot)
    copy(studies / SHOWN / "report.pdf", folder / name / "shipped.pdf")
    yield f"[The shipped bundle's whole report]({name}/shipped.pdf)\n"


def picture(caption: str, path: Path, into: Path) -> str:
    copy(path, into)
    return f"![{caption}]({into.parent.name}/{into.name})"


def keep_predictions(path: Path, into: Path) -> None:
    """Without the photographs' places on the machine that scored them."""
    into.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pq.read_table(path).drop_columns(["path"]), into)


def copy(path: Path, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, into)


def log(studies: Path, path: Path) -> None:
    """Add what is not there yet: a look at held-out photographs is never forgotten."""
    columns = ["date", "set", "system", "model_sha256", "n", "melanomas", "melanoma_auc"]
    known = list(csv.DictReader(path.open())) if path.exists() else []
    for file in sorted(studies.glob("*/*/evaluation.json")):
        study = json.loads(file.read_text())
        found, model = study["evaluations"][0], study["bundle"]["model_sha256"]
        auc = f"{found['melanoma']['auc']['value']:.4f}"
        counts = found["n"], found["melanomas"]
        cells = (study["made"]["date"], file.parts[-3], found["system"], model, *counts, auc)
        row = dict(zip(columns, map(str, cells), strict=True))
        known += [row] if row not in known else []
    with path.open("w", newline="") as out:
        table = csv.DictWriter(out, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(known)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
