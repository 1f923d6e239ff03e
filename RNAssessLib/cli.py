"""Command line: ``rnassess demo | assess | view | teach | export | dose | phantom | cohort``.

Exit codes: 0 done, 2 bad usage, 3 unreadable or inconsistent input (one line on standard error),
1 anything else. Progress goes to standard error; ``--json`` prints JSON alone on standard output.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from RNAssessLib import __version__
from RNAssessLib.case import CancelledError, InputError, Progress, part, silent
from RNAssessLib.evidence import Thresholds

DISCLAIMER = "Research use only. Not a medical device."
EXIT_INPUT = 3
LOOPBACK = "127.0.0.1"
DEFAULT_DEMO = "rn_across_falx"
ENDS = {"none": "NONE", "half": "HALF_SLICE", "rounded": "ROUNDED"}


def print_progress(fraction: float, what: str) -> None:
    """Show progress on standard error: one line that rewrites itself on a terminal."""
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"[{fraction:4.0%}] {what:<60}", end=end, file=sys.stderr, flush=True)


def parse_thresholds(items: Sequence[str]) -> Thresholds:
    """Read ``key=value`` changes of thresholds.

    Examples
    --------
    >>> parse_thresholds(["bed.alpha_beta_tumour=12"])["bed.alpha_beta_tumour"]
    12.0
    """
    changed = {}
    for item in items:
        key, _, value = item.partition("=")
        try:
            changed[key.strip()] = float(value)
            Thresholds({key.strip(): 0.0})
        except KeyError as error:
            raise InputError("--set", str(error.args[0])) from None
        except ValueError:
            raise InputError("--set", f"{item!r} is not key=number") from None
    return Thresholds(changed)


def parse_prescriptions(items: Sequence[str]) -> tuple[float | None, dict[str, float]]:
    """``GY`` for all targets, ``NAME=GY`` for one.

    Examples
    --------
    >>> parse_prescriptions(["18", "PTV2=24"])
    (18.0, {'PTV2': 24.0})
    """
    every, named = None, {}
    for item in items:
        name, separator, value = item.rpartition("=")
        try:
            dose = float(value)
        except ValueError:
            raise InputError("--prescription", f"{item!r} is not GY or NAME=GY") from None
        if separator:
            named[name] = dose
        else:
            every = dose
    return every, named


def command_demo(args: argparse.Namespace) -> int:
    """Phantom → assess → report → browser panel."""
    from RNAssessLib.phantom import build_phantom, write_study

    out = Path(args.out)
    study = out / "study"
    if study.exists():
        print(f"using the phantom study already in {study}", file=sys.stderr)
    else:
        print_progress(0.0, f"making the digital patient {args.phantom}, seed {args.seed}")
        write_study(build_phantom(args.phantom, seed=args.seed), study, progress=print_progress)
    args.case = study
    return command_assess(args) or (0 if args.no_browser else _view_last(args))


def _view_last(args: argparse.Namespace) -> int:
    from RNAssessLib.web import serve

    serve(
        args.assessment, port=args.port, open_browser=True,
        keep_in=Path(args.out) / "session.json", case_file=Path(args.out) / "case.toml",
    )  # fmt: skip
    return 0


def command_assess(args: argparse.Namespace) -> int:
    """Read a case, assess it, write everything to --out."""
    from RNAssessLib.assessment import assess
    from RNAssessLib.outputs import write_outputs
    from RNAssessLib.study import read_case

    thresholds = parse_thresholds(args.set or [])
    case = read_case(Path(args.case), progress=print_progress)
    for row in case.mapping:
        ignored = "ignored: " if row.ignored else ""
        place = f"{row.timepoint} " if row.timepoint else ""
        print(f"  {place}{row.role:<6} {ignored}{row.what} ({row.why})", file=sys.stderr)
    args.assessment = assess(case, thresholds, progress=print_progress)
    written = write_outputs(args.assessment, Path(args.out), progress=print_progress)
    for path in written:
        print(path)
    return 0


def beside(case: Path, what: str = "session") -> Path:
    """Where decisions on a case, or answers to it, are kept: beside it, never among its images.

    Examples
    --------
    >>> beside(Path("p/case.toml")).as_posix(), beside(Path("p/study")).as_posix()
    ('p/case.session.json', 'p/study.session.json')
    """
    case = case.resolve() if case.name in ("", "..") else case
    return case.with_name(f"{case.stem if case.suffix == '.toml' else case.name}.{what}.json")


def command_view(args: argparse.Namespace) -> int:
    """Assess a case and show it in the browser; without one, list those of a folder to choose from.

    Nothing but the reader's decisions is written.

    Reading comes first, so that bad input ends the command; the page then opens at once and shows
    the progress of the rest, with a button to cancel.
    """
    from RNAssessLib.assessment import Assessment, assess
    from RNAssessLib.study import read_case
    from RNAssessLib.study.case_file_writer import case_file_of
    from RNAssessLib.study.find_cases import find_cases
    from RNAssessLib.web import serve, serve_folder

    if args.teach:
        args.set_name, args.keep, args.host, args.for_class = None, "", LOOPBACK, False
        return command_teach(args)
    thresholds = parse_thresholds(args.set or [])
    folder = Path(args.case or ".")
    if not args.case or (folder.is_dir() and len(find_cases(folder)) > 1):
        if args.session:
            print("rnassess view: --session belongs to one case", file=sys.stderr)
            return 2
        serve_folder(
            folder, thresholds, beside, port=args.port, open_browser=not args.no_browser
        )  # fmt: skip
        return 0
    case = read_case(Path(args.case), progress=print_progress)

    def load(progress: Progress) -> Assessment:
        return assess(case, thresholds, progress=progress)

    keep_in = Path(args.session) if args.session else beside(Path(args.case))
    print(f"decisions are kept in {keep_in}", file=sys.stderr)
    serve(
        load, port=args.port, open_browser=not args.no_browser, keep_in=keep_in,
        case_file=case_file_of(Path(args.case)),
    )  # fmt: skip
    return 0


def command_teach(args: argparse.Namespace) -> int:
    """Answer a case, or a set of cases, with the computed answers hidden; lists the sets."""
    from RNAssessLib.phantom.teaching_set import list_lessons
    from RNAssessLib.web import serve_teaching
    from RNAssessLib.web.teach_command import describe_sets, lesson_of_case

    if args.case and args.set_name:
        print("rnassess teach: give a case or --set, not both", file=sys.stderr)
        return 2
    if not args.case and not args.set_name:
        print(describe_sets())
        return 0
    keep_in = Path(args.keep)
    if args.set_name:
        lessons = list_lessons(args.set_name, keep_in)
    else:
        path = Path(args.case)
        keep_in = beside(path, "teaching")
        thresholds = parse_thresholds(args.set or [])
        lessons = (lesson_of_case(path, keep_in, thresholds, print_progress),)
    print(f"answers are kept in {keep_in}", file=sys.stderr)
    serve_teaching(
        lessons, port=args.port, host=args.host, for_class=args.for_class,
        open_browser=not args.no_browser,
    )  # fmt: skip
    return 0


def command_export(args: argparse.Namespace) -> int:
    """DICOM objects (SR, SEG, RTSTRUCT, report) of a case, de-identified on request."""
    from RNAssessLib.assessment import assess
    from RNAssessLib.report.dicom_export import check_export, export_dicom, parse_formats
    from RNAssessLib.study import read_case

    formats = parse_formats(args.formats)
    thresholds = parse_thresholds(args.set or [])
    out = Path(args.out)
    case = read_case(Path(args.case), progress=part(print_progress, 0.0, 0.2))
    check_export(case, out)
    assessment = assess(case, thresholds, progress=part(print_progress, 0.2, 0.8))
    written = export_dicom(
        assessment, out, formats=formats, deidentify=args.deidentify,
        progress=part(print_progress, 0.8, 1.0),
    )  # fmt: skip
    for path in written:
        print(path)
    return 0


def command_dose(args: argparse.Namespace) -> int:
    """Indices of one plan."""
    from RNAssessLib.dosimetry.course import compute_course
    from RNAssessLib.dosimetry.document import build_dose_document
    from RNAssessLib.dosimetry.field import Interpolation
    from RNAssessLib.dosimetry.prescription import override_prescription, prescribe_to_line
    from RNAssessLib.spatial.occupancy import EndCap
    from RNAssessLib.study.plan_files import read_course_files

    every, named = parse_prescriptions(args.prescription or [])
    course = read_course_files(
        Path(args.dose),
        Path(args.structures),
        Path(args.plan) if args.plan else None,
        target_names=tuple(args.target or ()),
        prescription_gy=every,
        fractions=args.fractions,
    )
    course = override_prescription(course, named)
    if args.isodose_line is not None:
        course = prescribe_to_line(course, args.isodose_line)
    progress: Progress = silent if args.json else print_progress
    dosimetry = compute_course(
        course,
        parse_thresholds(args.set or []),
        progress,
        cap=EndCap[ENDS[args.ends]],
        interpolation=Interpolation[args.interpolation.upper()],
    )
    document = build_dose_document(dosimetry)
    if args.json:
        json.dump(document, sys.stdout, allow_nan=False, ensure_ascii=False)
        print()
    else:
        from RNAssessLib.report.text_tables import format_dose_tables

        print(format_dose_tables(dosimetry))
        print(DISCLAIMER)
    return 0


def command_phantom(args: argparse.Namespace) -> int:
    """List the digital patients, or write one as a DICOM study with truth.json."""
    from RNAssessLib.phantom import build_phantom, list_phantoms, write_study

    if args.name == "list":
        print("\n".join(list_phantoms()))
        return 0
    if args.name not in list_phantoms():
        print(f"rnassess phantom: no {args.name!r}; see: rnassess phantom list", file=sys.stderr)
        return 2
    if not args.out:
        print("rnassess phantom: --out DIR is missing", file=sys.stderr)
        return 2
    patient = build_phantom(args.name, seed=args.seed)
    print(write_study(patient, Path(args.out), progress=print_progress))
    return 0


def command_cohort(args: argparse.Namespace) -> int:
    """Assess many cases into one table."""
    from RNAssessLib.cohort.table import assess_cohort

    cases = [Path(case) for case in args.cases]
    thresholds = parse_thresholds(args.set or [])
    print(assess_cohort(cases, Path(args.out), thresholds, progress=print_progress))
    return 0


def build_parser() -> argparse.ArgumentParser:
    """Return the argument parser; one subcommand each."""
    parser = argparse.ArgumentParser(
        prog="rnassess",
        description=f"Evidence for radiation necrosis versus tumour progression. {DISCLAIMER}",
    )
    parser.add_argument("--version", action="version", version=f"rnassess {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=(run.__doc__ or "").strip())
        command.set_defaults(run=run)
        if name != "phantom":
            flag = "--threshold" if name == "teach" else "--set"
            command.add_argument(
                flag, dest="set", action="append", metavar="KEY=VALUE", help="change a threshold"
            )
        return command

    demo = add("demo", command_demo)
    demo.add_argument("--out", default="rnassess-demo", metavar="DIR")
    demo.add_argument("--no-browser", action="store_true", help="write the results and stop")
    demo.add_argument("--phantom", default=DEFAULT_DEMO, metavar="NAME")
    demo.add_argument("--seed", type=int, default=0)
    demo.add_argument("--port", type=int, default=0, help="0 takes a free one")

    one = add("assess", command_assess)
    one.add_argument("case", help="DICOM folder or case.toml")
    one.add_argument("--out", required=True, metavar="DIR")

    view = add("view", command_view)
    view.add_argument(
        "case", nargs="?", help="DICOM folder, case.toml, or a folder of cases (default: here)"
    )
    view.add_argument("--port", type=int, default=0, help="0 takes a free one")
    view.add_argument("--session", metavar="F", help="where decisions are kept (beside the case)")
    view.add_argument("--no-browser", action="store_true", help="serve without opening a browser")

    view.add_argument("--teach", action="store_true", help="answers hidden, as in teach")

    teach = add("teach", command_teach)
    teach.add_argument("case", nargs="?", help="DICOM folder or case.toml")
    teach.add_argument("--set", dest="set_name", choices=("paper",), help="the papers' figures")
    teach.add_argument(
        "--keep", default="rnassess-teaching", metavar="DIR", help="answers to a set"
    )
    teach.add_argument("--port", type=int, default=0, help="0 takes a free one")
    teach.add_argument("--host", default=LOOPBACK, help="one that others reach asks for a token")
    teach.add_argument(
        "--class", dest="for_class", action="store_true", help="also a read-only address"
    )
    teach.add_argument("--no-browser", action="store_true", help="serve without opening a browser")

    export = add("export", command_export)
    export.add_argument("case", help="DICOM folder or case.toml")
    export.add_argument("--out", required=True, metavar="DIR", help="missing or empty")
    export.add_argument("--formats", default="sr,seg,rtstruct,pdf", metavar="LIST")
    export.add_argument(
        "--deidentify", action="store_true", help="new identity, UIDs and dates (PS3.15)"
    )

    dose = add("dose", command_dose)
    dose.add_argument("--dose", required=True, metavar="F", help="RTDOSE, or a volume in Gy")
    dose.add_argument("--structures", required=True, metavar="F", help="RTSTRUCT or a label map")
    dose.add_argument("--plan", metavar="F", help="RTPLAN")
    dose.add_argument("--target", action="append", metavar="NAME", help="may be repeated")
    dose.add_argument(
        "--prescription", action="append", metavar="GY|NAME=GY",
        help="overrides the plan's, for all targets or for one; may be repeated",
    )  # fmt: skip
    dose.add_argument(
        "--isodose-line", type=float, metavar="PERCENT",
        help="prescribed to this percentage of the target's maximum (where no dose is stated)",
    )  # fmt: skip
    dose.add_argument(
        "--ends", choices=list(ENDS), default="rounded",
        help="what lies beyond the first and last contour",
    )  # fmt: skip
    dose.add_argument(
        "--interpolation", choices=("cubic", "linear"), default="cubic",
        help="linear is for comparison with systems that use it",
    )  # fmt: skip
    dose.add_argument("--fractions", type=int, metavar="N", help="overrides the plan's")
    dose.add_argument("--json", action="store_true")

    phantom = add("phantom", command_phantom)
    phantom.add_argument("name", help="list, or the name of a digital patient")
    phantom.add_argument("--seed", type=int, default=0)
    phantom.add_argument("--out", metavar="DIR")

    cohort = add("cohort", command_cohort)
    cohort.add_argument("cases", nargs="+", help="DICOM folders or case files")
    cohort.add_argument("--out", required=True, metavar="DIR")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except InputError as error:
        print(f"rnassess: {error}", file=sys.stderr)
        return EXIT_INPUT
    except (CancelledError, KeyboardInterrupt):
        print("rnassess: cancelled", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        hint = f"rnassess: {error}; install the extras with: pip install 'rnassess[all]'"
        print(hint, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
