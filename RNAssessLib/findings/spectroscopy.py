"""Item 13: MR spectroscopy (LA25 §2.5; ZH16 Fig 2)."""

from __future__ import annotations

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Favours, Finding, FindingSpec

SPEC = FindingSpec(
    id="spectroscopy",
    number=13,
    title="Spectroscopy",
    question="Is there a lipid-lactate peak with low choline?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.5", "ZH16 Fig 2"),
    why="Lipid with low choline speaks for necrosis; spectroscopy is less useful in metastases "
    "than in gliomas, because metastases hardly infiltrate.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """A case cannot hold spectra yet; the reader sets this item by hand."""
    raise NotAssessableError(
        "spectroscopy values cannot be given in a case yet; read Cho/Cr, Cho/NAA and the "
        "lipid-lactate peak of the lesion's voxel on the console and set this item by hand"
    )
