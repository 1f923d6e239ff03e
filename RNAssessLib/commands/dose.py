"""``rnassess dose``: the indices of one plan."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.case import Course, InputError, Progress, silent
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.plausible import fraction_count_bounds, isodose_line_bounds, prescription_bounds
from RNAssessLib.plausible.check_case import max_dose_gy

from .common import (
    Commands,
    add_command,
    parse_prescriptions,
    parse_thresholds,
    print_progress,
    take_number,
)

if TYPE_CHECKING:
    from RNAssessLib.spatial.occupancy import EndCap

ENDS = {"none": "NONE", "half": "HALF_SLICE", "rounded": "ROUNDED"}


def add_commands(commands: Commands) -> None:
    """Add the command of this file to the parser."""
    dose = add_command(commands, "dose", command_dose)
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
        "--ends", action="append", metavar="RULE|NAME=RULE",
        help="what lies beyond the first and last contour, for all structures or for one: "
        f"{', '.join(ENDS)} (default: rounded); may be repeated",
    )  # fmt: skip
    dose.add_argument(
        "--interpolation", choices=("cubic", "linear"), default="cubic",
        help="linear is for comparison with systems that use it",
    )  # fmt: skip
    dose.add_argument("--fractions", type=int, metavar="N", help="overrides the plan's")
    dose.add_argument("--json", action="store_true")


def command_dose(args: argparse.Namespace) -> int:
    """Indices of one plan."""
    from RNAssessLib.dosimetry.course import compute_course
    from RNAssessLib.dosimetry.document import build_dose_document
    from RNAssessLib.dosimetry.field import Interpolation
    from RNAssessLib.dosimetry.prescription import override_prescription, prescribe_to_line
    from RNAssessLib.study.plan_files import read_course_files

    cap, caps = parse_ends(args.ends or [])
    thresholds = parse_thresholds(args.set or [])
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
    _check(args, course, {} if every is None else {"every target": every}, named)
    progress: Progress = silent if args.json else print_progress
    dosimetry = compute_course(
        course,
        thresholds,
        progress,
        cap=cap,
        caps=caps,
        interpolation=Interpolation[args.interpolation.upper()],
    )
    document = build_dose_document(dosimetry)
    if args.json:
        json.dump(document, sys.stdout, allow_nan=False, ensure_ascii=False)
        print()
    else:
        from RNAssessLib.report.tables.text_tables import format_dose_tables

        print(format_dose_tables(dosimetry))
        print(DISCLAIMER)
    return 0


def _check(
    args: argparse.Namespace, course: Course, every: dict[str, float], named: dict[str, float]
) -> None:
    """Refuse numbers of the command line that cannot be, tell those that are unusual."""
    if args.fractions is not None:
        take_number(args.fractions, fraction_count_bounds(), "--fractions")
    if args.isodose_line is not None:
        take_number(args.isodose_line, isodose_line_bounds(), "--isodose-line")
    for name, dose in (every | named).items():
        bounds = prescription_bounds(
            f"prescription of {name}", course.fractions, max_dose_gy(course)
        )
        take_number(dose, bounds, "--prescription")


def parse_ends(given: list[str]) -> tuple[EndCap, dict[str, EndCap]]:
    """End rule of all structures, and of those named.

    Raises
    ------
    InputError
        A rule that does not exist.
    """
    from RNAssessLib.spatial.occupancy import EndCap

    every, named = EndCap.ROUNDED, {}
    for text in given:
        name, _, rule = text.rpartition("=")
        if rule not in ENDS:
            raise InputError("--ends", f"{rule!r} is none of {', '.join(ENDS)}")
        if name:
            named[name] = EndCap[ENDS[rule]]
        else:
            every = EndCap[ENDS[rule]]
    return every, named
