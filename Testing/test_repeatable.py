"""The same input gives the same bytes, on one core or two and in any order of runs."""

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from RNAssessLib.case import SequenceRole
from RNAssessLib.phantom import build_phantom
from RNAssessLib.spatial.atlas import register_template
from RNAssessLib.spatial.registration import register_rigid

ROOT = Path(__file__).parents[1]
# a fresh process with its own string hashes and cores: nothing is remembered from another run
ASSESS = """
import os, pathlib, pickle, sys
if len(sys.argv) > 3 and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})
from RNAssessLib.assessment import assess
from RNAssessLib.report.document.json_report import build_document, write_json
case = pickle.load(open(sys.argv[1], "rb"))
write_json(build_document(assess(case)), pathlib.Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def case():
    """Two scans of three sequences on coarse voxels."""
    whole = build_phantom("ttp_nodule", seed=5, coarseness=2.5).case
    chosen = (SequenceRole.T1C, SequenceRole.T1, SequenceRole.FLAIR)
    scans = [
        replace(t, sequences={r: t.sequences[r] for r in chosen if r in t.sequences})
        for t in (whole.timepoints[0], whole.timepoints[-1])
    ]
    return replace(whole, timepoints=tuple(scans))


def assessed_elsewhere(case_file, seed, *more):
    """Bytes of ``assessment.json`` of an assessment made in a process of its own."""
    env = {**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)}
    written = case_file.with_name(f"{seed}.json")
    subprocess.run([sys.executable, "-c", ASSESS, str(case_file), str(written), *more], env=env,
                   check=True)  # fmt: skip
    return written.read_bytes()


def test_same_bytes_in_two_processes_one_of_them_on_a_single_core(case, tmp_path):
    case_file = tmp_path / "case.pickle"
    case_file.write_bytes(pickle.dumps(case))
    first = assessed_elsewhere(case_file, 1)
    assert first.startswith(b"{")
    assert assessed_elsewhere(case_file, 2, "one core") == first


def test_registration_does_not_depend_on_what_ran_before(case):
    before, after = case.timepoints[0].t1c, case.timepoints[-1].t1c
    first = register_rigid(after, before).transform.moving_to_fixed
    register_rigid(before, after)
    assert (register_rigid(after, before).transform.moving_to_fixed == first).all()
    template = register_template(before).template_to_image
    assert (register_template(before).template_to_image == template).all()
