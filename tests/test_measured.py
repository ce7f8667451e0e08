from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import toy_bundle
from melanoscope.bundle import Bundle
from melanoscope.data.readers import read
from melanoscope.errors import InputError
from melanoscope.record import Record
from melanoscope.training.measured import CHANGES, measured

RECORDS = read(Path(__file__).parent / "data" / "photographs")


def test_both_networks_have_their_figures_and_their_differences_are_paired(tmp_path: Path) -> None:
    described = measured(toy_bundle.with_int8(tmp_path), RECORDS)

    exact = described.evaluation
    assert described.int8 is not None
    fast = described.int8.evaluation
    assert set(fast) - set(exact) == set(CHANGES.values())
    assert exact["melanoma_auc"]["n"] == fast["melanoma_auc_change"]["n"] == len(RECORDS)
    for name in ("melanoma_auc", "alert_or_review_sensitivity"):
        difference = fast[name]["value"] - exact[name]["value"]
        assert fast[f"{name}_change"]["value"] == pytest.approx(difference)
    assert exact["melanoma_auc"]["value"] != fast["melanoma_auc"]["value"]


def test_without_an_int8_network_there_is_nothing_to_compare(toy: Bundle) -> None:
    described = measured(toy, RECORDS)

    assert described.int8 is None
    assert np.isfinite(described.evaluation["melanoma_auc"]["value"])


def test_a_photograph_that_is_gone_is_named(toy: Bundle) -> None:
    with pytest.raises(InputError, match="gone.jpg: there is no such file. Put it back"):
        measured(toy, [Record(Path("gone.jpg"), "gone")])
