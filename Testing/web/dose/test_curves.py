"""The DVH in a real browser: units, kinds, values under the cursor, zoom, table and picture."""

import csv
import io
import time

import numpy as np
import pytest
from browser import wait_for


@pytest.fixture
def curves(page):
    page.press("3")
    wait_for(lambda: page.js("return document.querySelectorAll('.rn-dvh .nsewdrag').length"), "it")
    page.js("document.querySelector('.rn-dvh').scrollIntoView({block: 'center'})")
    yield page
    page.js(
        "trame.state.set('dvh_unit', '%'); trame.state.set('dvh_kind', 'cumulative');"
        "document.activeElement.blur()"
    )
    page.press("2")


def figure(page):
    return page.js("return trame.state.get('dvh')[0]")


def axis(page, which):
    return page.js(
        f"return document.querySelector('.rn-dvh .js-plotly-plot, .rn-dvh.js-plotly-plot')._fullLayout.{which}axis.range"
    )


def move_over(page, dx=0):
    from selenium.webdriver.common.action_chains import ActionChains

    plot = page.driver.find_element("css selector", ".rn-dvh .nsewdrag")
    ActionChains(page.driver).move_to_element_with_offset(plot, dx - 3, 2).perform()
    ActionChains(page.driver).move_to_element_with_offset(plot, dx, 0).perform()


def test_targets_enhancement_and_brain_stand_beside_one_another(curves):
    names = [trace["name"].split(" (")[0] for trace in figure(curves)["data"]]
    assert names[:2] == ["GTV1", "PTV1"]
    assert "L1 enhancing part" in names
    assert "brain on MR" in names


def test_cubic_centimetres_and_differential_by_choice(curves):
    gtv = figure(curves)["data"][0]
    assert gtv["y"][0] == 100
    volume = float(gtv["name"].split("(")[1].split()[0])
    curves.js("trame.state.set('dvh_unit', 'cm³')")
    wait_for(
        lambda: figure(curves)["layout"]["yaxis"]["title"]["text"] == "volume (cm³)", "cm³", 10
    )
    assert figure(curves)["data"][0]["y"][0] == pytest.approx(volume, abs=0.006)
    curves.js("trame.state.set('dvh_kind', 'differential')")
    title = "volume per dose (cm³/Gy)"
    wait_for(lambda: figure(curves)["layout"]["yaxis"]["title"]["text"] == title, title, 10)
    trace = figure(curves)["data"][0]
    step = trace["x"][1] - trace["x"][0]
    assert sum(trace["y"]) * step == pytest.approx(volume, abs=0.006)


def test_every_curve_s_value_stands_under_the_cursor(curves):
    move_over(curves)
    shown = (
        "return [...document.querySelectorAll('.rn-dvh .hoverlayer text')].map(e => e.textContent)"
    )
    wait_for(lambda: len(curves.js(shown)) >= 4, "values of all curves", 10)
    lines = curves.js(shown)
    traces = [t for t in figure(curves)["data"] if t["mode"] == "lines"]
    said = {line.split(" : ")[0]: line.split(" : ")[1] for line in lines if " : " in line}
    assert set(said) == {t["name"].split(" (")[0] for t in traces}
    dose = next(float(line.removesuffix(" Gy")) for line in lines if line.endswith(" Gy"))
    for trace in traces:
        expected = np.interp(dose, trace["x"], trace["y"])
        value = float(said[trace["name"].split(" (")[0]].removesuffix(" %"))
        assert value == pytest.approx(expected, abs=0.3)


def test_a_drag_zooms_and_a_double_click_shows_all_again(curves):
    from selenium.webdriver.common.action_chains import ActionChains

    whole = axis(curves, "x")
    plot = curves.driver.find_element("css selector", ".rn-dvh .nsewdrag")
    chain = ActionChains(curves.driver).move_to_element_with_offset(plot, -60, -60)
    chain.click_and_hold().move_by_offset(40, 30).move_by_offset(40, 30).release().perform()
    wait_for(lambda: axis(curves, "x")[1] < whole[1] - 1, "the part", 10)
    ActionChains(curves.driver).move_to_element(plot).double_click().perform()
    wait_for(lambda: axis(curves, "x") == pytest.approx(whole), "all of it", 10)


def test_the_table_opens_in_a_spreadsheet_and_the_picture_is_one(curves, tmp_path):
    curves.driver.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)}
    )
    curves.js("document.querySelector('[data-save-curves]').scrollIntoView({block: 'center'})")
    curves.click('[data-save-curves="0"]')
    table = wait_for(lambda: next(tmp_path.glob("*.csv"), None), "the table", 20)
    time.sleep(0.3)
    raw = table.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")  # Excel takes it for UTF-8
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0][0] == "dose (Gy)"
    assert len(rows[0]) == 1 + len([t for t in figure(curves)["data"] if t["mode"] == "lines"])
    np.array(rows[1 : rows.index([])], float)
    assert rows[-1] == ["Research use only. Not a medical device."]
    curves.js("document.querySelector('.rn-dvh .modebar-btn[data-title*=\"ownload\"]').click()")
    picture = wait_for(lambda: next(tmp_path.glob("rnassess-dvh.png"), None), "the picture", 20)
    time.sleep(0.3)
    from PIL import Image

    assert Image.open(picture).size[0] > 600
    assert figure(curves)["layout"]["annotations"][-1]["text"].startswith("Research use only")
