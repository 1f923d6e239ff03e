"""What one item answers on a hand-made case."""

from hand_made_cases import CENTER, HEAD, T2, Ball, R, Visit, build_case, points_of, treated

from RNAssessLib.case import LesionMasks, Mask, MaskKind, MaskOrigin
from RNAssessLib.evidence import Thresholds

LIMITS = Thresholds()
T1C_ONLY = {"roles": (R.T1C,)}
RING = (Ball(CENTER, 12.0, 4.0),)


def answer(item, visits, **more):
    """Finding of an item (a module of `RNAssessLib.findings`) on the lesion of these visits."""
    prepared = build_case(visits, **more)
    return item.evaluate(prepared, prepared.lesion("L1"), LIMITS)


def value(finding, name):
    """Value of a measurement by its name."""
    return next(q for q in finding.measurements if q.name == name).value


def last_of_balls(item, *balls, **more):
    """Finding of an item where the last T1c shows these balls."""
    return answer(item, [treated(**T1C_ONLY), Visit("t2", T2, balls, **T1C_ONLY)], **more)


def last_with(item, *roles, balls=RING, **more):
    """Finding of an item where the last visit has these sequences besides T1c."""
    seen = (R.T1C, *roles)
    return answer(item, [treated(**T1C_ONLY), Visit("t2", T2, balls, roles=seen, **more)])


def with_masks(prepared, draw):
    """Replace the lesion's masks at the last timepoint by `draw(head coordinates)`."""
    timepoint = prepared.timepoints[-1]
    grid = timepoint.nawm.grid
    head = timepoint.to_reference.transform.apply(points_of(grid)) - HEAD
    enhancing, core = draw(head)
    masks = {
        MaskKind.ENHANCING: Mask(enhancing & ~core, grid),
        MaskKind.NECROTIC_CORE: Mask(core & ~enhancing, grid),
    }
    object.__setattr__(timepoint, "lesions", {"L1": LesionMasks(masks, MaskOrigin.IMPORTED, 0.6)})
    return prepared
