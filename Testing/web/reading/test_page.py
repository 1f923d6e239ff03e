"""The page in a real Chromium, as a reader uses it. One server; every test leaves it as found."""

import json

import numpy as np
import pytest
from assessments import LESION, SATELLITE, Detail, make_assessment
from browser import LARGE, SMALL, wait_for

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.reading.view_model import build_panel

SHOWN = "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent).length"
CHANGED = 25  # grey levels: well above what JPEG does to a still picture


AT_FIRST = [True, False, True, False, False]  # 100 % and 12 Gy of 100, 80, 60 (12 Gy), 50, 25 %


def changed_share(before, after):
    return float((np.abs(before - after).max(axis=2) > CHANGED).mean())


def two_rows(page):
    """Turn to an item that T1c and FLAIR are enough for."""
    page.click("#item-cross_boundary")
    page.press("x")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 5)
    page.settle()


def wait_offset(page, expected):
    def there():
        offsets = page.probe()["offsets"].values()
        return all(abs(offset - expected) < 0.05 for offset in offsets)

    wait_for(there, f"every view at {expected:.1f} mm", 10)


def test_every_view_shows_an_image(page):
    views = page.js("return [...document.querySelectorAll('.rn-cell')]"
                    ".filter(e => e.offsetParent).map(e => e.dataset.view)")  # fmt: skip
    assert len(views) == 6
    for view in views:
        pixels = page.picture(view)
        assert (pixels.max(axis=2) > 60).mean() > 0.3, f"{view} is nearly black"


def test_isodoses_are_drawn_in_their_colours(page):
    """Vermilion of the prescription isodose, which no grey image holds."""
    pixels = page.picture("Red")
    vermilion = (np.abs(pixels - (0xD5, 0x5E, 0x00)).max(axis=2) < 40).sum()
    assert vermilion > 30


def test_click_on_an_item_moves_the_slices(page):
    before = page.picture("Green")
    wait_offset(page, LESION[2])
    page.click("#item-cross_boundary")
    wait_offset(page, SATELLITE[2])
    page.settle()
    assert changed_share(before, page.picture("Green")) > 0.02
    wait_for(lambda: "New enhancement of 0.5 cm³" in page.text(".rn-detail"), "the sentence", 5)
    lit = page.js("return [...document.querySelectorAll('.rn-cell.lit')].map(e => e.dataset.view)")
    assert lit == ["Green"]  # T1c of the last study
    page.press("p")


def test_evidence_lights_up_only_while_its_item_is_on(page):
    page.press("e")  # no rows below, so that the views keep their size
    page.click("#item-shape_change")
    wait_for(lambda: page.probe()["plane"] == "coronal", "coronal views", 10)
    page.settle()
    lit = page.picture("Green")
    page.click("#item-perfusion")
    page.settle()
    assert changed_share(lit, page.picture("Green")) > 0.002
    page.press("e")
    page.press("x")
    wait_for(lambda: page.probe()["plane"] == "axial", "axial views", 10)


def test_keys_walk_the_items(page):
    page.click("#item-cross_boundary")
    page.press("n")
    wait_for(lambda: "Change in shape" in page.text(".rn-detail h2"), "the next item", 5)
    page.press("p")
    wait_for(lambda: "Enhancement across" in page.text(".rn-detail h2"), "the item before", 5)
    page.press("x")


def go_to_the_lesion(page):
    """Where both lines that are on at first pass through the picture."""
    page.click("#item-shape_change")
    page.press("x")
    page.settle()


def test_isodose_key_changes_the_picture_and_changes_it_back(page):
    go_to_the_lesion(page)
    on = page.picture("Red")
    page.press("i")
    wait_for(lambda: not any(page.probe()["isodoses"]), "isodoses off", 5)
    page.settle()
    off = page.picture("Red")
    assert changed_share(on, off) > 0.002
    page.press("i")
    wait_for(lambda: page.probe()["isodoses"] == AT_FIRST, "isodoses on", 5)
    page.settle()
    assert changed_share(on, page.picture("Red")) < 0.001


def test_one_level_is_switched_by_its_legend(page):
    assert page.probe()["isodoses"] == AT_FIRST
    page.click('[data-level="0"]')
    wait_for(lambda: page.probe()["isodoses"] == [False, *AT_FIRST[1:]], "one off", 5)
    assert page.js("return document.querySelector('[data-level=\"0\"]').ariaPressed") == "false"
    page.click('[data-level="0"]')
    wait_for(lambda: page.probe()["isodoses"] == AT_FIRST, "both on", 5)


def test_contours_key_changes_the_picture(page):
    on = page.picture("Red")
    page.press("c")
    page.settle()
    assert changed_share(on, page.picture("Red")) > 0.0005
    page.press("c")
    page.settle()
    assert changed_share(on, page.picture("Red")) < 0.001


def test_o_held_shows_the_images_alone(page):
    go_to_the_lesion(page)
    dressed = page.picture("Red")
    page.hold("o")
    wait_for(lambda: not any(page.probe()["isodoses"]), "nothing drawn over the images", 5)
    page.settle()
    bare = page.picture("Red")
    page.let_go("o")
    wait_for(lambda: page.probe()["isodoses"] == AT_FIRST, "isodoses again", 5)
    page.settle()
    assert changed_share(dressed, bare) > 0.002
    assert changed_share(dressed, page.picture("Red")) < 0.001
    coloured = np.ptp(bare, axis=-1) > 60  # letters of the view are white
    assert coloured.mean() < 0.0005


def test_decision_with_reason_and_undo(page):
    page.click("#item-cross_boundary")
    page.click('[data-choice="absent"]')
    page.click("#save-decision")
    wait_for(lambda: "reason" in page.text(".rn-error"), "the request for a reason", 5)
    assert page.probe()["decisions"] == 0
    field = page.driver.find_element("css selector", "#reason")
    field.send_keys("contiguous along the falx on coronal")  # holds letters that are keys
    page.click("#save-decision")
    wait_for(lambda: "contiguous along the falx" in page.text("#decision"), "the decision", 5)
    assert "✎" in page.text("#item-cross_boundary .reader")
    assert "present" in page.text(".rn-answer")  # the computed answer stays
    page.click("#undo")
    wait_for(lambda: page.text("#decision") == "", "the decision to be gone", 5)
    assert page.probe()["decisions"] == 0
    page.click("#redo")
    wait_for(lambda: "contiguous" in page.text("#decision"), "the decision again", 5)
    page.click("#undo")
    wait_for(lambda: page.probe()["decisions"] == 0, "no decision", 5)
    page.press("x")


def test_accept_by_key(page):
    page.click("#item-shape_change")
    page.press("a")
    wait_for(lambda: page.probe()["decisions"] == 1, "the decision", 5)
    wait_for(lambda: "accepted" in page.text("#decision").lower(), "the decision in words", 5)
    page.press("u")
    wait_for(lambda: page.probe()["decisions"] == 0, "no decision", 5)
    page.press("x")


def test_scrolling_with_keys_moves_all_views_and_renders_each_once(page):
    page.settle()
    before = page.probe()
    page.press("\ue013")  # arrow up
    wait_for(lambda: page.probe()["offsets"]["Red"] > before["offsets"]["Red"], "a slice up", 5)
    page.settle()
    after = page.probe()
    assert len(set(after["offsets"].values())) == 1
    assert after["renders"] - before["renders"] == page.js(SHOWN)
    page.press("\ue015")
    wait_offset(page, before["offsets"]["Red"])


def test_all_views_show_a_new_slice_in_the_same_frame(page):
    page.settle()
    page.js(
        "window.frames_ = []; let here = 0; const count = () => { here += 1;"
        " if (here === 1) queueMicrotask(() => { frames_.push(here); here = 0; }); };"
        "for (const p of document.querySelectorAll('.rn-picture')) p.addEventListener('load', count);"
    )
    page.press("\ue013")
    wait_for(lambda: page.js("return frames_.length"), "pictures", 5)
    assert page.js("return frames_[0]") == page.js(SHOWN)
    page.press("\ue015")
    page.settle()


def test_wheel_over_one_view_moves_all(page):
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.wheel_input import ScrollOrigin

    start = page.probe()["offsets"]["Red"]
    cell = page.driver.find_element("css selector", '.rn-cell[data-view="Yellow"]')
    ActionChains(page.driver).scroll_from_origin(ScrollOrigin.from_element(cell), 0, -120).perform()
    wait_for(lambda: page.probe()["offsets"]["Yellow"] != start, "the view under the wheel", 5)
    page.settle()
    offsets = page.probe()["offsets"]
    assert all(offset == pytest.approx(offsets["Yellow"]) for offset in offsets.values())
    page.click("#item-shape_change")
    page.press("x")


def test_third_row_follows_the_item_and_the_choice(page):
    two_rows(page)
    page.js("const s = document.querySelector('select[aria-label=\"Third row\"]');"
            "s.value = 'ADC'; s.dispatchEvent(new Event('change'))")  # fmt: skip
    wait_for(lambda: page.js(SHOWN) == 9, "a third row", 5)
    page.wait_for_views()
    page.settle()
    assert (page.picture("Slice7").max(axis=2) > 60).mean() > 0.3
    assert "ADC" in page.text('.rn-cell[data-view="Slice7"] .rn-tl')
    page.press("e")
    page.press("e")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 5)


def test_double_click_makes_one_view_large_and_escape_brings_the_others_back(page):
    from selenium.webdriver.common.action_chains import ActionChains

    two_rows(page)
    cell = page.driver.find_element("css selector", '.rn-cell[data-view="Yellow"]')
    ActionChains(page.driver).double_click(cell).perform()
    wait_for(lambda: page.js(SHOWN) == 1, "one view", 5)
    page.settle()
    assert (page.picture("Yellow").max(axis=2) > 60).mean() > 0.3
    page.press("\ue00c")
    wait_for(lambda: page.js(SHOWN) == 6, "all views", 5)


def test_dose_tab_holds_the_indices_and_a_plot(page):
    page.press("3")
    wait_for(lambda: "Conformity index (Paddick)" in page.text(".rn-panel"), "the table", 5)
    wait_for(
        lambda: (
            page.js("return document.querySelectorAll('.rn-plot .scatterlayer .trace').length") == 4
        ),
        "curves of GTV, PTV, the enhancing part and the brain",
        10,
    )
    page.press("2")


def test_case_tab_names_studies_and_alignment(page):
    page.press("1")
    wait_for(lambda: "expected error 0.6 mm" in page.text(".rn-panel"), "the alignment", 5)
    assert "Gamma Knife" in page.text(".rn-panel")
    page.press("2")


def test_case_tab_grades_the_images_of_every_study(page):
    page.press("1")
    wait_for(lambda: "Image quality" in page.text(".rn-panel"), "the quality", 5)
    lines = page.js(
        "return [...document.querySelectorAll('.rn-quality')].map(p => [p.innerText,"
        " p.dataset.grade, p.getBoundingClientRect().width > 0])"
    )
    roles = [SequenceRole(r) for r in ("T1c", "FLAIR", "ADC", "SWI")]
    case = build_panel(make_assessment(3, Detail(), tuple(roles))).case
    shown = [row.text for t in case.timepoints for row in t.quality]
    assert len(shown) == 3
    assert [text for text, _, _ in lines] == shown
    assert all(grade in text and seen for text, grade, seen in lines)
    page.press("2")


def test_help_by_key(page):
    page.press("h")
    wait_for(lambda: "Keys and mouse" in page.text(".rn-help"), "the help", 5)
    page.press("h")
    wait_for(lambda: not page.text(".rn-help"), "no help", 5)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_everything_fits_the_screen(page, size):
    page.resize(size)
    page.settle()
    inside = page.js(
        "const b = document.querySelector('#disclaimer').getBoundingClientRect();"
        "const p = document.querySelector('.rn-panel');"
        "const f = document.querySelector('.rn-foot').getBoundingClientRect();"
        "return [b.top >= 0 && b.right <= innerWidth && b.width > 0,"
        " document.documentElement.scrollHeight <= innerHeight,"
        " p.scrollWidth <= p.clientWidth, f.bottom <= innerHeight + 1]"
    )
    assert inside == [True, True, True, True]
    assert page.text("#disclaimer") == "Research use only. Not a medical device."


def test_a_reason_why_nothing_is_measured_pushes_no_figure_out(page):
    page.resize(SMALL)
    page.click("#item-shape_change")
    page.settle()
    right = page.js(
        "const item = {...trame.state.get('item')}, reason = '– (not measured: ' + 'so '.repeat(60) + ')';"
        "item.measurements = [{label: 'Rim median', text: '1.8 mm', tip: ''},"
        " {label: 'Rim irregularity', text: reason, tip: ''}];"
        "trame.state.set('item', item);"
        "return document.querySelector('.rn-panel').getBoundingClientRect().right"
    )
    edges = (
        "return [...document.querySelectorAll('td.num')]"
        ".filter(e => e.textContent === '1.8 mm' || e.textContent.startsWith('– (not measured: so'))"
        ".map(e => e.getBoundingClientRect().right)"
    )
    wait_for(lambda: len(page.js(edges)) == 2, "the two figures", 5)
    assert all(edge <= right for edge in page.js(edges))
    page.click("#item-cross_boundary")
    page.settle()


def test_nothing_is_fetched_from_elsewhere(page, served):
    page.press("3")
    page.settle()
    asked = set()
    for entry in page.driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.add(message["params"]["request"]["url"])
    own = served.url.rsplit("/", 1)[0]
    foreign = [u for u in asked if u.startswith(("http", "ws")) and not u.startswith(own)]
    assert foreign == []
    page.press("2")
