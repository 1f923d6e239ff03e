"""Items that are registered but not computed yet; they say so, and are never negative."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import Lesion, PreparedCase, SequenceRole
from RNAssessLib.evidence import Thresholds

from .finding import Favours, Finding, FindingSpec, not_assessable

RN, TTP = Favours.RN, Favours.TTP
T1C = SequenceRole.T1C


@dataclass(frozen=True)
class Unimplemented:
    """Stands in the registry where an evaluator will stand."""

    SPEC: FindingSpec

    def evaluate(self, prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
        """Say that the item is not computed yet."""
        return not_assessable(self.SPEC, "not implemented yet")


def _item(
    number: int,
    finding_id: str,
    title: str,
    question: str,
    favours: Favours | None,
    reference: str,
    *needs: SequenceRole,
) -> Unimplemented:
    return Unimplemented(
        FindingSpec(finding_id, number, title, question, favours, (reference,), (T1C, *needs))
    )


# fmt: off
rim_morphology = _item(5, "rim_morphology", "Rim morphology",
                       "Is the rim thin, or is there a nodule or solid part?", RN, "LA25 §2.1")
clustered_enhancement = _item(6, "clustered_enhancement", "Clustered enhancement in the RT field",
                              "Are there several components that evolve separately?", RN,
                              "LA25 §2.1")
white_matter_preference = _item(7, "white_matter_preference", "White-matter preference",
                                "Does the enhancement keep to white matter (cut pepper)?", RN,
                                "LA25 §2.1")
open_ring = _item(8, "open_ring", "Open ring",
                  "Is the rim open toward cortex or ventricle?", RN, "LA22")
course_pattern = _item(10, "course_pattern", "Course pattern",
                       "Did it shrink then enlarge, or otherwise?", None, "PP23")
perfusion = _item(12, "perfusion", "Perfusion", "Is the enhancing part's rCBV raised?", TTP,
                  "LA25 §2.4", SequenceRole.RCBV)
spectroscopy = _item(13, "spectroscopy", "MR spectroscopy",
                     "Lipid peak and low choline, or high choline?", None, "LA25 §2.5")
delayed_contrast = _item(14, "delayed_contrast", "Delayed contrast",
                         "Does contrast wash out or accumulate?", None, "LA25 §2.6",
                         SequenceRole.T1C_DELAYED)
amino_acid_pet = _item(15, "amino_acid_pet", "Amino-acid PET",
                       "Are TBRmax and TBRmean above their thresholds?", TTP, "LA25 §2.7",
                       SequenceRole.PET_AA)
fdg_pet = _item(16, "fdg_pet", "FDG PET", "Is uptake low against the other side?", RN, "LI21",
                SequenceRole.PET_FDG)
swiss_cheese = _item(17, "swiss_cheese", "Swiss cheese",
                     "Are there many small non-enhancing holes?", RN, "LI21")
haemorrhage = _item(18, "haemorrhage", "Haemorrhage",
                    "Is there blood (T1-bright, SWI-dark)?", None, "LA25 §2.2-2.3",
                    SequenceRole.T1, SequenceRole.SWI)
dual_pathology = _item(19, "dual_pathology", "Dual pathology",
                       "Are there a nodular and a ring part apart from each other?", None,
                       "LA25 §3")
clinical_modifiers = _item(20, "clinical_modifiers", "Clinical modifiers",
                           "Which treatments change the odds?", None, "LA25 §5")
# fmt: on
