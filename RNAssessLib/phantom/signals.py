"""Signal of every tissue in every sequence, as the digital patients have it."""

from __future__ import annotations

from RNAssessLib.case import SequenceRole

# Signal in units of white matter; ADC in µm²/ms. Plausible 3 T values, chosen for the phantom.
SIGNAL: dict[SequenceRole, dict[str, float]] = {
    SequenceRole.T1C: dict(white=1.0, grey=0.78, csf=0.30, skull=0.12, scalp=1.5, dura=1.7,
                           sinus=2.1, choroid=1.7, enhancing=1.95, core=0.50, oedema=0.82,
                           blood=1.55, vessel=2.0),
    SequenceRole.T1: dict(white=1.0, grey=0.78, csf=0.30, skull=0.12, scalp=1.5, dura=0.7,
                          sinus=0.5, choroid=0.6, enhancing=0.80, core=0.50, oedema=0.80,
                          blood=1.55),
    SequenceRole.FLAIR: dict(white=1.0, grey=1.22, csf=0.25, skull=0.12, scalp=1.3, dura=0.8,
                             sinus=0.4, choroid=0.9, enhancing=1.75, core=1.6, oedema=2.0),
    SequenceRole.DWI: dict(white=1.0, grey=1.15, csf=0.28, skull=0.08, scalp=0.3, dura=0.6,
                           sinus=0.3, choroid=0.8, enhancing=1.1, core=0.6, oedema=1.05,
                           restricted=2.4, blood=2.2),
    SequenceRole.ADC: dict(white=0.75, grey=0.85, csf=3.0, skull=0.0, scalp=0.9, dura=0.9,
                           sinus=1.5, choroid=1.8, enhancing=1.05, core=1.9, oedema=1.35,
                           restricted=0.42, blood=0.45),
    SequenceRole.SWI: dict(white=1.0, grey=0.95, csf=0.85, skull=0.10, scalp=0.9, dura=0.8,
                           sinus=0.35, choroid=0.7, enhancing=0.95, core=0.95, oedema=1.02,
                           swi=0.22, blood=0.25, vessel=0.35),
    SequenceRole.RCBV: dict(white=2.0, grey=4.4, csf=0.2, skull=0.0, scalp=1.0, dura=3.0,
                            sinus=14.0, choroid=8.0, enhancing=2.2, core=0.5, oedema=1.6,
                            blood=0.3),
    SequenceRole.KTRANS: dict(white=0.02, grey=0.02, csf=0.01, skull=0.0, scalp=0.05, dura=0.1,
                              sinus=0.1, choroid=0.15, enhancing=0.06, core=0.01, oedema=0.03),
    SequenceRole.CBF: dict(white=25.0, grey=60.0, csf=2.0, skull=0.0, scalp=10.0, dura=20.0,
                           sinus=30.0, choroid=60.0, enhancing=25.0, core=4.0, oedema=20.0),
    SequenceRole.PET_AA: dict(white=1.0, grey=1.3, csf=0.7, skull=0.6, scalp=1.0, dura=1.2,
                              sinus=1.6, choroid=1.4, enhancing=1.4, core=0.8, oedema=1.0),
    SequenceRole.PET_FDG: dict(white=3.0, grey=8.0, csf=0.8, skull=0.5, scalp=1.0, dura=1.5,
                               sinus=2.0, choroid=2.0, enhancing=3.0, core=1.0, oedema=2.4),
    SequenceRole.T1C_DELAYED: dict(white=1.0, grey=0.78, csf=0.32, skull=0.12, scalp=1.4, dura=1.6,
                                   sinus=1.6, choroid=1.7, enhancing=1.95, core=0.52, oedema=0.85,
                                   blood=1.55, vessel=1.5),
}  # fmt: skip
# what only the hard heads are made of (vein, diploe, muscle of the scalp)
HARD_SIGNAL: dict[SequenceRole, dict[str, float]] = {
    SequenceRole.T1C: dict(vein=1.95, marrow=1.0, muscle=0.85),
    SequenceRole.T1: dict(vein=0.65, marrow=0.95, muscle=0.62),
    SequenceRole.FLAIR: dict(vein=0.45, marrow=0.75, muscle=0.55),
    SequenceRole.DWI: dict(vein=0.4, marrow=0.1, muscle=0.35),
    SequenceRole.ADC: dict(vein=1.4, marrow=0.2, muscle=1.3),
    SequenceRole.SWI: dict(vein=0.35, marrow=0.4, muscle=0.7),
    SequenceRole.RCBV: dict(vein=11.0, marrow=0.3, muscle=1.0),
    SequenceRole.KTRANS: dict(vein=0.08, marrow=0.02, muscle=0.05),
    SequenceRole.CBF: dict(vein=40.0, marrow=2.0, muscle=10.0),
    SequenceRole.PET_AA: dict(vein=1.5, marrow=0.9, muscle=0.9),
    SequenceRole.PET_FDG: dict(vein=2.0, marrow=1.0, muscle=1.5),
    SequenceRole.T1C_DELAYED: dict(vein=1.55, marrow=1.0, muscle=0.85),
}  # fmt: skip
