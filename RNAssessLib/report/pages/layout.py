"""How a printed page looks: fonts, styles, headers and footers with page x of y, tables."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    Image,
    LongTable,
    PageTemplate,
    Paragraph,
    Spacer,
    TableStyle,
)
from reportlab.platypus.tableofcontents import TableOfContents

from RNAssessLib.disclaimer import DISCLAIMER

from .paper import PAPER, PAPERS_MM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEADED_MM = 32.0
MARGIN_MM, HEAD_MM, FOOT_MM = 16.0, 11.0, 9.0
WIDTH_MM = 210.0 - 2 * MARGIN_MM
PICTURE_DPI = 200
FONT, BOLD, OBLIQUE = "RNAssess", "RNAssess-Bold", "RNAssess-Oblique"
INK, SOFT, LINE, PANEL = HexColor(0x1B1F24), HexColor(0x4A535E), HexColor(0xC8CFD6), "#F1F4F6"
WARN = HexColor(0xFDF6E3)


@cache
def register_fonts() -> None:
    """Register DejaVu Sans, which matplotlib carries: it has ≥, ●, ³ and the Greek letters."""
    import matplotlib as mpl

    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    for name, file in ((FONT, "DejaVuSans"), (BOLD, "DejaVuSans-Bold"),
                       (OBLIQUE, "DejaVuSans-Oblique")):  # fmt: skip
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{file}.ttf")))
    pdfmetrics.registerFontFamily(FONT, FONT, BOLD, OBLIQUE, BOLD)


def _style(name: str, size: float, **more: Any) -> ParagraphStyle:  # noqa: ANN401
    return ParagraphStyle(
        name, fontName=more.pop("fontName", FONT), fontSize=size, leading=size * 1.3,
        textColor=more.pop("textColor", INK), splitLongWords=1, **more,
    )  # fmt: skip


STYLES = {
    "contents": _style("contents", 8),
    "title": _style("title", 15, fontName=BOLD),
    "h1": _style("h1", 12.5, fontName=BOLD, spaceBefore=8, spaceAfter=3, keepWithNext=1),
    "h2": _style("h2", 9.5, fontName=BOLD, spaceBefore=7, spaceAfter=2, keepWithNext=1),
    "body": _style("body", 8.5, spaceAfter=2),
    "cell": _style("cell", 7.6),
    "number": _style("number", 7.6, alignment=2),
    "head": _style("head", 7.6, fontName=BOLD),
    "headnumber": _style("headnumber", 7.6, fontName=BOLD, alignment=2),
    "small": _style("small", 6.8, textColor=SOFT),
    "disclaimer": _style("disclaimer", 9, fontName=BOLD),
    "warn": _style("warn", 8, backColor=WARN, borderPadding=3, spaceBefore=4, spaceAfter=4),
}


def text(words: object, style: str = "cell") -> Paragraph:
    """Return a paragraph of plain words; nothing in them is taken for markup."""
    return Paragraph(escape(str(words)), STYLES[style])


def marked(markup: str, style: str = "cell") -> Paragraph:
    """Return a paragraph of reportlab markup whose words are escaped already."""
    return Paragraph(markup, STYLES[style])


def heading(words: str, style: str = "h2", *, room_mm: float = HEADED_MM) -> list[Flowable]:
    """Return a heading that goes to the next page when less than `room_mm` is left below it."""
    return [CondPageBreak(room_mm * mm), text(words, style)]


def chapter(words: str, key: str, *, room_mm: float = 60.0) -> list[Flowable]:
    """Return a heading that stands in the contents list and can be linked to by `key`."""
    made = Paragraph(f'<a name="{key}"/>{escape(words)}', STYLES["h1"])
    made.chapter = (words, key)
    return [CondPageBreak(room_mm * mm), made]


def contents() -> TableOfContents:
    """Return the list of the chapters with their pages, each a link."""
    made = TableOfContents(dotsMinLevel=0)
    made.levelStyles = [STYLES["contents"]]
    return made


def space(height_mm: float) -> Spacer:
    """Return empty height."""
    return Spacer(1, height_mm * mm)


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    widths_mm: Sequence[float],
    *,
    numbers: Sequence[int] = (),
) -> LongTable:
    """Return a table that breaks over pages between rows, heads repeated.

    Parameters
    ----------
    heads : sequence of str
        Repeated on each page; empty for none.
    rows : sequence of rows
        Cells are words, or flowables, or lists of flowables.
    widths_mm : sequence of float
        Scaled to the width of the page.
    numbers : sequence of int
        Columns set to the right.
    """
    scale = WIDTH_MM / sum(widths_mm)
    body = [
        [c if isinstance(c, (Flowable, list)) else text(c, "number" if n in numbers else "cell")
         for n, c in enumerate(row)]
        for row in rows
    ]  # fmt: skip
    if heads:
        styles = ["headnumber" if n in numbers else "head" for n in range(len(heads))]
        body.insert(0, [text(h, s) for h, s in zip(heads, styles, strict=True)])
    made = LongTable(
        body, colWidths=[w * scale * mm for w in widths_mm], repeatRows=int(bool(heads)),
        hAlign="LEFT",
    )  # fmt: skip
    rules: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    if heads:
        rules.append(("BACKGROUND", (0, 0), (-1, 0), HexColor(PANEL)))
    made.setStyle(TableStyle(rules))
    return made


def picture(figure: Figure, width_mm: float) -> Image:
    """Return a drawn figure, `width_mm` wide."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=PICTURE_DPI, facecolor=figure.get_facecolor())
    buffer.seek(0)
    wide, high = figure.get_size_inches()
    return Image(buffer, width=width_mm * mm, height=width_mm * mm * high / wide, hAlign="LEFT")


def _shorten(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"


class _Document(BaseDocTemplate):  # type: ignore[misc]
    """Document that is laid out until contents list and number of pages stand still.

    Head and foot are drawn as each page opens, so that links find their page.
    """

    def __init__(self, *args: Any, case_id: str, version: str, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self._case_id, self._version = case_id, version
        self._total = self._seen = 0

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 - reportlab's name
        words, key = getattr(flowable, "chapter", ("", ""))
        if words:
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(words, key, 0)
            self.notify("TOCEntry", (0, escape(words), self.page, key))

    def afterPage(self) -> None:  # noqa: N802 - reportlab's name
        self._seen = self.page

    def _allSatisfied(self) -> bool:  # noqa: N802 - reportlab's name
        same, self._total = self._total == self._seen, self._seen
        return bool(super()._allSatisfied()) and same

    def draw_edges(self, canvas: Canvas, _document: BaseDocTemplate) -> None:
        """Case, disclaimer, version and page x of y."""
        wide, high = self.pagesize
        left = (wide - WIDTH_MM * mm) / 2
        right = left + WIDTH_MM * mm
        top, bottom = high - HEAD_MM * mm, FOOT_MM * mm
        canvas.saveState()
        canvas.setFillColor(INK)
        canvas.setStrokeColor(LINE)
        canvas.setFont(FONT, 7)
        canvas.drawString(left, top, f"RNAssess · case {_shorten(self._case_id, 60)}")
        canvas.drawRightString(right, top, DISCLAIMER)
        canvas.line(left, top - 3, right, top - 3)
        canvas.line(left, bottom + 9, right, bottom + 9)
        canvas.drawString(left, bottom, f"RNAssess {self._version} · measured evidence for a "
                          "reader, not a diagnosis")  # fmt: skip
        canvas.drawRightString(right, bottom, f"page {self.page} of {self._total}")
        canvas.restoreState()


def build_document(
    story: Sequence[Flowable], *, case_id: str, version: str, paper: str = PAPER
) -> bytes:
    """Lay the story out and return the PDF.

    The same story gives the same bytes: no date and no random identifier is written.

    Parameters
    ----------
    story : sequence of Flowable
    case_id, version : str
    paper : str
        One of `PAPERS_MM`; the text is as wide on each.
    """
    register_fonts()
    buffer = io.BytesIO()
    wide, high = (side * mm for side in PAPERS_MM[paper])
    document = _Document(
        buffer,
        case_id=case_id,
        version=version,
        pagesize=(wide, high),
        title=f"RNAssess report {case_id}",
        author="RNAssess",
        subject=DISCLAIMER,
        creator=f"RNAssess {version}",
        lang="en",
        invariant=1,
    )
    frame = Frame(
        (wide - WIDTH_MM * mm) / 2, (FOOT_MM + 6) * mm, WIDTH_MM * mm,
        high - (HEAD_MM + FOOT_MM + 12) * mm,
        leftPadding=0, rightPadding=0, topPadding=2, bottomPadding=0,
    )  # fmt: skip
    document.addPageTemplates([PageTemplate("page", [frame], onPage=document.draw_edges)])
    document.multiBuild(list(story))
    return buffer.getvalue()


__all__ = [
    "STYLES", "WIDTH_MM", "build_document", "chapter", "contents", "heading",
    "marked", "picture", "register_fonts", "space", "table", "text",
]  # fmt: skip
