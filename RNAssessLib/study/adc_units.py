"""ADC maps in µm²/ms, whichever unit the scanner stored."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np

from RNAssessLib.case import Image, InputError

from .mr_series import read_volume_of
from .sorting import Stack
from .value_scale import choose_scale, real_world_scale

ADC_RANGE = (0.1, 4.0)  # µm²/ms; brain, oedema and CSF lie inside
POWERS = {1.0: "µm²/ms (10⁻³ mm²/s)", 1e-3: "10⁻⁶ mm²/s", 1e3: "mm²/s", 1e6: "m²/s"}
UNIT = re.compile(
    r"(?:(?:1?[x*·.]?\s*)?10\s*[\^*]*\s*\(?(?P<power>[-−]\s*\d)\)?[\s.x*·]*)?"
    r"(?P<length>mm|um|µm|μm|cm)\s*\^?(?:2|²)\s*/\s*(?P<time>ms|s(?:ec)?)\b"
)
LENGTHS = {"mm": 1e3, "um": 1e-3, "cm": 1e5}  # of X²/s in µm²/ms


def unit_factor(text: str) -> float | None:
    """Factor from a unit as written to µm²/ms; None when the text names none.

    Examples
    --------
    >>> unit_factor("mm2/s"), unit_factor("ADC (10^-6 mm²/s)"), unit_factor("um2/ms")
    (1000.0, 0.001, 1.0)
    >>> unit_factor("ep2d_diff_ADC")
    """
    found = UNIT.search(text.lower())
    if not found:
        return None
    length = found["length"].replace("µ", "u").replace("μ", "u")
    factor = LENGTHS[length] * (1e3 if found["time"] == "ms" else 1.0)
    power = found["power"]
    if power:
        factor *= 10.0 ** int(power.replace("−", "-").replace(" ", ""))
    return float(f"{factor:.6g}")


def typical_adc(image: Image) -> float:
    """Median of what is above 0 in the middle half of the volume: brain, not the noise around it.

    Falls back to the whole volume when the middle holds nothing.
    """
    middle = image.array[tuple(slice(n // 4, n - n // 4) for n in image.array.shape)]
    tissue = middle[middle > 0]
    if tissue.size == 0:
        tissue = image.array[image.array > 0]
    return float(np.median(tissue)) if tissue.size else 0.0


def normalise_adc(image: Image, path: Path | str, stated: str = "", said_by: str = "") -> Image:
    """ADC in µm²/ms; the decision stands in `source.why`.

    A unit that the file states is taken when the brain's median is plausible in it; else the power
    of ten in which it is.

    Parameters
    ----------
    image : Image
    path : Path or str
        Named in errors.
    stated : str
        Text that may name a unit.
    said_by : str
        Where that text stands.

    Raises
    ------
    InputError
        An empty map, or one whose median fits no usual unit.
    """
    typical = typical_adc(image)
    if typical <= 0:
        raise InputError(path, "the ADC map is empty")
    factor = unit_factor(stated) if stated else None
    if factor is not None and _plausible(typical * factor):
        return _scaled(image, factor, f"unit {stated!r} ({said_by})")
    doubt = f", not {stated!r} as {said_by} says" if factor is not None else ""
    for power, unit in POWERS.items():
        if _plausible(typical * power):
            return _scaled(
                image, power, f"unit {unit} by the brain's median of {typical:.4g}{doubt}"
            )
    raise InputError(path, f"median ADC {typical:g} fits no usual unit (mm²/s, µm²/ms)")


def _plausible(value: float) -> bool:
    return ADC_RANGE[0] <= value <= ADC_RANGE[1]


def _scaled(image: Image, factor: float, why: str) -> Image:
    scaled = image.with_array((image.array * factor).astype(np.float32))
    return replace(scaled, source=replace(image.source, why=why))


def read_adc_map(stack: Stack, label: Path | str) -> Image:
    """Read an ADC map; real-world mapping first, then scale and unit tags, then the median.

    Raises
    ------
    InputError
        What `read_volume_of` and `normalise_adc` raise.
    """
    slices, first = stack.volumes[0].slices, stack.first
    mapping = first.real_world
    if mapping is not None and unit_factor(mapping.unit) is not None:
        image = read_volume_of(slices, label, real_world_scale)
        factor = unit_factor(mapping.unit)
        assert factor is not None
        if _plausible(typical_adc(image) * factor):
            return _scaled(image, factor, f"unit {mapping.unit!r} (Real World Value Mapping)")
    scale, _ = choose_scale(slices)
    image = read_volume_of(slices, label, scale)
    for text, where in ((first.rescale_type, "RescaleType"), (first.description, "description")):
        if unit_factor(text) is not None:
            return normalise_adc(image, label, text, where)
    return normalise_adc(image, label)
