"""What the int8 network of a bundle brings and costs beside its exact one.

    python benchmarks/int8.py RUN --bundle DIR
    python benchmarks/int8.py RUN --bundle DIR --out docs/evidence/int8.md

RUN is the finished training whose test photographs are asked, DIR its bundle. Differences are paired, by bootstrap over
lesions. The two take turns in every measurement of time, so that a busy machine slows both alike, and a ratio is the
median over the turns; a core's milliseconds tell the cost where other programs take the cores away. Two minutes on
two cores.
"""

from __future__ import annotations

import argparse
import platform
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from melanoscope.bundle import Bundle
from melanoscope.console import track
from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.compare import Comparison, compare
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor, cores
from melanoscope.prediction import Outcome, Prediction
from melanoscope.record import Record
from melanoscope.report.numbers import change, percent, score
from melanoscope.training.run import Run
from page import publish, run, table

TURNS = 30
EIGHT = 8
"""Photographs of a turn, in one batch or several."""

PREDICTED = 60
"""Photographs of a turn that begins with their files."""


def said(bundle: Bundle, records: tuple[Record, ...]) -> list[Prediction]:
    answers = track(Predictor(bundle).predict(record.path for record in records), bundle.network, len(records))
    return [answer for answer in answers if isinstance(answer, Prediction)]


def outcomes(bundle: Bundle, answers: list[Prediction]) -> tuple[Outcome, ...]:
    return tuple(decide(answer, bundle.description.operating_points).outcome for answer in answers)


def cases(bundle: Bundle, records: tuple[Record, ...], answers: list[Prediction]) -> Cases:
    melanoma = np.array([answer.melanoma for answer in answers])
    return Cases(bundle.description.name, "test side", records, melanoma, outcomes=outcomes(bundle, answers))


def accuracy(found: Comparison) -> str:
    names = {"auc": "melanoma AUC", "sensitivity": "sensitivity, ALERT or REVIEW", "specificity": "specificity"}
    exact, fast = (system.figures for system in found.systems)
    rows = (
        (title, *map(score if name == "auc" else percent, (exact[name], fast[name])), change(differences[name]))
        for differences in (found.pairs[0].differences,)
        for name, title in names.items()
    )
    return table(("", "exact", "int8", "int8 less exact"), rows)


def agreement(bundle: Bundle, exact: list[Prediction], fast: list[Prediction]) -> str:
    ends = outcomes(bundle, exact), outcomes(bundle, fast)
    melanoma = [np.array([answer.melanoma for answer in answers]) for answers in (exact, fast)]
    outlying = [np.array([answer.outlyingness for answer in answers]) for answers in (exact, fast)]
    maps = np.array(list(_alike(exact, fast)))
    out = [int((values > 1).sum()) for values in outlying]
    rows = (
        ("same outcome of six", f"{np.mean([a is b for a, b in zip(*ends, strict=True)]):.1%}"),
        ("same diagnosis", f"{np.mean([a.diagnosis is b.diagnosis for a, b in zip(exact, fast, strict=True)]):.1%}"),
        ("melanoma's probability, mean difference", f"{np.abs(melanoma[1] - melanoma[0]).mean():.4f}"),
        ("melanoma's probability, largest difference", f"{np.abs(melanoma[1] - melanoma[0]).max():.3f}"),
        ("activation maps, median correlation", f"{np.median(maps):.3f}"),
        ("activation maps, 5 % have less than", f"{np.percentile(maps, 5):.3f}"),
        ("outlyingness, correlation", f"{np.corrcoef(outlying[0], outlying[1])[0, 1]:.3f}"),
        ("OUT_OF_SCOPE, exact and int8", f"{out[0]} and {out[1]}"),
    )
    return table((f"{len(exact)} test photographs", "figure"), rows)


def _alike(exact: list[Prediction], fast: list[Prediction]) -> Iterator[float]:
    """The correlation of the activation maps of each photograph that has evidence for melanoma in both."""
    for a, b in zip(exact, fast, strict=True):
        if a.saliency is not None and b.saliency is not None and a.saliency.any() and b.saliency.any():
            yield float(np.corrcoef(a.saliency.ravel(), b.saliency.ravel())[0, 1])


def network(bundle: Bundle, threads: int, batch: int) -> Callable[[], object]:
    """Eight photographs, as the Predictor asks: a thread that waits gives its core away."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(bundle.model, options, providers=["CPUExecutionProvider"])
    size = bundle.description.preprocessing.size
    images = np.random.default_rng(0).normal(size=(batch, 3, size, size)).astype(np.float32)
    return lambda: [session.run(None, {"image": images}) for _ in range(EIGHT // batch)]


def predicting(bundle: Bundle, records: tuple[Record, ...]) -> Callable[[], object]:
    predictor, paths = Predictor(bundle), [record.path for record in records[:PREDICTED]]
    return lambda: sum(1 for _ in predictor.predict(paths))


def speed(exact: Bundle, fast: Bundle, records: tuple[Record, ...]) -> str:
    rows = []
    for threads, batch in ((1, 1), (1, EIGHT), (2, 1), (2, EIGHT)):
        works = [network(bundle, threads, batch) for bundle in (exact, fast)]
        name = f"network alone, {threads} thread{'s' * (threads > 1)}, batches of {batch}"
        rows.append(_row(name, taken(works, TURNS) / EIGHT))
    works = [predicting(bundle, records) for bundle in (exact, fast)]
    rows.append(_row(f"from the file to the prediction, {cores()} cores", taken(works, TURNS // 3) / PREDICTED))
    return table(("", "exact, ms of a core", "int8, ms of a core", "times as fast", "by the clock"), rows)


def taken(works: list[Callable[[], object]], turns: int) -> NDArray[np.float64]:
    """Seconds of a core and by the clock, shape (turns, 2, works), after a turn that does not count."""
    seconds = [[_seconds(work) for work in works] for _ in range(turns + 1)]
    return np.moveaxis(np.array(seconds[1:]), 1, 2)


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def _row(name: str, seconds: NDArray[np.float64]) -> tuple[str, ...]:
    exact, fast = 1000 * np.median(seconds[:, 0], axis=0)
    ratios = np.median(seconds[:, :, 0] / seconds[:, :, 1], axis=0)
    return name, f"{exact:.2f}", f"{fast:.2f}", *(f"{ratio:.2f}" for ratio in ratios)


def processor() -> str:
    """Its name, and whether it adds products of bytes in one instruction, which int8 networks live on."""
    known = Path("/proc/cpuinfo")
    text = known.read_text() if known.is_file() else ""
    name = re.search(r"model name\s*: (.*)", text)
    return f"{name[1] if name else platform.machine()}, {'with' if 'vnni' in text else 'without'} VNNI"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    records = tuple(Run.load(options.run).split.test)
    exact = Bundle.load(options.bundle)
    fast = exact.fast()
    answers = [said(bundle, records) for bundle in (exact, fast)]
    found = compare([cases(bundle, records, each) for bundle, each in zip((exact, fast), answers, strict=True)])
    sizes = [bundle.model.stat().st_size / 1e6 for bundle in (exact, fast)]
    words = (
        f"The int8 network of {exact.description.name} takes {sizes[1]:.1f} MB, the exact one {sizes[0]:.1f} MB. "
        f"{found.n} test photographs ({found.melanomas} melanomas) that its training chose nothing on; 95 % "
        "intervals. Both speak with the same temperature, thresholds and outlier limits, which were chosen for the "
        "exact one."
    )
    times = (
        f"ONNX Runtime {onnxruntime.__version__} on {processor()}; medians of {TURNS} turns, of {TURNS // 3} from the "
        "file, with other programs at work."
    )
    parts = (words, accuracy(found), agreement(exact, *answers), times, speed(exact, fast, records))
    publish("What the int8 network brings and costs", parts, options.out)


if __name__ == "__main__":
    run(main)
