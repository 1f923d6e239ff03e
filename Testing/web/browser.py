"""A real headless Chromium on a really served case. Both must be there: their absence fails."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import (
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

HERE = Path(__file__).parent
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars",
)  # fmt: skip
SMALL, LARGE = (1366, 768), (2560, 1440)
PATIENCE_S = 60.0
# Two browsers, two servers and software rendering share two cores here: a wait tells what never
# comes from what comes late. How fast things are is for Testing/benchmarks/interaction.
BUSY = 3.0


def need(*names: str) -> str:
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    raise AssertionError(
        f"these tests need {names[0]} (Debian: apt install chromium chromium-driver)"
    )


def wait_for(ask, what: str, seconds: float = PATIENCE_S):
    """Ask until the answer is true; says what was waited for when it never is."""
    seconds *= BUSY
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {seconds:g} s for {what}")


class Served:
    """A case served by another process."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "serve_fixture.py"), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        )
        self.output: list[str] = []
        self.url = self._read_url()
        address = urlsplit(self.url)
        self.port = address.port
        self.base = f"http://{address.netloc}"
        self.token = dict(parse_qsl(address.query)).get("token", "")

    @property
    def cookie(self) -> str:
        """What a page that came with the token sends, for requests without a browser."""
        return f"rnassess-token-{self.port}={self.token}"

    def kill(self) -> None:
        """End it without a chance to say anything."""
        self.process.kill()
        self.process.wait()

    def _read_url(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            found = re.search(r"http://\S+", line)
            if found:
                return found.group()
        raise AssertionError("the server ended without an address:\n" + "".join(self.output))

    def stop(self) -> int:
        """Interrupt it, as Ctrl-C does; returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(2)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError("the server did not stop on Ctrl-C") from None
        self.output += self.process.stdout.readlines() if self.process.stdout else []
        return self.process.returncode


class Page:
    """The page in Chromium.

    The log of all traffic, which holds every picture once more, costs a browser much of its time:
    benchmarks go without it.
    """

    def __init__(
        self, url: str, profile: Path, size: tuple[int, int] = SMALL, *, log_traffic: bool = True
    ) -> None:
        options = Options()
        options.binary_location = need("chromium", "chromium-browser", "google-chrome")
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        kinds = ("browser", "performance") if log_traffic else ("browser",)
        options.set_capability("goog:loggingPrefs", dict.fromkeys(kinds, "ALL"))
        self.driver = webdriver.Chrome(options=options, service=Service(need("chromedriver")))
        self.driver.set_script_timeout(PATIENCE_S * BUSY)
        self.resize(size)
        self.driver.get(url)

    def resize(self, size: tuple[int, int]) -> None:
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False},
        )

    def wait_for_views(self) -> None:
        script = (
            "const c = [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent);"
            "return c.length > 0 && c.every(e => e.querySelector('.rn-picture').dataset.shown);"
        )
        wait_for(lambda: self.js(script), "pictures in all views")

    def js(self, script: str, *arguments):
        return self.driver.execute_script(script, *arguments)

    def probe(self) -> dict:
        return self.driver.execute_async_script(
            "const done = arguments[0];"
            "trame.trigger('probe').then(done, (error) => done({error: '' + error}))"
        )

    def click(self, selector: str) -> None:
        """A real click of the mouse, not a script's."""
        wait_for(lambda: self._try_click(selector), f"an element {selector}")

    def _try_click(self, selector: str) -> bool:
        """False while the page is being redrawn: the element is gone again, or not shown yet."""
        found = self.driver.find_elements("css selector", selector)
        if not found:
            return False
        try:
            self.driver.execute_script("arguments[0].scrollIntoView({block: 'nearest'})", found[0])
            found[0].click()
        except (StaleElementReferenceException, ElementNotInteractableException):
            return False
        return True

    def press(self, key: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(key).perform()

    def hold(self, key: str) -> None:
        """Press a key and keep it down until `let_go`."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).key_down(key).perform()

    def let_go(self, key: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).key_up(key).perform()

    def text(self, selector: str) -> str:
        """Text of the first such element, read in one step; empty when there is none."""
        return self.js(
            "const e = document.querySelector(arguments[0]); return e ? e.innerText : '';", selector
        )

    def picture(self, view: str) -> np.ndarray:
        """Pixels (rows, columns, 3) of one view as they are on the page."""
        element = self.driver.find_element("css selector", f'.rn-cell[data-view="{view}"]')
        return np.asarray(Image.open(io.BytesIO(element.screenshot_as_png)).convert("RGB")).astype(
            int
        )

    def settle(self) -> None:
        """Wait until nothing is rendered any more."""
        wait_for(lambda: self.probe()["idle"], "the views to come to rest", 20)
        time.sleep(0.2)  # the last picture is on its way

    def errors(self) -> list[str]:
        """What the browser's console complained about, trame's own launcher probe aside."""
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE" and "/paraview/" not in entry["message"]
        ]

    def close(self) -> None:
        self.driver.quit()
