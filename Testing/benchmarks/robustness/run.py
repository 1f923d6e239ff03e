"""Every mutation of real files, each in a process of its own, counted by kind.

    python Testing/benchmarks/robustness/run.py [--only WORD] [--journal FILE]

Each ends as: *refused* (one line naming file and reason, exit code 3 on the command line), *same
answer* (voxel for voxel, point for point), *told* (what is missing or otherwise is stated as such),
*says less* (a hand-written case file cut between two lines, unchanged in what it states) or *fault* (traceback, more than one line, no end in 60 s, more than 4 GiB, a different answer that
nothing speaks of). RESULTS.md beside this file has the counts. With a journal, every outcome is kept
as one line of JSON as soon as it is known: a run that was stopped goes on where it stood, faults
are tried again.
"""

import argparse
import collections
import dataclasses
import json
import platform
import shutil
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2]))

from Testing.robustness.every import MAKERS  # noqa: E402
from Testing.robustness.trial import FAULT, LESS, LIMIT_S, REFUSED, SAME, TOLD, Outcome, run  # noqa: E402


def main():
    """Run, print faults, write the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--only", default="", help="kinds that hold this word; writes no table")
    options.add_argument("--every", type=int, default=1, help="each n-th alone")
    options.add_argument("--write", action="store_true", help="write RESULTS.md of a part as well")
    options.add_argument(
        "--journal", type=Path, help="go on from here, and keep every outcome here"
    )
    options.add_argument("--verbose", action="store_true")
    args = options.parse_args()
    counts, longest, largest, faults = collections.defaultdict(collections.Counter), {}, {}, []
    seconds, number = 0.0, 0
    journal = Journal(args.journal)
    top = Path(tempfile.mkdtemp(prefix="rnassess-robust-"))
    top.chmod(0o755)
    try:
        for make in MAKERS:
            if args.only and args.only not in make.__name__:
                continue
            for trial in make():
                number += 1
                if number % args.every:
                    continue
                outcome = journal.outcome(trial, top / str(number))
                seconds += outcome.seconds
                counts[trial.kind][outcome.what] += 1
                longest[trial.kind] = max(longest.get(trial.kind, 0), outcome.seconds)
                largest[trial.kind] = max(largest.get(trial.kind, 0), outcome.peak_bytes)
                if outcome.what == FAULT:
                    faults.append(f"{trial.kind}: {trial.name}: {outcome.said}")
                    print(faults[-1], flush=True)
                elif args.verbose:
                    print(f"{trial.kind}: {trial.name}: {outcome.what} {outcome.said}", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    text = table(counts, longest, largest, faults, seconds, number)
    print(text)
    if (not args.only and args.every == 1) or args.write:
        (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    return 1 if faults else 0


class Journal:
    """Outcomes of an earlier run that was stopped, one line of JSON each."""

    def __init__(self, path):
        self.path, self.known = path, {}
        if path is not None and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                try:
                    row = json.loads(line)
                except json.JSONDecodeError:  # stopped while it was written
                    continue
                which = row.pop("kind"), row.pop("name")
                self.known[which] = Outcome(**row)

    def outcome(self, trial, place):
        """Outcome of a trial: the known one, unless it was a fault, else it is tried now."""
        found = self.known.get((trial.kind, trial.name))
        if found is not None and found.what != FAULT:
            return found
        made = run(trial, place)
        shutil.rmtree(place, ignore_errors=True)
        if self.path is not None:
            row = {"kind": trial.kind, "name": trial.name, **dataclasses.asdict(made)}
            with self.path.open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(row) + "\n")
        return made


def table(counts, longest, largest, faults, seconds, made):
    """Counts by kind."""
    tried = sum(sum(c.values()) for c in counts.values())
    which = "" if tried == made else f", {tried} of {made} there are, evenly spread"
    lines = [
        "# Bad input in bulk", "",
        "`python Testing/benchmarks/robustness/run.py`: mutations of real files (`../shared/data`: "
        "RTDOSE, RTSTRUCT, RTPLAN of one plan, a GE MR series, a NIfTI and a NRRD volume), a case "
        "file, a session, a teaching round and odd places, each asked in a process of its own with "
        f"{LIMIT_S:.0f} s and 4 GiB. {tried} mutations{which}, in "
        f"{seconds:.0f} s, Python {platform.python_version()}.", "",
        "| kind | mutations | refused | same answer | told | says less | faults | longest (s) | memory (MiB) |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]  # fmt: skip
    total = collections.Counter()
    for kind, count in counts.items():
        total.update(count)
        lines.append(_row(kind, count, longest[kind], largest[kind]))
    if counts:
        lines.append(_row("**all**", total, max(longest.values()), max(largest.values())))
    lines += [
        "",
        "Told: the answer differs because the file states less or otherwise by a proper "
        "value, and a warning, an undefined figure with its reason or the shown value says so. "
        "Says less: a case file written by hand, cut between two lines, is a proper case file "
        "that states less; each thing it still states was compared and is unchanged, but nothing "
        "in it shows the cut (case files that RNAssess writes end with a line of their own).",
    ]
    lines += ["", *(f"- fault: {fault}" for fault in faults)]
    return "\n".join(lines).rstrip() + "\n"


def _row(kind, count, seconds, peak):
    cells = [
        sum(count.values()),
        count[REFUSED],
        count[SAME],
        count[TOLD],
        count[LESS],
        count[FAULT],
    ]
    return f"| {kind} | " + " | ".join(map(str, cells)) + f" | {seconds:.1f} | {peak >> 20} |"


if __name__ == "__main__":
    sys.exit(main())
