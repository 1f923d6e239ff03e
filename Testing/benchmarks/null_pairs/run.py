"""No finding out of nothing: one head given as two examinations.

    python Testing/benchmarks/null_pairs/run.py --pairs 200 --jobs 2

One JSON per pair in --out; a pair that is there, made by the same code, is not run again, so that
the run may be stopped and taken up at any time. Writes RESULTS.md beside itself, or into --out,
and ROWS.jsonl with it: the pairs themselves, from which another machine goes on.
"""

import argparse
import json
import sys
import zlib
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[3]))  # the library need not be installed
import measure_pair
from code_digest import code_digest
from head_sources import SHARED, available
from pair_table import read_rows, write_results

HERE = Path(__file__).parent
PAIRS = HERE / "pairs"


def plan_pairs(args):
    """(file, job) of every pair: the heads take turns, a pair's seed does not hang on the rest."""
    heads = available(args.data)
    chosen = args.only or heads
    if missing := [h for h in chosen if h not in heads and ":" not in h]:
        raise SystemExit(f"no such head: {', '.join(missing)}; there are {' '.join(heads)} and "
                         "any PHANTOM:SEED")  # fmt: skip
    for n in range(args.first, args.first + args.pairs):
        head = chosen[n % len(chosen)]
        seed = (args.seed, zlib.crc32(head.encode()), n // len(chosen))
        name = f"pair-{head.replace(':', '_')}-{args.seed}-{seed[2]:04d}.json"
        kept = None if args.anew else args.out / "held"
        yield args.out / name, (head, seed, args.data, args.threads, args.twice, kept)


def is_done(path, code, twice):
    try:
        row = json.loads(path.read_text(encoding="utf-8"))
        whole = "crashed" not in row and (not twice or "same_again" in row or "refused" in row)
        return row["code"] == code and whole
    except (OSError, ValueError, KeyError):
        return False


def keep(path, row):
    part = path.with_suffix(".part")
    part.write_text(json.dumps(row, indent=1), encoding="utf-8")
    part.replace(path)
    print(f"{path.stem}: {', '.join(row['alarms']) or row.get('refused') or row.get('crashed', 'no alarm')} "
          f"({row['assess_s']:.0f} s, {row['peak_mb']} MB)", flush=True)  # fmt: skip


def unpack(lines, out):
    """Pairs that an earlier run left in ROWS.jsonl: a file each, unless there is one already."""
    for line in lines.read_text(encoding="utf-8").splitlines() if lines.exists() else ():
        name, row = json.loads(line)
        if not (out / name).exists():
            (out / name).write_text(json.dumps(row, indent=1), encoding="utf-8")


def pack(out, lines, code):
    """All pairs of this code in one file, a line each."""
    rows = [(p.name, json.loads(p.read_text(encoding="utf-8"))) for p in sorted(out.glob("*.json"))]
    text = "".join(json.dumps(row) + "\n" for row in rows if row[1].get("code") == code)
    part = lines.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(lines)


def know_code(code):
    """Tell a pair's process the digest that the run has computed already."""
    measure_pair.code_digest = lambda script: code


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="number of the first pair")
    parser.add_argument("--jobs", type=int, default=1, help="pairs at the same time")
    parser.add_argument("--threads", type=int, default=1, help="of SimpleITK in each")
    parser.add_argument("--anew", action="store_true",
                        help="read no step back that an earlier pair did on the same input")  # fmt: skip
    parser.add_argument("--twice", action="store_true", help="assess each twice, compare figures")
    parser.add_argument(
        "--only", nargs="+", metavar="HEAD", help="of those; or any digital PHANTOM:SEED"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the public MR")
    parser.add_argument("--out", type=Path, default=PAIRS)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    beside = HERE if args.out == PAIRS else args.out
    unpack(beside / "ROWS.jsonl", args.out)
    code = code_digest(measure_pair.__file__)
    wanted = list(plan_pairs(args))
    left = [(path, job) for path, job in wanted if not is_done(path, code, args.twice)]
    print(f"{len(wanted)} pairs, {len(left)} left to run, code {code}", flush=True)
    # a process of its own for each pair: its memory is its own, and what it holds goes with it;
    # forked from one that has the library imported, which takes ten seconds a pair otherwise
    server = get_context("forkserver")
    server.set_forkserver_preload(["measure_pair"])
    with ProcessPoolExecutor(args.jobs, server, know_code, (code,), max_tasks_per_child=1) as pool:
        waiting = {pool.submit(measure_pair.run_pair, job): path for path, job in left}
        for future in as_completed(waiting):
            keep(waiting[future], future.result())
            pack(args.out, beside / "ROWS.jsonl", code)
    rows = read_rows(args.out, code)
    shown = [r for r in rows if not args.only or r["head"] in args.only]
    words = f"--pairs {args.pairs} --seed {args.seed}"
    if args.only:
        words += " --only " + " ".join(args.only)
    command = f"python Testing/benchmarks/null_pairs/run.py {words}"
    write_results(shown, beside / "RESULTS.md", command)


if __name__ == "__main__":
    main()
