"""How well near copies are found: the same ISIC photograph in collections of other sizes and JPEG qualities.

    python benchmarks/near_copies.py SHARED_DATA

SHARED_DATA holds the folders isic9, ham10000, isic2017 and uda1; validation photographs are left alone. A true pair has
one ISIC id and other pixels, each collection resized and re-encoded in its own way. A false pair has two ids and, where
both are known, two lesions; some of these are real near copies (the archive holds one photograph under two ids), so
look at the sheet of the best of them that is written to near_copies.png. A third table degrades photographs on purpose.
About 60 s on two cores.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from rich.console import Console
from rich.table import Table

from melanoscope.data.decode import decode_squashed
from melanoscope.data.duplicates import MAX_DISTANCE, MIN_CORRELATION, candidates, copies, correlation, normalised
from melanoscope.data.fingerprint import Fingerprint, fingerprint, fingerprints, local_contrast
from melanoscope.data.phash import brightness, orient, variants
from melanoscope.data.readers import read
from melanoscope.data.readers.reference import read_table
from melanoscope.record import Record

THRESHOLDS = (0.45, 0.50, MIN_CORRELATION, 0.60, 0.65, 0.70, 0.80)
console = Console()


def main(shared: Path) -> None:
    published = [record for name in ("isic9", "ham10000", "isic2017", "uda1") for record in read(shared / name)]
    records = [record for record in published if record.published_split != "validation"]
    start = time.perf_counter()
    prints = [found for found in fingerprints([r.path for r in records]) if isinstance(found, Fingerprint)]
    middle = time.perf_counter()
    groups = copies(prints)
    end = time.perf_counter()
    console.print(
        f"{len(prints):,} photographs: read and hashed in {middle - start:.1f} s, compared in {end - middle:.1f} s"
    )
    signs = normalised(np.stack([found.above for found in prints]))
    lesions = {key: known.lesion_id for key, known in read_table(shared / "ham10000" / "metadata.csv").items()}
    true = true_pairs(records, prints)
    scores = correlation(signs, (true[:, 0], true[:, 1], np.zeros(len(true), dtype=int)))
    distances = np.array([(prints[a].phash ^ prints[b].phash).bit_count() for a, b in true])
    false = list(false_pairs(records, prints, lesions, signs))
    report_limits(scores, distances, np.array([pair[0] for pair in false]))
    found = sum(groups.root(a) == groups.root(b) for a, b in true)
    console.print(f"Found together: {found:,} of {len(true):,} true pairs. Not found:")
    for (a, b), score, distance in zip(true, scores, distances, strict=True):
        if groups.root(a) != groups.root(b):
            console.print(f"  {records[a].path} {records[b].path} correlation {score:.3f}, distance {distance}")
    sheet(records, sorted(false, reverse=True)[:48])
    report_degraded([records[i].path for i in np.random.default_rng(0).choice(len(records), 150, replace=False)])


def true_pairs(records: Sequence[Record], prints: Sequence[Fingerprint]) -> NDArray[np.intp]:
    by_id: dict[str, list[int]] = {}
    for i, record in enumerate(records):
        by_id.setdefault(record.image_id, []).append(i)
    pairs = [pair for same in by_id.values() for pair in combinations(same, 2)]
    return np.array([(a, b) for a, b in pairs if prints[a].pixels_sha256 != prints[b].pixels_sha256])


def false_pairs(
    records: Sequence[Record],
    prints: Sequence[Fingerprint],
    lesions: dict[str, str | None],
    signs: NDArray[np.float32],
) -> Iterator[tuple[float, int, int, int]]:
    """The candidates of two ids and not of one known lesion, once per pair of ids: correlation, both, orientation."""
    seen: dict[frozenset[str], tuple[float, int, int, int]] = {}
    for block in candidates(np.stack([found.hashes for found in prints])):
        for score, a, b, k in zip(correlation(signs, block), *block, strict=True):
            ids = frozenset((records[a].image_id, records[b].image_id))
            shown = {lesions.get(each) or each for each in ids}
            if len(shown) == 2 and score > seen.get(ids, (0.4, 0, 0, 0))[0]:
                seen[ids] = float(score), int(a), int(b), int(k)
    yield from seen.values()


def report_limits(scores: NDArray[np.float32], distances: NDArray[np.intp], false: NDArray[np.float64]) -> None:
    table = Table(title=f"Hash distance at most {MAX_DISTANCE}: {(distances <= MAX_DISTANCE).mean():.4%} of true pairs")
    for name in ("correlation at least", "true pairs found", "recall", "pairs of other ids"):
        table.add_column(name, justify="right")
    for limit in THRESHOLDS:
        found = int(((scores >= limit) & (distances <= MAX_DISTANCE)).sum())
        chosen = "bold" if limit == MIN_CORRELATION else None
        row = (f"{limit:.2f}", f"{found:,}", f"{found / len(scores):.3%}", f"{int((false >= limit).sum()):,}")
        table.add_row(*row, style=chosen)
    console.print(table)


def report_degraded(paths: Sequence[Path]) -> None:
    known = [fingerprint(path) for path in paths]
    table = Table(title=f"{len(paths)} photographs made worse on purpose")
    for name in ("width", "JPEG quality", "found", "largest distance", "smallest correlation"):
        table.add_column(name, justify="right")
    for width in (192, 128, 96, 64):
        for quality in (90, 60, 40):
            worse = [degrade(path, width, quality) for path in paths]
            distances = [(k.phash ^ int(h[0])).bit_count() for k, (h, _) in zip(known, worse, strict=True)]
            both = normalised(np.stack([k.above for k in known] + [detail > 0 for _, detail in worse]))
            numbers = np.arange(len(paths))
            scores = correlation(both, (numbers, numbers + len(paths), np.zeros_like(numbers)))
            found = (scores >= MIN_CORRELATION) & (np.array(distances) <= MAX_DISTANCE)
            table.add_row(str(width), str(quality), f"{found.mean():.1%}", str(max(distances)), f"{scores.min():.3f}")
    console.print(table)


def degrade(path: Path, width: int, quality: int) -> tuple[NDArray[np.uint64], NDArray[np.int8]]:
    file = BytesIO()
    with Image.open(path) as image:
        image.convert("RGB").resize((width, width * 3 // 4)).save(file, "JPEG", quality=quality)
    luma = brightness(np.asarray(Image.open(file)))
    return variants(luma), local_contrast(luma)


def sheet(records: Sequence[Record], pairs: Sequence[tuple[float, int, int, int]]) -> None:
    """Pairs of other ids, the most alike first, six in a row, each in the orientation that fits."""
    tiles = [
        np.hstack([decode_squashed(records[a].path, 120), orient(decode_squashed(records[b].path, 120), k)])
        for _, a, b, k in pairs
    ]
    rows = [np.hstack(tiles[i : i + 6]) for i in range(0, len(tiles) - 5, 6)]
    Image.fromarray(np.vstack(rows)).save("near_copies.png")
    listed = ", ".join(f"{score:.2f}" for score, *_ in pairs)
    console.print(f"near_copies.png: the pairs of other ids, by correlation: {listed}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
