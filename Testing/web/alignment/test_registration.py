"""Checking and correcting an alignment in a real browser."""

import base64
import io

import numpy as np
import pytest
from browser import LARGE, SMALL, wait_for
from PIL import Image


@pytest.fixture
def desk(on_tab):
    return on_tab("A", "#align-rows")


def picture(page):
    source = page.js("const i = document.querySelector('#align-picture'); return i ? i.src : ''")
    if not source.startswith("data:image/png;base64,"):
        return None
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(source.split(",", 1)[1])))).astype(int)


def another(page, before):
    return wait_for(
        lambda: (now := picture(page)) is not None and (
            before is None or np.abs(now - before).mean() > 0.2) and (now,),
        "another picture", 10,
    )[0]  # fmt: skip


def check(page, what):
    page.click(f'[data-align="{what}"]')
    wait_for(lambda: page.js("return trame.state.get('align').on"), "the check", 10)


def test_every_registration_has_its_light_in_words(desk):
    rows = desk.js("return [...document.querySelectorAll('#align-rows tbody tr')]"
                   ".map(r => r.innerText.replace(/\\s+/g, ' ').trim())")  # fmt: skip
    assert len(rows) == 2 + 3 * 3  # two follow-ups; FLAIR, ADC, SWI of three studies
    assert rows[0].startswith("t0 FLAIR T1c ✓ good 0.60 mm") or "✓ good" in rows[0]
    assert all("good" in r and "mm" in r for r in rows)


def test_checkerboard_and_blend(desk):
    check(desk, "t1 T1c")
    board = another(desk, None)
    assert board.shape[0] == 190 and board.max() > 200
    desk.click("#align-blend")
    blend = another(desk, board)
    desk.js("const s = document.querySelector('#align-share'); s.value = 0;"
            "s.dispatchEvent(new Event('input'))")  # fmt: skip
    fixed = another(desk, blend)
    desk.js("const s = document.querySelector('#align-share'); s.value = 100;"
            "s.dispatchEvent(new Event('input'))")  # fmt: skip
    moving = another(desk, fixed)
    assert np.abs(blend - (fixed + moving) / 2).max() <= 2
    desk.click("#align-checker")
    another(desk, moving)


def test_moved_by_hand_measured_and_put_back(desk):
    check(desk, "t1 T1c")
    before = another(desk, None)
    if not desk.js("return document.querySelector('#align-hand').open"):
        desk.click("#align-hand summary")
    for _ in range(5):
        desk.click('[data-shift="left"]')
    wait_for(lambda: "5.0 mm, 0.0°" in desk.text("#align-hand"), "5 mm", 10)
    desk.click('[data-turn="superior"]')
    wait_for(lambda: "5.0 mm, 1.0°" in desk.text("#align-hand"), "and a degree", 10)
    away = picture(desk)
    assert np.abs(away - before).mean() > 3
    desk.click("#align-judge")
    wait_for(lambda: "expected error" in desk.text("#align-found"), "its quality", 60)
    assert "moved by the reader" in desk.text("#align-found")
    desk.click("#align-back")
    wait_for(lambda: "0.0 mm, 0.0°" in desk.text("#align-hand"), "back", 10)
    assert np.abs(picture(desk) - before).max() <= 1


def test_a_bad_step_is_said(desk):
    check(desk, "t2 FLAIR")
    if not desk.js("return document.querySelector('#align-hand').open"):
        desk.click("#align-hand summary")
    field = desk.driver.find_element("css selector", "#align-step")

    def shift_by(step):
        field.send_keys("\ue009" + "a" + "\ue009")
        field.send_keys(step + "\ue004")
        desk.click('[data-shift="left"]')

    refused = {"far": "'far' is not a number", "0": "0 cannot be the step: above 0 and up to 50"}
    for step, told in refused.items():
        shift_by(step)
        wait_for(lambda t=told: t in desk.text("#align-hand .rn-ask"), "the problem", 5)
        assert "moved 0.0 mm, 0.0°" in desk.text("#align-hand")
        assert desk.js("return document.querySelector('#align-step').value") == step
    shift_by("1")
    wait_for(lambda: "moved 1.0 mm, 0.0°" in desk.text("#align-hand"), "1 mm", 10)
    assert desk.text("#align-hand .rn-ask") == ""
    desk.click("#align-back")
    wait_for(lambda: "moved 0.0 mm, 0.0°" in desk.text("#align-hand"), "back", 10)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_it_is_legible(desk, size, tmp_path):
    check(desk, "t1 T1c")
    desk.resize(size)
    desk.settle()
    over = desk.js("const p = document.querySelector('.rn-align');"
                   "return p.scrollWidth - p.clientWidth")  # fmt: skip
    assert over <= 1
    desk.driver.save_screenshot(str(tmp_path / f"align-{size[0]}.png"))
    desk.resize(SMALL)
    desk.settle()


def test_accepting_prepares_that_study_again(desk):
    """Last: it changes the served case."""
    check(desk, "t2 T1c")
    if not desk.js("return document.querySelector('#align-hand').open"):
        desk.click("#align-hand summary")
    desk.click('[data-shift="superior"]')
    wait_for(lambda: "1.0 mm" in desk.text("#align-hand"), "1 mm", 10)
    desk.js("window.strips_ = new Set(); new MutationObserver(() => { const w ="
            " document.querySelector('#work b'); if (w) strips_.add(w.innerText); })"
            ".observe(document.body, {childList: true, subtree: true, characterData: true})")  # fmt: skip
    desk.click("#align-accept")
    wait_for(lambda: "placed anew" in desk.text("#align-said"), "the new place", 90)
    row = desk.js("return [...document.querySelectorAll('#align-rows tbody tr')]"
                  ".map(r => r.innerText).join(' ')")  # fmt: skip
    assert "moved by the reader" in row
    strips = desk.js("return [...strips_]")
    assert strips == ["Measuring the place", "Placing t2 T1c"]
    assert desk.js("return document.querySelector('#work')") is None
    wait_for(lambda: "0.0 mm, 0.0°" in desk.text("#align-hand"), "the new place holds", 10)
    desk.press("2")
    items = desk.js("return document.querySelectorAll('.rn-item').length")
    assert items == 23
    # kept with the decisions: undo takes it back
    desk.press("u")
    desk.press("A")
    wait_for(lambda: "moved by the reader" not in desk.text("#align-rows"), "the place before", 90)
