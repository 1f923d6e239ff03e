"""Help and acknowledgement of the module, with the pages that explain each item."""

from __future__ import annotations

from slicer.i18n import tr as _

DOCS = "https://github.com/RNAssess/RNAssess/blob/main/Resources/Docs"
PAGES = (
    ("slicer-tutorial.md", _("Tutorial in Slicer")),
    ("guide.md", _("Guide by role")),
    ("sorting.md", _("How a folder is sorted")),
    ("outlines-from-networks.md", _("Outlines from networks")),
    ("thresholds.md", _("Thresholds and their sources")),
    ("literature.md", _("Literature")),
)

# Written out, since help is asked for when Slicer starts and the library takes seconds to load.
ITEMS = (
    "cross_boundary",
    "shape_change",
    "central_diffusion_restriction",
    "swi_foci",
    "rim_morphology",
    "clustered_enhancement",
    "white_matter_preference",
    "open_ring",
    "dose_match",
    "latency",
    "course_pattern",
    "spontaneous_regression",
    "oedema_ratio",
    "perfusion",
    "spectroscopy",
    "delayed_contrast",
    "amino_acid_pet",
    "fdg_pet",
    "swiss_cheese",
    "haemorrhage",
    "dual_pathology",
    "clinical_modifiers",
    "new_lesions",
)


def build_help() -> str:
    """Return the help as rich text: what it is, pages, a page per checklist item."""
    about = _(
        "Measured evidence for radiation necrosis versus true tumour progression after "
        "radiosurgery of brain metastases: isodoses on serial MR, a sourced checklist, plan "
        "indices. The reader decides."
    )
    warning = _("Research use only. Not a medical device.")
    pages = ", ".join(f'<a href="{DOCS}/{page}">{name}</a>' for page, name in PAGES)
    return (
        f"<p>{about}</p><p><b>{warning}</b></p><p>{pages}.</p>"
        f"<p>{_('What each item measures:')} {_item_links()}.</p>"
    )


def _item_links() -> str:
    return ", ".join(
        f'<a href="{DOCS}/items/{item}.md">{item.replace("_", " ")}</a>' for item in ITEMS
    )


def build_acknowledgement() -> str:
    """Return the acknowledgement."""
    return _(
        "Built on the published work of Lasocki et al. (2022, 2025), Li et al. (2021), Zhuang et "
        "al. (2016) and others; every threshold names its source. Dose and structures may come "
        "from SlicerRT."
    )
