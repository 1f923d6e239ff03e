"""What an image is for by its name alone, where nothing but a name is left (nodes of a scene)."""

from __future__ import annotations

import re

from RNAssessLib.case import SequenceRole

from .sorting import words

R = SequenceRole
NOT_IMAGES = (
    words.LOCALIZER, words.PROJECTION, words.SUBTRACTION, words.PHASE, words.FIELD_MAP, words.EADC,
    words.FA, words.ANGIO,
)  # fmt: skip
BY_NAME: tuple[tuple[SequenceRole, re.Pattern[str]], ...] = (
    (R.RCBV, words.MAPS["RCBV"]),
    (R.KTRANS, words.MAPS["KTRANS"]),
    (R.CBF, words.MAPS["CBF"]),
    (R.CBF, words.ASL),
    (R.ADC, words.ADC),
    (R.SWI, words.SWI),
    (R.SWI, words.T2_STAR),
    (R.DWI, words.DIFFUSION),
    (R.FLAIR, words.FLAIR),
)


def role_by_name(name: str) -> SequenceRole | None:
    """Role that a name suggests; None when it suggests none.

    Examples
    --------
    >>> role_by_name("T1 MPRAGE +C"), role_by_name("t1_mprage"), role_by_name("eADC")
    (<SequenceRole.T1C: 'T1c'>, <SequenceRole.T1: 'T1'>, None)
    """
    text = words.plain(name)
    if any(pattern.search(text) for pattern in NOT_IMAGES):
        return None
    for role, pattern in BY_NAME:
        if pattern.search(text):
            return role
    if words.T1.search(text) or text.startswith("t1c"):
        if words.DELAYED.search(text):
            return R.T1C_DELAYED
        after = words.POST.search(text) and not words.PRE.search(text)
        return R.T1C if after else R.T1
    return R.T2 if words.T2.search(text) else None
