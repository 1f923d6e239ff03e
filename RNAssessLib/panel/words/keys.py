"""Every key and mouse action of the reading room in one table: help, labels and page use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["KEYS", "Key", "find_key", "keys_of", "shown_keys"]

CAPS = {
    "ArrowUp": "↑", "ArrowDown": "↓", "ArrowLeft": "←", "ArrowRight": "→", "PageUp": "PgUp",
    "PageDown": "PgDn", "Escape": "Esc", "Backspace": "⌫",
}  # fmt: skip
ALWAYS, READING, TEACHING, CORRECTING = "", "reading", "teaching", "correcting"
ITEMS, IMAGES, ROW, DRAWN, MEASURING, BRUSH, PANEL = (
    "Checklist", "Images", "Third row", "Drawn over the images", "Measuring", "On the page Correct",
    "Page",
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """One action and how to call it.

    Attributes
    ----------
    action : str
        Machine name; empty for what only the mouse does.
    keys : tuple of str
        As a browser names them (``KeyboardEvent.key``); a capital letter is typed with Shift.
    group : str
        Heading in the help.
    text : str
        What it does.
    mode : str
        ``reading`` or ``teaching`` where it holds in one of them only; ``correcting`` on the page
        *Correct*, where it goes before all others.
    mouse : str
        Other ways to do it.
    in_page : bool
        The page does it by itself; the server is not asked.
    """

    action: str
    keys: tuple[str, ...]
    group: str
    text: str
    mode: str = ALWAYS
    mouse: str = ""
    in_page: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """Key caps as printed.

        Examples
        --------
        >>> Key("ruler", ("R",), "", "").shown, Key("next", ("n", "ArrowRight"), "", "").shown
        (('⇧R',), ('n', '→'))
        """
        return tuple(
            CAPS.get(key, f"⇧{key}" if len(key) == 1 and key.isupper() else key)
            for key in self.keys
        )


KEYS: tuple[Key, ...] = (
    Key("next", ("n", "ArrowRight"), ITEMS, "next item: views jump to its evidence, it lights up"),
    Key("previous", ("p", "ArrowLeft"), ITEMS, "previous item"),
    Key("next_evidence", ("j",), ITEMS, "next place of the item's evidence"),
    Key("next_lesion", (".",), ITEMS, "next lesion"),
    Key("previous_lesion", (",",), ITEMS, "previous lesion"),
    Key("accept", ("a",), ITEMS, "accept the computed answer", READING),
    Key("answer_present", ("6",), ITEMS, "answer: present"),
    Key("answer_absent", ("7",), ITEMS, "answer: absent"),
    Key("answer_indeterminate", ("8",), ITEMS, "answer: indeterminate"),
    Key("answer_not_assessable", ("9",), ITEMS, "answer: not assessable"),
    Key("mark_place", ("k",), ITEMS, "mark the place under the cursor", TEACHING, in_page=True),
    Key("reveal", ("r",), ITEMS, "reveal the item", TEACHING),
    Key("undo", ("u",), ITEMS, "undo"),
    Key("redo", ("y",), ITEMS, "redo"),
    Key("slice_up", ("ArrowUp",), IMAGES, "one slice up, all views", mouse="wheel"),
    Key("slice_down", ("ArrowDown",), IMAGES, "one slice down", mouse="wheel"),
    Key("slice_up5", ("PageUp",), IMAGES, "five slices up"),
    Key("slice_down5", ("PageDown",), IMAGES, "five slices down"),
    Key("axial", ("x",), IMAGES, "axial"),
    Key("coronal", ("v",), IMAGES, "coronal"),
    Key("sagittal", ("s",), IMAGES, "sagittal"),
    Key("zoom", ("z",), IMAGES, "lesion or whole head", mouse="right drag zooms, middle drag pans"),
    Key("reset_window", ("0",), IMAGES, "window and level back", mouse="left drag changes them"),
    Key("flicker", ("f",), IMAGES, "prior and current in turn, in the view under the cursor"),
    Key("maximise", ("m",), IMAGES, "this view alone, and back", mouse="double click"),
    Key("images_only", ("b",), IMAGES, "images across the whole page, without the panel"),
    Key("fullscreen", ("F",), IMAGES, "full screen of the browser", in_page=True),
    Key("extra", ("e",), ROW, "off, or following the item"),
    Key("extra_next", ("E",), ROW, "show the next content"),
    Key("row_growth", ("g",), ROW, "growth map: what grew and regressed since the study before"),
    Key(
        "row_overlay", ("G",), ROW, "outlines of two studies: what grew and regressed between them"
    ),
    Key("overlay_next", ("O",), ROW, "the next two studies of these outlines"),
    Key("row_difference", ("d",), ROW, "T1c now − prior, in units of white matter"),
    Key("row_subtraction", ("t",), ROW, "T1c − T1 of the same study"),
    Key("row_dose", ("w",), ROW, "dose as a colour wash"),
    Key("isodoses", ("i",), DRAWN, "isodoses on or off"),
    Key("fainter", ("[",), DRAWN, "isodoses fainter"),
    Key("stronger", ("]",), DRAWN, "isodoses stronger"),
    Key("contours", ("c",), DRAWN, "lesion outlines and targets on or off"),
    Key("bare", ("o",), DRAWN, "held: the images alone", in_page=True),
    Key("ruler", ("R",), MEASURING, "ruler: drag its length, mm"),
    Key("diameters", ("D",), MEASURING, "two diameters: drag the longest, then across it"),
    Key("mean", ("M",), MEASURING, "mean in a disc: drag from its middle to its edge"),
    Key("brush_paint", ("b",), BRUSH, "paint", CORRECTING, "left drag paints", in_page=True),
    Key("brush_erase", ("d",), BRUSH, "erase", CORRECTING, in_page=True),
    Key("brush_ball", ("g",), BRUSH, "ball or this slice only", CORRECTING, in_page=True),
    Key("brush_smaller", ("-",), BRUSH, "smaller brush", CORRECTING, in_page=True),
    Key("brush_larger", ("+", "="), BRUSH, "larger brush", CORRECTING, in_page=True),
    Key("brush_apply", ("Enter",), BRUSH, "apply: all numbers follow", CORRECTING, in_page=True),
    Key("brush_discard", ("Backspace",), BRUSH, "discard", CORRECTING, in_page=True),
    Key("tab_case", ("1",), PANEL, "case"),
    Key("tab_checklist", ("2",), PANEL, "checklist"),
    Key("tab_dose", ("3",), PANEL, "dose"),
    Key("tab_course", ("4",), PANEL, "course"),
    Key("tab_correct", ("5",), PANEL, "correct outlines"),
    Key("tab_align", ("A",), PANEL, "check alignment"),
    Key("sheet", ("L",), PANEL, "all lesions on one sheet", READING),
    Key("help", ("h", "?"), PANEL, "this help"),
    Key(
        "hints",
        (";",),
        PANEL,
        "letters on every control of the page: type them to use it",
        in_page=True,
    ),
    Key("cases", ("C",), PANEL, "back to the list of cases"),
    Key("escape", ("Escape",), PANEL, "close, leave a text field, a tool or the large view"),
)


def keys_of(mode: str) -> tuple[Key, ...]:
    """Return what holds in a mode, ``reading`` or ``teaching``."""
    return tuple(key for key in KEYS if key.mode in (ALWAYS, mode))


def find_key(action: str) -> Key:
    """Return the row of an action; raises KeyError."""
    for key in KEYS:
        if key.action == action:
            return key
    raise KeyError(action)


def shown_keys() -> Mapping[str, str]:
    """Return the first key cap of every action, as buttons show it.

    Examples
    --------
    >>> shown_keys()["isodoses"], shown_keys()["fullscreen"]
    ('i', '⇧F')
    """
    return {key.action: key.shown[0] for key in KEYS}
