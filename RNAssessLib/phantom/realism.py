"""The hard mode of the digital patients: scripts and scanners nearer to what clinics see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from RNAssessLib.case import SequenceRole

from .roughness import Roughness
from .scanner import Scanner
from .scenario import Scenario

# voxel sizes met in follow-up after radiosurgery: mostly a 1 mm volume, some thick slices
T1_PROTOCOLS = ((0.95, 0.95, 1.0), (1.0, 1.0, 1.2), (0.9, 0.9, 1.5), (0.8, 0.8, 3.0),
                (0.8, 0.8, 5.0))  # fmt: skip
T1_SHARES = (0.40, 0.25, 0.15, 0.10, 0.10)
FLAIR_SLICES_MM = (1.2, 3.0, 4.0, 5.0)
DIFFUSION_SLICES_MM = (3.0, 4.0, 5.0)
SUSCEPTIBILITY_SLICES_MM = (1.5, 2.0, 3.0)
BORDER_MM = (0.8, 1.6)  # range of the roughness of borders
MOTION_MM = (0.05, 0.45)
CONTRAST = (0.8, 1.15)


def harden_scenario(scenario: Scenario, seed: int) -> Scenario:
    """Give every lesion an irregular border, rim, uptake and oedema, the same at every visit.

    The scripted shapes stay the middle of what is made: borders lie within
    `Roughness.border_mm` of them. Which answers are true is for the caller to work out on the
    shapes themselves.
    """
    lesions = []
    for number, lesion in enumerate(scenario.lesions):
        rng = np.random.default_rng([seed, number, 509])
        rough = Roughness(
            seed=int(rng.integers(1 << 30)),
            border_mm=float(rng.uniform(*BORDER_MM)),
            rim_share=float(rng.uniform(0.3, 0.55)),
            uptake_low=float(rng.uniform(0.3, 0.55)),
            uptake_high=float(rng.uniform(0.9, 1.1)),
        )
        states = tuple(replace(state, rough=rough) for state in lesion.states)
        lesions.append(replace(lesion, states=states))
    return replace(scenario, lesions=tuple(lesions))


def harden_scanner(scanner: Scanner, rng: np.random.Generator) -> Scanner:
    """Another protocol, another contrast, and a head that does not quite lie still."""
    volume = T1_PROTOCOLS[int(rng.choice(len(T1_PROTOCOLS), p=T1_SHARES))]
    diffusion = (1.8, 1.8, float(rng.choice(DIFFUSION_SLICES_MM)))
    spacing = {
        SequenceRole.T1C: volume,
        SequenceRole.T1: volume,
        SequenceRole.FLAIR: (0.9, 0.9, float(rng.choice(FLAIR_SLICES_MM))),
        SequenceRole.DWI: diffusion,
        SequenceRole.ADC: diffusion,
        SequenceRole.SWI: (0.9, 0.9, float(rng.choice(SUSCEPTIBILITY_SLICES_MM))),
    }
    return replace(
        scanner,
        spacing_mm={**scanner.spacing_mm, **spacing},
        contrast=float(rng.uniform(*CONTRAST)),
        motion_mm=float(rng.uniform(*MOTION_MM)),
        bias=scanner.bias * 1.5,
    )
