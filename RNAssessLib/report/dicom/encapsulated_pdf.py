"""The printed report as a DICOM Encapsulated PDF."""

from __future__ import annotations

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from RNAssessLib.assessment import Assessment
from RNAssessLib.disclaimer import DISCLAIMER

from .codes import private
from .objects import reference, series_description, start_object
from .sources import SourceImages

PDF_CLASS = "1.2.840.10008.5.1.4.1.1.104.1"


def build_encapsulated_pdf(assessment: Assessment, sources: SourceImages, pdf: bytes) -> Dataset:
    """Wrap the report in the study of the last timepoint, referring to every T1c slice.

    Parameters
    ----------
    assessment : Assessment
    sources : SourceImages
    pdf : bytes
        As `render_pdf` gives it.

    Raises
    ------
    InputError
        A T1c is not DICOM.
    """
    timepoints = [t.timepoint for t in assessment.prepared.timepoints]
    slices = [header for t in timepoints for header in sources.slices(t)]
    last = sources.slices(timepoints[-1])[0]
    made = start_object(last, PDF_CLASS, "DOC", series_description("RNAssess report"))
    made.ConversionType = "WSD"
    made.ContentDate = made.InstanceCreationDate
    made.ContentTime = made.InstanceCreationTime
    made.AcquisitionDateTime = ""
    made.BurnedInAnnotation = "YES"
    made.DocumentTitle = f"RNAssess report. {DISCLAIMER}"
    code = private("REPORT", "RNAssess report")
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator = code.value, code.scheme_designator
    item.CodeMeaning = code.meaning
    made.ConceptNameCodeSequence = Sequence([item])
    made.SourceInstanceSequence = Sequence([reference(header) for header in slices])
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(pdf)
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return made
