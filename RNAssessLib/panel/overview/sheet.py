"""All lesions of a patient in one table: size, dose, RANO-BM and signs of both directions.

Beside each figure stands what it is sorted by. Signs of the two sides stand in columns of their
own and are not added up or weighed against one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case.numbers import format_number, signed
from RNAssessLib.course.case_response import compute_case_response
from RNAssessLib.course.response import Response, ResponseResult
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.dosimetry.results import StructureDosimetry, TargetDosimetry
from RNAssessLib.findings.finding import Favours

from ..checklist.answers import read_answers
from ..checklist.signs import Sign, signs_of
from ..session.session import ReaderSession
from ..words.numbers import MISSING, format_quantity, format_setting
from .spark import Spark, draw_spark

VOLUME, DIAMETER = "t1c_with_core_cm3", "longest_diameter_mm"
CATEGORIES = {
    Response.COMPLETE: "CR", Response.PARTIAL: "PR", Response.STABLE: "SD",
    Response.PROGRESSION: "PD",
}  # fmt: skip
ORDER = {name: number for number, name in enumerate(("CR", "PR", "SD", "PD"))}
DVH_POINTS = 25
# One key opens a lesion: those a hand finds, without the letters that do something on the sheet.
OPENING_KEYS = "123456789abcdefgjklmnopqrtuvwxyz"


@dataclass(frozen=True)
class Column:
    """A column of the sheet.

    Attributes
    ----------
    key, title, tip : str
    down_first : bool
        Whether the first click puts the largest on top.
    """

    key: str
    title: str
    tip: str
    down_first: bool = True


COLUMNS = (
    Column("lesion", "Lesion", "in the order of the case", down_first=False),
    Column("volume", "Now cm³", "enhancement with core at the latest study"),
    Column("course", "Volume over time", "from the first study to the latest; upright: treatment"),
    Column("change", "Since before", "change of that volume since the study before, in %"),
    Column("diameter", "Longest mm", "longest axial diameter at the latest study"),
    Column("response", "RANO-BM",
           "by this lesion's diameter alone, study by study; after radiosurgery "
           "treatment-related change can meet PD as well"),
    Column("dose", "Gy / fx", "prescription of its target and number of fractions"),
    Column("d98", "D98 % Gy", "dose that 98 % of its target received; the curve is its DVH, "
           "upright: prescription"),
    Column("rn", "Described in necrosis", "signs, strongest first; not added up"),
    Column("ttp", "Described in progression", "signs, strongest first; not added up"),
    Column("decided", "Read", "items that the reader decided"),
)  # fmt: skip


@dataclass(frozen=True)
class SheetRow:
    """One lesion.

    Attributes
    ----------
    id, key : str
        `key` opens it; empty beyond the keys there are.
    cells : mapping of column key to text
    tips : mapping of column key to text
        Where there is more to say.
    order : mapping of column key to float or None
        What it is sorted by; None (not known) stays last either way.
    volume, dvh : Spark
    """

    id: str
    key: str
    cells: dict[str, str]
    tips: dict[str, str]
    order: dict[str, float | None]
    volume: Spark
    dvh: Spark


def build_sheet(assessment: Assessment, session: ReaderSession | None = None) -> list[SheetRow]:
    """Rows in the order of the case.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        The reader's answers count before the computed ones.
    """
    session = session or ReaderSession()
    keys = [*OPENING_KEYS, *[""] * len(assessment.lesions)]
    return [
        _row(assessment, assessed, session, number, keys[number])
        for number, assessed in enumerate(assessment.lesions)
    ]


def sort_sheet(rows: Sequence[SheetRow], column: str, *, down: bool) -> list[SheetRow]:
    """Rows by a column; equal ones keep the order of the case, what is not known stays last."""
    known = [row for row in rows if row.order[column] is not None]
    known.sort(key=lambda row: row.order[column] or 0.0, reverse=down)
    return [*known, *(row for row in rows if row.order[column] is None)]


class SheetOrder:
    """What the sheet is sorted by; in the order of the case at first.

    Attributes
    ----------
    column : str
    down : bool
    """

    def __init__(self) -> None:
        self.column, self.down = COLUMNS[0].key, False

    def turn(self, column: str) -> None:
        """Sort by a column; once more turns the order round; an unknown one changes nothing."""
        for known in COLUMNS:
            if known.key == column:
                self.down = not self.down if column == self.column else known.down_first
                self.column = column

    def rows(self, assessment: Assessment, session: ReaderSession) -> list[SheetRow]:
        """Rows in that order."""
        return sort_sheet(build_sheet(assessment, session), self.column, down=self.down)


def lesion_responses(
    assessment: Assessment, assessed: LesionAssessment
) -> tuple[ResponseResult | None, ...]:
    """RANO-BM category of every follow-up by this lesion alone; empty with one study."""
    if len(assessed.serial) < 2:
        return ()
    prepared = assessment.prepared
    dates = {t.id: t.date for t in prepared.timepoints}
    found = compute_case_response(
        [assessed.serial], dates, prepared.baseline(assessed.lesion).id, prepared.case.events,
        assessment.thresholds,
    )  # fmt: skip
    return tuple(entry.result for entry in found)


# --- one row --------------------------------------------------------------------------------------


def _row(
    assessment: Assessment,
    assessed: LesionAssessment,
    session: ReaderSession,
    number: int,
    key: str,
) -> SheetRow:
    lesion = assessed.lesion
    cells = {"lesion": f"{lesion.id} {lesion.name}"}
    tips: dict[str, str] = {}
    order: dict[str, float | None] = {"lesion": float(number)}
    volume = _put_size(assessed.serial, cells, order)
    _put_response(lesion_responses(assessment, assessed), cells, tips, order)
    dvh = _put_dose(assessment, assessed, cells, order)
    answers = read_answers(assessed, session)
    for name, side in (("rn", Favours.RN), ("ttp", Favours.TTP)):
        _put_signs(name, signs_of(answers, side), cells, tips, order)
    decided = sum(a.decision is not None for a in answers)
    cells["decided"] = f"{decided} of {len(answers)}"
    order["decided"] = float(decided)
    return SheetRow(lesion.id, key, cells, tips, order, volume, dvh)


def _figure(entry: SerialEntry, name: str) -> float | None:
    return next((q.value for q in entry.quantities if q.name == name), None)


def _put_size(
    serial: Sequence[SerialEntry], cells: dict[str, str], order: dict[str, float | None]
) -> Spark:
    sizes = [(e.months_after_treatment, _figure(e, VOLUME)) for e in serial]
    now = sizes[-1][1] if sizes else None
    before = sizes[-2][1] if len(sizes) > 1 else None
    change = 100 * (now / before - 1) if now is not None and before else None
    longest = _figure(serial[-1], DIAMETER) if serial else None
    cells["volume"] = MISSING if now is None else format_number(now, "cm3")
    cells["change"] = MISSING if change is None else f"{signed(change, 'percent')} %"
    cells["diameter"] = MISSING if longest is None else format_number(longest, "mm")
    order |= {"volume": now, "course": _rise(sizes), "change": change, "diameter": longest}
    known = [(m, v) for m, v in sizes if m is not None and v is not None]
    told = ", ".join(f"{format_number(m, 'months')} months: {format_number(v, 'cm3')} cm³"
                     for m, v in known)  # fmt: skip
    cells["course"] = ""
    return draw_spark([m for m, _ in known], [v for _, v in known], told or "not measured",
                      mark=0.0 if known else None)  # fmt: skip


def _rise(sizes: Sequence[tuple[float | None, float | None]]) -> float | None:
    """How many times its smallest size since treatment the lesion has now; None where unknown."""
    after = [v for m, v in sizes if v is not None and m is not None and m > 0]
    return after[-1] / min(after) if after and min(after) > 0 else None


def _put_response(
    results: Sequence[ResponseResult | None],
    cells: dict[str, str],
    tips: dict[str, str],
    order: dict[str, float | None],
) -> None:
    words = [
        MISSING if r is None or r.response is None else CATEGORIES[r.response] for r in results
    ]
    cells["response"] = " ".join(words) or MISSING
    latest = results[-1] if results else None
    order["response"] = None
    if latest is None:
        tips["response"] = "no lesion of its own was measurable before treatment"
        return
    if latest.response is not None:
        order["response"] = float(ORDER[words[-1]])
    if latest.change_from_nadir_percent is not None:
        rise = signed(latest.change_from_nadir_percent, "percent")
        tips["response"] = f"{rise} % from the smallest diameter; {'; '.join(latest.notes)}"


def _put_dose(
    assessment: Assessment,
    assessed: LesionAssessment,
    cells: dict[str, str],
    order: dict[str, float | None],
) -> Spark:
    cells |= {"dose": MISSING, "d98": MISSING}
    order |= {"dose": None, "d98": None}
    target, structure = _target_of(assessment, assessed)
    prescription = None if target is None else target.prescription_gy
    if target is not None and prescription is not None:
        cells["dose"] = f"{format_setting(prescription, '1')} / {target.fractions}"
        order["dose"] = prescription
    if structure is None:
        return draw_spark([], [], "no dose of its target")
    d98 = next((q for q in structure.quantities if q.name == "d98_gy"), None)
    if d98 is not None and d98.value is not None:
        cells["d98"], order["d98"] = format_quantity(d98).partition(" ±")[0], d98.value
    dvh = structure.dvh
    if dvh is None or dvh.volume_cm3[0] <= 0:
        return draw_spark([], [], "no curve")
    step = max(len(dvh.dose_gy) // DVH_POINTS, 1)
    shares = [float(100 * v / dvh.volume_cm3[0]) for v in dvh.volume_cm3[::step]]
    doses = [float(d) for d in dvh.dose_gy[::step]]
    return draw_spark(doses, shares, f"DVH of {structure.name}", mark=prescription)


def _target_of(
    assessment: Assessment, assessed: LesionAssessment
) -> tuple[TargetDosimetry | None, StructureDosimetry | None]:
    """Figures of a lesion's outermost target in the course that treated it."""
    lesion = assessed.lesion
    if not lesion.targets:
        return None, None
    name = lesion.targets[-1].name
    for course in assessment.courses:
        if course.course_id == lesion.course_id:
            target = next((t for t in course.targets if t.name == name), None)
            return target, next((s for s in course.structures if s.name == name), None)
    return None, None


def _put_signs(
    name: str,
    signs: Sequence[Sign],
    cells: dict[str, str],
    tips: dict[str, str],
    order: dict[str, float | None],
) -> None:
    """Tell the strongest sign and how many more; sorted by its strength, then by how many."""
    more = f" +{len(signs) - 1}" if len(signs) > 1 else ""
    cells[name] = f"{signs[0].bar} {signs[0].name}{more}" if signs else "none found"
    tips[name] = "\n".join(f"{s.bar} {s.name}{f' ({s.note})' * bool(s.note)}" for s in signs)
    order[name] = signs[0].rank + len(signs) / 100.0 if signs else None
