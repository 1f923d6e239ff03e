"""Items that are on the checklist but not computed yet; they say so."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Lesion, NotAssessableError, PreparedCase, SequenceRole
from RNAssessLib.evidence import Thresholds

from .finding import Favours, Finding, FindingSpec

R = SequenceRole


@dataclass(frozen=True)
class Pending:
    """Stands in the registry where a module will stand."""

    SPEC: FindingSpec

    def evaluate(self, prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
        """Raise NotAssessableError."""
        raise NotAssessableError("not implemented yet")


RIM_MORPHOLOGY = FindingSpec(
    "rim_morphology", 5, "Rim morphology",
    "Is the enhancing rim thin, without a nodule or solid part?",
    Favours.RN, ("LA25 §2.1",), (R.T1C,),
)  # fmt: skip
CLUSTERED = FindingSpec(
    "clustered_enhancement", 6, "Clustered enhancing lesions",
    "Are there several separate enhancing lesions inside the high-dose region?",
    Favours.RN, ("LA25 §2.1",), (R.T1C,),
)  # fmt: skip
WHITE_MATTER = FindingSpec(
    "white_matter_preference", 7, "White-matter preference",
    "Does the enhancement keep to white matter and spare the cortex?",
    Favours.RN, ("LA25 §2.1", "LA22"), (R.T1C,),
)  # fmt: skip
OPEN_RING = FindingSpec(
    "open_ring", 8, "Open ring", "Is the enhancing ring open toward cortex or ventricle?",
    Favours.RN, ("LA22",), (R.T1C,),
)  # fmt: skip
COURSE_PATTERN = FindingSpec(
    "course_pattern", 10, "Course pattern", "How did the lesion's size evolve after treatment?",
    None, ("PP23 Results",), (R.T1C,),
)  # fmt: skip
PERFUSION = FindingSpec(
    "perfusion", 12, "Perfusion", "Is the enhancing part hyperperfused?",
    Favours.TTP, ("LA25 §2.4", "LI21 Methods", "ZH16"), (R.RCBV,),
)  # fmt: skip
SPECTROSCOPY = FindingSpec(
    "spectroscopy", 13, "Spectroscopy", "Is there a lipid peak with low choline?",
    Favours.RN, ("LA25 §2.5", "ZH16 Fig 2"),
)  # fmt: skip
DELAYED = FindingSpec(
    "delayed_contrast", 14, "Delayed contrast", "Does contrast wash out of the lesion?",
    Favours.TTP, ("LA25 §2.6",), (R.T1C_DELAYED,),
)  # fmt: skip
AMINO_ACID = FindingSpec(
    "amino_acid_pet", 15, "Amino-acid PET", "Is amino-acid uptake raised?",
    Favours.TTP, ("LA25 §2.7",), (R.PET_AA,),
)  # fmt: skip
FDG = FindingSpec(
    "fdg_pet", 16, "FDG PET", "Is glucose uptake low?", Favours.RN, ("LI21 Methods",), (R.PET_FDG,),
)  # fmt: skip
SWISS_CHEESE = FindingSpec(
    "swiss_cheese", 17, "Swiss cheese", "Are there several small holes in the enhancement?",
    Favours.RN, ("LI21 Methods",), (R.T1C,),
)  # fmt: skip
HAEMORRHAGE = FindingSpec(
    "haemorrhage", 18, "Haemorrhage", "Is there blood in the lesion?",
    None, ("LA25 §2.2", "LA25 §2.3"), (R.T1, R.SWI),
)  # fmt: skip
DUAL = FindingSpec(
    "dual_pathology", 19, "Dual pathology", "Is there a nodule beside a ring?",
    None, ("LA25 §3",), (R.T1C,),
)  # fmt: skip
MODIFIERS = FindingSpec(
    "clinical_modifiers", 20, "Clinical modifiers",
    "Does the history shift the odds between necrosis and progression?",
    None, ("LA25 §5", "PP23 Results"),
)  # fmt: skip
NEW_LESIONS = FindingSpec(
    "new_lesions", 21, "New lesions", "Is there new enhancement away from every target?",
    None, ("LA25 §3",), (R.T1C,),
)  # fmt: skip
