"""What a study measures beside its figures, where it is asked for."""

from __future__ import annotations

from dataclasses import replace

from melanoscope.evaluation.cases import Cases
from melanoscope.evaluation.study import Study
from melanoscope.inference.decision import decide
from melanoscope.inference.predictor import Predictor
from melanoscope.prediction import Outcome, Prediction, Unreadable
from melanoscope.study.explanations import explanations
from melanoscope.study.settings import Probes, Settings
from melanoscope.study.shortcuts import shortcuts
from melanoscope.study.stress import stress


def probed(study: Study, predictor: Predictor, cases: Cases, probes: Probes, settings: Settings) -> Study:
    """The study with what `probes` ask for; the maps of several bundles together are nobody's, and not explained."""
    masks, rounds = probes.masks, settings.rounds
    points, bundles = predictor.ensemble.description.operating_points, predictor.ensemble.bundles

    def outcome(answer: Prediction | Unreadable) -> Outcome:
        return decide(answer, points).outcome

    explained = probes.explanations and len(bundles) == 1
    return replace(
        study,
        stress=stress(predictor, cases, outcome, rounds=rounds) if probes.stress else (),
        shortcuts=shortcuts(cases, predictor, masks, rounds) if probes.shortcuts else (),
        explanation=explanations(bundles[0], cases, masks, rounds=rounds) if explained else None,
    )
