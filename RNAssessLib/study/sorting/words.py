"""Words that series descriptions are made of, and what each says.

Descriptions are written by people in many languages and joined by underscores, so a text is first
brought to lower-case words separated by single blanks; ``+`` and ``*`` are kept (``+C``, ``T2*``).
"""

from __future__ import annotations

import re

WITHOUT_AGENT = re.compile(r"(?:^|(?<=[\s_(]))-\s?(?:c|gd|km|gad)\b|\bc-(?![a-z0-9])")
SEPARATORS = re.compile(r"[^a-z0-9+*äöüéèàç]+")


def plain(text: str) -> str:
    """Lower-case words of a description.

    Examples
    --------
    >>> plain("T1_MPRAGE +C (tra)"), plain("ep2d_diff_ADC")
    ('t1 mprage +c tra', 'ep2d diff adc')
    """
    return SEPARATORS.sub(" ", WITHOUT_AGENT.sub(" precontrast", text.lower())).strip()


def _any(patterns: str) -> re.Pattern[str]:
    """Any of the patterns, which blanks separate; an underscore in one stands for a blank."""
    return re.compile("|".join(f"(?:{p.replace('_', ' ')})" for p in patterns.split()))


SEQUENCE = _any(r"\bt1 \bt2 flair mprage bravo spgr \bdwi\b swi")
LOCALIZER = _any(
    r"""
        locali[sz]er \bscout survey \bloc\b \b3_?(pl|plane|planes)\b tri_?plan aah(ead)?
        \blokali[sz]er \bplan_?scan
        """
)
LOCALIZER_WEAK = _any(r"locali[sz]ation \blokalis \blocali[sz]a \brep[eé]rage")
PROJECTION = _any(r"\bm[nix]*ip\b \bminip\b \bmaxip\b projection \bvrt?\b 3d_?render")
REFORMAT = _any(
    r"""
    \bmprs?\b reformat \bcpr\b \brecon(s|struction)?_(sag|cor|ax|tra) \bmpr_?range
    """
)
SUBTRACTION = _any(r"\bsubs?\b subtra[ck] \bdifferenz \bsoustraction")
PHASE = _any(
    r"""
    \bpha\b \bphase_(images?|maps?)\b filt(ered)?_?pha(se)? \bphase$ \bph$
    """
)
FA = _any(r"\bfa\b \bfa_?map col(ou?r)?_?fa\b fractional_aniso anisotropy")
TENSOR = _any(
    r"""
    \btensor\b tensor \blambda eigenv \b(md|rd|ad)_?map\b \bkurtosis\b \bivim\b tracto \bfiber
    """
)
EADC = _any(r"\beadc\b exponential \bexp_adc\b \beapp")
ADC = _any(r"\badc\b \bd?adc_?maps?\b apparent_diff diffusion_coeff")
DIFFUSION = _any(
    r"""
        \bdwi \bdti diff \btracew?\b \bdw\b \bb_?(500|8\d0|900|1\d00|[2-4]\d00)\b
        """
)
B_ZERO = _any(r"\bb_?0\b low_?b\b")
COMPUTED_B = _any(r"calc_?b computed synthetic_b \bcdwi\b")
MAPS = {
    "RCBV": _any(r"\br?cbv rel_?cbv \bcorr_?cbv"),
    "KTRANS": _any(r"k_?trans"),
    "CBF": _any(r"\br?cbf\b \bcbf"),
}
OTHER_MAPS = _any(
    r"""
    \bmtt\b \bttp\b \btmax\b \bt0\b \bpbp\b \bgbp\b \bkep\b \bve\b \bvp\b \biauc
    \bwash(in|out)\b
    """
)
ASL = _any(r"\basl\b p?casl\b \bpasl\b arterial_spin")
DYNAMIC = _any(
    r"""
    \btwist\b \bdyn(amic|amisch)?\b \bdce\b \bdsc\b \btricks?\b \btime_?res \bgrasp\b \b4d\b
    \bsmartprep\b \bbold\b \bfmri\b \bresting\b
    """
)
PERFUSION = _any(r"\bperf(us\w*)?\b \brest\b")
FAT_OR_OPPOSED = _any(r"^fat\b \bfat_(only|images?)\b \bopp(osed)? \bout_of_phase")
ANGIO = _any(
    r"""
    \btof\b \bmra\b angio \bmrv\b venog inhance \bpca\b \b[23]d_pc\b phase_contrast inflow
    \btrance\b qflow \bcow\b \bcemra\b \btof
    """
)
FIELD_MAP = _any(
    r"""
        field_?map \bb0_?maps?\b b0map \bb1_?map b1map gre_field \bfield_mapping \bfmap\b \bshim
        phasediff \btb1 \bdam_b1
        """
)
NOT_USED = _any(
    r"""
    \bciss\b fiesta trufi \bb_?ffe\b balanced \bhaste\b ssfp \binv_?[12]\b \bqsm\b
    \br2_?\*? \bt[12]\*?_?maps?\b \bt1rho\b \bmtr\b \bmt_?(map|sat)\b double_inversion
    \bdir\b \bstir\b \bzte\b \bute\b petra\b black_?bone \belast \bmre\b synthetic \bmagic\b
    \bspectro\w* \bspec\b \bcsi\b \bsvs\b \bcalib \bprescan\b coil_?sens \bref(erence)?_?scan\b
    \basset\b cest\b \bapt\w*\b noise
    """
)
ELSEWHERE = _any(
    r"""
        spine \bhws\b \bbws\b \blws\b lumb cervi[cx] thora \bneck\b \bhals\b \borbit \bbreast
        \babdom \bpelvis
        """
)
HEAD = _any(r"brain head kopf crani cereb schaedel \bcran t[eê]te")
SWI = _any(r"\bswi \bswan\b suscep \bswip?\b venobold")
T2_STAR = _any(r"t2_?\* t2_?star \bgre\b ha?emo\b \bhemo \bffe\b.*t2 \bgre2d")
MAGNITUDE = _any(r"\bmag_(images?)\b \bmag$")
FLAIR = _any(r"flair dark_?fluid \btirm\b")
T1 = _any(
    r"""
    \bt1 mprage mp2rage bravo f?spgr \b3d_?tfe\b \btfe\b \bt1w \bvibe\b \btfl\b
    """
)
T2 = _any(r"\bt2 \bt2w")
DELAYED = _any(r"delay \blate\b sp[aä]t \btram\b")

AMINO_ACID = _any(
    r"""
    \bfet\b f?dopa methionin \bc?11?_?met\b \bmet\b fluciclovin tyrosin axumin \bamt\b amino
    """
)
FDG = _any(r"fdg deoxyglucose desoxyglucose")
CORRECTION = _any(r"\bnac\b \bmu_?map attenuation umap ctac \bmrac\b")

PRE = _any(
    r"""
    \bpre\b(?!_?(op|rt|srs|surg|treat|gk|radi|chemo|plan)) \bprecontrast nativ\w*
    \bwithout\b(?!_f) \bw_?o\b(?!_?(w|f|sat|mt|gap)) \bnon_?(con|ce|gd|gad|enh) \bunenh
    \bsans\b \bohne\b \bno_(gd|gad|con|km|c)\b \bo_?km\b \bsenza\b \bsin_(con|gd|civ) \bplain\b
    """
)
POST = _any(
    r"""
    \+_?(c|gd|k|km|gad\w*|ce|iv)\b \bc\+ \bpost\b(?!_?(op|rt|srs|surg|treat|gk|radi|chemo))
    \bpostcon \bgad\w* \bgd\b \bce\b contrast \bkm\b  \bt1c\w*\b
    \bt1wc\b \benh(anced)?\b \bmit_km\b \binj\w* \bgado\w*
    \bprohance|\bdotarem|\bclariscan|\bmagnevist|\bmultihance
    """
)
BOTH = _any(r"\bw_?wo\b \bw_w_o\b with_and_without \bpre_post\b \b[-+]_?c_[-+]_?c\b")
NO_AGENT = _any(
    r"""
    ^(no|none|n|nil|na|n_a|0|nein|non|native|nativ|unenhanced|false|keine?s?|ohne|negative)$
    ^no_ without \bno_contrast ^not_ non_?contrast unenh
    """
)
