"""RNAssess on a drawn plan: the figures compared, each with the half-width printed beside it."""

from RNAssessLib.dosimetry.course import compute_course

NAMES = {
    "volume": ("volume_cm3", 1000.0), "piv": ("piv_cm3", 1000.0), "v50": ("v50_cm3", 1000.0),
    "ci_paddick": ("ci_paddick", 1.0), "pitv": ("pitv", 1.0), "gi": ("gi", 1.0),
    "dmean": ("dmean_gy", 1.0), "d98": ("d98_gy", 1.0), "d50": ("d50_gy", 1.0),
    "d2": ("d2_gy", 1.0),
}  # fmt: skip


def measure(course, **options):
    """Return {figure: (value, half-width)} of the course's only target; undefined ones left out."""
    target = compute_course(course, **options).targets[0]
    found = {q.name: q for q in target.quantities}
    out = {}
    for name, (key, unit) in NAMES.items():
        if found[key].value is not None:
            out[name] = (unit * found[key].value, unit * (found[key].uncertainty or 0.0))
    share, volume = found["tc_percent"], out["volume"]
    if share.value is not None:
        doubt = volume[0] * (share.uncertainty or 0) / 100 + volume[1] * share.value / 100
        out["v100"] = (volume[0] * share.value / 100, doubt)
    return out
