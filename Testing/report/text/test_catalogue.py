"""Every message of the report is translated, whole and with the same values; German reads German."""

import gettext
import io
import re

import pytest

from RNAssessLib.docs.source import read_items
from RNAssessLib.report.document.dictation import write_dictation
from RNAssessLib.report.text.catalogue import (
    Say,
    compile_catalogue,
    languages,
    parse_catalogue,
    read_catalogue,
)
from RNAssessLib.report.text.free_text import PATTERNS, is_background, translate_free

from .messages import every_message

OTHERS = [language for language in languages() if language != "en"]
VALUES = re.compile(r"\{(\w*)\}")


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated_and_none_is_left_over(language):
    catalogue = read_catalogue(language)
    wanted = every_message() | {"and"}
    empty = sorted(m for m in wanted if not catalogue.get(m, "").strip("\0"))
    assert empty == []
    assert sorted(set(catalogue) - wanted - {""}) == []


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_values_are_filled_in(language):
    for message, text in read_catalogue(language).items():
        if not message:
            continue
        named = {v for v in VALUES.findall(message) if v and not v.isdigit()}
        for form in text.split("\0"):
            assert {v for v in VALUES.findall(form) if v and not v.isdigit()} == named, message
            count = message.split("\0")[0].count("{}")
            form.format(*["x"] * count, **dict.fromkeys(named, "x"))


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_concludes(language):
    verdicts = r"\b(vereinbar mit|spricht für|am ehesten|V\. ?a\.|Verdacht auf|gesichert)\b"
    for text in read_catalogue(language).values():
        assert not re.search(verdicts, text), text


@pytest.mark.parametrize("name", ["necrosis", "progression", "open"])
def test_german_report_has_no_english_left(told, name):
    text = write_dictation(told[name], wrap=False, language="de")
    own = text.replace("Research use only. Not a medical device.", "")
    assert not re.search(r"\b(the|of|and|with|lesion|enhancement|no|is)\b", own), own
    assert "„" not in own  # nothing was left untranslated
    assert not re.search(r"\d\.\d+ (cm³|mm|Gy|%)", own)
    assert not re.search(r"\d{4}-\d\d-\d\d", own)
    assert "Nur für Forschungszwecke. Kein Medizinprodukt." in own


def test_german_progression_never_concludes_necrosis(told):
    text = write_dictation(told["progression"], wrap=False, language="de")
    assert "bei Tumorprogress beschrieben" in text
    assert "Strahlennekrose" not in text


def test_every_caveat_of_the_checklist_is_sorted():
    """A new caveat must be called background, or be translated: it is never lost unseen."""
    say = Say("de")
    for item in read_items():
        for caveat in item.caveats:
            texts = [caveat.replace("…", gap) for gap in ("7", "between 7 and 7")]
            known = [is_background(t) or "„" not in translate_free(say, t) for t in texts]
            assert any(known), caveat


def test_patterns_are_not_shadowed():
    """An earlier, wider pattern would swallow a later one."""
    say = Say("de")
    for pattern in PATTERNS:
        text = re.sub(r"\{\}", "7", pattern)
        wanted = say(pattern).format(*["7"] * pattern.count("{}"))
        assert translate_free(say, text) == wanted, pattern


def test_unknown_words_are_quoted_not_lost():
    assert translate_free(Say("de"), "something new (LA25 §2)") == "„something new“"


def test_compiled_catalogue_is_read_by_gettext():
    text = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\nmsgid "a"\nmsgid_plural "as"\nmsgstr[0] "ein"\nmsgstr[1] "zwei"'
    found = gettext.GNUTranslations(io.BytesIO(compile_catalogue(parse_catalogue(text))))
    assert (found.ngettext("a", "as", 1), found.ngettext("a", "as", 2)) == ("ein", "zwei")
    assert found.gettext("b") == "b"
