# PYTHON_ARGCOMPLETE_OK
"""Command line: ``rnassess demo | assess | view | sort | teach | export | dose | phantom | …``.

Exit codes: 0 done, 2 bad usage, 3 unreadable or inconsistent input (one line on standard error),
1 anything else. Progress goes to standard error; ``--json`` prints JSON alone on standard output.
"""

# Nothing is imported up here that takes time: ^C pressed while Python still loads is caught, too.
from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from RNAssessLib.commands.parser import Parser

EXIT_INPUT = 3
PRIVATE = 0o077  # folders 0700, files 0600: what is written is about a patient


def build_parser() -> Parser:
    """Return the argument parser; one subcommand each."""
    from RNAssessLib import __version__
    from RNAssessLib.commands import assess, cohort, dose, phantom, sort, view
    from RNAssessLib.commands.parser import Parser
    from RNAssessLib.disclaimer import DISCLAIMER

    parser = Parser(
        prog="rnassess",
        description=f"Evidence for radiation necrosis versus tumour progression. {DISCLAIMER}",
        epilog="Help on a command: rnassess COMMAND --help",
    )
    parser.add_argument("--version", action="version", version=f"rnassess {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for file in (assess, cohort, view, sort, dose, phantom):
        file.add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    before = os.umask(PRIVATE)
    try:
        return _run(argv)
    except KeyboardInterrupt:
        print("rnassess: cancelled", file=sys.stderr)
        return 1
    finally:
        os.umask(before)


def _run(argv: Sequence[str] | None) -> int:
    from RNAssessLib.case import CancelledError, InputError
    from RNAssessLib.commands.parser import complete, leave_pipe, parse
    from RNAssessLib.commands.telling import TELLING
    from RNAssessLib.storage import why_not_written

    parser = build_parser()
    complete(parser)
    args = parse(parser, argv)
    if args.command is None:
        parser.print_help()
        return 0
    TELLING.start(quiet=args.quiet, verbose=args.verbose)
    try:
        return int(args.run(args))
    except InputError as error:
        print(f"rnassess: {error}", file=sys.stderr)
        return EXIT_INPUT
    except CancelledError:
        print("rnassess: cancelled", file=sys.stderr)
    except BrokenPipeError:  # `rnassess … | head`
        leave_pipe()
    except OSError as error:  # out of reach while it was read or written
        name = error.filename or "a file"
        print(f"rnassess: {name}: {why_not_written(error)}", file=sys.stderr)
        return EXIT_INPUT
    except ModuleNotFoundError as error:
        hint = f"rnassess: {error}; install the extras with: pip install 'rnassess[all]'"
        print(hint, file=sys.stderr)
    except Exception as error:
        TELLING.tell_fault(error)
    return 1


if __name__ == "__main__":
    sys.exit(main())
