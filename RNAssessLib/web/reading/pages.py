"""The page: its templates are files, only the grid of views is built here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from trame.ui.html import DivLayout
from trame.widgets import html
from trame_server import Server

if TYPE_CHECKING:
    from ..hanging.linked_view import LinkedView

STATIC = Path(__file__).parents[1] / "static"
DRAG_MS = 16
ASK = re.compile(r"<!-- ask: (.+?) -->")
# places in the panel's template
CHECKLIST, WHAT_IF, MEASURED, CORRECTION = (
    "<!-- checklist -->", "<!-- what if -->", "<!-- measurements -->", "<!-- correction -->",
)  # fmt: skip


def read_template(name: str) -> str:
    """Text of a template file."""
    return STATIC.joinpath(f"{name}.html").read_text(encoding="utf-8")


def put_questions(text: str) -> str:
    """Put what may be asked beside a field in place of ``<!-- ask: name of the field -->``.

    Examples
    --------
    >>> "asks['level']" in put_questions("<!-- ask: 'level' -->")
    True
    """
    question = read_template("ask")
    return ASK.sub(lambda found: question.replace("FIELD", found[1]), text)


def build_page(server: Server, name: str) -> None:
    """Page of one template: ``loading``, ``lessons``, ``cases`` or ``roles``."""
    with DivLayout(server, classes="rn") as layout:
        layout.root.add_child(read_template(name))


def build_reading_page(
    server: Server, views: tuple[LinkedView, ...], checklist: str = "checklist"
) -> None:
    """Page of the case: bar, grid of views, legend, panel with a checklist's template."""
    panel = read_template("work") + read_template("draft") + read_template("panel")
    panel = panel.replace(WHAT_IF, read_template("what_if"))
    panel = panel.replace(CORRECTION, read_template("correction") + read_template("registration"))
    panel = panel.replace(CHECKLIST, read_template(checklist))
    panel = put_questions(panel.replace(MEASURED, read_template("measurements")))
    layout = DivLayout(server, classes="rn")
    with (
        layout.root,
        html.Div(classes=("['rn-app', {wide: images_only}]",), role="application"),
    ):
        bar = html.Header(classes="rn-bar")
        with html.Main(
            classes="rn-grid",
            style=(
                "`grid-template-columns: repeat(${shown_columns}, 1fr);"
                " grid-template-rows: repeat(${shown_rows}, 1fr)`",
            ),
        ):
            for linked in views:
                _build_cell(linked)
        foot = html.Footer(classes="rn-foot")
        side = html.Aside(classes=("['rn-panel', {'rn-computing': work.on && work.figures}]",))
    # every element left open is written once more when one around it closes: long texts come last
    bar.add_child(read_template("bar"))
    foot.add_child(read_template("foot"))
    side.add_child(panel)
    layout.root.add_child(read_template("sheet"))
    layout.root.add_child(read_template("help"))
    layout.flush_content()


def _build_cell(linked: LinkedView) -> None:
    from trame.widgets.rca import RemoteControlledArea  # loads VTK

    name = linked.cell.view
    lit = f"lit_views.includes('{name}')"
    with html.Div(
        classes=(f"['rn-cell', {{lit: {lit}, flipped: cells['{name}'].flipped}}]",),
        v_show=(f"shown_views.includes('{name}')",),
        raw_attrs=[f'data-view="{name}"'],
    ) as cell:
        with (
            html.Div(classes="rn-area"),
            RemoteControlledArea(
                name=linked.area,
                display="canvas",  # ours: pictures.js; the area watches mouse and size
                send_mouse_move=True,
                event_throttle_ms=DRAG_MS,
                style="position: relative; width: 100%; height: 100%;",
            ),
        ):
            html.Canvas(
                classes="rn-picture",
                raw_attrs=[f'data-area="{linked.area}"', 'role="img"'],
            )
        cell.add_child(read_template("cell").replace("VIEW", name))
