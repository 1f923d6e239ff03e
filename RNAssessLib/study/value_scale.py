"""From stored to meaningful values: rescale, Philips' scale slope, Real World Value Mapping."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .sorting import SliceHeader

Scale = Callable[[SliceHeader], tuple[float, float]]  # slope and intercept for stored values
SAME = 1e-4  # relative difference of two scales that counts as none


def display_scale(header: SliceHeader) -> tuple[float, float]:
    """Rescale Slope and Intercept, as every viewer shows the image."""
    return header.rescale_slope, header.rescale_intercept


def philips_scale(header: SliceHeader) -> tuple[float, float]:
    """Philips' floating-point value: (stored · RS + RI) / (RS · SS), Chenevert 2014.

    RS · SS is the factor from measured signal to display value; it may differ from image to image.
    """
    slope = header.scale_slope or 1.0
    return 1.0 / slope, header.rescale_intercept / (header.rescale_slope * slope)


def real_world_scale(header: SliceHeader) -> tuple[float, float]:
    """Real World Value Mapping, which maps *stored* values (PS3.3 C.7.6.16.2.11)."""
    mapping = header.real_world
    return display_scale(header) if mapping is None else (mapping.slope, mapping.intercept)


def choose_scale(slices: Iterable[SliceHeader]) -> tuple[Scale, str]:
    """Scale that makes images of one stack comparable, and a remark when it is not the usual one.

    Display values serve wherever one factor separates them from the signal, which leaves ratios
    alone. Where Philips scaled the images of one stack differently, its floating-point values do.
    """
    factors = [
        s.rescale_slope * s.scale_slope for s in slices if s.scale_slope is not None
    ]  # fmt: skip
    if factors and max(factors) > min(factors) * (1.0 + SAME):
        return philips_scale, "Philips floating-point values (the scale differs between images)"
    return display_scale, ""
