from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from melanoscope.bundle import Bundle
from melanoscope.diagnosis import Label
from melanoscope.errors import InputError
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.study import Shortcut
from melanoscope.inference.predictor import Predictor
from melanoscope.record import Record
from melanoscope.study.masks import Masks
from melanoscope.study.shortcuts import shortcuts
from melanoscope.study.sights import SHOWN, SIGHTS
from real_cases import real_cases

ROUNDS = 50
NEED_LESION = [name for name in SHOWN if name != "the bundle: border alone"]


def by_name(cases: Cases, bundle: Bundle, masks: Masks | None = None) -> dict[str, Shortcut]:
    return {each.seen: each for each in shortcuts(cases, Predictor(bundle), masks or Masks(), ROUNDS)}


def framed(folder: Path, photographs: list[Path]) -> Cases:
    """Copies of the photographs, half of them melanomas by name, and these alone with a yellowish frame."""
    records = []
    for i, path in enumerate(photographs):
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB")).copy()
        if sick := i % 2 == 0:
            pixels[:6] = pixels[-6:] = (220, 220, 120)
        name = folder / f"{i}.png"
        Image.fromarray(pixels).save(name)
        label = Label.of("melanoma" if sick else "nevus")
        records.append(Record(name, name.stem, label, group=path.stem))
    return Cases("toy", "framed", tuple(records), np.zeros(len(records)))


def test_a_frame_that_gives_the_melanomas_away_is_seen_by_the_border_and_not_by_the_outline(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    found = by_name(framed(tmp_path, photographs), toy)

    assert found["border"].melanoma_auc.value > 0.95
    assert found["border"].balanced_accuracy.value > 0.9
    assert found["photograph without lesion"].melanoma_auc.value > 0.95
    assert found["outline of the lesion"].melanoma_auc.value < 0.8


def test_a_lesion_is_never_on_both_sides(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    """Copies of one photograph, whose label is drawn, could be recognised across folds: as one group they are not."""
    sick = np.random.default_rng(0).random(24) < 0.5
    records = [
        Record(path, f"{path.stem}-{copy}", Label.of("melanoma" if ill else "nevus"), group=path.stem)
        for path, ill in zip(photographs[:24], sick, strict=True)
        for copy in range(3)
    ]
    cases = Cases("toy", "copies", tuple(records), np.zeros(len(records)))

    assert by_name(cases, toy)["border"].melanoma_auc.value < 0.8


def test_every_probe_has_its_figures_and_what_it_could_not_be_asked_about(
    toy: Bundle, photographs: list[Path], tmp_path: Path
) -> None:
    """Masks of all but three."""
    ellipse = np.hypot(*np.mgrid[-1:1:64j, -1:1:64j]) < 0.5
    for path in photographs[3:]:
        Image.fromarray(ellipse.astype(np.uint8) * 255).save(tmp_path / f"{path.stem}_segmentation.png")

    found = by_name(real_cases(photographs), toy, Masks(tmp_path))

    assert list(found) == [*SIGHTS, *SHOWN]
    needs_lesion = {"photograph without lesion", "outline of the lesion", *NEED_LESION}
    for name, each in found.items():
        failures = 3 if name in needs_lesion else 0
        assert (each.n, each.failures) == (48 - failures, failures)
        assert 0 <= each.melanoma_auc.low <= each.melanoma_auc.value <= each.melanoma_auc.high <= 1
        assert 0 <= each.balanced_accuracy.value <= 1


def test_it_repeats(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs[::2])
    assert repr(by_name(cases, toy)) == repr(by_name(cases, toy))


@pytest.mark.parametrize("count", [1, 5])
def test_too_few_photographs_are_said(toy: Bundle, photographs: list[Path], count: int) -> None:
    found = by_name(real_cases(photographs[:count]), toy)["border"]

    assert math.isnan(found.melanoma_auc.value)
    assert found.balanced_accuracy.why == "fewer than two diagnoses have 5 lesions"


def test_where_no_lesion_is_found_at_all_it_is_said(toy: Bundle, photographs: list[Path], tmp_path: Path) -> None:
    found = by_name(real_cases(photographs[:12]), toy, Masks(tmp_path))

    for name in NEED_LESION:
        assert (found[name].n, found[name].failures) == (0, 12)
        assert found[name].melanoma_auc.why == "no lesion was found in any photograph"


def test_a_merged_label_counts_for_the_auc_alone(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs)
    merged = Label.of("actinic_keratosis", "squamous_cell_carcinoma")
    records = [Record(r.path, r.image_id, merged if i < 6 else r.label) for i, r in enumerate(cases.records)]

    found = by_name(Cases("toy", "merged", tuple(records), cases.melanoma), toy)["border"]

    assert (found.n, found.melanoma_auc.n, found.balanced_accuracy.n) == (48, 48, 42)


def test_a_photograph_that_is_gone_is_named(toy: Bundle, photographs: list[Path]) -> None:
    cases = real_cases(photographs[:12])
    gone = Record(Path("gone.jpg"), "gone", Label.of("nevus"))

    with pytest.raises(InputError, match="gone.jpg: there is no such file. It could be read before"):
        by_name(Cases("toy", "gone", (*cases.records, gone), np.zeros(13)), toy)
