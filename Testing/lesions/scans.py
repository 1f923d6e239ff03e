"""Prepared visits of one head whose outlines are given, whatever the image shows."""

from dataclasses import replace
from datetime import date

import numpy as np

from RNAssessLib.case import (
    Image,
    Lesion,
    LesionMasks,
    Mask,
    MaskKind,
    MaskOrigin,
    PreparedTimepoint,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
    Timepoint,
)

from .shapes import CENTER, GRID, at, ball, head, share_of_ball

GOOD = RegistrationQuality(RegistrationGrade.GOOD, 1.0, 1.2, 0.98, 0.1, 0.2)
BAD = replace(GOOD, grade=RegistrationGrade.BAD)
LESION = Lesion("L1", "GTV", None, (), tuple(CENTER), 7.0)
NODULE = at(0.0, 9.5, 0.0)  # hangs on the lesion
SPACING = GRID.spacing_mm[::-1]
EMPTY = np.zeros(GRID.shape, bool)


def scan(name, parts, outline, *, seed, gain=300.0, curve=1.0, quality=GOOD, origin=None):
    """A visit whose outline is given; `curve` bends its contrast about white matter."""
    image, brain = head(parts, seed=seed, gain=1.0, noise=0.03)
    image = Image((gain * image.array**curve).astype(np.float32), GRID)
    masks = {MaskKind.ENHANCING: Mask(outline, GRID), MaskKind.NECROTIC_CORE: Mask(EMPTY, GRID)}
    white = brain.array & ~ball(CENTER, 18.0) & ball(CENTER, 27.0)
    return PreparedTimepoint(
        timepoint=Timepoint(name, date(2024, 1, 1), {SequenceRole.T1C: image}),
        images={SequenceRole.T1C: image},
        to_t1c={},
        to_reference=Registration(name, "a", RigidTransform(), quality),
        brain=brain,
        nawm=Mask(white, GRID),
        white_matter_level={SequenceRole.T1C: float(np.median(image.array[white]))},
        lesions={"L1": LesionMasks(masks, origin or MaskOrigin.AUTOMATIC, 0.9)},
        new_enhancement=Mask(EMPTY, GRID),
    )


def lesion_with_nodule(signal):
    parts = [(share_of_ball(CENTER, 7.0), 1.8)]
    return parts if signal is None else [*parts, (share_of_ball(NODULE, 4.0), signal)]


MAIN, WHOLE = ball(CENTER, 7.0), ball(CENTER, 7.0) | ball(NODULE, 4.0)
