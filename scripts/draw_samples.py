"""Draw `samples/` and `tests/data/photographs/`, once, with a fixed seed, from CC0 photographs.

    python scripts/draw_samples.py SHARED_DATA

The samples (8 melanomas, 16 benign) are kept out of every training for ever, so none of them is in
the nine-class set; the test photographs are none of the samples.
"""

import csv
import random
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ATTRIBUTION = {
    "uda1": "ISIC Archive, UDA-1 collection (CC0)",
    "isic2017": "Codella et al., ISBI 2018 challenge on skin lesion analysis, training part (CC0)",
}
Row = tuple[str, str, Path]  # image id, diagnosis, file


def uda1(data: Path) -> list[Row]:
    with (data / "uda1/metadata.csv").open() as file:
        rows = [(row["isic_id"], row["diagnosis"]) for row in csv.DictReader(file) if row["diagnosis"]]
    return [(image, diagnosis, data / f"uda1/images/{image}.jpg") for image, diagnosis in rows]


def isic2017(data: Path) -> list[Row]:
    def diagnosis(row: dict[str, str]) -> str:
        if float(row["melanoma"]):
            return "melanoma"
        return "seborrheic_keratosis" if float(row["seborrheic_keratosis"]) else "nevus"

    with (data / "isic2017/train.csv").open() as file:
        rows = [(row["image_id"], diagnosis(row)) for row in csv.DictReader(file)]
    return [(image, label, data / f"isic2017/train/{image}.jpg") for image, label in rows]


def draw(rows: Iterable[Row], diagnosis: str, n: int, taken: set[str], rng: random.Random) -> list[Row]:
    free = sorted(row for row in rows if row[1] == diagnosis and row[0] not in taken and row[2].is_file())
    chosen = rng.sample(free, n)
    taken.update(row[0] for row in chosen)
    return chosen


def write(folder: Path, rows: list[Row]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with (folder / "truth.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["path", "diagnosis", "collection", "licence", "attribution"])
        for image, diagnosis, source in sorted(rows):
            shutil.copyfile(source, folder / f"{image}.jpg")
            collection = "uda1" if "uda1" in source.parts else "isic2017"
            table.writerow([f"{image}.jpg", diagnosis, collection, "CC0-1.0", ATTRIBUTION[collection]])


def main(data: Path) -> None:
    rng = random.Random(2357)
    taken = {path.name[:12] for path in (data / "isic9").rglob("*.jpg")}
    uda, isic = uda1(data), isic2017(data)
    only_uda = [row for row in uda if row[0] not in {image for image, _, _ in isic}]
    samples = draw(uda, "melanoma", 4, taken, rng) + draw(isic, "melanoma", 4, taken, rng)
    samples += draw(uda, "nevus", 8, taken, rng) + draw(isic, "nevus", 2, taken, rng)
    samples += draw(isic, "seborrheic_keratosis", 6, taken, rng)
    write(ROOT / "samples", samples)
    taken = {image for image, _, _ in samples}
    tests = [row for d in ("melanoma", "nevus", "seborrheic_keratosis") for row in draw(isic, d, 14, taken, rng)]
    tests += draw(only_uda, "nevus", 6, taken, rng)
    write(ROOT / "tests/data/photographs", tests)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
