"""dicompyler-core on the same files; runs in the peers' own environment.

    python peer_dicompyler.py FOLDER… > answers.json

One answer per folder: volumes in mm³, doses in Gy, seconds for one structure.
"""

import json
import sys
import time
from pathlib import Path

from dicompylercore import dvhcalc

OPTIONS = {
    "dicompyler-core": {},
    "dicompyler-core, finer": {"interpolation_resolution": 0.25,
                               "interpolation_segments_between_planes": 3},
}  # fmt: skip


def measure(folder, options):
    """Figures of ROI 1, empty when it fails."""
    start = time.perf_counter()
    try:
        dvh = dvhcalc.get_dvh(str(folder / "rtss.dcm"), str(folder / "rtdose.dcm"), 1, **options)
        figures = {
            "volume": 1000 * float(dvh.volume),
            "v100": 1000 * float(dvh.volume_constraint(20, "Gy").value),
            "dmean": float(dvh.mean),
            **{f"d{p}": float(dvh.dose_constraint(p).value) for p in (98, 50, 2)},
        }
    except Exception as error:  # a peer's fault is an answer, too
        return {"failed": repr(error)[:80]}
    return {"figures": figures, "seconds": time.perf_counter() - start}


def main():
    # resolution finer than the grid must divide it
    answers = {
        name: [measure(Path(folder), options) for folder in sys.argv[1:]]
        for name, options in OPTIONS.items()
    }
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
