"""``python -m RNAssessLib.docs``: write the generated pages (and, asked for, their pictures)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .pages import build_pages
from .structure import describe_figures, draw_floors


def main() -> int:
    """Write the pages and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m RNAssessLib.docs", description=__doc__)
    parser.add_argument("--out", default="Resources/Docs", metavar="DIR", type=Path)
    parser.add_argument(
        "--pictures", nargs="*", metavar="ID",
        help="make the example patients anew (minutes): all items, or those named",
    )  # fmt: skip
    parser.add_argument(
        "--figures", action="store_true", help="print how long files and functions are, and rings"
    )
    parser.add_argument(
        "--structure", action="store_true", help="print the picture of the floors (Mermaid)"
    )
    args = parser.parse_args()
    if args.figures or args.structure:
        print(describe_figures() if args.figures else draw_floors())
        return 0
    if args.pictures is not None:
        from .pictures import CASE_OF, write_examples

        unknown = [item for item in args.pictures if item not in CASE_OF]
        if unknown:
            parser.error(f"no example for {', '.join(unknown)}")
        write_examples(
            args.out, args.pictures or None,
            lambda share, what: print(f"[{share:4.0%}] {what}", file=sys.stderr, flush=True),
        )  # fmt: skip
    for name, text in build_pages().items():
        path = args.out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
