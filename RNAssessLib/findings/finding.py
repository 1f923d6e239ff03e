"""What a checklist item says: one immutable object that every shell and export renders."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from RNAssessLib.case import EventKind, Mask, Quantity, SequenceRole
from RNAssessLib.evidence import Criterion, grade


class Status(Enum):
    """Answer of an item; the value is the JSON word."""

    PRESENT = "present"
    ABSENT = "absent"
    INDETERMINATE = "indeterminate"
    NOT_ASSESSABLE = "not_assessable"


class Favours(Enum):
    """What a finding speaks for; None (no member) when it speaks for neither."""

    RN = "RN"
    TTP = "TTP"


class Strength(Enum):
    """How much a finding weighs: `evidence.toml` holds the word of each answer with its reason."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    CONTEXT = "context"


class Drawn(Enum):
    """What is outlined at a timepoint and may be corrected by the reader."""

    ENHANCING = "enhancing part of the lesion"
    NECROTIC_CORE = "its necrotic core"
    OEDEMA = "its oedema"
    OTHERS = "other lesions"
    UNASSIGNED = "enhancement that belongs to no lesion"
    NORMAL = "normal-appearing white matter"


ENHANCEMENT = (Drawn.ENHANCING, Drawn.NECROTIC_CORE)


class Plane(Enum):
    """Slice orientation in which the evidence is best seen."""

    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"


@dataclass(frozen=True)
class FindingSpec:
    """The fixed part of an item.

    Attributes
    ----------
    id : str
        Contract id, ``cross_boundary``.
    number : int
        Its place in the list, 1 to n; texts name items by it.
    title, question : str
        For people; the question is answered by the status.
    favours_when_present : Favours or None
    references : tuple of str
        Paper and section (``LA22``, ``LA25 §2.1``).
    needs : tuple of SequenceRole
        Sequences without which it is not assessable.
    why : str
        Why the item matters, one or two sentences.
    events : tuple of EventKind
        Clinical events that the answer or its caveats take into account.
    reads : tuple of Drawn
        Outlines that the answer rests on; all of them unless fewer are named.
    """

    id: str
    number: int
    title: str
    question: str
    favours_when_present: Favours | None
    references: tuple[str, ...]
    needs: tuple[SequenceRole, ...] = ()
    why: str = ""
    events: tuple[EventKind, ...] = ()
    reads: tuple[Drawn, ...] = tuple(Drawn)

    @property
    def is_context(self) -> bool:
        """Whether its answer speaks for neither side; *present* and *absent* then mean little."""
        return self.favours_when_present is None


@dataclass(frozen=True, eq=False)
class Evidence:
    """Where to look.

    Attributes
    ----------
    timepoint : str
        Id of the timepoint on which it shows.
    role : SequenceRole
        Sequence on which it shows.
    point_lps_mm : tuple of float
        In that timepoint's native T1c space.
    point_reference_lps_mm : tuple of float
        The same point in reference space (linked views).
    plane : Plane
    mask : Mask or None
        Voxels on the timepoint's T1c grid (or on the common grid when `on_common_grid`).
    on_common_grid : bool
    label : str
        Short caption.
    """

    timepoint: str
    role: SequenceRole
    point_lps_mm: tuple[float, float, float]
    point_reference_lps_mm: tuple[float, float, float]
    plane: Plane = Plane.AXIAL
    mask: Mask | None = None
    on_common_grid: bool = False
    label: str = ""


@dataclass(frozen=True)
class Finding:
    """Computed answer of one item for one lesion; never edited (a reader's decision is apart).

    Attributes
    ----------
    spec : FindingSpec
    status : Status
    favours : Favours or None
        None unless this very answer speaks for one side.
    strength : Strength or None
    measurements : tuple of Quantity
    criteria : tuple of Criterion
    sentence : str
        One plain sentence with the decisive number and unit.
    evidence : tuple of Evidence
        First one is where the reader is taken.
    caveats : tuple of str
        Those that fired.
    limitation : str
        Required when not assessable: why, and which input would help.
    name : str
        What was found, where the item's usual name for this answer is too coarse.
    """

    spec: FindingSpec
    status: Status
    favours: Favours | None
    strength: Strength | None
    sentence: str
    measurements: tuple[Quantity, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), compare=False)
    caveats: tuple[str, ...] = ()
    limitation: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if self.status is Status.NOT_ASSESSABLE and not self.limitation:
            raise ValueError(f"{self.spec.id}: not assessable needs its reason")
        if self.status is Status.NOT_ASSESSABLE and self.favours is not None:
            raise ValueError(f"{self.spec.id}: what is not assessable favours nothing")


def graded(key: str) -> Strength:
    """Return how much an answer weighs, by its key in ``evidence.toml``.

    Raises
    ------
    KeyError
        For a key that is not there.

    Examples
    --------
    >>> graded("shape_change.present").value
    'strong'
    """
    return Strength(grade(key).word)


def not_assessable(spec: FindingSpec, why: str) -> Finding:
    """Finding that says why it cannot be answered."""
    return Finding(
        spec=spec,
        status=Status.NOT_ASSESSABLE,
        favours=None,
        strength=None,
        sentence=f"Not assessable: {why}",
        limitation=why,
    )
