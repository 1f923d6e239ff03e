"""What kind of picture a stack is, with the reason: content first, words last.

A kind says which role a stack could fill at all. Whether a T1-weighted stack was taken before or
after contrast is settled later, beside the other stacks of the visit (`contrast`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from RNAssessLib.case import SequenceRole

from . import words
from .header import SliceHeader
from .stacks import Stack

R = SequenceRole
DIFFUSION_WEIGHTED = 500.0  # s/mm²: least b-value of the role DWI
FEWEST_SLICES = 3
LONG_TE, T2_TR, SHORT_TE, T1_TR = 60.0, 1800.0, 30.0, 1200.0  # ms
FLAIR_TI, STAR_TE = 1400.0, 12.0  # ms
FAT_OR_OPPOSED = {"FAT", "F", "OPP_PHASE", "OP", "OUT_PHASE"}  # words of ImageType


class Rank(Enum):
    """Preference among stacks of one role; lower is better."""

    ACQUIRED = 0
    SECOND_CHOICE = 1
    REFORMATTED = 2


@dataclass(frozen=True)
class Kind:
    """What a stack is.

    Attributes
    ----------
    role : SequenceRole or None
        None: no role of this product. T1 stands for T1-weighted, contrast undecided.
    why : str
        The tags or words that decided.
    rank : Rank
    """

    role: SequenceRole | None
    why: str
    rank: Rank = Rank.ACQUIRED


@dataclass(frozen=True)
class _Facts:
    """A stack with its texts read once."""

    stack: Stack
    first: SliceHeader
    text: str

    def says(self, pattern: re.Pattern[str]) -> bool:
        return pattern.search(self.text) is not None

    @property
    def is_epi(self) -> bool:
        return "EP" in self.first.scanning or "epi" in self.text or "ep2d" in self.text

    @property
    def weighted(self) -> bool:
        return bool(self.stack.b_values) and self.stack.b_values[-1] >= DIFFUSION_WEIGHTED


def classify(stack: Stack) -> Kind:
    """Kind of a stack; the first rule that applies decides."""
    first = stack.first
    named = first.description or first.protocol
    facts = _Facts(stack, first, words.plain(named))
    for rule in RULES:
        for kind in rule(facts):
            return kind
    return Kind(None, "neither its parameters nor its description tell what it is")


Rule = Callable[[_Facts], Iterator[Kind]]


def _pet(f: _Facts) -> Iterator[Kind]:
    if f.first.modality != "PT":
        return
    tracer = words.plain(f.first.tracer)
    if f.says(words.CORRECTION):
        yield Kind(None, "PET without attenuation correction, or the map for it")
    elif words.FDG.search(tracer):
        yield Kind(R.PET_FDG, f"Modality PT, tracer {f.first.tracer!r}")
    elif words.AMINO_ACID.search(tracer):
        yield Kind(R.PET_AA, f"Modality PT, tracer {f.first.tracer!r}")
    elif f.says(words.FDG):
        yield Kind(R.PET_FDG, f"Modality PT, description {f.first.description!r}")
    elif f.says(words.AMINO_ACID):
        yield Kind(R.PET_AA, f"Modality PT, description {f.first.description!r}")
    else:
        yield Kind(None, "PET whose tracer is named nowhere (FDG or an amino acid?)")


def _no_volume(f: _Facts) -> Iterator[Kind]:
    kinds = f.first.kinds
    if f.first.mosaic:
        yield Kind(None, "Siemens mosaic: one picture of tiles, whose slice order stands in a "
                   "private header only; export it single-frame or as enhanced DICOM")  # fmt: skip
    if f.first.colour or kinds & {"SCREEN SAVE"}:
        yield Kind(None, "colour picture or screen save, no measured values")


def _localizer(f: _Facts) -> Iterator[Kind]:
    kinds = f.first.kinds
    if "LOCALIZER" in kinds:
        yield Kind(None, "localizer (ImageType)")
    if f.says(words.LOCALIZER):
        yield Kind(None, f"localizer (description {f.first.description!r})")
    if f.stack.planes > 1 and not f.first.is_derived:
        yield Kind(None, f"localizer: {f.stack.planes} orientations in one series")
    if f.says(words.LOCALIZER_WEAK) and not f.says(words.SEQUENCE):
        yield Kind(None, f"localizer (description {f.first.description!r})")
    if f.says(words.ELSEWHERE) and not f.says(words.HEAD):
        yield Kind(None, f"another part of the body (description {f.first.description!r})")


def _computed_pictures(f: _Facts) -> Iterator[Kind]:
    kinds, component = f.first.kinds, f.first.component
    if kinds & {"MIP", "MNIP", "MINIP", "PROJECTION IMAGE"} or f.says(words.PROJECTION):
        yield Kind(None, "projection (MIP, mIP)")
    if any(k.startswith("SUB") for k in kinds) or f.says(words.SUBTRACTION):
        yield Kind(None, "subtraction")
    if component in {"P", "R", "I"}:
        name = {"P": "phase", "R": "real part", "I": "imaginary part"}[component]
        yield Kind(None, f"{name} image")
    if f.says(words.PHASE):
        yield Kind(None, f"phase image (description {f.first.description!r})")
    if kinds & FAT_OR_OPPOSED or f.says(words.FAT_OR_OPPOSED):
        yield Kind(None, "fat or opposed-phase image (Dixon)")
    if kinds & {"B0", "B0 MAP", "FMAP"} or f.says(words.FIELD_MAP):
        yield Kind(None, "field map")
    if f.says(words.B_ZERO) and not f.is_epi and f.first.b_value is None:
        yield Kind(None, "field map (B0)")


def _diffusion_maps(f: _Facts) -> Iterator[Kind]:
    kinds = f.first.kinds
    several = len(f.stack.b_values) > 1
    if "EADC" in kinds or "EXP" in kinds or f.says(words.EADC):
        yield Kind(None, "exponential ADC, not an ADC map")
    if any(k == "ADC" or k.startswith("ADC_") for k in kinds):
        yield Kind(R.ADC, "ImageType ADC")
    if "FA" in kinds or (f.says(words.FA) and (f.first.is_derived or f.is_epi)):
        yield Kind(None, "fractional anisotropy map")
    if "TENSOR" in kinds or (f.says(words.TENSOR) and f.first.is_derived):
        yield Kind(None, "map of the diffusion tensor")
    if f.says(words.ADC) and not several and not f.weighted:
        yield Kind(R.ADC, f"description {f.first.description!r}")


def _perfusion_maps(f: _Facts) -> Iterator[Kind]:
    if len(f.stack.volumes) > 1:
        return
    for name, pattern in words.MAPS.items():
        if name in f.first.kinds or f.says(pattern):
            yield Kind(SequenceRole[name], f"description {f.first.description!r}")
    if f.says(words.OTHER_MAPS) and (f.first.is_derived or f.says(words.DYNAMIC)):
        yield Kind(None, f"perfusion map that no item uses (description {f.first.description!r})")
    if f.says(words.ASL) and f.first.is_derived:
        yield Kind(R.CBF, f"description {f.first.description!r}, computed")


def _diffusion(f: _Facts) -> Iterator[Kind]:
    b = f.stack.b_values
    computed = "CALC_BVALUE" in f.first.kinds or f.says(words.COMPUTED_B)
    rank = Rank.SECOND_CHOICE if computed else Rank.ACQUIRED
    if f.weighted:
        with_zero = f", b = {b[0]:g} beside it" if b[0] < b[-1] else ""
        yield Kind(R.DWI, f"b = {b[-1]:g} s/mm²{with_zero}", rank)
    diffusion = "DIFFUSION" in f.first.kinds or f.says(words.DIFFUSION)
    if b and (diffusion or f.is_epi):
        yield Kind(None, f"diffusion series whose highest b-value is {b[-1]:g} s/mm²")
    if diffusion and f.is_epi | ("DIFFUSION" in f.first.kinds) | (not f.first.scanning):
        if len(f.stack.volumes) > 1:
            number = len(f.stack.volumes)
            yield Kind(None, f"{number} diffusion images at each place and no b-value to tell "
                       "them apart")  # fmt: skip
        if f.says(words.B_ZERO):
            yield Kind(None, "b = 0 image alone")
        yield Kind(R.DWI, f"description {f.first.description!r}", Rank.SECOND_CHOICE)


def _not_used(f: _Facts) -> Iterator[Kind]:
    number = len(f.stack.volumes)
    if f.says(words.ASL):
        yield Kind(None, "raw arterial spin labelling, no CBF map")
    if f.says(words.DYNAMIC) or (f.says(words.PERFUSION) and (f.is_epi or number > 1)):
        yield Kind(None, f"dynamic or perfusion series (description {f.first.description!r})")
    if number > 2:
        yield Kind(None, f"dynamic: {number} images at each place")
    if number == 2:
        yield Kind(None, "two images at each place and nothing that tells them apart")
    if f.first.angiography or f.says(words.ANGIO):
        yield Kind(None, "angiography (TOF, phase contrast)")
    found = words.NOT_USED.search(f.text)
    if found:
        yield Kind(None, f"no sequence that an item uses ({found[0].strip()!r} in its description)")


def _too_few(f: _Facts) -> Iterator[Kind]:
    if f.stack.slices < FEWEST_SLICES:
        yield Kind(None, f"only {f.stack.slices} slice{'s' if f.stack.slices > 1 else ''}")


def _susceptibility(f: _Facts) -> Iterator[Kind]:
    te = f.first.te or 0.0
    gradient = "GR" in f.first.scanning or f.says(words.T2_STAR)
    short = f.first.te is not None and te < STAR_TE
    if f.first.kinds & {"SWI", "SW", "SWAN"}:
        yield Kind(R.SWI, "ImageType SWI")
    if f.says(words.SWI) and not short:
        yield Kind(R.SWI, f"description {f.first.description!r}")
    if f.is_epi or not gradient:
        return
    if te >= STAR_TE:
        yield Kind(R.SWI, f"gradient echo, TE {te:g} ms", Rank.SECOND_CHOICE)
    if f.says(words.T2_STAR) or f.says(words.SWI) or f.says(words.MAGNITUDE):
        yield Kind(None, f"gradient echo with a short TE ({te:g} ms), no T2* contrast")


def _by_parameters(f: _Facts) -> Iterator[Kind]:
    tr, te, ti = f.first.tr, f.first.te, f.first.ti
    if tr is None or te is None or f.is_epi:
        return
    numbers = f"TR {tr:g}, TE {te:g} ms"
    if ti is not None and ti > FLAIR_TI and te > LONG_TE:
        yield Kind(R.FLAIR, f"TI {ti:g} ms, TE {te:g} ms")
    if te < SHORT_TE and (tr < T1_TR or (ti is not None and ti < FLAIR_TI)):
        yield Kind(R.T1, numbers + (f", TI {ti:g} ms" if ti else ""))
    spin_echo = "GR" not in f.first.scanning and ti is None
    if te < SHORT_TE and tr > T2_TR and spin_echo and not f.says(words.T1):
        yield Kind(None, f"proton density ({numbers})")
    if te > LONG_TE and tr > T2_TR:
        flair = f.says(words.FLAIR)
        yield Kind(R.FLAIR if flair else R.T2, numbers + (", description" if flair else ""))


def _by_words(f: _Facts) -> Iterator[Kind]:
    why = f"description {f.first.description or f.first.protocol!r}"
    if f.is_epi and not f.says(words.T2_STAR):
        return
    if f.says(words.FLAIR) and not f.says(words.T1):
        yield Kind(R.FLAIR, why)
    if f.says(words.T1):
        yield Kind(R.T1, why)
    if f.says(words.T2):
        yield Kind(R.T2, why)


def _reformatted(rule: Rule) -> Rule:
    """Same rule, a reformat ranked below what was acquired."""

    def ranked(f: _Facts) -> Iterator[Kind]:
        for kind in rule(f):
            mpr = bool(f.first.kinds & {"MPR", "REFORMATTED", "CPR"}) or f.says(words.REFORMAT)
            plain_copy = f.first.is_derived and kind.role in (R.T1, R.T2, R.FLAIR)
            if kind.role is not None and (mpr or plain_copy):
                what = "reformat (MPR)" if mpr else "ImageType DERIVED"
                yield Kind(kind.role, f"{kind.why}; {what}", Rank.REFORMATTED)
            else:
                yield kind

    return ranked


RULES: tuple[Rule, ...] = (
    _no_volume, _localizer, _pet, _computed_pictures, _diffusion_maps, _perfusion_maps,
    _diffusion, _not_used, _too_few, _reformatted(_susceptibility), _reformatted(_by_parameters),
    _reformatted(_by_words),
)  # fmt: skip
