"""``rnassess view | teach``: a case in the browser."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.case import Progress
from RNAssessLib.panel.session.file import beside, open_session

from .cohort import show_cohort
from .common import (
    CASE_HELP,
    LAST_PORT,
    NO_BROWSER_HELP,
    NO_TOKEN_HELP,
    PORT_HELP,
    Commands,
    add_command,
    add_outline_options,
    parse_thresholds,
    print_progress,
    take_outlines,
    whole_number,
)
from .kept_case import add_fresh_option, open_kept
from .sort import add_dates_option, choose_roles, open_case

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment

LOOPBACK = "127.0.0.1"
LESSONS = ("paper",)
MOST_LEARNERS = 200
COHORT_TABLE = "cohort.csv"


def add_commands(commands: Commands) -> None:
    """Add the commands of this file to the parser."""
    view = add_command(commands, "view", command_view)
    view.add_argument(
        "case", nargs="?", help="DICOM folder, case.toml, or a folder of cases (default: here)"
    )
    view.add_argument("--port", type=whole_number(0, LAST_PORT), default=0, help=PORT_HELP)
    view.add_argument("--session", metavar="F", help="where decisions are kept (beside the case)")
    add_dates_option(view)
    view.add_argument(
        "--choose", action="store_true", help="correct what each series is for, before anything"
    )
    view.add_argument("--no-browser", action="store_true", help=NO_BROWSER_HELP)
    view.add_argument("--no-token", action="store_true", help=NO_TOKEN_HELP)
    add_outline_options(view)
    add_fresh_option(view)

    view.add_argument("--teach", action="store_true", help="answers hidden, as in teach")

    teach = add_command(commands, "teach", command_teach)
    teach.add_argument("case", nargs="?", help=CASE_HELP)
    teach.add_argument("--threshold", dest="set", action="append", help=argparse.SUPPRESS)
    teach.add_argument(
        "--lessons", dest="set_name", choices=LESSONS, help="cases after the papers' figures"
    )
    teach.add_argument(
        "--keep", default="rnassess-teaching", metavar="DIR", help="answers to a set"
    )
    teach.add_argument("--port", type=whole_number(0, LAST_PORT), default=0, help=PORT_HELP)
    teach.add_argument("--host", default=LOOPBACK, help="one that others reach asks for a token")
    teach.add_argument(
        "--class", dest="for_class", action="store_true", help="also a read-only address"
    )
    teach.add_argument(
        "--learners", type=whole_number(1, MOST_LEARNERS), default=0, metavar="N",
        help="that many addresses, each of one learner's own sheet; the page Class shows them all",
    )  # fmt: skip
    teach.add_argument("--no-browser", action="store_true", help=NO_BROWSER_HELP)
    teach.add_argument("--no-token", action="store_true", help=NO_TOKEN_HELP)


def command_view(args: argparse.Namespace) -> int:
    """Assess a case and show it in the browser; without one, list those of a folder to choose from.

    Nothing but the reader's decisions is written.

    Reading comes first, so that bad input ends the command; the page then opens at once and shows
    the progress of the rest, with a button to cancel.
    """
    from RNAssessLib.study.find_cases import find_cases
    from RNAssessLib.web.serving.libraries import begin_loading

    outlined = [name for name in ("brain", "outlines", "labels") if getattr(args, name)]
    if args.teach:
        if outlined:
            print(f"rnassess view: --{outlined[0]} does not go with --teach", file=sys.stderr)
            return 2
        args.set_name, args.keep, args.host, args.for_class = None, "", LOOPBACK, False
        args.learners = 0
        return command_teach(args)
    thresholds = parse_thresholds(args.set or [])
    folder = Path(args.case or ".")
    if (folder / COHORT_TABLE).is_file():
        show_cohort(args, folder / COHORT_TABLE)
        return 0
    begin_loading()
    if not args.case or (folder.is_dir() and len(find_cases(folder)) > 1):
        if args.session or outlined:
            name = "session" if args.session else outlined[0]
            print(f"rnassess view: --{name} belongs to one case", file=sys.stderr)
            return 2
        from RNAssessLib.web import serve_folder

        serve_folder(
            folder, thresholds, beside, port=args.port, open_browser=not args.no_browser,
            token=not args.no_token,
        )  # fmt: skip
        return 0
    keep_in = Path(args.session) if args.session else beside(Path(args.case))
    if args.choose:
        return choose_roles(args, thresholds, keep_in)
    opened = open_kept(args, lambda: take_outlines(args, open_case(args)))
    if opened.case is None:
        # Nothing is computed. Garbage is collected once the case is on the page (LoadingPage):
        # to look through all that is being loaded meanwhile takes a quarter of a second.
        gc.disable()
    used = open_session(keep_in, opened.id, to_write=True).thresholds(thresholds)

    def load(progress: Progress) -> Assessment:
        return opened.assess(used, progress)

    print(f"decisions are kept in {keep_in}", file=sys.stderr)
    try:
        _serve(args, load, keep_in)
    finally:
        gc.enable()
    return 0


def _serve(args: argparse.Namespace, load: Callable[[Progress], Assessment], keep_in: Path) -> None:
    from RNAssessLib.study.case_file_writer import case_file_of
    from RNAssessLib.web import serve

    serve(
        load, port=args.port, open_browser=not args.no_browser, keep_in=keep_in,
        case_file=case_file_of(Path(args.case)), token=not args.no_token,
    )  # fmt: skip


def command_teach(args: argparse.Namespace) -> int:
    """Answer a case, or a set of cases, with the computed answers hidden; lists the sets."""
    from RNAssessLib.phantom.teaching_set import list_lessons
    from RNAssessLib.web import serve_teaching
    from RNAssessLib.web.serving.access import needs_token

    from .lessons import describe_sets, lesson_of_case

    _take_old_name(args)
    if args.case and args.set_name:
        print("rnassess teach: give a case or --lessons, not both", file=sys.stderr)
        return 2
    if not args.case and not args.set_name:
        print(describe_sets())
        return 0
    if args.no_token and (args.for_class or args.learners or needs_token(args.host)):
        print("rnassess teach: others can reach this address: it needs its token", file=sys.stderr)
        return 2
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
        learners=args.learners, open_browser=not args.no_browser, token=not args.no_token,
    )  # fmt: skip
    return 0


def _take_old_name(args: argparse.Namespace) -> None:
    """``teach --set paper`` was the name until `--set` came to mean a threshold everywhere."""
    old = [name for name in args.set or [] if name in LESSONS]
    if old and not args.set_name:
        print(f"rnassess teach: --set {old[0]} is now --lessons {old[0]}", file=sys.stderr)
        args.set_name = old[0]
        args.set = [item for item in args.set if item not in LESSONS]
