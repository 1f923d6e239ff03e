"""How often 95 % intervals of simulated cohorts hold what the cohorts were drawn with."""

from __future__ import annotations

import numpy as np
import pandas

from RNAssessLib.cohort.accuracy import compute_accuracy
from RNAssessLib.cohort.outcome import NECROSIS_WORD
from RNAssessLib.cohort.pp23_study import fit_model, take_model_data
from RNAssessLib.cohort.regression import NotEstimableError, fit_line, rank_correlation
from RNAssessLib.cohort.simulated_truth import cohort_truth
from RNAssessLib.cohort.simulation import simulate_cohort
from RNAssessLib.cohort.survival import median_time

ITEM = "central_diffusion_restriction"
RESPONSES = {"latency": "latency_months", "half_steroid": "half_steroid_days"}


def measure(seed: int, patients: int, *, several: bool) -> dict[str, tuple[float, float, float]]:
    """Truth and interval by name, of one cohort."""
    truth = cohort_truth()
    frame = pandas.DataFrame(simulate_cohort(patients, seed, several=several))
    found = {}
    try:
        for c in fit_model(take_model_data(frame)):
            found[f"PP23 log odds {c.name}"] = (truth.log_odds[c.name], c.low, c.high)
    except NotEstimableError:
        pass  # counted by the caller: the names are missing
    necroses = frame[frame["reference"] == NECROSIS_WORD]
    owners = necroses["patient"].tolist()
    x = necroses["bed_per_gtv"].to_numpy()
    for name, column in RESPONSES.items():
        y = necroses[column].to_numpy(dtype=float)
        line = fit_line(np.log(x), np.log(y), owners).slope
        rho, _ = rank_correlation(x, y, owners)
        found[f"LI21 slope {name}"] = (truth.slopes[name], line.low, line.high)
        found[f"LI21 Spearman {name}"] = (truth.spearman[name], rho.low, rho.high)
    accuracy = compute_accuracy(frame, ITEM)
    for name, known in (("sensitivity", truth.sensitivity), ("specificity", truth.specificity)):
        kinds = [("bootstrap over patients", accuracy.clustered[name])]
        if not several:  # Wilson takes lesions as independent, which they then are
            kinds.append(("Wilson", accuracy.estimates[name]))
        for kind, e in kinds:
            found[f"{name} of {ITEM}, {kind}"] = (known[ITEM], e.low, e.high)
    people = frame.groupby("patient").agg(
        months=("survival_months", "first"), died=("died", "first"),
        worst=("reference", lambda r: "progression" if "progression" in set(r) else "necrosis"))  # fmt: skip
    for group, median in truth.median_survival_months.items():
        own = people[people["worst"] == group]
        e = median_time(own["months"], own["died"] == "yes")
        if e.value is not None:
            found[f"median survival {group}"] = (median, e.low, e.high if e.high else np.inf)
    return found


def count_covered(
    results: list[dict[str, tuple[float, float, float]]],
) -> dict[str, tuple[int, int]]:
    """Cohorts whose interval holds the truth, and cohorts that gave one, by name."""
    counts: dict[str, tuple[int, int]] = {}
    for each in results:
        for name, (truth, low, high) in each.items():
            held, total = counts.get(name, (0, 0))
            counts[name] = (held + (low <= truth <= high), total + 1)
    return counts
