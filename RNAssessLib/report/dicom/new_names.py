"""Names that say nothing of a patient, in place of those of a case."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from RNAssessLib.case import Case

from .pseudonym import plain_words


@dataclass(frozen=True)
class NewNames:
    """Old names to new ones.

    Attributes
    ----------
    timepoints, courses, structures : mapping of str to str
    """

    timepoints: Mapping[str, str]
    courses: Mapping[str, str]
    structures: Mapping[str, str]

    @classmethod
    def of(cls, case: Case) -> NewNames:
        """Name studies and courses by number; structures keep names that are plain words."""
        return cls(
            {t.id: f"t{n}" for n, t in enumerate(case.timepoints)},
            {c.id: f"course-{n}" for n, c in enumerate(case.courses, start=1)},
            _name_structures(case),
        )

    def words(self, text: str) -> str:
        """Sentences of our own with the old names in them replaced.

        Examples
        --------
        >>> NewNames({"visit-A": "t0"}, {}, {}).words("visit-A, not visit-AB")
        't0, not visit-AB'
        """
        known = {**self.timepoints, **self.courses, **self.structures}
        if not known:
            return text
        pattern = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        return re.sub(rf"(?<![\w-])({pattern})(?![\w-])", lambda m: known[m.group(1)], text)


def _name_structures(case: Case) -> dict[str, str]:
    """Plain names stay; others become role and number."""
    named: dict[str, str] = {}
    for course in case.courses:
        roles = {s.name: s.role.value for s in course.structures}
        roles |= {t.name: t.role.value for t in course.targets}
        for name, role in roles.items():
            if name in named:
                continue
            kept = plain_words(name)
            whole = re.sub(r"[^A-Za-z0-9]", "", kept) == re.sub(r"[^A-Za-z0-9]", "", name)
            base = name if whole else kept or role
            number = 2
            chosen = base
            while chosen in named.values():
                chosen, number = f"{base} {number}", number + 1
            named[name] = chosen
    return named
