"""The table that *Save curves* writes, against tables of other systems, at every one of their doses.

`test_planning_systems.py` asks whether curves agree within 1 % / 1 %. This asks by how much the two
volumes differ at one and the same dose, from the exported CSV, and states the largest difference.
"""

import csv
import io

import numpy as np
import pytest

from RNAssessLib.case import DoseGrid
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.structures import measure_structure
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.dose.dose_section import curves_of
from RNAssessLib.panel.dose.dvh_plot import plot_as_csv
from RNAssessLib.panel.words.dose_rows import CourseView
from RNAssessLib.study.rt_structure_set import read_structures
from RNAssessLib.study.volume import read_volume
from Testing.dosimetry.test_planning_systems import PROSTATE, read_table, simplified

# Largest difference in % of the volume, as measured, rounded up. Eclipse's and SlicerRT's curves
# are values at the dose they name.
LARGEST = {
    ("SlicerRT", "ptv"): 0.2, ("SlicerRT", "body"): 0.5, ("SlicerRT", "bladder"): 0.6,
    ("SlicerRT", "femoralheadlt"): 0.5, ("SlicerRT", "femoralheadrt"): 0.7,
    ("SlicerRT", "rectum"): 1.5,
    ("Eclipse", "ptv"): 0.6, ("Eclipse", "body"): 0.8, ("Eclipse", "bladder"): 0.8,
    ("Eclipse", "femoralheadlt"): 0.7, ("Eclipse", "femoralheadrt"): 0.7,
    ("Eclipse", "rectum"): 1.4,
}  # fmt: skip
CERR_HALF_BIN_GY = 0.1  # CERR names a bin of 0.2 Gy by its middle


@pytest.fixture(scope="module")
def exported():
    """{structure: (dose, volume in %)} as a spreadsheet reads it."""
    if not PROSTATE.is_dir():
        pytest.skip("needs ../shared/data/dose/eclipse_prostate, which is not here")
    image = read_volume(PROSTATE / "EclipseProstate_Dose.nrrd")
    field = DoseField(DoseGrid(image.array, image.grid))
    structures = read_structures(next(PROSTATE.glob("RS*.dcm"))).structures
    found = {}
    for structure in structures:
        if simplified(structure.name) not in {name for _, name in LARGEST}:
            continue
        curves = curves_of([measure_structure(field, structure, Thresholds()).dosimetry])
        rows = list(csv.reader(io.StringIO(plot_as_csv(CourseView("c1", (), curves, ())))))
        table = np.array(rows[1 : rows.index([])], float)
        found[simplified(structure.name)] = (table[:, 0], table[:, 1])
    return found


def points(system, name):
    """Doses and volumes of a table; Eclipse's names one dose (35.604 Gy) in other units."""
    table = read_table(PROSTATE / f"EclipseProstate_DvhTable_{system}.csv")[name][0]
    rising = table[:, 0] >= np.maximum.accumulate(table[:, 0])
    assert np.count_nonzero(~rising) == (1 if system == "Eclipse" else 0)
    return table[rising]


@pytest.mark.parametrize(("system", "name"), LARGEST)
def test_volumes_at_every_dose_of_the_table(exported, system, name):
    dose, volume = exported[name]
    theirs = points(system, name)
    gaps = np.abs(np.interp(theirs[:, 0], dose, volume, right=0.0) - theirs[:, 1])
    assert len(theirs) > 200
    print(f"{system} {name}: {len(theirs)} points, largest {gaps.max():.2f} %")
    assert gaps.max() <= LARGEST[system, name]


@pytest.mark.parametrize("name", sorted({name for _, name in LARGEST}))
def test_cerr_within_its_bins(exported, name):
    """Its value lies between ours half a bin below and half a bin above, within 2 % of volume."""
    dose, volume = exported[name]
    theirs = points("CERR", name)
    low, high = (
        np.interp(theirs[:, 0] + shift, dose, volume, right=0.0)
        for shift in (CERR_HALF_BIN_GY, -CERR_HALF_BIN_GY)
    )
    outside = np.maximum(theirs[:, 1] - high, low - theirs[:, 1])
    print(f"CERR {name}: {len(theirs)} points, largest outside its bin {outside.max():.2f} %")
    assert outside.max() <= 2.0
