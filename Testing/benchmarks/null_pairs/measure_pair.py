"""One pair: made, assessed by the product, and what it said written down."""

import resource
import sys
import time
import traceback
from datetime import date
from pathlib import Path

import numpy as np
import SimpleITK as sitk

sys.path.insert(1, str(Path(__file__).parents[1]))
from code_digest import code_digest
from head_sources import load_head
from reacquire import acquire, draw_visits
from reuse import held, reuse_steps

from RNAssessLib.assessment import assess
from RNAssessLib.case import (
    Case,
    Course,
    InputError,
    NotAssessableError,
    SequenceRole,
    StructureRole,
    Target,
    Technique,
    Timepoint,
)
from RNAssessLib.course.pattern import CoursePattern
from RNAssessLib.course.response import Response
from RNAssessLib.lesions.component_events import ComponentFate
from RNAssessLib.phantom.plan import Shot, build_dose, sphere_structure

ITEMS = ("cross_boundary", "shape_change", "clustered_enhancement", "new_lesions",
         "spontaneous_regression")  # fmt: skip
UNCHANGED = (ComponentFate.STABLE, ComponentFate.UNSURE)
VOLUMES = ("enhancing_cm3", "t1c_with_core_cm3", "necrotic_core_cm3", "flair_cm3")
RX_GY, DOSE_MM = 20.0, 1.5
TREATED = date(2024, 1, 9)
DATES = (date(2024, 1, 2), date(2024, 7, 2), date(2024, 10, 1))
FRAMES = ("2.25.1001", "2.25.1002", "2.25.1003")
DROP_T1 = 0.2  # share of pairs without a pre-contrast T1, as many sites have none


def build_case(name, seed, data, kept=None):
    """(case, description of its visits): the same head before treatment and at two follow-ups.

    `kept` is a folder that holds digital heads once painted.
    """
    if kept is not None and ":" in name:
        heads = held(kept, "head", code_digest(__file__), (name,), lambda: load_head(name, data))
    else:
        heads = load_head(name, data)
    visits = draw_visits(*heads, seed)
    roles = [r for r in heads[0].images if r in heads[1].images]
    if SequenceRole.T1 in roles and np.random.default_rng([*seed, 1]).uniform() < DROP_T1:
        roles.remove(SequenceRole.T1)
    times = []
    for n, visit in enumerate(visits):
        head = heads[min(n, 1)]
        images = {role: acquire(head, role, visit, FRAMES[n]) for role in roles}
        times.append(Timepoint(f"t{n}", DATES[n], images))
    head = heads[0]
    x, y, z = (float(v) for v in visits[0].motion.apply(head.lesion_mm))
    shot = Shot((x, y, z), head.radius_mm, RX_GY)
    structure = sphere_structure("GTV", StructureRole.GTV, shot, head.radius_mm, FRAMES[0], 1)
    course = Course(
        "srs", TREATED, Technique.GAMMA_KNIFE, 1,
        targets=(Target("GTV", StructureRole.GTV, RX_GY),),
        dose=build_dose((shot,), FRAMES[0], DOSE_MM), structures=(structure,),
    )  # fmt: skip
    told = [{**v.describe(), "slice_mm": t.t1c.grid.spacing_mm[2],
             "sequences": [r.value for r in roles]}
            for v, t in zip(visits, times, strict=True)]  # fmt: skip
    return Case(f"{name}-{seed[-1]}", (course,), tuple(times)), told


def read_answers(assessment):
    """What the report of a pair says, and which of it claims a change that is not there."""
    lesion = assessment.lesions[0]
    status = {f.spec.id: f.status.value for f in lesion.findings}
    alarms = [item for item in ITEMS if status[item] == "present"]
    pattern = lesion.finding("course_pattern")
    stable = CoursePattern.STABLE.value
    if pattern.status.value in ("present", "absent") and (
        not pattern.sentence.lower().startswith(stable)
    ):
        alarms.append("course_pattern")
    rano = [r.result.response.value for r in assessment.response if r.result]
    if any(r != Response.STABLE.value for r in rano):
        alarms.append("rano")
    events = [e for step in lesion.components for e in step.events]
    followed = [
        f"{e.fate.value}: {e.volume_before_cm3:.3g} to {e.volume_after_cm3:.3g} cm³" for e in events
    ]
    if any(e.fate not in UNCHANGED for e in events):
        alarms.append("parts")
    volumes = {}
    for entry in lesion.serial:
        for q in entry.quantities:
            if q.name in VOLUMES:
                volumes.setdefault(q.name, []).append([q.value, q.uncertainty])
    last = assessment.prepared.timepoints[-1].to_reference.quality
    return {
        "alarms": alarms,
        "status": status,
        "sentences": {i: lesion.finding(i).sentence for i in (*ITEMS, "course_pattern")},
        "rano": rano,
        "followed": followed,
        "volumes": volumes,
        "registration": [last.grade.value, last.expected_error_mm],
        "unassigned_cm3": [t.new_enhancement.volume_cm3 for t in assessment.prepared.timepoints],
    }


def run_pair(job):
    """Result of one pair as JSON-able values; a refusal of the product is one too."""
    name, seed, data, threads, twice, kept = job
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(threads)
    start, cpu = time.perf_counter(), time.process_time()
    code = code_digest(__file__)
    if kept is not None:
        reuse_steps(kept, code)
    case, visits = build_case(name, seed, data, kept)
    made, middle = time.perf_counter(), None
    out = {"head": name, "seed": list(seed), "code": code, "visits": visits}
    try:
        out |= read_answers(assess(case))
        middle = time.perf_counter()
        if twice:
            out["same_again"] = read_answers(assess(case)).items() <= out.items()
    except (InputError, NotAssessableError) as error:
        out |= {"alarms": [], "refused": str(error)}
    except Exception as error:  # a crash is a result too; the pair is run again next time
        where = traceback.extract_tb(error.__traceback__)[-1]
        what = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        out |= {"alarms": [], "crashed": what}
    return out | {
        "make_s": round(made - start, 1),
        "assess_s": round((middle or time.perf_counter()) - made, 1),
        "cpu_s": round(time.process_time() - cpu, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0),
    }
