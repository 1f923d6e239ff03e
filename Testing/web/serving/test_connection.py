"""Reload, Back, Forward, a second tab, sleep, a killed and a restarted server: in a real Chromium."""

import signal
import socket
import threading
from functools import partial

import pytest
from browser import Page, Served, wait_for

ELSEWHERE = "about:blank"


@pytest.fixture
def serve(tmp_path):
    """Servers and pages that end with the test."""
    servers, pages = [], []

    def start(*arguments):
        servers.append(Served("--keep", str(tmp_path / "kept.json"), *arguments))
        return servers[-1]

    def browse(url):
        pages.append(Page(url, tmp_path / f"chromium{len(pages)}"))
        return pages[-1]

    start.browse = browse
    yield start
    for page in pages:
        page.close()
    for server in servers:
        if server.process.poll() is None:
            server.process.send_signal(signal.SIGCONT)
            server.stop()


def said(page):
    return page.js("const b = document.querySelector('#connection');"
                   "return b && !b.hidden ? document.querySelector('#connection-text').innerText : ''")  # fmt: skip


def works(page):
    """The page is connected, shows pictures and takes an answer."""
    page.wait_for_views()
    wait_for(lambda: not said(page), "no word about the line", 10)
    before = page.probe()["decisions"]
    if not before:
        page.click("#item-cross_boundary")
        wait_for(lambda: page.js("return trame.state.get('item').finding"), "an item", 10)
        page.settle()
    page.press("u" if before else "a")
    wait_for(lambda: page.probe()["decisions"] == 1 - before, "an answer taken, or taken back", 10)


def test_back_and_forward_and_reload_come_back_connected(serve):
    page = serve.browse(serve().url)
    works(page)
    assert "token" not in page.js("return location.href")
    page.driver.get(ELSEWHERE)
    page.driver.back()
    works(page)
    page.driver.back()  # out of the panel: the address with the token left no entry of its own
    assert "127.0.0.1" not in page.js("return location.href")
    page.driver.forward()
    works(page)
    page.driver.refresh()
    works(page)
    assert page.errors() == []


def test_a_page_frozen_for_back_is_loaded_anew(serve):
    page = serve.browse(serve().url)
    page.wait_for_views()
    page.js(
        "window.wasHere = true; window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
    )
    wait_for(lambda: not page.js("return window.wasHere"), "a page loaded anew", 10)
    works(page)


def test_leaving_that_was_called_off_keeps_the_line_and_the_reason(serve):
    page = serve.browse(serve().url)
    page.wait_for_views()
    page.click("#item-shape_change")
    wait_for(
        lambda: page.js("return trame.state.get('item').finding") == "shape_change", "the item"
    )
    page.press("7" if page.js("return trame.state.get('item').computed") != "absent" else "6")
    wait_for(lambda: page.js("return document.activeElement.id") == "reason", "the field", 10)
    page.driver.switch_to.active_element.send_keys("a vessel at the falx")
    wait_for(lambda: page.js("return trame.state.get('reason')") == "a vessel at the falx", "it")
    page.js(
        "window.wasHere = true; trame.client.getConnection().getSession().close()"
    )  # as trame does
    wait_for(lambda: not page.js("return window.wasHere"), "a page loaded anew", 20)
    wait_for(lambda: page.js("return document.querySelector('#reason')?.value") == "a vessel at the falx",
             "the reason back in its field", 20)  # fmt: skip
    assert page.probe()["decisions"] == 0


def test_a_killed_server_is_said_and_the_restarted_one_taken_up(serve, tmp_path):
    server = serve("--no-token")
    assert any(
        "every user of this machine" in line
        for line in (*server.output, server.process.stdout.readline())
    )
    page = serve.browse(server.url)
    works(page)
    server.kill()
    wait_for(lambda: "lost" in said(page), "word of the loss", 10)
    page.press("a")  # nothing is taken that cannot be recorded
    wait_for(lambda: "stopped or does not answer" in said(page), "what to do", 20)
    assert page.text("#connection-try") == "Try again"
    assert page.js("return document.querySelector('#app').inert")
    assert "Connection closed" not in page.js("return document.body.innerText")
    page.driver.save_screenshot(str(tmp_path / "lost.png"))
    serve("--no-token", "--port", str(server.port))
    wait_for(lambda: not said(page), "the line again", 30)
    works(page)
    assert page.probe()["decisions"] == 0  # the one before the kill was there, to be taken back


def test_a_restarted_server_with_another_token_is_named(serve):
    server = serve()
    page = serve.browse(server.url)
    page.wait_for_views()
    server.kill()
    wait_for(lambda: "lost" in said(page), "word of the loss", 10)
    again = serve("--port", str(server.port))
    wait_for(lambda: "does not belong to it any more" in said(page), "what to do", 30)
    page.driver.get(again.url)
    works(page)


def test_a_reason_that_a_dead_server_never_got_is_shown(serve):
    server = serve("--no-token")
    page = serve.browse(server.url)
    page.wait_for_views()
    page.click("#item-shape_change")
    wait_for(
        lambda: page.js("return trame.state.get('item').finding") == "shape_change", "the item"
    )
    page.press("7" if page.js("return trame.state.get('item').computed") != "absent" else "6")
    wait_for(lambda: page.js("return document.activeElement.id") == "reason", "the field", 10)
    page.driver.switch_to.active_element.send_keys("necrosis seen by eye")
    server.kill()
    wait_for(
        lambda: "necrosis seen by eye" in page.text("#connection-typed"), "the reason kept", 10
    )
    serve("--no-token", "--port", str(server.port))
    wait_for(lambda: "give it again" in said(page), "what was not recorded", 40)
    assert "necrosis seen by eye" in page.text("#connection-typed")
    page.click("#connection-try")
    works(page)


def test_a_server_that_is_silent_for_a_while_is_waited_for(serve):
    server = serve()
    page = serve.browse(server.url)
    works(page)
    page.js("Object.assign(rnConnection.limits, {beat: 300, slow: 1500}); window.wasHere = true")
    server.process.send_signal(signal.SIGSTOP)
    wait_for(lambda: "may be computing" in said(page), "word of the silence", 10)
    assert not page.js("return document.querySelector('#app').inert")
    server.process.send_signal(signal.SIGCONT)
    wait_for(lambda: not said(page), "its answer", 10)
    assert page.js("return window.wasHere")  # nothing was loaded anew
    works(page)


class Cable:
    """A line through another port that can be cut: what goes in then never comes out."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self._to, self._pairs = self.listener.getsockname()[1], port, []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            cut = threading.Event()
            self._pairs.append(cut)
            far = socket.create_connection(("127.0.0.1", self._to))
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, sink, cut), daemon=True).start()

    @staticmethod
    def _carry(source, sink, cut):
        try:
            while data := source.recv(65536):
                if not cut.is_set():
                    sink.sendall(data)
            if not cut.is_set():
                sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def cut(self):
        for pair in self._pairs:
            pair.set()


def test_a_line_that_died_without_a_word_is_made_anew(serve):
    """As after sleep: the socket looks open and carries nothing."""
    server = serve("--no-token")
    cable = Cable(server.port)
    page = serve.browse(f"http://127.0.0.1:{cable.port}/index.html")
    works(page)
    page.js(
        "Object.assign(rnConnection.limits, {beat: 300, slow: 1500, dead: 3000}); window.wasHere = true"
    )
    cable.cut()
    wait_for(lambda: not page.js("return window.wasHere"), "a page loaded anew", 30)
    works(page)
    cable.listener.close()


def test_two_tabs_show_the_same_answers_and_the_same_item(serve):
    server = serve()
    one, two = serve.browse(server.url), serve.browse(server.url)
    works(one)
    two.wait_for_views()
    for first, second, finding in ((one, two, "cross_boundary"), (two, one, "shape_change")):
        first.click(f"#item-{finding}")
        first.press("a")
        shown = partial(second.js, "return trame.state.get('item').finding")
        wait_for(lambda f=finding, s=shown: s() == f, "the same item", 10)
        wait_for(lambda s=second: "accepted" in s.text("#decision"), "the same answer", 10)
    assert one.text(".rn-counts") == two.text(".rn-counts")


def test_the_console_has_no_complaint_and_no_script_is_inline(serve):
    page = serve.browse(serve("--course").url)
    works(page)
    for key in "13456":
        page.press(key)
        page.settle()
    found = page.js("return [...document.querySelectorAll('*')].flatMap((e) => [...e.attributes])"
                    ".filter((a) => a.name.startsWith('on')).map((a) => a.name)")  # fmt: skip
    assert found == []
    page.js(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    assert page.js("return window.ran === undefined")
    assert [e for e in page.errors() if "inline script" not in e] == []
