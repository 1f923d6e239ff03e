"""Command line: ``rnassess demo | assess | view | sort | teach | export | dose | phantom | …``.

Exit codes: 0 done, 2 bad usage, 3 unreadable or inconsistent input (one line on standard error),
1 anything else. Progress goes to standard error; ``--json`` prints JSON alone on standard output.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from RNAssessLib import __version__
from RNAssessLib.case import CancelledError, InputError
from RNAssessLib.commands import assess, dose, phantom, sort, view
from RNAssessLib.commands.common import DISCLAIMER
from RNAssessLib.storage import why_not_written

EXIT_INPUT = 3


def build_parser() -> argparse.ArgumentParser:
    """Return the argument parser; one subcommand each."""
    parser = argparse.ArgumentParser(
        prog="rnassess",
        description=f"Evidence for radiation necrosis versus tumour progression. {DISCLAIMER}",
    )
    parser.add_argument("--version", action="version", version=f"rnassess {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    for file in (assess, view, sort, dose, phantom):
        file.add_commands(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    args = build_parser().parse_args(argv)
    try:
        return int(args.run(args))
    except InputError as error:
        print(f"rnassess: {error}", file=sys.stderr)
        return EXIT_INPUT
    except BrokenPipeError:  # whoever read the output has had enough
        sys.stderr.close()
        return 1
    except OSError as error:  # out of reach while it was read or written
        name = error.filename or "a file"
        print(f"rnassess: {name}: {why_not_written(error)}", file=sys.stderr)
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
