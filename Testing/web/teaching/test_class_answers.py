"""Twenty learners at once, each on an own sheet; the teacher sees and saves all of them."""

import asyncio
import csv
import io
import json
import re

import aiohttp
import pytest
from browser import Page, Served, wait_for
from line import connect

LEARNERS = 20
STATUSES = ("present", "absent", "indeterminate", "not_assessable")


def open_school(keep):
    server = Served(
        "--visits", "2", "--teach", "1", "--learners", str(LEARNERS), "--keep", str(keep)
    )
    server.tokens = []
    for line in server.process.stdout:
        found = re.match(r"Learner (\d+): \S+token=(\S+)", line)
        if found:
            assert int(found[1]) == len(server.tokens) + 1
            server.tokens.append(found[2])
        if line.startswith("Not encrypted"):
            break
    server.keep = keep
    return server


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    server = open_school(tmp_path_factory.mktemp("kept"))
    yield server
    server.stop()


def session(school, token):
    headers = {"Cookie": f"rnassess-token-{school.port}={token}", "Origin": school.base}
    return aiohttp.ClientSession(headers=headers)


async def sheet_of(http, school):
    """A learner's sheet once the case is open."""
    for _ in range(600):
        async with http.get(f"{school.base}/sheet/state") as reply:
            assert reply.status == 200
            sheet = await reply.json()
        if sheet["lesions"]:
            return sheet
        await asyncio.sleep(0.1)
    raise AssertionError("the case never opened")


async def post(http, school, **answer):
    async with http.post(f"{school.base}/sheet/answer", json=answer) as reply:
        return reply.status, await reply.json()


def planned(number, at):
    """What a learner answers to an item: everybody something else."""
    return STATUSES[(number + at) % len(STATUSES)]


async def learn(school, number, items):
    """One learner: answers all items, some twice, some sent again; reloads half way."""
    http = session(school, school.tokens[number - 1])
    try:
        for at, (lesion, finding) in enumerate(items):
            final = {"lesion": lesion, "finding": finding, "status": planned(number, at)}
            if at % 3 == number % 3:  # another answer first
                await post(http, school, lesion=lesion, finding=finding, status="present")
            for _ in range(1 + (at % 2)):  # sent again, as after a lost line
                status, sheet = await post(http, school, **final, note=f"learner {number}")
                assert (status, sheet["problem"], sheet["learner"]) == (200, "", number)
            if at == len(items) // 2:  # a reload: another connection, the same token
                await http.close()
                http = session(school, school.tokens[number - 1])
                mine = {
                    (x["lesion"], r["finding"]): r["given"]
                    for x in (await sheet_of(http, school))["lesions"]
                    for r in x["rows"]
                }
                assert all(
                    mine[item] == planned(number, i) for i, item in enumerate(items[: at + 1])
                )
        return await sheet_of(http, school)
    finally:
        await http.close()


async def run_class(school):
    async with session(school, school.tokens[0]) as http:
        sheet = await sheet_of(http, school)
    items = [(x["lesion"], r["finding"]) for x in sheet["lesions"] for r in x["rows"]]
    assert len(items) >= 3
    sheets = await asyncio.gather(*(learn(school, n, items) for n in range(1, LEARNERS + 1)))
    async with session(school, school.token) as teacher:
        async with teacher.get(f"{school.base}/class/standing") as reply:
            before = await reply.json()
        async with connect(school.base, school.cookie) as leader:
            await leader.call("trame.trigger", "teach_reveal_all", [], {})
        async with teacher.get(f"{school.base}/class/standing") as reply:
            after = await reply.json()
        async with teacher.get(f"{school.base}/class/sheets.csv") as reply:
            assert "attachment" in reply.headers["Content-Disposition"]
            table = (await reply.read()).decode("utf-8-sig")
        async with teacher.get(f"{school.base}/class/sheets.json") as reply:
            document = json.loads(await reply.text())
    async with session(school, school.tokens[4]) as http:
        late = await post(http, school, lesion=items[0][0], finding=items[0][1], status="absent")
    return items, sheets, before, after, table, document, late


def test_twenty_learners_at_once(school):
    items, sheets, before, after, table, document, late = asyncio.run(run_class(school))
    for number, sheet in enumerate(sheets, start=1):
        assert sheet["learner"] == number
        rows = {(x["lesion"], r["finding"]): r for x in sheet["lesions"] for r in x["rows"]}
        for at, item in enumerate(items):
            assert rows[item]["given"] == planned(number, at)
            assert rows[item]["note"] == f"learner {number}"
            assert not rows[item]["revealed"]
            assert rows[item]["computed"] == rows[item]["sentence"] == ""
    assert before["here"] == LEARNERS
    assert [r["answered"] for r in before["learners"]] == [len(items)] * LEARNERS
    assert all(sum(count for _, count in item["counts"]) == LEARNERS for item in before["items"])
    # after the reveal: points by rule, and nothing can be answered any more
    assert late[0] == 409
    assert "cannot be answered any more" in late[1]["problem"]
    rows = list(csv.DictReader(io.StringIO(table)))[:-1]
    assert len(rows) == LEARNERS * len(items)
    for row in rows:
        at = items.index((row["lesion"], row["item"]))
        assert row["answer"] == planned(int(row["learner"]), at)
        agrees = row["answer"] == row["scored_against"]
        assert row["points"] == str(int(agrees))
    points = {one["learner"]: one["points"] for one in document["learners"]}
    for number in range(1, LEARNERS + 1):
        mine = sum(int(r["points"]) for r in rows if r["learner"] == str(number))
        assert points[number] == mine
        assert after["learners"][number - 1]["score"].startswith(f"{mine} of ")
    # every sheet is a file of its own
    kept = sorted(school.keep.rglob("learner-*.teaching.json"))
    assert len(kept) == LEARNERS


def test_a_token_opens_its_learner_s_sheet_alone(school):
    async def ask():
        found = {}
        for who, token in (
            ("learner", school.tokens[2]),
            ("teacher", school.token),
            ("", "x" * 32),
        ):
            async with session(school, token) as http:
                for path in ("/class", "/class/standing", "/class/addresses", "/class/sheets.csv",
                             "/class/sheets.json", "/sheet/state"):  # fmt: skip
                    async with http.get(school.base + path) as reply:
                        found[who, path] = reply.status
                async with http.post(f"{school.base}/sheet/answer", json={"lesion": "L1"}) as reply:
                    found[who, "answer"] = reply.status
        async with session(school, school.tokens[2]) as http:
            async with http.get(f"{school.base}/sheet/state?learner=5") as reply:
                found["number"] = (await reply.json())["learner"]
            headers = {"Origin": "http://evil.example"}
            async with http.post(f"{school.base}/sheet/answer", json={}, headers=headers) as reply:
                found["foreign page"] = reply.status
        return found

    found = asyncio.run(ask())
    assert found["learner", "/sheet/state"] == 200
    assert found["learner", "answer"] == 400  # it was let in, and could not be read
    assert {v for k, v in found.items() if k[0] == "learner" and "/class" in k[1]} == {403}
    assert {v for k, v in found.items() if k[0] == "teacher" and "/class" in k[1]} == {200}
    assert found["teacher", "/sheet/state"] == found["teacher", "answer"] == 403
    assert {v for k, v in found.items() if k[0] == ""} == {403}
    assert found["number"] == 3
    assert found["foreign page"] == 403
    assert len(set(school.tokens)) == LEARNERS
    assert all(len(token) >= 32 for token in school.tokens)


def test_no_token_and_no_answer_is_in_what_everybody_is_sent(school):
    async def ask():
        cookie = f"rnassess-token-{school.port}={school.tokens[7]}"
        async with connect(school.base, cookie) as learner:
            state = await learner.call("trame.state.get")
            done = await learner.call("trame.trigger", "teach_again", [], {})
        return json.dumps(state, default=str), done

    text, done = asyncio.run(ask())
    assert done is None  # a learner's line only looks
    assert not [token for token in school.tokens if token in text]
    assert "learner 8" not in text


def test_on_a_learner_s_screen_and_on_the_teacher_s(tmp_path):
    """Answer, lose the connection, reload, read what is revealed; the teacher sees it come."""
    server = open_school(tmp_path / "kept")
    mine = teacher = None
    try:
        teacher = Page(server.url, tmp_path / "teacher")
        teacher.wait_for_views()
        mine = Page(f"{server.base}/?token={server.tokens[3]}", tmp_path / "learner")
        mine.wait_for_views()
        wait_for(lambda: mine.js("return document.querySelectorAll('.sheet-item').length"), "it")
        assert "Learner 4" in mine.text("#sheet h1")
        first = mine.js("return document.querySelector('.sheet-item').dataset.finding")
        one = f'.sheet-item[data-finding="{first}"]'
        mine.js(f"document.querySelector('{one} [data-answer=absent]').click()")
        pressed = f"return document.querySelector('{one} [data-answer=absent]').ariaPressed"
        wait_for(lambda: mine.js(pressed) == "true", "the answer", 10)
        # the line is lost: the answer waits, outlives a reload, and arrives by itself
        mine.driver.execute_cdp_cmd("Network.enable", {})
        mine.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/sheet/*"]})
        mine.js(f"document.querySelector('{one} [data-answer=present]').click()")
        wait_for(lambda: "waits" in mine.text("#sheet-line"), "the notice", 20)
        mine.driver.refresh()
        mine.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
        pressed = f"const b = document.querySelector('{one} [data-answer=present]'); return b && b.ariaPressed"
        wait_for(lambda: mine.js(pressed) == "true", "the answer that waited", 30)
        wait_for(lambda: "at once" in mine.text("#sheet-line"), "all sent", 20)
        kept = json.loads(next((tmp_path / "kept").rglob("learner-04*.json")).read_text())
        assert [r["status"] for r in kept["rounds"][-1]] == ["absent", "present"]
        # the teacher's list
        teacher.driver.switch_to.new_window("tab")
        teacher.driver.get(f"{server.base}/class")
        cell = "return document.querySelector('[data-learner=\"4\"] td')?.textContent"
        wait_for(lambda: teacher.js(cell) == "1", "one answer", 20)
        names = "return [...document.querySelectorAll('tbody th')].map(e => e.textContent)"
        assert teacher.js(names)[3:5] == ["4", "5 (away)"]
        teacher.driver.save_screenshot(str(tmp_path / "class.png"))
        from Testing.web.reading.test_accessibility import faults

        assert faults(teacher) == []
        teacher.driver.switch_to.window(teacher.driver.window_handles[0])
        teacher.click("#teach-reveal-all")
        wait_for(lambda: mine.text(f"{one} .sheet-computed"), "the computed answer", 20)
        assert mine.text("#sheet-score")
        mine.driver.save_screenshot(str(tmp_path / "sheet.png"))
        assert faults(mine) == []
    finally:
        for page in (mine, teacher):
            if page is not None:
                page.close()
        server.stop()
