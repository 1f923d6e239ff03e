"""Message catalogues: gettext's ``.po`` files, read as they are, so that an install builds nothing.

The English text is the message id. A catalogue is compiled in memory to the ``.mo`` that
`gettext.GNUTranslations` reads, so plural forms and lookup are Python's own.
"""

from __future__ import annotations

import ast
import gettext
import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from functools import cache
from importlib import resources

from RNAssessLib.case import InputError, Quantity
from RNAssessLib.case.numbers import signed
from RNAssessLib.panel.words.numbers import format_number, format_quantity
from RNAssessLib.panel.words.wording import unit_text

SOURCE = "en"
FOLDER = "locale"
DAYS = {"en": "%Y-%m-%d", "de": "%d.%m.%Y"}
DECIMAL_COMMA = frozenset({"de"})


def languages() -> tuple[str, ...]:
    """Languages that a report can be written in, English first.

    Examples
    --------
    >>> languages()
    ('en', 'de')
    """
    folder = resources.files("RNAssessLib.report.text").joinpath(FOLDER)
    found = sorted(p.name[:-3] for p in folder.iterdir() if p.name.endswith(".po"))
    return (SOURCE, *found)


@dataclass(frozen=True)
class Say:
    """Speaks one language: ``say("There is {what}.", what=…)``.

    Attributes
    ----------
    language : str
        One of `languages`.
    """

    language: str = SOURCE

    def __post_init__(self) -> None:
        if self.language not in languages():
            known = ", ".join(languages())
            raise InputError(self.language, f"is no language of the report; known: {known}")

    def __call__(self, message: str, /, **values: object) -> str:
        """Translate a message and fill it in."""
        text = _open(self.language).gettext(message) if message else ""
        return text.format(**values) if values else text

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """Translate by number; ``{count}`` is filled in."""
        text = _open(self.language).ngettext(one, several, count)
        return text.format(count=count, **values)

    def day(self, day: Date) -> str:
        """Write a date as the language does.

        Examples
        --------
        >>> Say().day(Date(2025, 12, 10)), Say("de").day(Date(2025, 12, 10))
        ('2025-12-10', '10.12.2025')
        """
        return day.strftime(DAYS.get(self.language, DAYS[SOURCE]))

    def number(self, value: float, unit: str) -> str:
        """Figure without its unit.

        Examples
        --------
        >>> Say().number(5.0236, "cm3"), Say("de").number(5.0236, "cm3")
        ('5.02', '5,02')
        """
        return self._own(format_number(value, unit))

    def figure(self, value: float, unit: str) -> str:
        """Figure with its unit."""
        return f"{self.number(value, unit)} {unit_text(unit)}".rstrip()

    def error(self, quantity: Quantity) -> str:
        """Return the uncertainty alone, with its unit, as it stands behind the figure elsewhere.

        Examples
        --------
        >>> Say().error(Quantity("flair_cm3", 24.851, "cm3", uncertainty=2.385))
        '2.4 cm³'
        """
        spread = self._own(format_quantity(quantity)).rpartition("± ")[2]
        return f"{spread} {unit_text(quantity.unit)}".rstrip()

    def percent(self, value: float) -> str:
        """Share in whole percent.

        Examples
        --------
        >>> Say().percent(79.4617), Say().percent(0.2)
        ('79 %', '< 1 %')
        """
        return self._own(f"{format_number(value, 'percent')} %")

    def change(self, before: float, after: float) -> str:
        """Change in whole percent with its sign; empty from nothing.

        Examples
        --------
        >>> Say().change(2.0, 3.0), Say().change(2.0, 1.0), Say().change(0.0, 1.0)
        ('+50 %', '−50 %', '')
        """
        if before <= 0:
            return ""
        return f"{signed(100 * (after - before) / before, 'percent')} %"

    def join(self, parts: Sequence[str]) -> str:
        """Join as a list in prose.

        Examples
        --------
        >>> Say().join(["a", "b", "c"]), Say("de").join(["a", "b"])
        ('a, b and c', 'a und b')
        """
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"

    def _own(self, figure: str) -> str:
        return figure.replace(".", ",") if self.language in DECIMAL_COMMA else figure

    def localise(self, text: str) -> str:
        """Decimal point and ISO dates of a text from elsewhere, in this language's way.

        Examples
        --------
        >>> Say("de").localise("9.5 mm on 2025-12-10")
        '9,5 mm on 10.12.2025'
        """
        if self.language == SOURCE:
            return text
        text = re.sub(r"\b\d{4}-\d\d-\d\d\b", lambda m: self.day(Date.fromisoformat(m[0])), text)
        if self.language in DECIMAL_COMMA:
            text = re.sub(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])", r"\1,\2", text)
        return text


@cache
def _open(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    return gettext.GNUTranslations(io.BytesIO(compile_catalogue(read_catalogue(language))))


@cache
def read_catalogue(language: str) -> dict[str, str]:
    """Messages of one language, as ``.mo`` keys them: plural forms joined by NUL characters."""
    folder = resources.files("RNAssessLib.report.text").joinpath(FOLDER)
    return parse_catalogue(folder.joinpath(f"{language}.po").read_text(encoding="utf-8"))


def parse_catalogue(text: str) -> dict[str, str]:
    r"""Read the text of a ``.po`` file.

    Examples
    --------
    >>> parse_catalogue('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "b"\n"s"')
    {'a\x00as': 'b\x00bs'}
    """
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            parts[name] = parts.get(name, "") + ast.literal_eval(line)
        if "msgid" not in parts:
            continue
        forms = [v for k, v in sorted(parts.items()) if k.startswith("msgstr")]
        key = parts["msgid"]
        if "msgid_plural" in parts:
            key = f"{key}\0{parts['msgid_plural']}"
        found[key] = "\0".join(forms)
    return found


def compile_catalogue(messages: dict[str, str]) -> bytes:
    """Messages as a ``.mo`` file (GNU gettext manual, *The Format of GNU MO Files*)."""
    pairs = sorted((k.encode(), v.encode()) for k, v in messages.items() if v)
    head = 7 * 4
    start = head + len(pairs) * 16
    table: list[tuple[int, int]] = []
    body = b""
    for texts in zip(*pairs, strict=True):
        for text in texts:
            table.append((len(text), start + len(body)))
            body += text + b"\0"
    numbers = [n for entry in table for n in entry]
    header = (0x950412DE, 0, len(pairs), head, head + len(pairs) * 8, 0, start)
    return struct.pack(f"<7I{len(numbers)}I", *header, *numbers) + body
