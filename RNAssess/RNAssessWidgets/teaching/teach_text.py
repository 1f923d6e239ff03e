"""The selected item of a lesson as rich text: question, then the comparison once revealed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from slicer.i18n import tr as _

from RNAssessLib.panel.teaching.view import Comparison, TeachingItem, TeachingView

from ..common.links import jump_links


def item_html(view: TeachingView | None, link: str) -> str:
    """Return what the learner reads; `link` is the colour of links, ``#rrggbb``."""
    if view is None:
        return ""
    lines = [f"<h3>{escape(view.title)}</h3><p>{escape(view.sees)}</p>"] if view.title else []
    if view.item is None:
        hint = _("Choose an item, or press N. Answer it, mark where you see it, then reveal it.")
        return "".join([*lines, f"<p>{escape(hint)}</p>"])
    lines += _question(view.item)
    if view.item.comparison is not None:
        lines += _given(view.item)
        lines += _comparison(view.item.comparison, link)
    return "".join(lines)


def _question(item: TeachingItem) -> list[str]:
    lines = [f"<p><b>{item.number} {escape(item.title)}</b></p><p>{escape(item.question)}</p>"]
    if item.needs:
        lines.append(f"<p><i>{escape(_('Read on {0}.').format(item.needs))}</i></p>")
    if item.mark:
        lines.append(f"<p>◎ {escape(_('Your mark: {0}').format(item.mark))}</p>")
    return lines


def _given(item: TeachingItem) -> list[str]:
    words = dict(item.choices).get(item.given, _("none"))
    text = " · ".join(word for word in (_("Your answer: {0}").format(words), item.note) if word)
    return [f"<p>{escape(text)}</p>"]


def _comparison(compared: Comparison, link: str) -> list[str]:
    head = f"{compared.agreement_icon} {compared.agreement}"
    computed = _("computed: {0}").format(compared.computed)
    lines = [f"<p><b>{escape(head)}</b> · {escape(computed)}</p>"]
    lines += [f"<p>⚠ {escape(compared.scripted)}</p>"] if compared.scripted else []
    lines.append(f"<p>{escape(compared.sentence)}</p>")
    lines += [f"<p>◎ {escape(compared.distance)}</p>"] if compared.distance else []
    lines.append(jump_links(compared.jumps, link))
    lines += _block("", [f"{label}: {figure}" for label, figure, _tip in compared.measurements])
    lines += _block("", [f"⚠ {caveat}" for caveat in compared.caveats])
    lines += _block(_("Why it matters"), [compared.why])
    lines += _block(_("Criteria"), compared.criteria)
    lines += _block(_("Published, not this patient's probability"), compared.accuracy)
    lines += _block("", [_("Source: {0}").format(", ".join(compared.sources))])
    return lines


def _block(title: str, texts: Sequence[str]) -> list[str]:
    if not any(texts):
        return []
    head = f"<b>{escape(title)}</b><br>" if title else ""
    return [f"<p>{head}{'<br>'.join(escape(text) for text in texts)}</p>"]
