"""argparse with what people expect today: a suggestion after a mistyped word, completion by Tab."""

from __future__ import annotations

import argparse
import difflib
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import NoReturn

INVALID = re.compile(r"invalid choice: '?([^' ]+)'? \(choose from (.*)\)$", re.DOTALL)


class Parser(argparse.ArgumentParser):
    """A parser whose errors name the nearest right word."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and one line about what was wrong."""
        found = INVALID.search(message)
        if found:
            choices = re.findall(r"[\w.-]+", found.group(2))
            message += suggestion(found.group(1), choices)
        super().error(message)

    def options(self) -> tuple[str, ...]:
        """Every option of this parser as typed, ``--long`` ones only."""
        return tuple(o for o in self._option_string_actions if o.startswith("--"))


def suggestion(word: str, known: Iterable[str]) -> str:
    """``; did you mean X?``, or nothing where no known word is near.

    Examples
    --------
    >>> suggestion("asess", ["assess", "export"])
    '; did you mean assess?'
    >>> suggestion("qwerty", ["assess", "export"])
    ''
    """
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def parse(parser: Parser, argv: Sequence[str] | None) -> argparse.Namespace:
    """Parse a command line; an unknown option is told by its own command, which knows its names."""
    args, unknown = parser.parse_known_args(argv)
    if unknown:
        of: Parser = getattr(args, "parser", parser)
        word = next((text for text in unknown if text.startswith("-")), unknown[0])
        near = suggestion(word.partition("=")[0], of.options()) if word.startswith("-") else ""
        of.error(f"unrecognized arguments: {' '.join(unknown)}{near}")
    return args


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell's Tab key and leave; does nothing outside a completion."""
    if "_ARGCOMPLETE" not in os.environ:
        return
    try:
        import argcomplete
    except ModuleNotFoundError:
        return
    argcomplete.autocomplete(parser)


def leave_pipe() -> None:
    """Let the interpreter end without a complaint about the reader that went away."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
