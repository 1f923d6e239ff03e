"""Is it fast enough to be interactive?"""

import json
import resource
import subprocess
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
from draws import FRAME, PRESCRIPTION_GY, slice_ball
from files import write_plan

from RNAssessLib.case import (
    Course,
    DoseGrid,
    Grid,
    Structure,
    StructureRole,
    Target,
    Technique,
)
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.isodose import compute_isodose_surface

HERE = Path(__file__).resolve().parent
TARGETS = 10
HEAD = (180, 220, 180)
REPEATS = 5


def make_plan(seed=3):
    """Ten balls of 5 to 20 mm in a head-sized 1 mm dose."""
    rng = np.random.default_rng(seed)
    grid = Grid(HEAD, (-90.0, -110.0, -90.0), (1.0, 1.0, 1.0))
    axes = [
        np.arange(n, dtype=np.float32) + o for n, o in zip(HEAD, grid.origin_mm[::-1], strict=True)
    ]
    dose = np.zeros(HEAD, np.float32)
    structures, targets, centers = [], [], []
    while len(targets) < TARGETS:
        center = rng.uniform(-55, 55, 3)
        if any(np.linalg.norm(center - c) < 32 for c in centers):
            continue
        centers.append(center)
        radius = rng.uniform(2.5, 10)
        sigma = radius * rng.uniform(1.0, 1.15) / 0.9005
        k, j, i = ((a - c) ** 2 for a, c in zip(axes, center[::-1].astype(np.float32), strict=True))
        square = k[:, None, None] + j[:, None] + i
        dose = np.maximum(dose, 30.0 * np.exp(-square / 2 / sigma**2))
        name = f"PTV{len(targets) + 1}"
        shape = slice_ball(rng, center, radius, 1.0)
        structures.append(Structure(name, StructureRole.PTV, shape, number=len(targets) + 1))
        targets.append(Target(name, StructureRole.PTV, PRESCRIPTION_GY))

    return Course("c", date(2025, 1, 10), Technique.LINAC, 1, tuple(targets),
                  DoseGrid(dose, grid, FRAME), tuple(structures))  # fmt: skip


def seconds(work):
    """Shortest and median time of some runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times), float(np.median(times))


def measure_speed(peers):
    """Table of the interactive actions, and of dicompyler-core on the same plan."""
    plan = make_plan()
    field = DoseField(plan.dose)
    compute_course(plan, field=field)
    levels = iter(np.linspace(8.0, 19.0, REPEATS))
    moved = replace(
        plan, targets=(replace(plan.targets[0], prescription_gy=18.0), *plan.targets[1:])
    )
    rows = [
        ("index table of ten targets, 1 mm head dose, nothing prepared",
         seconds(lambda: compute_course(plan))),
        ("the same after one prescription was changed",
         seconds(lambda: compute_course(moved, field=field))),
        ("another isodose level as a surface",
         seconds(lambda: compute_isodose_surface(field, float(next(levels))))),
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        write_plan(plan, Path(folder))
        rows.append(("DVH figures of the ten targets from DICOM files", seconds(
            lambda: _own_from_files(Path(folder)))))  # fmt: skip
        if peers:
            rows.append(("dicompyler-core 0.5.6, DVH of the same ten, the same files",
                         _peer(peers, Path(folder))))  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    lines = ["## Speed", "", "One thread.", "", "| action | shortest (s) | median (s) |",
             "|---|---|---|"]  # fmt: skip
    lines += [f"| {what} | {low:.3f} | {middle:.3f} |" for what, (low, middle) in rows]
    return [*lines, "", f"Peak memory of this process {peak:.2f} GiB.", ""]


def _own_from_files(folder):
    from RNAssessLib.dosimetry.structures import measure_structure
    from RNAssessLib.evidence import Thresholds
    from RNAssessLib.study.rt_dose import read_dose
    from RNAssessLib.study.rt_structure_set import read_structures

    field = DoseField(read_dose(folder / "rtdose.dcm"))
    for structure in read_structures(folder / "rtss.dcm").structures:
        measure_structure(field, structure, Thresholds())


def _peer(peers, folder):
    code = (
        "import sys, json, time\nfrom dicompylercore import dvhcalc, dicomparser\n"
        "times = []\n"
        f"for _ in range({REPEATS}):\n"
        "    start = time.perf_counter()\n"
        "    rtss = dicomparser.DicomParser(sys.argv[1] + '/rtss.dcm')\n"
        "    files = [sys.argv[1] + name for name in ('/rtss.dcm', '/rtdose.dcm')]\n"
        "    for roi in rtss.GetStructures():\n"
        "        dvhcalc.get_dvh(*files, roi)\n"
        "    times.append(time.perf_counter() - start)\n"
        "print(json.dumps(times))\n"
    )
    python = peers / "dicompyler" / "bin" / "python"
    done = subprocess.run(
        [python, "-c", code, str(folder)], capture_output=True, text=True, check=True
    )
    times = json.loads(done.stdout)
    return min(times), float(np.median(times))
