"""The browser panel in real headless Chromium: a click moves the slices, a decision is kept."""

import io
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
DRIVER = shutil.which("chromedriver") or "/usr/bin/chromedriver"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage")  # fmt: skip
SERVER = """
import pickle, sys
from RNAssessLib.web import serve
serve(pickle.load(open(sys.argv[1], "rb")), port=int(sys.argv[2]), open_browser=False)
"""


@pytest.fixture(scope="module")
def address(necrosis, tmp_path_factory):
    from RNAssessLib.web.serve import free_port

    path = tmp_path_factory.mktemp("web") / "assessment.pickle"
    path.write_bytes(pickle.dumps(necrosis[1]))
    port = free_port()
    log = path.with_suffix(".log").open("w+")
    server = subprocess.Popen([sys.executable, "-c", SERVER, str(path), str(port)], stderr=log,
                              env={**os.environ})  # fmt: skip
    for _ in range(180):
        if "RNAssess serves at" in path.with_suffix(".log").read_text():
            break
        assert server.poll() is None, path.with_suffix(".log").read_text()[-2000:]
        time.sleep(1)
    yield f"http://127.0.0.1:{port}/"
    server.terminate()
    server.wait(20)


@pytest.fixture(scope="module")
def page(address):
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    assert Path(CHROMIUM).exists() and Path(DRIVER).exists(), (
        "chromium and chromedriver are missing: install Debian's chromium and chromium-driver"
    )
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, "--window-size=1366,768", f"--user-data-dir={tempfile.mkdtemp()}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.get(address)
    wait(lambda: driver.find_elements("id", "item-cross_boundary"))
    wait(lambda: pixels(driver)[:, :930].std() > 20)
    yield driver
    driver.quit()


def wait(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError("waited in vain")


def pixels(driver):
    picture = Image.open(io.BytesIO(driver.get_screenshot_as_png())).convert("RGB")
    return np.asarray(picture).astype(int)


def offset(driver):
    return driver.find_element("id", "slice-offset").get_property("textContent").strip()


def click(driver, name):
    driver.execute_script("arguments[0].click()", driver.find_element("id", name))


def test_disclaimer_views_and_checklist(page):
    assert page.find_element("id", "disclaimer").text == "Research use only. Not a medical device."
    assert len(page.find_elements("css selector", ".rn-row")) == 22
    assert len(page.find_elements("css selector", ".rn-view-label")) == 8


def test_a_click_on_an_item_moves_the_slices(page, necrosis):
    assessment = necrosis[1].lesions[0]
    seen = {}
    for item in ("cross_boundary", "shape_change"):
        click(page, f"item-{item}")
        seen_at = assessment.finding(item).evidence[0]
        x, y, z = seen_at.point_reference_lps_mm
        position, letters = {"axial": (z, "SI"), "coronal": (-y, "AP"), "sagittal": (-x, "RL")}[
            seen_at.plane.value
        ]
        expected = f"{letters[position < 0]} {abs(position):.1f} mm"
        wait(lambda expected=expected: offset(page) == expected)
        time.sleep(2)
        seen[item] = pixels(page)
    assert np.abs(seen["cross_boundary"] - seen["shape_change"])[60:700, :930].mean() > 2


def test_the_lower_row_follows_the_item(page):
    click(page, "item-central_diffusion_restriction")
    wait(lambda: page.find_element("id", "lower-role").get_property("value") == "ADC")


def test_isodoses_can_be_hidden(page):
    click(page, "item-cross_boundary")
    time.sleep(2)
    shown = coloured(page)
    click(page, "isodose-toggle")
    wait(lambda: coloured(page) < 0.5 * shown)
    click(page, "isodose-toggle")
    wait(lambda: coloured(page) > 0.8 * shown)


def coloured(driver):
    """Pixels of the views that are blue, as the outer isodoses are."""
    view = pixels(driver)[60:700, :930]
    return int(((view[..., 2] - view[..., 0]) > 80).sum())


def test_override_needs_a_reason_and_is_undone(page):
    from selenium.webdriver.support.ui import Select

    click(page, "item-swi_foci")
    wait(lambda: page.find_element("id", "override").is_displayed())
    Select(page.find_element("id", "override-status")).select_by_value("absent")
    assert not page.find_element("id", "override").is_enabled()
    page.find_element("id", "override-reason").send_keys("veins")
    wait(lambda: page.find_element("id", "override").is_enabled())
    click(page, "override")
    wait(lambda: decisions(page) == ["reader: absent (veins)"])
    click(page, "undo")
    wait(lambda: decisions(page) == [])
    click(page, "redo")
    wait(lambda: decisions(page) == ["reader: absent (veins)"])


def decisions(driver):
    return driver.execute_script(
        "return [...document.querySelectorAll('.rn-decision')].map(e => e.textContent.trim())"
    )


def test_nothing_is_fetched_from_elsewhere(page, address):
    names = page.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert names
    for name in names:
        assert name.startswith((address, address.replace("http", "ws"), "data:", "blob:")), name
