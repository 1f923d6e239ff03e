"""Do the analyses find simulated cohorts' truth, how fast, and does a cluster change a byte?

``python -m Testing.benchmarks.cohort.run coverage [--cohorts 200] [--n 500] [--keep FILE]``
``python -m Testing.benchmarks.cohort.run speed``
``python -m Testing.benchmarks.cohort.run cluster [--cases 20]``

With ``--keep`` every finished cohort is a line of FILE; the same command goes on where it stopped.
Figures seen are in RESULTS.md.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
import time
from pathlib import Path

from scipy.stats import binom

from RNAssessLib import cohort
from RNAssessLib.kept.store import code_digest
from Testing.cohort import coverage
from Testing.cohort.coverage import count_covered, measure


def run_coverage(cohorts: int, patients: int, keep: Path | None) -> None:
    """Print, per figure, in how many of the cohorts the 95 % interval held the truth."""
    for several in (False, True):
        results = _measured(cohorts, patients, several, keep)
        counts = count_covered(results)
        what = "a third of the patients with two lesions" if several else "one lesion per patient"
        print(f"\n{cohorts} cohorts of {patients} patients, {what}\n")
        print("| figure | covered | of | share |\n|---|---|---|---|")
        for name, (held, total) in counts.items():
            print(f"| {name} | {held} | {total} | {100 * held / total:.1f} % |")
        held = sum(h for h, _ in counts.values())
        total = sum(t for _, t in counts.values())
        low, high = (binom.ppf(q, cohorts, 0.95) / cohorts for q in (0.025, 0.975))
        inside = sum(0.93 <= h / t <= 0.97 for h, t in counts.values())
        print(
            f"\nall: {100 * held / total:.2f} %; {inside} of {len(counts)} figures within 93-97 %; "
            f"a figure whose rate is truly 95 % shows {100 * low:.1f}-{100 * high:.1f} % in 19 of "
            f"20 runs of {cohorts} cohorts"
        )


def _measured(
    cohorts: int, patients: int, several: bool, keep: Path | None
) -> list[dict[str, tuple[float, float, float]]]:
    """Truth and interval of every figure, cohort by cohort; those in `keep` are not done again."""
    mine = [patients, several, code_digest(), _cohort_code()]
    known = {}
    if keep is not None and keep.is_file():
        for line in keep.read_text(encoding="utf-8").splitlines():
            try:
                seed, of, found = json.loads(line)
            except ValueError:  # cut short when the run was stopped
                continue
            known |= {seed: found} if of == mine else {}
    start, done = time.perf_counter(), len(known)
    for seed in range(cohorts):
        if seed in known:
            continue
        known[seed] = measure(seed, patients, several=several)
        if keep is not None:
            with keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps([seed, mine, known[seed]]) + "\n")
    print(
        f"{len(known) - done} cohorts measured in {time.perf_counter() - start:.0f} s", flush=True
    )
    return [known[seed] for seed in range(cohorts)]


def _cohort_code() -> str:
    """Digest of the analyses and of the simulation: lines of older code are not taken up."""
    own = hashlib.blake2b(digest_size=16)
    for file in sorted(Path(cohort.__file__).parent.glob("*.py")):
        own.update(file.read_bytes())
    own.update(Path(coverage.__file__).read_bytes())
    return own.hexdigest()


def run_speed() -> None:
    """Time 1,000 simulated patients from nothing to the report."""
    from RNAssessLib.cohort.frame import read_frame
    from RNAssessLib.cohort.report import write_cohort_report
    from RNAssessLib.cohort.simulated_files import write_cohort

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        table = write_cohort(Path(folder), 1000, 1)
        drawn = time.perf_counter()
        frame = read_frame(table)
        write_cohort_report(frame, Path(folder) / "report")
        print(
            f"1,000 patients, {len(frame)} lesions: drawn and written in {drawn - start:.1f} s, "
            f"read, analysed and reported in {time.perf_counter() - drawn:.1f} s wall, "
            f"{time.process_time():.1f} s of processor time in all"
        )


def run_cluster(cases: int) -> None:
    """Assess image cases on one core and on two Dask workers, one of which is killed."""
    from distributed import LocalCluster

    from RNAssessLib.cohort.run import assess_cohort
    from Testing.cohort.small_cases import hide_atlas, kill_one, write_small_case

    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        hide_atlas(base / "no-atlas")
        paths = [write_small_case(base / f"case{n:02d}", seed=n) for n in range(cases)]
        start = time.perf_counter()
        alone = assess_cohort(paths, base / "alone")
        print(f"{cases} cases on one core: {time.perf_counter() - start:.0f} s, {alone.left_out}")
        for kills in (False, True):
            with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
                start = time.perf_counter()
                seen = kill_one(cluster, after=3) if kills else None
                shared = assess_cohort(
                    paths,
                    base / f"shared{kills}",
                    progress=seen or quiet,
                    scheduler=cluster.scheduler_address,
                )
                same = shared.table.read_bytes() == alone.table.read_bytes()
                print(
                    f"two Dask workers{', one killed' if kills else ''}: "
                    f"{time.perf_counter() - start:.0f} s, same bytes: {same}"
                )


def quiet(fraction: float, what: str) -> None:
    """Say nothing."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("coverage", "speed", "cluster"))
    parser.add_argument("--cohorts", type=int, default=200)
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--keep", type=Path, help="what coverage has measured, line by line")
    parser.add_argument("--cases", type=int, default=20)
    args = parser.parse_args()
    if args.what == "coverage":
        run_coverage(args.cohorts, args.n, args.keep)
    elif args.what == "speed":
        run_speed()
    else:
        run_cluster(args.cases)


if __name__ == "__main__":
    main()
