"""What an answer is called: the finding, not the topic it belongs to (``solid, no thin rim``)."""

from __future__ import annotations

from .finding import Favours, Finding, FindingSpec, Status

P, A = Status.PRESENT, Status.ABSENT
RN, TTP = Favours.RN, Favours.TTP
# Item, then (status, side): every side an item can speak for stands here.
NAMES: dict[str, dict[tuple[Status, Favours | None], str]] = {
    "cross_boundary": {
        (P, RN): "new enhancement beyond falx, tentorium, ventricle or sulcus",
        (A, None): "none beyond a boundary",
    },
    "shape_change": {
        (P, RN): "one part grew while another regressed",
        (A, None): "no part grew while another regressed",
    },
    "central_diffusion_restriction": {
        (P, RN): "diffusion restricted in the centre only",
        (A, TTP): "diffusion restricted in the rim as well",
        (A, None): "no central restriction of diffusion",
    },
    "swi_foci": {
        (P, RN): "several small susceptibility foci",
        (A, TTP): "no susceptibility focus",
    },
    "rim_morphology": {
        (P, RN): "thin rim without a nodule",
        (A, TTP): "thick, nodular or solid enhancement, no thin rim",
    },
    "clustered_enhancement": {
        (P, RN): "cluster of separate enhancing parts in the high-dose region",
        (A, None): "no cluster of enhancing parts",
    },
    "white_matter_preference": {
        (P, RN): "enhancement keeps to white matter and spares the cortex",
        (A, None): "no clear preference for white matter",
    },
    "open_ring": {
        (P, RN): "ring open toward cortex or ventricle",
        (A, None): "no open ring",
    },
    "spontaneous_regression": {
        (P, RN): "regressed or stable without treatment after it had enlarged",
        (A, TTP): "the whole lesion grew from scan to scan",
    },
    "perfusion": {
        (P, TTP): "raised blood volume",
        (A, RN): "blood volume not raised",
    },
    "spectroscopy": {
        (P, RN): "lipid-lactate peak with low choline",
        (A, TTP): "raised choline without a lipid-lactate peak",
        (A, None): "no lipid-lactate peak",
    },
    "delayed_contrast": {
        (P, TTP): "contrast washes out of most of it",
        (A, RN): "contrast accumulates in most of it",
    },
    "amino_acid_pet": {
        (P, TTP): "raised amino-acid uptake",
        (A, RN): "amino-acid uptake not raised",
    },
    "fdg_pet": {
        (P, RN): "low glucose uptake",
        (A, TTP): "raised glucose uptake",
    },
    "swiss_cheese": {
        (P, RN): "Swiss-cheese or soap-bubble pattern",
        (A, None): "no Swiss-cheese pattern",
    },
}


def name_of(spec: FindingSpec, status: Status, favours: Favours | None) -> str:
    """Return the finding in words; the item's title where the answer has no name of its own.

    Examples
    --------
    >>> from .rim_morphology import SPEC
    >>> name_of(SPEC, Status.ABSENT, Favours.TTP), name_of(SPEC, Status.INDETERMINATE, None)
    ('thick, nodular or solid enhancement, no thin rim', 'Rim morphology')
    """
    return NAMES.get(spec.id, {}).get((status, favours), spec.title)


def name_finding(finding: Finding) -> str:
    """Return what was found in words."""
    return finding.name or name_of(finding.spec, finding.status, finding.favours)


def can_favour(spec: FindingSpec, side: Favours) -> bool:
    """Whether an answer of the item can speak for a side at all."""
    return any(favours is side for _, favours in NAMES.get(spec.id, {}))
