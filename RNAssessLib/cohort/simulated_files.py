"""A simulated cohort on disk: table, truth, and some patients as images."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from RNAssessLib.case import Progress, part, silent
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.phantom import build_phantom, write_study

from .kept import Rows
from .outcome import NECROSIS_WORD
from .simulated_truth import cohort_truth
from .simulation import simulate_cohort
from .table import write_table

TRUTH, IMAGES = "truth.json", "images"
DIGITAL = {True: "rn_across_falx", False: "ttp_nodule"}  # by whether it is necrosis


def write_cohort(
    out: Path, patients: int, seed: int = 0, images: int = 0, progress: Progress = silent
) -> Path:
    """Write ``cohort.csv`` and ``truth.json``, and `images` patients as DICOM studies.

    The studies are digital patients whose lesion turned out as the table says of that patient's
    first one; everything else in the table is drawn by itself and is not what their images show.

    Returns
    -------
    Path
        The table.
    """
    columns = simulate_cohort(patients, seed)
    names = list(columns)
    rows: Rows = [
        dict(zip(names, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
    ]
    table = write_table(rows, out)
    truth = {
        "schema": "rnassess/simulated-cohort/1", "patients": patients, "seed": seed,
        **asdict(cohort_truth()), "disclaimer": DISCLAIMER,
    }  # fmt: skip
    (out / TRUTH).write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    first = {row["case"]: row["reference"] for row in reversed(rows)}
    chosen = list(reversed(first))[:images]
    for number, case in enumerate(chosen):
        name = DIGITAL[first[case] == NECROSIS_WORD]
        share = part(progress, number / len(chosen), (number + 1) / len(chosen))
        write_study(build_phantom(name, seed=seed + number), out / IMAGES / case, progress=share)
    return table
