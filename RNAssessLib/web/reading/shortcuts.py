"""The table of keys as the page reads it."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from RNAssessLib.panel.words.keys import KEYS, shown_keys


def fill_shortcuts(state: Any) -> None:  # noqa: ANN401 - trame's state
    """Put keys, their caps and the rows of the help into the page's state."""
    state.keys = [
        {"action": key.action, "keys": list(key.keys), "mode": key.mode, "in_page": key.in_page}
        for key in KEYS
    ]
    state.hint = dict(shown_keys())
    state.key_groups = [
        {
            "title": title,
            "rows": [
                {"caps": list(k.shown), "text": k.text, "mouse": k.mouse, "mode": k.mode}
                for k in rows
            ],
        }
        for title, rows in groupby(KEYS, key=lambda key: key.group)
    ]
