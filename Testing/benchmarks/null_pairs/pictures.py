"""Pictures of real heads for the documentation, and what the product said of each.

    python Testing/benchmarks/null_pairs/pictures.py

Each is one public head given as two examinations with nothing changed (README.md says how): the
right answer to every item that asks for a change is that there is none. Writes `real-heads.md` and
its pictures into Resources/Docs. The planned dose is ours; the heads and their lesions are real.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[3]))  # the library need not be installed
from head_sources import SHARED
from measure_pair import ITEMS, RX_GY, build_case

from RNAssessLib.assessment import assess
from RNAssessLib.case import SequenceRole
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.words.style import default_isodoses
from RNAssessLib.report.pages.key_images import Tile, draw_grid
from RNAssessLib.report.pages.planes import CutPlane

DOCS = Path(__file__).parents[3] / "Resources" / "Docs"
HEADS = {
    "brats_met_00110": "A brain metastasis, large and cystic with an enhancing nodule, stripped, 1 mm. "
    "From BrainLesion/tutorials (BraTS-MET 00110).",
    "glioma_native": "A glioma with skull in its native slices of 5.5 mm. TCGA-FG-6692 (The Cancer "
    "Imaging Archive), from BrainLesion/tutorials.",
    "fg6692_atlas": "The same scan as the one before, brought to 1 mm in atlas space and stripped by "
    "others.",
}  # fmt: skip
VOLUMES = (
    ("T1c volume, enhancing", "enhancing_cm3"),
    ("T1c volume, with core", "t1c_with_core_cm3"),
    ("FLAIR volume, the lesion included", "flair_cm3"),
)
SEED, WIDTH_MM, PIXEL_MM, TILE_INCH, DPI = 0, 130.0, 0.5, 3.0, 110
HEAD = """<!-- Made by `python Testing/benchmarks/null_pairs/pictures.py`. Do not edit. -->

# Real heads

Public scans, each given to RNAssess as three examinations of one patient with nothing changed, before
treatment and at two follow-ups: turned, shifted, cut into other slices, with other noise and contrast. Nothing grew, crossed or appeared, so
the right answer to a question for change is *absent* or *indeterminate*, and the sizes must agree
within their ±. How many such cases were tried, and every alarm: `Testing/benchmarks/null_pairs/RESULTS.md`.

From left to right the first to the last examination; T1c above FLAIR; dotted: the outline that RNAssess drew
(no outline was given to it); full lines: the prescription and half
of it, of a plan that was made for this page. Patient's
right on the reader's left. No public scan with SWI or with a treated metastasis over time can be
shown here: those items are shown on digital patients only.

*{disclaimer}*
"""


def draw(assessment, name, folder):
    """Write the picture of a head: T1c over FLAIR, all examinations, through the lesion."""
    prepared = assessment.prepared
    lesion = assessment.lesions[0].lesion
    roles = [SequenceRole.T1C, SequenceRole.FLAIR]
    rows = [[Tile(t.id, role, f"{role.value}, {t.date}") for t in prepared.timepoints]
            for role in roles if role in prepared.timepoints[0].images]  # fmt: skip
    cut = CutPlane(Plane.AXIAL, lesion.center_lps_mm, WIDTH_MM, PIXEL_MM)
    levels = default_isodoses(assessment)
    isodoses = [min(levels, key=lambda v, g=gy: abs(v.dose_gy - g)) for gy in (RX_GY, RX_GY / 2)]
    figure = draw_grid(prepared, rows, cut, isodoses, lesion.id, tile_inch=TILE_INCH)
    path = folder / f"real-{name}.png"
    figure.savefig(path, dpi=DPI, facecolor=figure.get_facecolor(), metadata={})
    return path


def describe(name, text, assessment, told, picture):
    """Return the section of one head: where it is from, what differs, what was answered."""
    lesion = assessment.lesions[0]
    lines = [f"## {text.split(',')[0].split(' in ')[0].rstrip('.')}", "", text, ""]
    lines += [f"![T1c and FLAIR of all examinations with outlines and isodoses]({picture})", ""]
    slices = ", ".join(f"{visit['slice_mm']:.1f}" for visit in told)
    lines += [f"Slices of {slices} mm; noise and contrast differ.", ""]
    lines += ["| item | answer | sentence |", "| --- | --- | --- |"]
    for item in ITEMS:
        finding = lesion.finding(item)
        lines.append(
            f"| {finding.spec.title} | {finding.status.value.replace('_', ' ')} | {finding.sentence} |"
        )
    sizes = [(e.timepoint, {q.name: q for q in e.quantities}) for e in lesion.serial]
    for label, key in VOLUMES:
        values = [(t, s[key]) for t, s in sizes if key in s and s[key].value is not None]
        if values:
            words = ", ".join(f"{t} {q.value:.2f} ± {q.uncertainty or 0.0:.2f}" for t, q in values)
            lines += ["", f"{label}: {words} cm³."]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the public MR")
    parser.add_argument("--out", type=Path, default=DOCS)
    args = parser.parse_args()
    (args.out / "pictures").mkdir(parents=True, exist_ok=True)
    parts = [HEAD.format(disclaimer=DISCLAIMER)]
    for name, text in HEADS.items():
        case, told = build_case(name, (SEED, 1, 0), args.data)
        assessment = assess(case)
        picture = draw(assessment, name, args.out / "pictures").relative_to(args.out)
        parts.append(describe(name, text, assessment, told, picture.as_posix()))
        print(name, "drawn", flush=True)
    (args.out / "real-heads.md").write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
