"""The page: dark, the views large, the panel readable at arm's length."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trame.ui.vuetify3 import VAppLayout
from trame.widgets import client, html
from trame.widgets import vuetify3 as v

from .dvh import build_dvh

if TYPE_CHECKING:
    from .app import RNAssessApp

STYLE = """
html, body { overflow: hidden; background: #0b0d10; }
.rn-panel { font-size: 13px; line-height: 1.35; }
.rn-disclaimer { flex: none; text-align: center; font-weight: 600; font-size: 12px; padding: 5px; background: #2a2410; color: #F0E442; }
.rn-panel table { width: 100%; border-collapse: collapse; font-size: 12px; }
.rn-panel th { text-align: left; color: #9aa4b0; font-weight: 600; padding: 2px 4px; }
.rn-panel td { padding: 2px 4px; border-top: 1px solid #2a3038; vertical-align: top; }
.rn-panel td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.rn-row { display: block; width: 100%; text-align: left; padding: 6px 10px; cursor: pointer;
  border-left: 3px solid transparent; border-bottom: 1px solid #20252c; color: inherit; background: none; }
.rn-row:hover, .rn-row:focus-visible { background: #1a2027; outline: none; }
.rn-row.on { background: #18222e; border-left-color: #56B4E9; }
.rn-row.na { opacity: .62; padding-top: 3px; padding-bottom: 3px; }
.rn-token { border: 1px solid currentColor; border-radius: 3px; padding: 0 5px; font-size: 11px; white-space: nowrap; }
.rn-detail { color: #b6c0cb; font-size: 12px; }
.rn-bar { display: flex; align-items: center; flex-wrap: wrap; gap: 0 10px; padding: 2px 10px; min-height: 28px; font-size: 12px;
  background: #12161b; color: #dfe5ec; white-space: nowrap; }
.rn-swatch { display: inline-block; width: 16px; height: 4px; vertical-align: middle; margin-right: 4px; }
.rn-toggle { cursor: pointer; background: none; color: inherit; border: 0; padding: 2px 4px; }
.rn-toggle.off { opacity: .4; text-decoration: line-through; }
.rn-view-label { position: absolute; left: 6px; top: 4px; color: #fff; font-size: 12px;
  text-shadow: 0 0 3px #000, 0 0 3px #000; pointer-events: none; }
.rn-letter { position: absolute; color: #cfd6de; font-size: 11px; text-shadow: 0 0 3px #000; pointer-events: none; }
.layout-grid-container > div { border: 1px solid #1f242b; }
select.rn-select, input.rn-input { background: #1a2027; color: #e6ebf1; border: 1px solid #3a424c; border-radius: 3px;
  padding: 2px 6px; font-size: 12px; }
button.rn-button { background: #263241; color: #e6ebf1; border-radius: 3px; padding: 3px 10px; font-size: 12px; border: 0; cursor: pointer; }
button.rn-button:disabled { opacity: .4; cursor: default; }
"""
KEYS = """
document.addEventListener('keydown', (e) => {
  if (['INPUT', 'SELECT', 'TEXTAREA'].includes(e.target.tagName)) return;
  const name = {n: 'next', p: 'previous', i: 'isodoses', o: 'outlines', h: 'help', a: 'accept',
                u: 'undo', ArrowUp: 'up', ArrowDown: 'down'}[e.key];
  if (name) { window.trame.trigger('rn_key', [name]); e.preventDefault(); }
});
"""
HELP = (
    ("N / P", "next / previous item"),
    ("↑ / ↓", "scroll all views"),
    ("I", "isodoses on or off"),
    ("O", "outlines on or off"),
    ("A", "accept the selected item"),
    ("U", "undo"),
    ("H", "this help"),
)


def build_page(app: RNAssessApp, layouts: Any) -> Any:  # noqa: ANN401
    """Lay out the page and wire its controls to the app."""
    server = app.server
    _wire_keys(app)
    with VAppLayout(server) as page:
        page.root.theme = "dark"
        client.Style(STYLE)
        client.Script(KEYS)
        with v.VNavigationDrawer(
            location="right", permanent=True, width=430, classes="rn-panel", color="#101419"
        ):
            _panel(app)
        with (
            v.VMain(style="height: 100vh; background: #000;"),
            html.Div(style="height: 100%; display: flex; flex-direction: column;"),
        ):
            _bar(app)
            with html.Div(style="flex: 1; min-height: 0; display: flex;"):
                layouts.initialize_layout_grid(page)
        _help()
    return page


def _wire_keys(app: RNAssessApp) -> None:
    state = app.server.state

    def toggle(name: str) -> None:
        state[name] = not state[name]

    actions = {
        "next": lambda: app.step_finding(1),
        "previous": lambda: app.step_finding(-1),
        "isodoses": lambda: toggle("isodoses_on"),
        "outlines": lambda: toggle("outlines_on"),
        "help": lambda: toggle("help_on"),
        "accept": app.accept,
        "undo": app.undo,
        "up": lambda: app.views.scroll(1),
        "down": lambda: app.views.scroll(-1),
    }

    @app.server.controller.trigger("rn_key")  # type: ignore[untyped-decorator]
    def on_key(name: str) -> None:
        with state:
            actions[name]()


def build_view_overlay(app: RNAssessApp, view: Any) -> None:  # noqa: ANN401
    """Name, date and orientation letters on one view."""
    timepoint, row = view.name.rsplit("_", 1)
    day = app.assessment.prepared.timepoint(timepoint).date.isoformat()
    role = "'T1c'" if row == "upper" else "lower_role"
    html.Div(f"{timepoint} · {day} · {{{{ {role} }}}}", classes="rn-view-label")
    for letter, place in (
        ("R", "left: 4px; top: 50%;"),
        ("L", "right: 4px; top: 50%;"),
        ("A", "left: 50%; top: 22px;"),
        ("P", "left: 50%; bottom: 2px;"),
    ):
        html.Div(f"{{{{ plane_letters['{letter}'] }}}}", classes="rn-letter", style=place)


def _bar(app: RNAssessApp) -> None:
    with html.Div(classes="rn-bar", role="toolbar"):
        html.Span("{{ case_title }}", style="font-weight: 600;")
        html.Button(
            "isodoses (I)",
            click="isodoses_on = !isodoses_on",
            classes=("isodoses_on ? 'rn-toggle' : 'rn-toggle off'",),
            id="isodose-toggle",
        )
        with html.Button(
            v_for="level, n in isodoses",
            key="level.dose",
            click="isodoses = isodoses.map((l, m) => m === n ? {...l, on: !l.on} : l)",
            classes=("level.on ? 'rn-toggle' : 'rn-toggle off'",),
        ):
            html.Span(classes="rn-swatch", style=("`background: ${level.colour}`",))
            html.Span("{{ level.label }}")
        html.Button(
            "outlines (O)",
            click="outlines_on = !outlines_on",
            classes=("outlines_on ? 'rn-toggle' : 'rn-toggle off'",),
        )
        html.Span("lower row")
        with html.Select(
            v_model=("lower_role",), classes="rn-select", id="lower-role", aria_label="lower row"
        ):
            html.Option("{{ role }}", v_for="role in lower_roles", key="role", value=("role",))
        html.Span("{{ offset_text }}", id="slice-offset", style="color:#9aa4b0;")


def _panel(app: RNAssessApp) -> None:
    with html.Div(style="display:flex; flex-direction:column; height:100%;"):
        html.Div("{{ disclaimer }}", id="disclaimer", classes="rn-disclaimer")
        with v.VTabs(
            v_model=("tab",), density="compact", grow=True, height=34, style="flex: none;"
        ):
            for name, title in (
                ("checklist", "Checklist"),
                ("size", "Size"),
                ("dose", "Dose"),
                ("case", "Case"),
            ):
                v.VTab(title, value=name, id=f"tab-{name}", size="small")
        with html.Div(style="flex:1; overflow-y:auto;"):
            with html.Div(v_show="tab === 'checklist'"):
                _checklist(app)
            with html.Div(v_show="tab === 'size'", style="padding: 8px 10px;"):
                _size()
            with html.Div(v_show="tab === 'dose'", style="padding: 8px 10px;"):
                _dose(app)
            with html.Div(v_show="tab === 'case'", style="padding: 8px 10px;"):
                _case()
        with html.Div(v_show="tab === 'checklist' && finding",
                      style="border-top:1px solid #2a3038; padding: 6px 10px;"):  # fmt: skip
            _decision(app)


def _checklist(app: RNAssessApp) -> None:
    with html.Div(style="padding: 8px 10px; border-bottom: 1px solid #2a3038;"):
        with html.Div(v_show="lesion_ids.length > 1"):
            html.Button(
                "{{ lesion_titles[n] }}",
                v_for="id, n in lesion_ids",
                key="id",
                click=(app.show_lesion, "[id]"),
                classes="rn-button",
                style="margin-right: 6px;",
            )
        html.Div("{{ summary }}", style="font-weight:600")
        html.Div("{{ step }}", v_for="step in next_steps", key="step", classes="rn-detail")
    with html.Button(
        v_for="row in checklist",
        key="row.id",
        id=("`item-${row.id}`",),
        click=(app.show_finding, "[row.id]"),
        classes=(
            "['rn-row', row.id === finding ? 'on' : '', "
            "row.status === 'not assessable' ? 'na' : '']",
        ),
    ):
        with html.Div(style="display:flex; gap:8px; align-items:baseline;"):
            html.Span("{{ row.icon }}", style="width: 14px; font-size: 15px;")
            html.Span("{{ row.title }}", style="font-weight:600; flex:1;")
            html.Span("{{ row.favours }}", v_if="row.favours", classes="rn-token",
                      style=("`color: ${row.favours.endsWith('RN') ? '#56B4E9' : '#E69F00'}`",))  # fmt: skip
            html.Span("{{ row.status }}", classes="rn-detail")
        html.Div("{{ row.sentence }}", v_if="row.status !== 'not assessable' || row.id === finding",
                 style="padding-left:22px;")  # fmt: skip
        html.Div("{{ row.decision }}", v_if="row.decision", classes="rn-decision",
                 style="padding-left:22px; color:#F0E442;")  # fmt: skip
        with html.Div(v_if="row.id === finding", style="padding: 4px 0 2px 22px;"):
            html.Div("{{ d }}", v_for="d in row.details", key="d", classes="rn-detail")


def _decision(app: RNAssessApp) -> None:
    with html.Div(style="display:flex; gap:6px; flex-wrap:wrap; align-items:center;"):
        html.Button("Accept (A)", click=app.accept, classes="rn-button", id="accept")
        with html.Select(
            v_model=("override_status",), classes="rn-select", id="override-status",
            aria_label="your answer",
        ):  # fmt: skip
            html.Option("override with …", value="")
            html.Option("{{ s.title }}", v_for="s in statuses", key="s.value", value=("s.value",))
        html.Input(
            v_model=("override_reason",), placeholder="reason (required)", classes="rn-input",
            style="flex:1; min-width: 120px;", id="override-reason", aria_label="reason",
        )  # fmt: skip
        html.Button(
            "Set", click=app.override, classes="rn-button", id="override",
            disabled=("!override_status || !override_reason.trim()",),
        )  # fmt: skip
        html.Button("Undo (U)", click=app.undo, classes="rn-button", id="undo")
        html.Button("Redo", click=app.redo, classes="rn-button", id="redo")
    html.Div("{{ message }}", v_if="message", style="color:#E69F00")


def _size() -> None:
    with html.Table():
        with html.Tr():
            html.Th("Timepoint")
            html.Th("Months")
            html.Th("{{ h }}", v_for="h in serial_heads", key="h", style="text-align:right")
        with html.Tr(v_for="row in serial", key="row.timepoint"):
            html.Td("{{ row.timepoint }} {{ row.date }}")
            html.Td("{{ row.months }}", classes="n")
            html.Td("{{ c }}", v_for="c, n in row.cells", key="n", classes="n")
    html.Div("Volumes on each timepoint's own grid; core is not enhancing.", classes="rn-detail")


def _table(rows: str) -> None:
    with html.Table(), html.Tr(v_for=f"q in {rows}", key="q.label", title=("q.tip",)):
        html.Td("{{ q.label }}")
        html.Td("{{ q.value }}", classes="n")
        html.Td("{{ q.unit }}")


def _dose(app: RNAssessApp) -> None:
    html.Div("No dose in this case.", v_if="!courses.length")
    with html.Div(v_for="course in courses", key="course.title"):
        html.Div("{{ course.title }}", style="font-weight:600")
        html.Div("⚠ {{ w }}", v_for="w in course.warnings", key="w", classes="rn-detail")
    build_dvh(app.panel.courses)
    with html.Div(v_for="course in courses", key="course.title"):
        with html.Div(v_for="table in course.tables", key="table.title"):
            html.Div("{{ table.title }}", style="font-weight:600; margin-top:8px;")
            _table("table.rows")
    with html.Div(v_if="risk.rows.length"):
        html.Div("{{ risk.title }}", style="font-weight:600; margin-top:8px;")
        _table("risk.rows")
        html.Div("{{ q.tip }}", v_for="q in risk.rows", key="q.label", classes="rn-detail")


def _case() -> None:
    html.Div("⚠ {{ w }}", v_for="w in warnings", key="w")
    html.Div("Timepoints", style="font-weight:600")
    html.Div("{{ line }}", v_for="line in case_lines", key="line", classes="rn-detail")
    html.Div("Alignment", style="font-weight:600; margin-top:8px;")
    html.Div("{{ line }}", v_for="line in alignment", key="line", classes="rn-detail")
    html.Div("What was taken for what", style="font-weight:600; margin-top:8px;")
    with html.Table(), html.Tr(v_for="row, n in mapping", key="n"):
        html.Td("{{ row[0] }}")
        html.Td("{{ row[1] }}")
        html.Td("{{ row[2] }}", classes="rn-detail")


def _help() -> None:
    with v.VDialog(v_model=("help_on",), max_width=360), v.VCard(classes="pa-4"):
        html.Div("Keys", style="font-weight:600; margin-bottom: 6px;")
        for key, text in HELP:
            html.Div(f"{key}: {text}")
