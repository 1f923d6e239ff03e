"""Errors of alignment and outlines that a prepared digital patient is given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Imperfection:
    """Errors that are made, and what the case says about them.

    Attributes
    ----------
    shift_mm, turn_degrees : float
        Length of the shift and standard deviation per axis of the turn that registration gets
        wrong.
    outline_mm, anatomy_mm, csf_mm : float
        Standard deviation per axis of the smooth displacement of outlines, of compartments and of
        tissue with the ventricles (which are drawn on the patient's own image).
    stated_registration_mm, stated_outline_mm, stated_anatomy_mm, stated_csf_mm : float
        Expected errors as the case carries them.
    vessel_share : float
        Probability that a vessel is taken for enhancement at a visit.
    follows_dura : bool
        Displaced falx and tentorium are brought to the dura on the first T1c, as a patient's are.
    """

    shift_mm: float = 0.35
    turn_degrees: float = 0.2
    outline_mm: float = 0.4
    anatomy_mm: float = 0.5
    csf_mm: float = 0.5
    stated_registration_mm: float = 0.3
    stated_outline_mm: float = 0.95
    stated_anatomy_mm: float = 1.0
    stated_csf_mm: float = 1.0
    vessel_share: float = 0.5
    follows_dura: bool = False


NONE = Imperfection(0.0, 0.0, 0.0, 0.0, 0.0, vessel_share=0.0)
