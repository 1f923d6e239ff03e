"""Names and notes as they can be shown: what a file holds as a line stays a line of text.

Markup is text, and each output escapes it in its own way. Taken out here are characters that no
output can show and that change the text around them: control characters, which XML, PDF and
terminals refuse or obey, and marks of writing direction, which turn ``GTV 1`` round on the screen.
"""

from __future__ import annotations

import re

UNSHOWN = "\N{REPLACEMENT CHARACTER}"
BREAKS = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
NO_TEXT = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
# What a spreadsheet takes for a formula (CWE-1236).
FORMULA = re.compile(r"[=+\-@\t\r]|[\uff1d\uff0b\uff0d\uff20]")


def plain_text(text: str) -> str:
    r"""Return a text on one line, of characters that can be shown.

    Examples
    --------
    >>> plain_text("GTV\n1\x07 <b>\u202eright</b>")
    'GTV 1\ufffd <b>\ufffdright</b>'
    """
    return NO_TEXT.sub(UNSHOWN, BREAKS.sub(" ", text))


def make_plain(held: object, *names: str) -> None:
    """Make texts, or tuples of them, of a frozen dataclass plain; called when it is made."""
    for name in names:
        given = getattr(held, name)
        made = tuple(map(plain_text, given)) if isinstance(given, tuple) else given
        made = plain_text(given) if isinstance(given, str) else made
        if made != given:
            object.__setattr__(held, name, made)


def safe_cell(value: object) -> object:
    """Return a value for a table of text: what a spreadsheet would compute begins with an ``'``.

    Numbers, and texts that are one, stay as they are.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-0.5"), safe_cell(-0.5), safe_cell("GTV 1"), safe_cell("@x")
    ("'=1+1", '-0.5', -0.5, 'GTV 1', "'@x")
    """
    if not isinstance(value, str) or not FORMULA.match(value.lstrip(" ")) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
