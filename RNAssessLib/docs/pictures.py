"""Examples for the pages: each item on a digital patient, with a key image."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import Progress, SequenceRole, silent
from RNAssessLib.findings.finding import Evidence, Finding, Plane
from RNAssessLib.panel.words.figures import figure_row
from RNAssessLib.panel.words.style import default_isodoses
from RNAssessLib.panel.words.wording import finding_word
from RNAssessLib.phantom.prepared import build_prepared
from RNAssessLib.phantom.scenario import Scenario
from RNAssessLib.report.pages.key_images import Tile, draw_grid
from RNAssessLib.report.pages.pictures import SHAPE, hatch_change
from RNAssessLib.report.pages.planes import CutPlane

from .pages import EXAMPLES

# The case that shows an item best: mostly the figure it was made after.
CASE_OF = {
    "cross_boundary": ("la22_fig1", "L1"),
    "shape_change": ("la22_fig7", "L1"),
    "central_diffusion_restriction": ("la25_fig5_core", "L1"),
    "swi_foci": ("rn_across_falx", "L1"),
    "rim_morphology": ("la25_fig1_ttp", "L1"),
    "clustered_enhancement": ("la25_fig4_cluster", "L1"),
    "white_matter_preference": ("la25_fig3_cortex", "L1"),
    "open_ring": ("la22_fig6", "L1"),
    "dose_match": ("la22_fig6", "L1"),
    "latency": ("la22_fig7", "L1"),
    "course_pattern": ("la25_fig2_regressing", "L1"),
    "spontaneous_regression": ("la25_fig2_regressing", "L1"),
    "oedema_ratio": ("la22_fig6", "L1"),
    "perfusion": ("la25_fig6_pair", "L1"),
    "spectroscopy": ("zh16_resistance", "L1"),
    "swiss_cheese": ("la25_fig1_ttp", "L1"),
    "haemorrhage": ("la25_fig5_haemorrhage", "L1"),
    "dual_pathology": ("la25_fig7", "L1"),
    "clinical_modifiers": ("zh16_resistance", "L1"),
    "new_lesions": ("la22_fig6", "L1"),
}
SEED, DPI, WIDTH_MM, PIXEL_MM = 0, 80, 70.0, 0.4
MOST_COLUMNS = 4


def write_examples(
    folder: Path, items: Sequence[str] | None = None, progress: Progress = silent
) -> None:
    """Make the patients, evaluate the items, write pictures and what was answered.

    Parameters
    ----------
    folder : Path
        Documentation folder; pictures go into ``items/``.
    items : sequence of str, optional
        Only these finding ids; the others stay as they are.
    progress : Progress
    """
    wanted = {i: CASE_OF[i] for i in CASE_OF if items is None or i in items}
    document = json.loads(EXAMPLES.read_text(encoding="utf-8")) if EXAMPLES.exists() else {}
    cases = list(dict.fromkeys(case for case, _ in wanted.values()))
    for number, case in enumerate(cases):
        progress(number / len(cases), case)
        made = build_prepared(case, SEED)
        assessment = assess_prepared(made.prepared)
        for item, (of, lesion) in wanted.items():
            if of == case:
                document[item] = _example(assessment, made.scenario, lesion, item, folder)
        ordered = {item: document[item] for item in CASE_OF if item in document}
        part = EXAMPLES.with_suffix(".part")
        part.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        shutil.move(part, EXAMPLES)


def _example(
    assessment: Assessment, script: Scenario, lesion: str, item: str, folder: Path
) -> dict[str, object]:
    finding = assessment.lesion(lesion).finding(item)
    picture, caption = f"{item}.png", _draw(assessment, lesion, finding, folder / "items")
    rows = [figure_row(q) for q in finding.measurements]
    return {
        "case": script.name,
        "title": script.title,
        "lesion": lesion,
        "status": finding_word(finding.spec, finding.status),
        "sentence": finding.sentence,
        "figures": [[row.label, row.text, row.method] for row in rows],
        "picture": picture,
        "caption": caption,
    }


def _draw(assessment: Assessment, lesion: str, finding: Finding, folder: Path) -> str:
    """Every timepoint of the sequence that shows the item, cut through its evidence."""
    prepared = assessment.prepared
    center, plane, role = prepared.lesion(lesion).center_lps_mm, Plane.AXIAL, SequenceRole.T1C
    evidence: Evidence | None = finding.evidence[0] if finding.evidence else None
    if evidence is not None:
        center, plane, role = evidence.point_reference_lps_mm, evidence.plane, evidence.role
    parts = hatch_change(finding) if finding.spec.id == SHAPE and evidence is not None else ()
    timepoints = prepared.timepoints[-MOST_COLUMNS:]
    rows = [SequenceRole.T1C] if role is SequenceRole.T1C else [SequenceRole.T1C, role]
    tiles = [
        [
            Tile(
                t.id, r, f"{t.id} {r.value}",
                evidence.point_reference_lps_mm
                if evidence is not None and (t.id, r) == (evidence.timepoint, role)
                else None,
                hatched=parts if t.id == prepared.timepoints[-1].id else (),
            )
            for t in timepoints
        ]
        for r in rows
    ]  # fmt: skip
    cut = CutPlane(plane, center, WIDTH_MM, PIXEL_MM)
    figure = draw_grid(prepared, tiles, cut, default_isodoses(assessment), lesion, tile_inch=2.4)
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(
        folder / f"{finding.spec.id}.png", dpi=DPI, facecolor=figure.get_facecolor(), metadata={}
    )
    names = " and ".join(r.value for r in rows)
    arrow = ", arrow at the evidence" if evidence is not None else ""
    if parts:
        arrow += "; hatched with lines: grew, dotted: regressed"
    return f"{plane.value.capitalize()} {names} of every scan with isodoses{arrow}"
