from __future__ import annotations

import shutil
from pathlib import Path

from melanoscope.data import read
from melanoscope.data.describe import ClassCount, Share, summarise
from melanoscope.diagnosis import KEYS

PHOTOGRAPHS = Path(__file__).parent / "data" / "photographs"


def test_counts_of_the_photographs() -> None:
    summary = summarise(read(PHOTOGRAPHS))
    assert summary.photographs == 48
    assert summary.splits == ("no split",)
    assert [count.key for count in summary.classes] == list(KEYS)
    assert sum(count.photographs for count in summary.classes) == 48
    assert summary.licences == (Share("CC0-1.0", 48),)
    assert sum(share.photographs for share in summary.sizes) == 48
    assert {share.value for share in summary.sizes} >= {"256×256"}
    assert set(summary.empty) == set(KEYS) - {"melanoma", "nevus", "seborrheic_keratosis"}


def test_splits_the_unlabelled_and_the_unreadable(tmp_path: Path) -> None:
    for path in ("Train/nevus/a.jpg", "Train/nevus/b.jpg", "Test/nevus/c.jpg", "Test/melanoma/d.jpg", "e.jpg"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PHOTOGRAPHS / "ISIC_0000021.jpg", tmp_path / path)
    (tmp_path / "Train" / "nevus" / "b.jpg").write_bytes(b"")
    summary = summarise(read(tmp_path))
    assert summary.splits == ("train", "test", "no split")
    assert summary.classes[KEYS.index("nevus")] == ClassCount("nevus", 3, (2, 1, 0))
    assert summary.unlabelled == ClassCount("", 1, (0, 0, 1))
    assert (summary.unreadable, summary.sizes) == (1, (Share("256×256", 4),))
    assert summary.licences == (Share("not said", 5),)
