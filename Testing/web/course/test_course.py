"""Clinical events edited in a real browser: items, warnings and pictures follow, undo, files."""

import json
import tomllib

import pytest
from browser import LARGE, SMALL, Served, wait_for

from Testing.web.reading.test_accessibility import faults

CASE = """# mine
id = "fixture-1"
[[event]]
kind = "kps"
date = 2025-09-14
value = 50.0

[[timepoint]]
id = "t0"  # planning
date = 2025-01-08
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    (folder / "case.toml").write_text(CASE)
    return folder / "session.json", folder / "case.toml"


@pytest.fixture(scope="module")
def served(files):
    session, case = files
    server = Served("--visits", "4", "--course", "--keep", str(session), "--case-file", str(case))
    yield server
    server.stop()


@pytest.fixture
def course(on_tab):
    return on_tab("4", "#events")


def events(page):
    return page.js("return trame.state.get('panel').events.map(e => e.date + ' ' + e.text)")


def enter(page, **entries):
    """Fill the open form as a reader does."""
    for name, text in entries.items():
        page.js(
            "const f = document.querySelector(`#event-form [name=${arguments[0]}]`);"
            "f.value = arguments[1]; f.dispatchEvent(new Event('change', {bubbles: true}));",
            name, text,
        )  # fmt: skip


def choose_kind(page, kind):
    enter(page, kind=kind)
    wait_for(
        lambda: page.js("return trame.state.get('event_form').kind") == kind, f"form of {kind}", 5
    )
    page.settle()


def drawn(page, picture):
    return page.js(
        "return document.querySelectorAll(`#${arguments[0]} .scatterlayer .trace`).length", picture
    )


def caveats(page, finding):
    page.press("2")
    page.click(f"#item-{finding}")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == finding, finding, 5)
    said = page.js(
        "return [...document.querySelectorAll('.rn-check .rn-detail .rn-warn')]"
        ".map(e => e.innerText).join('\\n')"
    )
    page.press("4")
    return said


def add_cycle(page, day):
    page.click("#new-event")
    wait_for(lambda: page.text("#event-form"), "the form", 5)
    choose_kind(page, "bevacizumab")
    enter(page, date=day, dose_mg_per_kg="5")
    page.click("#save-event")


def test_pictures_and_courses_are_shown(course):
    wait_for(lambda: drawn(course, "timeline") >= 5, "the timeline", 10)
    wait_for(lambda: drawn(course, "three_axes") > 8, "the three axes", 10)
    wait_for(lambda: drawn(course, "nomogram") >= 5, "the nomogram", 10)
    rows = course.text("#events").splitlines()
    assert any("Gamma Knife" in row and "from its plan" in row for row in rows)
    assert not course.js("return document.querySelector('[data-edit-event=\"3\"]')")
    assert "exp(" in course.text(".rn-page[aria-labelledby=tab-course]")
    lanes = course.js("return trame.state.get('pictures').timeline.layout.yaxis3.ticktext")
    assert lanes == ["Radiotherapy", "Targeted therapy"]
    for size, name in ((LARGE, "large"), (SMALL, "small")):
        course.resize(size)
        course.settle()
        fits = course.js(
            "const p = document.querySelector('.rn-page[aria-labelledby=tab-course]');"
            "return p.scrollWidth <= p.clientWidth + 1"
        )
        assert fits, name


def test_no_serious_accessibility_fault_with_the_form_open(course):
    course.click("#new-event")
    wait_for(lambda: course.text("#event-form"), "the form", 5)
    choose_kind(course, "steroid")
    assert faults(course) == []
    course.click("#cancel-event")
    wait_for(lambda: not course.text("#event-form"), "no form", 5)


def test_an_added_cycle_warns_at_once_and_is_undone(course, files):
    before = events(course)
    assert "bevacizumab" not in caveats(course, "course_pattern")
    add_cycle(course, "2025-09-20")
    wait_for(lambda: len(events(course)) == len(before) + 1, "the cycle", 5)
    assert "2025-09-20 Bevacizumab 5 mg/kg" in events(course)
    assert "bevacizumab" in caveats(course, "course_pattern")
    lanes = course.js("return trame.state.get('pictures').timeline.layout.yaxis3.ticktext")
    assert "Bevacizumab" in lanes
    kept = json.loads(files[0].read_text())["records"]
    assert kept[-1]["type"] == "events"
    course.click("#undo-event")
    wait_for(lambda: events(course) == before, "the list of before", 5)
    assert "bevacizumab" not in caveats(course, "course_pattern")
    assert json.loads(files[0].read_text())["records"] == []
    course.click("#redo-event")
    wait_for(lambda: len(events(course)) == len(before) + 1, "the cycle again", 5)
    course.click("#undo-event")
    wait_for(lambda: events(course) == before, "the list of before", 5)


def test_what_cannot_be_is_said_in_one_line_and_the_form_stays(course):
    before = events(course)
    course.click("#new-event")
    wait_for(lambda: course.text("#event-form"), "the form", 5)
    choose_kind(course, "kps")
    enter(course, date="2025-09-20", value="75")
    course.click("#save-event")
    wait_for(lambda: "75 is not a multiple of 10" in course.text("#event-problem"), "why", 5)
    typed = course.js("return document.querySelector('#event-form [name=value]').value")
    assert typed == "75"
    enter(course, value="70")
    course.click("#save-event")
    wait_for(lambda: "2025-09-20 KPS 70" in events(course), "the score", 5)
    assert course.text("#event-problem") == ""
    course.click("#undo-event")
    wait_for(lambda: events(course) == before, "the list of before", 5)


def test_an_event_is_edited_and_removed(course):
    before = events(course)
    at = before.index("2025-09-14 Corticosteroid dexamethasone 16 mg/day")
    course.click(f'[data-edit-event="{at}"]')
    wait_for(lambda: course.text("#event-form"), "the form", 5)
    assert course.js("return document.querySelector('[name=dose_mg_per_day]').value") == "16"
    enter(course, drug="prednisolone", dose_mg_per_day="50")
    course.click("#save-event")
    edited = "2025-09-14 Corticosteroid prednisolone 50 mg/day (like 7.5 mg/day dexamethasone)"
    wait_for(lambda: edited in events(course), "the other drug", 5)
    course.click(f'[data-remove-event="{events(course).index(edited)}"]')
    wait_for(lambda: len(events(course)) == len(before) - 1, "one event less", 5)
    for _ in range(2):
        course.press("u")
    wait_for(lambda: events(course) == before, "the list of before", 5)


def test_events_are_written_to_the_case_file_on_request(course, files):
    path = files[1]
    before = path.read_text()
    add_cycle(course, "2025-09-21")
    wait_for(lambda: "2025-09-21 Bevacizumab 5 mg/kg" in events(course), "the cycle", 5)
    assert path.read_text() == before
    course.click("#write-events")
    wait_for(lambda: "written to" in course.text("#event-said"), "that it was written", 5)
    text = path.read_text()
    found = tomllib.loads(text)
    assert [e["kind"] for e in found["event"]] == ["targeted", "steroid", "kps", "bevacizumab"]
    assert "# mine" in text and "# planning" in text
    assert found["timepoint"] == tomllib.loads(before)["timepoint"]
    path.write_text(before.replace("fixture-1", "someone else"))
    course.click("#write-events")
    wait_for(lambda: "not of 'fixture-1'" in course.text("#event-said"), "why not", 5)
    path.write_text(before)
    course.click("#undo-event")


def test_a_pet_is_entered_as_read_and_nothing_is_chosen_for_the_reader(course):
    before = events(course)
    course.click("#new-event")
    wait_for(lambda: course.text("#event-form"), "the form", 5)
    choose_kind(course, "amino_acid_pet")
    chosen = course.js(
        "return ['drug', 'curve'].map(n => document.querySelector(`#event-form [name=${n}]`).value)"
    )
    assert chosen == ["", ""]
    enter(course, date="2025-09-20", drug="FET", curve="II")
    course.click("#save-event")
    wait_for(lambda: "2025-09-20 Amino-acid PET, as read FET curve II" in events(course), "it", 5)
    course.press("u")
    wait_for(lambda: events(course) == before, "the list of before", 5)
