"""How far are volumes, doses and indices of small targets from the truth, and how fast?

    python Testing/benchmarks/dose_accuracy/run.py [--draws 50] [--peers FOLDER]

Every draw is a ball of known size in a dose with a formula; where the dose grid and the contour
slices lie to it is random. Writes RESULTS.md beside itself. ``--peers`` names a folder of virtual
environments, ``FOLDER/dicompyler`` (dicompyler-core==0.5.6 "pydicom<3" scikit-image) and
``FOLDER/platipy`` (platipy), that measure the same plans from DICOM files.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from draws import GRIDS, make_draw  # noqa: E402
from files import write_plan  # noqa: E402
from own import measure  # noqa: E402
from shapes import coincident_table, ellipsoid_table  # noqa: E402
from speed import measure_speed  # noqa: E402
from tables import accuracy_tables, cap_table, peer_tables  # noqa: E402

from RNAssessLib.dosimetry.structures import measure_structure  # noqa: E402

DIAMETERS = (3, 4, 5, 7, 10, 15, 20)
SLICES = (1.0, 2.0)
PEERS = {"dicompyler": "peer_dicompyler.py", "platipy": "peer_platipy.py"}
PEER_GRIDS = ("1 mm", "2 mm")  # they read axis-aligned grids only


def run_own(draws, seed):
    """{(kind, diameter, grid, slices): [(truth, found)]}."""
    out = {}
    for kind in ("gaussian", "linear"):
        for grid in GRIDS:
            for slice_mm in SLICES:
                for diameter in DIAMETERS:
                    rng = np.random.default_rng([seed, diameter, int(10 * slice_mm)])
                    cell = [make_draw(rng, diameter, grid, slice_mm, kind) for _ in range(draws)]
                    out[kind, diameter, grid, slice_mm] = [
                        (d.truth, measure(d.course)) for d in cell
                    ]
                print(kind, grid, slice_mm, flush=True)
    return out


def run_peers(peers, draws, seed):
    """{system: {(diameter, grid): [(truth, found, seconds)]}} on the same files, 1 mm slices."""
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        cells, folders = [], []
        for grid in PEER_GRIDS:
            for diameter in DIAMETERS:
                rng = np.random.default_rng([seed, diameter, 10])
                for n in range(draws):
                    draw = make_draw(rng, diameter, grid, 1.0)
                    place = Path(folder) / f"{grid[0]}_{diameter}_{n}"
                    write_plan(draw.course, place)
                    cells.append((diameter, grid, draw.truth))
                    folders.append(place)
        answers = {"RNAssess": [from_files(place) for place in folders]}
        for name, script in PEERS.items():
            python = peers / name / "bin" / "python"
            done = subprocess.run(
                [python, HERE / script, *folders], capture_output=True, text=True, check=True
            )
            answers.update(json.loads(done.stdout))
    for system, found in answers.items():
        rows = out.setdefault(system, {})
        for (diameter, grid, truth), answer in zip(cells, found, strict=True):
            row = (truth, answer.get("figures", {}), answer.get("seconds"))
            rows.setdefault((diameter, grid), []).append(row)
    return out


def from_files(folder):
    """RNAssess as the peers are run: DVH figures of one structure, from its files."""
    from RNAssessLib.dosimetry.field import DoseField
    from RNAssessLib.evidence import Thresholds
    from RNAssessLib.study.rt_dose import read_dose
    from RNAssessLib.study.rt_structure_set import read_structures

    start = time.perf_counter()
    dose = read_dose(folder / "rtdose.dcm")
    structure = read_structures(folder / "rtss.dcm").structures[0]
    found = measure_structure(DoseField(dose), structure, Thresholds(), slice_mm=1.0)
    samples = found.samples
    figures = {
        "volume": 1000 * samples.total_cm3, "v100": 1000 * samples.volume_above(20.0),
        "dmean": samples.mean_gy, **{f"d{p}": samples.dose_to_percent(p) for p in (98, 50, 2)},
    }  # fmt: skip
    return {"figures": figures, "seconds": time.perf_counter() - start}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--peer-draws", type=int, default=20)
    parser.add_argument("--peers", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    lines = [
        "# Accuracy and speed of the dose engine",
        "",
        f"Made by `python Testing/benchmarks/dose_accuracy/run.py --draws {args.draws}"
        + (" --peers FOLDER`" if args.peers else "`")
        + f": {args.draws} random positions of dose grid and slices per cell.",
        "",
    ]
    lines += accuracy_tables(run_own(args.draws, args.seed), DIAMETERS, SLICES)
    lines += coincident_table(args.draws, args.seed)
    lines += ellipsoid_table(args.draws, args.seed)
    lines += cap_table(args.draws, args.seed)
    if args.peers:
        lines += peer_tables(run_peers(args.peers, args.peer_draws, args.seed), DIAMETERS)
    lines += measure_speed(args.peers)
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
