"""``rnassess demo | assess | export``: a case to files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from RNAssessLib.case import part
from RNAssessLib.storage import check_folder

from .common import (
    CASE_HELP,
    LAST_PORT,
    NO_TOKEN_HELP,
    Commands,
    add_command,
    add_outline_options,
    complete_phantoms,
    parse_thresholds,
    print_progress,
    take_outlines,
    whole_number,
)
from .kept_case import add_fresh_option, open_kept
from .reader_work import add_session_options, take_session
from .sort import add_dates_option, open_case

DEFAULT_DEMO = "rn_across_falx"
KEPT = "session.json"  # of the demo


def add_commands(commands: Commands) -> None:
    """Add the commands of this file to the parser."""
    demo = add_command(commands, "demo", command_demo)
    demo.add_argument("--out", default="rnassess-demo", metavar="DIR")
    demo.add_argument("--no-browser", action="store_true", help="write the results and stop")
    patient = demo.add_argument("--phantom", default=DEFAULT_DEMO, metavar="NAME")
    patient.completer = complete_phantoms  # type: ignore[attr-defined]
    demo.add_argument("--seed", type=whole_number(0), default=0)
    demo.add_argument(
        "--port", type=whole_number(0, LAST_PORT), default=0, help="0 takes a free one"
    )
    demo.add_argument("--no-token", action="store_true", help=NO_TOKEN_HELP)

    one = add_command(commands, "assess", command_assess)
    one.add_argument("case", help=CASE_HELP)
    one.add_argument("--out", required=True, metavar="DIR")
    add_dates_option(one)
    add_outline_options(one)
    add_fresh_option(one)
    add_session_options(one)
    _add_text_options(one)

    export = add_command(commands, "export", command_export)
    export.add_argument("case", help=CASE_HELP)
    export.add_argument("--out", required=True, metavar="DIR", help="missing or empty")
    export.add_argument("--formats", default="sr,seg,rtstruct,pdf", metavar="LIST")
    export.add_argument(
        "--deidentify", action="store_true", help="new identity, UIDs and dates (PS3.15)"
    )

    add_outline_options(export)
    add_fresh_option(export)
    add_session_options(export)


def _add_text_options(parser: argparse.ArgumentParser) -> None:
    from RNAssessLib.report.pages.paper import PAPER
    from RNAssessLib.report.text.catalogue import languages

    known = languages()
    parser.add_argument("--language", choices=known, default=known[0], help="of report.txt")
    parser.add_argument("--paper", type=_paper, default=PAPER, help="of report.pdf: A4 or letter")
    parser.add_argument("--structured", action="store_true", help="report.txt under headings")


def _paper(text: str) -> str:
    """Return the key of a paper, however it is written; raises ArgumentTypeError."""
    from RNAssessLib.report.pages.paper import PAPERS_MM

    if text.lower() not in PAPERS_MM:
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(PAPERS_MM)}")
    return text.lower()


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
    kept = out / KEPT
    args.session, args.computed_only = (str(kept) if kept.is_file() else None), False
    args.brain, args.outlines, args.labels = None, None, None
    return command_assess(args) or (0 if args.no_browser else _view_last(args))


def _view_last(args: argparse.Namespace) -> int:
    from RNAssessLib.web import serve

    serve(
        args.assessment, port=args.port, open_browser=True,
        keep_in=Path(args.out) / KEPT, case_file=Path(args.out) / "case.toml",
        token=not args.no_token,
    )  # fmt: skip
    return 0


def command_assess(args: argparse.Namespace) -> int:
    """Read a case, assess it, write everything to --out, with what the reader decided."""
    from RNAssessLib.outputs import write_outputs
    from RNAssessLib.panel.reading.reader_case import follow_session

    check_folder(Path(args.out))
    opened = open_kept(args, lambda: take_outlines(args, open_case(args)))
    session = take_session(args, opened.id)
    used = session.thresholds(parse_thresholds(args.set or []))
    args.assessment = opened.assess(used, print_progress)
    read = follow_session(args.assessment, session, print_progress)
    written = write_outputs(
        read, Path(args.out), progress=print_progress, session=session,
        language=getattr(args, "language", "en"), structured=getattr(args, "structured", False),
        paper=getattr(args, "paper", "a4"),
    )  # fmt: skip
    for path in written:
        print(path)
    return 0


def command_export(args: argparse.Namespace) -> int:
    """DICOM objects (SR, SEG, RTSTRUCT, report) of a case, de-identified on request."""
    from RNAssessLib.panel.reading.reader_case import follow_session
    from RNAssessLib.report.dicom.export import (
        check_empty,
        check_export,
        export_dicom,
        parse_formats,
    )
    from RNAssessLib.study import read_case

    formats = parse_formats(args.formats)
    out = Path(args.out)
    check_empty(out)
    opened = open_kept(
        args,
        lambda: take_outlines(args, read_case(Path(args.case), part(print_progress, 0.0, 0.2))),
    )
    if opened.case is not None:
        check_export(opened.case, out)
    session = take_session(args, opened.id)
    used = session.thresholds(parse_thresholds(args.set or []))
    assessment = opened.assess(used, part(print_progress, 0.2, 0.7))
    check_export(assessment.prepared.case, out)
    read = follow_session(assessment, session, part(print_progress, 0.7, 0.8))
    written = export_dicom(
        read, out, formats=formats, deidentify=args.deidentify,
        session=session, progress=part(print_progress, 0.8, 1.0),
    )  # fmt: skip
    for path in written:
        print(path)
    return 0
