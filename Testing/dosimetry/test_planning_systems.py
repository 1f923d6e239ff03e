"""Whole DVH curves against planning systems, by the criterion of Ebert et al. 2010 at 1 % / 1 %.

A point of the reference curve agrees when a point of ours lies within the ellipse of 1 % of the
structure's volume and 1 % of the highest dose in the plan.
"""

import csv
import re
from pathlib import Path

import numpy as np
import pydicom
import pytest

from RNAssessLib.case import DoseGrid
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.structures import measure_structure
from RNAssessLib.evidence import Thresholds
from RNAssessLib.study.rt_dose import read_dose
from RNAssessLib.study.rt_structure_set import read_structures
from RNAssessLib.study.volume import read_volume

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "dose"
PROSTATE, BREAST = SHARED / "eclipse_prostate", SHARED / "breast_boost_dicomrt"
TOLERANCE_PERCENT = 1.0
AGREEING_PERCENT = 99.0


def agreement(dose_gy, volume_percent, reference, dose_scale_gy):
    """Share in percent of the reference's points (N, 2) that the curve comes near to."""
    fine = np.linspace(0, dose_scale_gy * 1.02, 6000)
    ours = np.interp(fine, dose_gy, volume_percent, right=0.0)
    gaps = [
        np.hypot((fine - d) / dose_scale_gy * 100, ours - v).min() / TOLERANCE_PERCENT
        for d, v in reference
    ]
    return 100.0 * float(np.mean(np.array(gaps) <= 1.0))


def curve_of(field, structure):
    found = measure_structure(field, structure, Thresholds()).dosimetry
    volume = found.quantity("volume_cm3").value
    return found.dvh.dose_gy, 100 * found.dvh.volume_cm3 / volume, volume


def simplified(name):
    return re.sub(r"[^a-z]", "", name.lower().replace("_dvharray", ""))


def read_table(path):
    """{structure: ((N, 2) dose and percent, volume in cm³)}."""
    rows = list(csv.reader(path.open(encoding="utf-8")))
    out = {}
    for column in range(0, len(rows[0]) - 1, 2):
        if not rows[0][column]:
            continue
        name = re.sub(r" Dose \(G[Yy]\)", "", rows[0][column])
        volume = float(re.search(r"([\d.]+) cc", rows[0][column + 1]).group(1))
        pairs = [r[column : column + 2] for r in rows[1:] if len(r) > column + 1 and r[column]]
        out[simplified(name)] = (np.array(pairs, float), volume)
    return out


@pytest.fixture(scope="module")
def prostate():
    if not PROSTATE.is_dir():
        pytest.skip("needs ../shared/data/dose/eclipse_prostate, which is not here")
    image = read_volume(PROSTATE / "EclipseProstate_Dose.nrrd")
    structures = read_structures(next(PROSTATE.glob("RS*.dcm"))).structures
    field = DoseField(DoseGrid(image.array, image.grid))
    return field, {simplified(s.name): s for s in structures}


@pytest.mark.parametrize("system", ["Eclipse", "CERR", "SlicerRT"])
@pytest.mark.parametrize(
    "name", ["bladder", "femoralheadlt", "femoralheadrt", "ptv", "rectum", "body"]
)
def test_prostate_curves_agree(prostate, system, name):
    field, structures = prostate
    reference, _ = read_table(PROSTATE / f"EclipseProstate_DvhTable_{system}.csv")[name]
    dose, percent, _ = curve_of(field, structures[name])
    assert agreement(dose, percent, reference, field.max_gy) >= AGREEING_PERCENT


@pytest.mark.parametrize(
    ("name", "volume_cm3"),
    [("ptv", 48.6), ("bladder", 116.8), ("rectum", 30.3), ("femoralheadlt", 49.2),
     ("femoralheadrt", 50.0)],
)  # fmt: skip
def test_prostate_volumes_of_eclipse(prostate, name, volume_cm3):
    field, structures = prostate
    assert curve_of(field, structures[name])[2] == pytest.approx(volume_cm3, rel=0.01)


@pytest.fixture(scope="module")
def breast():
    """{structure: (reference curve, its volume in cm³, our curve)} and the highest dose."""
    if not BREAST.is_dir():
        pytest.skip("needs ../shared/data/dose/breast_boost_dicomrt, which is not here")
    file = pydicom.dcmread(BREAST / "rtdose.dcm")
    structures = {s.number: s for s in read_structures(BREAST / "rtss.dcm").structures}
    field = DoseField(read_dose(BREAST / "rtdose.dcm"))
    out = {}
    for item in file.DVHSequence:
        structure = structures.get(item.DVHReferencedROISequence[0].ReferencedROINumber)
        if structure is None:
            continue  # the empty ROI
        pairs = np.array(item.DVHData, float).reshape(-1, 2)
        dose = np.cumsum(pairs[:, 0]) * float(item.DVHDoseScaling)
        reference = np.column_stack([dose, 100 * pairs[:, 1] / pairs[0, 1]])
        out[structure.name] = (reference, pairs[0, 1], curve_of(field, structure))
    return out, field.max_gy


@pytest.mark.parametrize(
    "name", ["BODY", "Breast", "Heart", "Lt Lung", "Tumor Bed", "Tumor Bed Block"]
)
def test_breast_boost_curves_agree(breast, name):
    curves, highest = breast
    reference, _, (dose, percent, _) = curves[name]
    assert agreement(dose, percent, reference, highest) >= AGREEING_PERCENT


def test_strips_of_less_than_a_cubic_centimetre_differ_by_the_system_s_own_volume(breast):
    """Scar, Borders and Nodes are wires 2 to 3 mm wide that the planning system samples.

    Its Scar holds 0.343 cm³ where its contours enclose 0.513 cm³ (areas times slice distance), so
    no method that keeps to the contours can give its curve; what the sampled part receives on
    average is the same.
    """
    curves, _ = breast
    reference, volume, (dose, percent, ours) = curves["Scar"]
    assert ours == pytest.approx(0.513, rel=0.01)
    assert volume == pytest.approx(0.343, rel=0.01)
    ours_mean = -np.trapezoid(dose, percent) / 100
    theirs_mean = -np.trapezoid(reference[:, 0], reference[:, 1]) / 100
    assert ours_mean == pytest.approx(theirs_mean, rel=0.01)
