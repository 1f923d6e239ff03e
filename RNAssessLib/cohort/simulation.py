"""A cohort whose truth is known: patients drawn with PP23's and LI21's coefficients.

Every lesion enlarged after radiotherapy, as in PP23. Lesions of one patient share a chance
component that leaves every marginal coefficient exactly as stated.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr

from RNAssessLib.course.treatment import LI21_MONTHS
from RNAssessLib.evidence import Thresholds

from .outcome import NECROSIS_WORD, PROGRESSION_WORD
from .simulated_truth import (
    HAS_PATHOLOGY,
    INDETERMINATE,
    ITEMS,
    NOT_ASSESSABLE,
    READERS,
    SCHEDULES,
    SHARED,
    SURVIVAL_MONTHS,
    V12_AT_5,
    V12_SLOPE,
    Values,
    draw_plan,
    linear_predictor,
    log_response,
    pp23_truth,
)


def simulate_cohort(patients: int, seed: int = 0, *, several: bool = True) -> dict[str, Any]:
    """Draw a cohort.

    Parameters
    ----------
    patients : int
    seed : int
    several : bool
        Whether a third of the patients have two lesions.

    Returns
    -------
    dict of str to list
        Columns of a cohort table, a value per lesion; None where a value is missing.

    Raises
    ------
    ValueError
        Fewer than one patient.
    """
    if patients < 1:
        raise ValueError("a cohort needs a patient")
    generator = np.random.default_rng(seed)
    counts = np.where(generator.random(patients) < (1 / 3 if several else 0.0), 2, 1)
    owner = np.repeat(np.arange(patients), counts)
    plan = draw_plan(generator, len(owner))
    recurs = _chance(generator, owner) < expit(linear_predictor(plan) + pp23_truth()["intercept"])
    columns: dict[str, Any] = {
        "patient": [f"S{n + 1:05d}" for n in owner], "case": [f"S{n + 1:05d}" for n in owner],
        "lesion": [f"L{n}" for c in counts for n in range(1, c + 1)],
        "reference": np.where(recurs, PROGRESSION_WORD, NECROSIS_WORD).tolist(),
        "reference_basis": np.where(
            generator.random(len(owner)) < HAS_PATHOLOGY, "pathology", "consensus"
        ).tolist(),
    }  # fmt: skip
    columns["reference_items"] = [
        None if basis == "pathology" else "none" for basis in columns["reference_basis"]
    ]
    columns |= _plan_columns(generator, plan, owner)
    columns |= _necrosis_columns(generator, plan, recurs)
    columns |= _survival_columns(generator, owner, recurs, np.array(columns["latency_months"]))
    return columns | _item_columns(generator, owner, recurs)


def _chance(generator: np.random.Generator, owner: npt.NDArray[np.intp]) -> Values:
    """Uniform numbers, correlated within a patient, each by itself exactly uniform."""
    shared = generator.standard_normal(int(owner[-1]) + 1)[owner]
    latent = math.sqrt(SHARED) * shared
    latent += math.sqrt(1 - SHARED) * generator.standard_normal(len(owner))
    uniform: Values = ndtr(latent)
    return uniform


def _plan_columns(
    generator: np.random.Generator, plan: dict[str, Any], owner: npt.NDArray[np.intp]
) -> dict[str, Any]:
    which, gtv, bed = plan["schedule"], plan["gtv"], plan["bed"]
    # volume of 12 Gy, larger with the target; only single fractions are compared with V12's curve
    v12 = 1.2 * gtv**0.85 * np.exp(0.25 * generator.standard_normal(len(gtv)))
    odds = math.log(V12_AT_5 / (1 - V12_AT_5)) + V12_SLOPE * (v12 - 5.0)
    symptoms = _chance(generator, owner) < expit(odds)
    age = generator.normal(56.0, 10.0, int(owner[-1]) + 1).clip(30, 83)[owner]
    return {
        "nomogram_gtv_cm3": gtv.tolist(), "nomogram_bed_gy": bed.tolist(),
        "nomogram_tc_percent": plan["tc"].tolist(),
        "targeted_therapy": np.where(plan["targeted"], "yes", "no").tolist(),
        "tc_percent": plan["tc"].tolist(), "bed_gy": bed.tolist(),
        "bed_times_gtv": (bed * gtv).tolist(), "bed_per_gtv": (bed / gtv).tolist(),
        "v12_gy_cm3": v12.tolist(),
        "symptomatic_necrosis": np.where(symptoms, "yes", "no").tolist(),
        "prescription_gy": [SCHEDULES[n][0] for n in which],
        "fractions": [SCHEDULES[n][1] for n in which],
        "age_years": np.round(age).tolist(),
    }  # fmt: skip


def _necrosis_columns(
    generator: np.random.Generator, plan: dict[str, Any], recurs: Any
) -> dict[str, Any]:
    limits = Thresholds()
    count = len(recurs)
    x = np.log(plan["bed"] / plan["gtv"])
    necrotic = ~recurs
    latency = np.exp(log_response(generator, "latency", x, limits["li21.latency_mid"]))
    later = 12.5 * np.exp(0.65 * generator.standard_normal(count))  # PP23: 12.5 (8.3-19.3)
    steroid = np.exp(log_response(generator, "half_steroid", x, limits["li21.half_steroid_mid"]))
    wbrt, chemo = generator.random(count) < 0.375, generator.random(count) < 0.463
    # LI21: larger oedema with whole-brain radiotherapy, none with chemotherapy
    oedema = 55.0 * np.exp(0.4 * wbrt + 0.6 * generator.standard_normal(count))
    core = oedema / np.exp(generator.normal(1.67, 0.5, count))  # V_T2 / V_T1c: median 5.3 (LI21)
    treated = necrotic & (generator.random(count) < 0.6)
    columns: dict[str, Any] = {
        "latency_months": np.where(necrotic, latency, later).tolist(),
        "half_steroid_days": _only(steroid, necrotic),
        "v0_flair_cm3": _only(oedema, necrotic),
        "v0_t1c_with_core_cm3": _only(core, necrotic),
        "wbrt": np.where(wbrt, "yes", "no").tolist(),
        "chemotherapy": np.where(chemo, "yes", "no").tolist(),
        "bevacizumab_cycles": np.where(treated, generator.choice([2, 4], count), 0).tolist(),
        "bevacizumab_mg_per_kg": _only(generator.choice([5.0, 10.0], count, p=[0.775, 0.225]),
                                       treated),
        "kps_change": _only(generator.choice([0, 10, 20, 30], count).astype(float), treated),
    }  # fmt: skip
    for short in ("t1c", "flair"):
        for month in LI21_MONTHS:
            mean = limits[f"li21.{short}_reduction_{month}_mid"] / 100.0
            shrunk = 100.0 * generator.beta(6.0 * mean, 6.0 * (1 - mean), count)
            seen = treated & (generator.random(count) < 0.85)
            columns[f"{short}_reduction_{month}_percent"] = _only(shrunk, seen)
    return columns


def _only(values: Values, where: Any) -> list[float | None]:
    return [float(v) if keep else None for v, keep in zip(values, where, strict=True)]


def _survival_columns(
    generator: np.random.Generator, owner: npt.NDArray[np.intp], recurs: Any, latency: Values
) -> dict[str, Any]:
    """One time per patient: by whether any lesion recurred, exponential."""
    first = np.unique(owner, return_index=True)[1]
    scale = np.where(np.logical_or.reduceat(recurs, first), SURVIVAL_MONTHS[PROGRESSION_WORD],
                     SURVIVAL_MONTHS[NECROSIS_WORD]) / math.log(2)  # fmt: skip
    death = scale * generator.standard_exponential(len(first))
    end = generator.uniform(8.9, 146.2, len(first))  # PP23: follow-up 8.9-146.2 months
    months, died = np.minimum(death, end)[owner], (death <= end)[owner]
    return {
        "survival_months": months.tolist(), "died": np.where(died, "yes", "no").tolist(),
        "local_months": np.where(recurs, latency, months).tolist(),
        "local_failure": np.where(recurs, "yes", "no").tolist(),
    }  # fmt: skip


def _item_columns(
    generator: np.random.Generator, owner: npt.NDArray[np.intp], recurs: Any
) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for item, (in_necrosis, in_progression) in ITEMS.items():
        chance = np.where(recurs, in_progression, in_necrosis)
        answers = np.where(_chance(generator, owner) < chance, "present", "absent").astype(object)
        lot = generator.random(len(recurs))
        answers[lot < NOT_ASSESSABLE + INDETERMINATE] = "indeterminate"
        answers[lot < NOT_ASSESSABLE] = "not_assessable"
        columns[item] = answers.tolist()
        turned = {"present": "absent", "absent": "present"}
        for reader, agrees in READERS.items():
            same = generator.random(len(recurs)) < agrees
            columns[f"{reader}_{item}"] = [
                a if keep else turned.get(a, a) for a, keep in zip(answers, same, strict=True)
            ]
    return columns
