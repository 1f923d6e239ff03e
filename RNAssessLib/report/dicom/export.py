"""Assessment to a folder of DICOM objects, whole or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from pathlib import Path

from pydicom.dataset import Dataset

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Case, InputError, Progress, part, silent
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.storage import check_folder, whole_folder

from ..pages.pdf import render_pdf
from .deidentify import deidentify_assessment, deidentify_session, deidentify_sources
from .objects import mark_deidentified, no_names_in_logs, save_object
from .pseudonym import Pseudonym
from .sources import SourceImages, read_sources


class ExportFormat(Enum):
    """What can be exported; the value is the word of the command line."""

    SR = "sr"
    SEG = "seg"
    RTSTRUCT = "rtstruct"
    PDF = "pdf"


def parse_formats(words: str) -> tuple[ExportFormat, ...]:
    """Read formats separated by commas.

    Raises
    ------
    InputError
        For a word that names none.

    Examples
    --------
    >>> [f.name for f in parse_formats("seg, pdf")]
    ['SEG', 'PDF']
    """
    found = []
    for word in (w.strip().lower() for w in words.split(",")):
        try:
            found.append(ExportFormat(word))
        except ValueError:
            known = ", ".join(f.value for f in ExportFormat)
            raise InputError("--formats", f"{word!r} is none of {known}") from None
    return tuple(dict.fromkeys(found))


def export_dicom(
    assessment: Assessment,
    out: Path,
    *,
    formats: Iterable[ExportFormat] = tuple(ExportFormat),
    deidentify: bool = False,
    session: ReaderSession | None = None,
    study_folder: Path | None = None,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write the chosen objects into a new folder.

    Parameters
    ----------
    assessment : Assessment
    out : Path
        Missing or empty; it appears with all its files at once.
    formats : iterable of ExportFormat
        A structured report refers to the masks: with SR, the SEG objects are written too.
    deidentify : bool
        New identity, UIDs and dates in all objects; see `RNAssessLib.report.dicom.pseudonym`.
    session : ReaderSession, optional
        The reader's answers and measurements. Events, outlines and places of the reader are the
        assessment's already (`RNAssessLib.panel.reading.reader_case`).
    study_folder : Path, optional
        Where the source series lie, when no longer where the case was read from.

    Returns
    -------
    tuple of Path

    Raises
    ------
    InputError
        `out` is not empty or cannot be written, the sources are not DICOM (NIfTI, NRRD) or are
        gone, they name several patients, or an answer rests on text that must be removed.
    """
    chosen = set(formats)
    if ExportFormat.SR in chosen:
        chosen.add(ExportFormat.SEG)
    progress(0.0, "reading the headers of the source series")
    with no_names_in_logs():
        sources = check_export(assessment.prepared.case, out, study_folder)
        pseudonym = None
        if deidentify:
            pseudonym = Pseudonym.draw()
            sources = deidentify_sources(sources, pseudonym)
            session = deidentify_session(assessment, session or ReaderSession(), pseudonym)
            assessment = deidentify_assessment(assessment, pseudonym, part(progress, 0.1, 0.5))
        else:
            sources.check_one_patient()
        objects = build_objects(assessment, sources, chosen, part(progress, 0.5, 0.9), session)
        if pseudonym is not None:
            for made in objects.values():
                mark_deidentified(made, pseudonym)
        progress(0.9, "writing")
        written = _write(objects, out)
    progress(1.0, "exported")
    return written


def check_empty(out: Path) -> None:
    """Refuse a folder that the export may not have: asked before the case is read."""
    check_folder(out)
    try:
        if out.exists() and any(out.iterdir()):
            raise InputError(out, "is not empty; choose another folder")
    except OSError as error:
        raise InputError(out, f"cannot be read: {error.strerror}") from None


def check_export(case: Case, out: Path, study_folder: Path | None = None) -> SourceImages:
    """Return the source headers, once nothing stands against an export; cheap, so asked first.

    Raises
    ------
    InputError
        `out` is not empty, a T1c is not DICOM (NIfTI, NRRD), or its files are gone.
    """
    check_empty(out)
    with no_names_in_logs():
        sources = read_sources(case, study_folder)
    for timepoint in case.timepoints:
        sources.slices(timepoint)
    return sources


def build_objects(
    assessment: Assessment,
    sources: SourceImages,
    formats: Iterable[ExportFormat],
    progress: Progress = silent,
    session: ReaderSession | None = None,
) -> dict[str, Dataset]:
    """Return the objects in memory, by file name."""
    from .encapsulated_pdf import build_encapsulated_pdf
    from .rtstruct import build_structure_set
    from .seg import build_segmentation
    from .sr import build_structured_report

    chosen = set(formats)
    prepared = assessment.prepared
    frame = prepared.timepoint(prepared.reference).timepoint.t1c.frame_of_reference_uid
    objects: dict[str, Dataset] = {}
    masks = {}
    if ExportFormat.SEG in chosen:
        for number, timepoint in enumerate(prepared.timepoints):
            progress(0.4 * number / len(prepared.timepoints), f"masks of {timepoint.id}")
            made = build_segmentation(timepoint, sources, frame)
            if made is not None:
                masks[timepoint.id] = made
                objects[f"seg-{number}-{_safe(timepoint.id)}.dcm"] = made.dataset
    if ExportFormat.SR in chosen:
        progress(0.4, "structured report")
        objects["sr.dcm"] = build_structured_report(assessment, sources, masks, session)
    if ExportFormat.RTSTRUCT in chosen:
        progress(0.5, "isodoses and outlines")
        objects["rtstruct.dcm"] = build_structure_set(assessment, sources)
    if ExportFormat.PDF in chosen:
        pdf = render_pdf(assessment, part(progress, 0.6, 1.0), session)
        objects["report.dcm"] = build_encapsulated_pdf(assessment, sources, pdf)
    return objects


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "_", name)


def _write(objects: dict[str, Dataset], out: Path) -> tuple[Path, ...]:
    """Write beside the folder, then rename: it appears whole."""
    with whole_folder(out) as stage:
        for name, made in objects.items():
            save_object(made, stage / name)
    return tuple(out / name for name in objects)
