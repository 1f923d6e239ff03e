"""The last line of a case file: a TOML file that was cut between two tables is still valid.

What RNAssess writes promises its own last line near its first one; a promise that is not kept is a
cut file. What a person wrote promises nothing: there, only a cut inside a line or an empty last
table can be seen, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

END = "# end of the case file"
PROMISE = f'# The file is whole with its last line, "{END}".'
CUT = (
    f'was written by RNAssess and has lost its last line, "{END}": it was cut, and what stood '
    "below is missing; if it is whole, put the line back"
)
BARE_TABLE = re.compile(r"\s*\[\[?\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")


def close_text(lines: Sequence[str]) -> str:
    """Text of a case file out of its lines, with the promise after its first and the end last.

    Examples
    --------
    >>> print(close_text(["# Correct it.", 'id = "c"']), end="")
    # Correct it.
    # The file is whole with its last line, "# end of the case file".
    id = "c"
    # end of the case file
    """
    return "\n".join([lines[0], PROMISE, *lines[1:], END]) + "\n"


def keep_end(lines: Sequence[str]) -> list[str]:
    """Lines of a changed case file with its end, where there is one, last again.

    Examples
    --------
    >>> keep_end([PROMISE, 'id = "c"', END, "[[event]]"])[1:]
    ['id = "c"', '[[event]]', '# end of the case file']
    """
    rest = [line for line in lines if line.strip() != END]
    return [*rest, END] if any(line.strip() == PROMISE for line in rest) else rest


def is_cut(text: str) -> bool:
    """Whether a text promises its last line and does not hold it."""
    lines = [line.strip() for line in text.splitlines()]
    return PROMISE in lines and END not in lines


def doubt_of_end(text: str) -> str:
    r"""Say why the end of a text looks cut; nothing where it does not.

    Examples
    --------
    >>> doubt_of_end("id = 'c'"), doubt_of_end("id = 'c'\n")
    ("its last line, «id = 'c'», does not end: if the file was cut there, ...", '')
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or any(line.strip() == END for line in lines):
        return ""
    told = lines[-1].strip()[:60]
    if not text.endswith(("\n", "\r")):
        return (f"its last line, «{told}», does not end: if the file was cut there, its value "
                "may be another one and what stood below is missing")  # fmt: skip
    values = [line for line in lines if not line.lstrip().startswith("#")]
    if values and BARE_TABLE.match(values[-1]):
        return (f"its last table, «{values[-1].strip()[:60]}», is empty: if the file was cut "
                "there, what stood below is missing")  # fmt: skip
    return ""
