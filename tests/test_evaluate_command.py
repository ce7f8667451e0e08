from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from melanoscope import cli
from melanoscope.bundle import Bundle

SOURCE = Path(__file__).parent / "data" / "photographs"


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["melanoscope", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_a_bundle_is_judged_with_every_probe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], toy: Bundle, tmp_path: Path
) -> None:
    code = ended(monkeypatch, "evaluate", toy.folder, SOURCE, "--out", tmp_path, "--rounds", 100, "--stress")

    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    assert "melanoma AUC" in printed.out and "report.html" in printed.out
    study = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert study["stress"] and study["shortcuts"] and study["explanation"]
    assert study["made"]["command"].startswith("melanoscope evaluate")


def test_several_bundles_and_views_are_judged_as_one(
    monkeypatch: pytest.MonkeyPatch, toy: Bundle, sibling: Bundle, tmp_path: Path
) -> None:
    bundles, quick = (toy.folder, sibling.folder), ("--rounds", 100, "--no-shortcuts")

    code = ended(monkeypatch, "evaluate", *bundles, SOURCE, "--out", tmp_path, "--views", 2, *quick)

    study = json.loads((tmp_path / "evaluation.json").read_text(encoding="utf-8"))
    assert code == 0
    assert study["bundle"]["name"] == "toy + sibling, 2 views"
    assert study["explanation"] is None


def test_saved_predictions_are_judged_and_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    for name, scores in (("a", (0.1, 0.2, 0.3, 0.4)), ("b", (0.4, 0.2, 0.3, 0.1))):
        rows = [f"{i},{score},{'nevus' if i % 2 else 'melanoma'}" for i, score in enumerate(scores)]
        (tmp_path / f"{name}.csv").write_text("\n".join(["image,MEL,truth", *rows]), encoding="utf-8")

    judged = ended(
        monkeypatch, "evaluate", "--predictions", tmp_path / "a.csv", "--out", tmp_path / "a", "--rounds", 100
    )
    compared = ended(
        monkeypatch, "compare", tmp_path / "a", tmp_path / "b.csv", "--out", tmp_path / "c", "--rounds", 100
    )

    assert (judged, compared) == (0, 0)
    assert "comparison.html" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["shipped"], "give a BUNDLE"),
        (["--predictions", "a.csv", "x", "y"], "one SOURCE at most"),
        (["--predictions", "a.csv", "--stress"], "nothing that needs a bundle"),
        (["--predictions", "a.csv", "--views", "2"], "nothing that needs a bundle"),
        (["shipped", "x", "--views", "3"], "3 views cannot be"),
        (["shipped", "shipped", "x"], "a bundle is given twice"),
        (["shipped", "x", "--drop-seen", "--allow-seen"], "not both"),
        (["shipped", "gone"], "gone does not exist"),
        (["gone", "x"], "gone is no bundle"),
        (["shipped", "x", "--prevalence", "2"], "not in the range"),
        (["--predictions", "gone.csv"], "gone.csv does not exist"),
        (["shipped", "x", "--metadata", "gone.csv"], "gone.csv does not exist"),
        (["shipped", "x", "--masks", "gone"], "gone is no folder of masks"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert ended(monkeypatch, "evaluate", *arguments, "--out", "out") == 2
    printed = capsys.readouterr()
    assert sentence in printed.err and printed.err.count("\n") == 1
