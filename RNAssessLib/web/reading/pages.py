"""The page: its templates are files, only the grid of views is built here."""

from __future__ import annotations

import re
from pathlib import Path

from trame.ui.html import DivLayout
from trame.widgets import html, rca
from trame_server import Server

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
    with DivLayout(server, classes="rn") as layout:
        with html.Div(classes=("['rn-app', {wide: images_only}]",), role="application"):
            html.Header(read_template("bar"), classes="rn-bar")
            with html.Main(
                classes="rn-grid",
                style=(
                    "`grid-template-columns: repeat(${shown_columns}, 1fr);"
                    " grid-template-rows: repeat(${shown_rows}, 1fr)`",
                ),
            ):
                for linked in views:
                    _build_cell(linked)
            html.Footer(read_template("foot"), classes="rn-foot")
            html.Aside(panel, classes=("['rn-panel', {'rn-computing': work.on && work.figures}]",))
        layout.root.add_child(read_template("sheet"))
        layout.root.add_child(read_template("help"))


def _build_cell(linked: LinkedView) -> None:
    name = linked.cell.view
    lit = f"lit_views.includes('{name}')"
    with html.Div(
        classes=(f"['rn-cell', {{lit: {lit}, flipped: cells['{name}'].flipped}}]",),
        v_show=(f"shown_views.includes('{name}')",),
        raw_attrs=[f'data-view="{name}"'],
    ):
        with (
            html.Div(classes="rn-area"),
            rca.RemoteControlledArea(
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
        absent = f"cells['{name}'].absent"
        html.Div("{{ " + absent + " }}", v_if=(absent,), classes="rn-absent")
        html.Div(
            f"<b>{{{{ cells['{name}'].timepoint }}}}</b> {{{{ cells['{name}'].role }}}}"
            f"<br>{{{{ cells['{name}'].when }}}}"
            f"<span v-if=\"cells['{name}'].flipped\" class='rn-flipped'><br>⇄ in the place of"
            f" {{{{ cells['{name}'].flipped }}}}</span>"
            f"<span class='rn-legend'>{{{{ cells['{name}'].legend }}}}</span>",
            classes="rn-note rn-tl",
        )
        html.Div(
            f"{{{{ cells['{name}'].bar[0] }}}} <i></i> {{{{ cells['{name}'].bar[1] }}}}",
            v_if=(f"cells['{name}'].bar.length",),
            classes="rn-note rn-tr rn-bar-of-dose",
        )
        html.Div(classes="rn-note rn-scale")  # a bar of so many mm: rnassess.js
        html.Div(classes="rn-note rn-bl")  # the position: rnassess.js, the page is not built anew
        html.Div(f"{{{{ cells['{name}'].window }}}}", classes="rn-note rn-br")
        for at, place in enumerate(("ol", "or", "ot", "ob")):
            html.Div(f"{{{{ letters[{at}] }}}}", classes=f"rn-note rn-{place}")
        html.Div(classes="rn-cursor")
