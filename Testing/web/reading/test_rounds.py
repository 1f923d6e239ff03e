"""Rounds of work leave nothing behind; answers and Cancel while something is being computed.

A sample of ``Testing/benchmarks/soak``: counts of what is alive, no times and no megabytes.
"""

import importlib.util
import json
from pathlib import Path

import pytest
from browser import Served, wait_for

SOAK = Path(__file__).parents[2] / "benchmarks" / "soak" / "run.py"
WARM, MORE = 4, 5  # undone outlines are kept up to a number of them, reached by then


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """Who works through the page."""
    found = importlib.util.spec_from_file_location("soak", SOAK)
    soak = importlib.util.module_from_spec(found)
    found.loader.exec_module(soak)
    folder = tmp_path_factory.mktemp("soak")
    served = Served("--visits", "2", "--course", "--memory", "--keep", str(folder / "s.json"))
    made = soak.Reader(served, folder)
    try:
        yield made
    finally:
        made.page.close()
        served.stop()


def work(reader):
    """Dose, an outline, an event, an answer, all taken back or put back."""
    reader.dose(0)
    reader.outline()
    reader.events()
    reader.page.js("trame.state.set('tab', 'checklist')")
    reader.key("answers", "accept")
    reader.key("undo", "undo")
    reader.page.settle()


def counted(reader, rounds):
    """Census after each of the last two of some rounds: one result may still be on its way."""
    for _ in range(rounds - 2):
        work(reader)
    found = []
    for _ in range(2):
        work(reader)
        found.append(reader.call("census", "census"))
    return found


def test_rounds_of_work_leave_nothing_behind(reader):
    early, late = counted(reader, WARM), counted(reader, MORE)
    before, after = early[-1], late[-1]
    assert after["nodes"] == before["nodes"]
    # what a round leaves behind is there once more after each
    most = {n: max(c["alive"].get(n, 0) for c in early) for n in after["alive"]}
    least = {n: min(c["alive"].get(n, 0) for c in late) for n in after["alive"]}
    more = {n: (most[n], least[n]) for n in most if least[n] - most[n] >= MORE - 1}
    assert not more
    assert after["objects"] < 1.005 * before["objects"]
    assert abs(after["state"] - before["state"]) < 0.01 * before["state"]
    assert reader.page.errors() == []


DURING = """
const done = arguments[0];
trame.trigger('correct_do', ['apply']);
const busy = () => trame.state.get('work').on;
const wait = () => busy() ? ACT : setTimeout(wait, 5);
wait();
"""


def records(reader):
    """What the session's file holds now, without what was undone."""
    file = reader.folder / "s.json"  # written with the first record
    return json.loads(file.read_text())["records"] if file.exists() else []


def kept(reader):
    return sorted(record["type"] for record in records(reader))


def stroke(reader):
    """A stroke that is not applied."""
    reader.page.js("trame.state.set('tab', 'correct')")
    view = reader.page.js("return trame.state.get('shown_views')[0]")
    for phase, place in (("down", [0.7, 0.5]), ("move", [0.72, 0.55]), ("up", [0.72, 0.56])):
        reader.call("strokes", "brush", view, phase, [place])


def test_cancel_of_apply_leaves_the_drawn_outline_and_the_figures(reader):
    panel = reader.page.js("return JSON.stringify(trame.state.get('lesion').serial)")
    stroke(reader)
    draft = wait_for(lambda: reader.page.js("return trame.state.get('correct').strokes"), "a draft")
    act = "(trame.trigger('cancel_work', []), setTimeout(() => done(busy()), 0))"
    reader.page.driver.execute_async_script(DURING.replace("ACT", act))
    reader.rest()
    assert reader.page.js("return JSON.stringify(trame.state.get('lesion').serial)") == panel
    assert reader.page.js("return trame.state.get('correct').strokes") == draft


def test_an_answer_while_an_outline_is_applied_records_nothing_by_halves(reader):
    """The answer is not taken (`RecordDesk.do` says so), the outline is not lost."""
    page = reader.page
    item = page.js("return trame.state.get('lesion').checklist[0].finding")
    page.js(f"trame.trigger('select_item', ['{item}'])")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == item, "the item")
    stroke(reader)
    before = kept(reader)
    act = "trame.trigger('key', ['accept', '']).then(() => done(true))"
    page.driver.execute_async_script(DURING.replace("ACT", act))
    reader.rest()
    wait_for(
        lambda: kept(reader) == sorted([*before, "masks"]), f"the outline in {kept(reader)}", 20
    )
    said = "return document.querySelector('#refused')?.innerText ?? ''"
    assert page.js(said).startswith("not recorded: something is being computed")
    assert page.errors() == []
