"""Item 13: MR spectroscopy as the reader took it from the console (LA25 §2.5; ZH16 Fig 2)."""

from __future__ import annotations

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    Quantity,
    Spectrum,
)
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    Favours,
    Finding,
    FindingSpec,
    Status,
    graded,
)

from .measure.timepoints import require_treated

SPEC = FindingSpec(
    id="spectroscopy",
    number=15,
    title="Spectroscopy",
    question="Is there a lipid-lactate peak with low choline?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.5", "ZH16 Fig 2"),
    why="Lipid with low choline speaks for necrosis; spectroscopy is less useful in metastases "
    "than in gliomas, because metastases hardly infiltrate.",
    events=(EventKind.SPECTROSCOPY,),
    reads=(),
)
NOT_GIVEN = (
    "no spectroscopy is given; read Cho/Cr, Cho/NAA and the lipid-lactate peak of the lesion's "
    "voxel on the console and enter them with the clinical events, give them as [[spectroscopy]] "
    "in the case file, or set this item by hand"
)
LESS_USEFUL = "less useful in metastases, which hardly infiltrate, than in gliomas (LA25 §2.5)"
FIGURES = (
    ("cho_cr", "choline over creatine"),
    ("cho_naa", "choline over N-acetyl-aspartate"),
    ("lipid_lactate_cr", "lipid-lactate peak over creatine"),
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Judge the latest spectrum of this lesion taken after treatment."""
    spectra = _spectra_of(prepared, lesion)
    if not spectra:
        raise NotAssessableError(NOT_GIVEN)
    start = require_treated(prepared, lesion).course.date
    after = [s for s in spectra if s.date > start]
    if not after:
        raise NotAssessableError("the only spectroscopy was taken before the treatment")
    spectrum = max(after, key=lambda s: s.date)
    lipid = _has_lipid(spectrum, thresholds)
    choline = [r for r in (spectrum.cho_cr, spectrum.cho_naa) if r is not None]
    if not choline and lipid is not False:
        raise NotAssessableError(f"no choline ratio is given on {spectrum.date}")
    raised = any(r >= thresholds["spectroscopy.choline_raised"] for r in choline)
    low = bool(choline) and max(choline) < thresholds["spectroscopy.choline_low"]
    status, favours = _judge(lipid, raised, low)
    caveats = [LESS_USEFUL]
    if lipid is None:
        caveats.append("whether there is a lipid-lactate peak is not given")
    if lipid and raised:
        caveats.insert(0, "lipid and raised choline together: the voxel may hold both")
    return Finding(
        SPEC, status, favours, graded("spectroscopy.either") if favours else None,
        _sentence(spectrum, lipid),
        measurements=_measurements(spectrum),
        criteria=_criteria(thresholds),
        caveats=tuple(caveats),
    )  # fmt: skip


def _spectra_of(prepared: PreparedCase, lesion: Lesion) -> list[Spectrum]:
    names = {t.name for t in lesion.targets} | {lesion.name, lesion.id}
    alone = sum(item.course_id is not None for item in prepared.lesions) <= 1
    unnamed = [s for s in prepared.case.every_spectrum if not s.target]
    own = [s for s in prepared.case.every_spectrum if s.target in names]
    if unnamed and not alone and not own:
        raise NotAssessableError(
            "the spectroscopy names no target, and the case holds several treated lesions"
        )
    return [*own, *(unnamed if alone else ())]


def _has_lipid(spectrum: Spectrum, thresholds: Thresholds) -> bool | None:
    """What the reader saw counts before what was measured; None when neither is given."""
    if spectrum.lipid_lactate_peak is not None:
        return spectrum.lipid_lactate_peak
    if spectrum.lipid_lactate_cr is None:
        return None
    return spectrum.lipid_lactate_cr >= thresholds["spectroscopy.lipid_raised"]


def _judge(lipid: bool | None, raised: bool, low: bool) -> tuple[Status, Favours | None]:
    if raised:
        return (Status.INDETERMINATE, None) if lipid else (Status.ABSENT, Favours.TTP)
    if lipid is False:
        return Status.ABSENT, None
    if lipid and low:
        return Status.PRESENT, Favours.RN
    return Status.INDETERMINATE, None


def _sentence(spectrum: Spectrum, lipid: bool | None) -> str:
    parts = [
        f"{name} {as_ratio(value)}"
        for name, value in (
            ("Cho/Cr", spectrum.cho_cr),
            ("Cho/NAA", spectrum.cho_naa),
            ("lipid-lactate/Cr", spectrum.lipid_lactate_cr),
        )
        if value is not None
    ]
    if spectrum.lipid_lactate_peak is not None:
        parts.append("a lipid-lactate peak" if lipid else "no lipid-lactate peak")
    return f"Given on {spectrum.date}: {', '.join(parts)}."


def _measurements(spectrum: Spectrum) -> tuple[Quantity, ...]:
    day = f"on {spectrum.date}, as given by the reader"
    found = []
    for name, method in FIGURES:
        value = getattr(spectrum, name)
        why = "not given" if value is None else None
        found.append(Quantity(name, value, "1", f"{method} {day}", undefined=why))
    return tuple(found)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("choline_raised", "choline_low", "lipid_raised")
    return tuple(thresholds.criterion(f"spectroscopy.{name}") for name in names)
