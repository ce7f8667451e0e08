"""Which score tells what is no lesion, what becomes of such pictures, and how many real lesions it costs.

    python benchmarks/outliers.py RUN --bundle DIR                     # a finished training and its bundle
    python benchmarks/outliers.py RUN --bundle DIR --other SOURCE      # and photographs that it never saw
    python benchmarks/outliers.py RUN --bundle DIR --pictures FOLDER   # and any pictures of no lesion
    python benchmarks/outliers.py RUN --bundle DIR --other SOURCE --out docs/evidence/outliers.md

The scores are compared on the run's validation photographs and on pictures made of them: that is where they were
chosen. What is quoted comes from its test photographs and from pictures made of those. `--other` is a labelled data set
of another clinic; what the bundle has seen is left out, by the rules of `evaluate --drop-seen`, and what its publisher
keeps for validation; one of each lesion is taken. Photographs of things come from scikit-learn and matplotlib, which
bring three. Ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from matplotlib import cbook
from sklearn.datasets import load_sample_images

from melanoscope.bundle import Bundle
from melanoscope.console import track
from melanoscope.data.decode import decode_squashed
from melanoscope.data.readers import read
from melanoscope.diagnosis import KEYS
from melanoscope.evaluation.intervals import wilson
from melanoscope.evaluation.metrics import auc
from melanoscope.inference.decision import decide
from melanoscope.inference.outliers import Outliers, energy, fit, signature
from melanoscope.inference.predictor import Predictor
from melanoscope.inference.preprocessing import network_input
from melanoscope.prediction import Outcome, Prediction
from melanoscope.record import Record
from melanoscope.study.intake import take_in
from melanoscope.training.run import Run
from not_lesions import KINDS, pictures
from page import publish, run, table

Source = Path | bytes
Scores = NDArray[np.floating]
Way = Callable[["Seen"], Scores]
EACH, NEIGHBOURS, FALSE_ALARMS, FOUND = 100, 5, 0.01, 0.95


@dataclass(frozen=True)
class Seen:
    """Of n pictures: `signatures` (n, c), `pooled` features (n, channels) and `logits` (n, 9)."""

    signatures: NDArray[np.float32]
    pooled: NDArray[np.float32]
    logits: NDArray[np.float32]


def look(bundle: Bundle, sources: Sequence[Source], what: str) -> Seen:
    preprocessing = bundle.description.preprocessing
    session = onnxruntime.InferenceSession(bundle.model, providers=["CPUExecutionProvider"])
    rows = []
    for source in track(sources, what, len(sources)):
        pixels = decode_squashed(source, preprocessing.size)
        logits, features = session.run(["logits", "features"], {"image": network_input(pixels[None], preprocessing)})
        rows.append((signature(features[0], pixels), features[0].mean(axis=(1, 2)), logits[0]))
    return Seen(*(np.stack(column) for column in zip(*rows, strict=True)))


def made(records: Sequence[Record], seed: int) -> dict[str, list[Source]]:
    """The pictures of no lesion, by kind, as PNG files in memory."""
    paths = [record.path for record in records]
    return {kind: [png(picture) for picture in pictures(kind, EACH, paths, seed)] for kind in KINDS}


def things() -> list[Source]:
    """Two dozen pieces of each of three photographs of things and a face."""
    whole = [Image.fromarray(pixels) for pixels in load_sample_images().images]
    whole.append(Image.open(cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)).convert("RGB"))
    rng = np.random.default_rng(0)
    return [png(piece(image, rng.uniform(0.3, 1), rng)) for image in whole for _ in range(24)]


def piece(image: Image.Image, share: float, rng: np.random.Generator) -> Image.Image:
    width, height = (round(share * side) for side in image.size)
    x, y = int(rng.integers(image.width - width + 1)), int(rng.integers(image.height - height + 1))
    return image.crop((x, y, x + width, y + height))


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "PNG")
    return file.getvalue()


def scores(bundle: Bundle, known: Outliers, training: Seen, truth: NDArray[np.int64]) -> dict[str, Way]:
    limits = bundle.description.outliers
    plain = fit(training.pooled, truth)
    if plain is None or limits is None:
        sys.exit("the bundle has no outliers")

    def neighbours(seen: Seen) -> Scores:
        squares = (seen.signatures**2).sum(1)[:, None] + (training.signatures**2).sum(1)
        return np.partition(squares - 2 * seen.signatures @ training.signatures.T, NEIGHBOURS - 1)[:, NEIGHBOURS - 1]

    return {
        "distance of plain features": lambda seen: plain.distances(seen.pooled),
        "energy": lambda seen: energy(seen.logits),
        f"{NEIGHBOURS} nearest signatures": neighbours,
        "distance of signatures": lambda seen: known.distances(seen.signatures),
        "outlyingness (distance or energy)": lambda seen: known.outlyingness(limits, seen.signatures, seen.logits),
    }


def compared(ways: Mapping[str, Way], real: Seen, others: Mapping[str, Seen]) -> Iterator[str]:
    """The scores on validation: AUROC, and what share of each kind is found."""
    yield (
        f"On validation, where the score was chosen: AUROC against {len(real.logits)} real photographs, and the share "
        f"found where {FALSE_ALARMS:.0%} of those are false alarms."
    )
    found = {
        kind: [(auroc(way, real, other), caught(way, real, other)) for way in ways.values()]
        for kind, other in others.items()
    }
    found["mean"] = [(float(a), float(b)) for a, b in np.mean(list(found.values()), axis=0)]
    rows = ((kind, *(f"{area:.3f}, {part:.0%}" for area, part in cells)) for kind, cells in found.items())
    yield table(("", *ways), rows)


def auroc(way: Way, real: Seen, other: Seen) -> float:
    usual, odd = way(real), way(other)
    flags = np.repeat([False, True], [len(usual), len(odd)])
    return auc(flags, np.concatenate([usual, odd]).astype(np.float64))


def caught(way: Way, real: Seen, other: Seen) -> float:
    """The share of `other` that is found where `FALSE_ALARMS` of `real` are taken for outliers."""
    return float(np.mean(way(other) > np.quantile(way(real), 1 - FALSE_ALARMS)))


def false_alarms(way: Way, real: Seen, other: Seen) -> float:
    """The share of `real` that is taken for outliers where `FOUND` of `other` are found."""
    return float(np.mean(way(real) >= np.quantile(way(other), 1 - FOUND)))


def outcomes(predictor: Predictor, sources: Iterable[Source]) -> Counter[Outcome]:
    held = {Path(str(i)): source for i, source in enumerate(sources)}
    points = predictor.ensemble.description.operating_points
    answers = predictor.predict(held, held.__getitem__)
    return Counter(decide(answer, points).outcome for answer in answers)


def quoted(
    predictor: Predictor, others: Mapping[str, Sequence[Source]], real: Seen, seen: Mapping[str, Seen], way: Way
) -> Iterator[str]:
    """The frozen limit on test: what is found of each kind, and the outcomes of triage."""
    yield (
        f"On test: AUROC of the outlyingness against {len(real.logits)} real photographs; the false alarms among those "
        f"if {FOUND:.0%} of the kind had to be found; the share found at the frozen limit, and triage's outcomes."
    )
    rows = []
    for kind, sources in others.items():
        counts, other = outcomes(predictor, sources), seen[kind]
        said = ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome if counts[outcome])
        found = share(int((way(other) > 1).sum()), len(sources))
        rows.append((kind, f"{auroc(way, real, other):.3f}", f"{false_alarms(way, real, other):.1%}", found, said))
    yield table(("", "AUROC", f"false alarms at {FOUND:.0%}", "found at the frozen limit", "outcomes"), rows)


def lesions(predictor: Predictor, sets: Mapping[str, Sequence[Record]]) -> Iterator[str]:
    """What real lesions are refused at the frozen limit, and the melanomas among them by name."""
    yield "False alarms at the frozen limit: real lesions above it. Each melanoma among them is named below."
    answers = {name: list(asked(predictor, records, name)) for name, records in sets.items()}
    rows, lost = [], []
    for name, each in answers.items():
        above = [(record, odd, outcome) for record, odd, outcome in each if odd > 1]
        lost += [(record, odd, outcome) for record, odd, outcome in above if is_melanoma(record)]
        hidden = sum(outcome is Outcome.OUT_OF_SCOPE for *_, outcome in above)
        melanomas = sum(is_melanoma(record) for record, *_ in each), sum(is_melanoma(record) for record, *_ in above)
        highest = max(odd for _, odd, _ in each)
        flagged = share(len(above), len(each)), str(hidden), f"{highest:.2f} times the limit"
        rows.append((name, *flagged, share(melanomas[1], melanomas[0])))
    yield table(("", "above the limit", "of them OUT_OF_SCOPE", "the highest", "melanomas above the limit"), rows)
    yield "\n".join(f"- {record.image_id}: {odd:.2f} times the limit, {outcome}" for record, odd, outcome in lost)


def asked(predictor: Predictor, records: Sequence[Record], what: str) -> Iterator[tuple[Record, float, Outcome]]:
    """The outlyingness and the outcome of each; what cannot be read is no outlier."""
    points = predictor.ensemble.description.operating_points
    answers = track(predictor.predict(record.path for record in records), what, len(records))
    for record, answer in zip(records, answers, strict=True):
        odd = answer.outlyingness if isinstance(answer, Prediction) else 0.0
        yield record, odd, decide(answer, points).outcome


def is_melanoma(record: Record) -> bool:
    return record.diagnosis is not None and record.diagnosis.key == "melanoma"


def share(found: int, n: int) -> str:
    """With Wilson's 95 % interval."""
    low, high = wilson(found / n, n)
    return f"{found / n:.1%} ({100 * low:.1f}–{100 * high:.1f}), n = {n}"


def unseen(bundle: Bundle, source: Path, most: int) -> list[Record]:
    """All melanomas and `most` others, one photograph of each lesion, none of which the bundle has seen."""
    kept = [record for record in read(source) if record.published_split != "validation"]
    new = take_in(kept, bundle.description.seen).without_seen().records
    shuffled = [new[i] for i in np.random.default_rng(0).permutation(len(new))]
    single = list({record.lesion_id or record.image_id: record for record in shuffled}.values())
    return [r for r in single if is_melanoma(r)] + [r for r in single if not is_melanoma(r)][:most]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--other", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    bundle, sides = Bundle.load(options.bundle), Run.load(options.run).split
    ways = scores(
        bundle,
        Outliers.load(bundle.outliers),
        look(bundle, [record.path for record in sides.train], "training photographs"),
        np.array([KEYS.index(record.diagnosis.key) for record in sides.train if record.diagnosis]),
    )
    sets: dict[str, Sequence[Record]] = {"test": sides.test}
    if options.other:
        sets[f"{options.other.name}, which it never saw"] = unseen(bundle, options.other, 1200)
    parts = (
        *on_validation(bundle, ways, sides.validation),
        *on_test(bundle, list(ways.values())[-1], sides.test, options.pictures),
        *lesions(Predictor(bundle), sets),
    )
    publish("What is no lesion: how well it is told, and what that costs", parts, options.out)


def on_validation(bundle: Bundle, ways: Mapping[str, Way], records: Sequence[Record]) -> Iterator[str]:
    real = look(bundle, [record.path for record in records], "validation photographs")
    return compared(ways, real, {kind: look(bundle, sources, kind) for kind, sources in made(records, seed=0).items()})


def on_test(bundle: Bundle, way: Way, records: Sequence[Record], folder: Path | None) -> Iterator[str]:
    """With the pictures in `folder`, where there is one."""
    real = look(bundle, [record.path for record in records], "test photographs")
    others = made(records, seed=1) | {"things and a face": things()}
    if folder:
        others[folder.name] = [path for path in sorted(folder.rglob("*")) if path.suffix in {".png", ".jpg"}]
    seen = {kind: look(bundle, sources, kind) for kind, sources in others.items()}
    return quoted(Predictor(bundle), others, real, seen, way)


if __name__ == "__main__":
    run(main)
