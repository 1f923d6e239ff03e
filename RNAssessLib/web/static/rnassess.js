// Keys, linked cursor and scrolling the list: what need not go through the server.
(function () {
  // One table of keys, from the server (panel/words/keys.py); the help shows the same.
  const actionOf = (key) => {
    const state = window.trame.state;
    const mode = state.get("teach") ? "teaching" : "reading";
    const row = (state.get("keys") || []).find((k) => k.keys.includes(key) && (!k.mode || k.mode === mode));
    return row ? row.action : "";
  };
  const fullScreen = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  const FIELDS = "input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable=true]";
  const typing = (target) => target.matches && target.matches(FIELDS);

  // Teaching: the place under the cursor is marked by k, or by a click after "Mark a place".
  let pointed = null;
  const place = (event) => {
    const cell = event.target.closest && event.target.closest(".rn-cell");
    if (!cell) return null;
    const box = cell.getBoundingClientRect();
    return [cell.dataset.view, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  document.addEventListener("mousemove", (event) => { pointed = place(event); }, { capture: true, passive: true });
  for (const kind of ["pointerdown", "mousedown", "pointerup", "mouseup", "click"])
    document.addEventListener(kind, (event) => {
      const at = place(event);
      if (!at || !window.trame || !window.trame.state.get("marking")) return;
      event.preventDefault();
      event.stopPropagation();
      if (kind === "click") window.trame.trigger("teach_mark", at);
    }, true);

  // Measuring: a drag with a tool in hand draws a line; its ends go to the server.
  let drag = null;
  const svg = (tag, values) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
    return made;
  };
  const preview = (at, tool) => {
    const box = drag.cell.getBoundingClientRect();
    const [x1, y1, x2, y2] = [drag.from[0] * box.width, drag.from[1] * box.height, at[0] * box.width, at[1] * box.height];
    drag.picture.replaceChildren(svg("line", { x1, y1, x2, y2 }));
    if (tool === "mean") drag.picture.append(svg("circle", { cx: x1, cy: y1, r: Math.hypot(x2 - x1, y2 - y1) }));
  };
  const inCell = (event, cell) => {
    const box = cell.getBoundingClientRect();
    const share = (value) => Math.min(Math.max(value, 0), 1);
    return [share((event.clientX - box.left) / box.width), share((event.clientY - box.top) / box.height)];
  };
  for (const kind of ["pointerdown", "mousedown", "pointermove", "mousemove", "pointerup", "mouseup", "click", "dblclick"])
    document.addEventListener(kind, (event) => {
      const tool = window.trame && window.trame.state.get("tool");
      if (!tool && !drag) return;
      const cell = event.target.closest && event.target.closest(".rn-cell");
      if (!cell && !drag) return;
      if (event.button > 0) return; // zoom and pan go on working
      event.stopPropagation();
      if (kind === "mousedown" && cell) {
        event.preventDefault();
        const picture = svg("svg", { class: "rn-draw" });
        cell.append(picture);
        drag = { cell, picture, from: inCell(event, cell) };
      } else if (kind === "mousemove" && drag) {
        preview(inCell(event, drag.cell), tool);
      } else if (kind === "mouseup" && drag) {
        const { cell: over, picture, from } = drag;
        drag = null;
        setTimeout(() => picture.remove(), 250); // the drawn measurement takes its place
        window.trame.trigger("measure", [over.dataset.view, from, inCell(event, over)]);
      }
    }, true);

  // A class looks on: the server takes nothing from it, and its page says so.
  const role = document.cookie.match(new RegExp(`rnassess-role-${location.port}=(\\w+)`));
  if (role) document.documentElement.dataset.role = role[1];

  // o held: the images alone.
  let bare = false, bareKey = "";
  const show = (action) => { bare = action === "bare"; window.trame.trigger("key", [action, ""]); };
  document.addEventListener("keyup", (event) => {
    if (bare && event.key === bareKey) show("dressed");
  }, true);
  window.addEventListener("blur", () => { if (bare) show("dressed"); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !window.trame) return;
    if (typing(event.target)) {
      if (event.key === "Escape") window.rnAnswers.escape(event.target);
      return;
    }
    if (window.rnAnswers.take(event)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (!document.querySelector(".rn-app")) { // a list of cases, or a case on its way
      const on = window.trame.state.get("list_on");
      if (on && /^[1-9]$/.test(event.key)) window.trame.trigger("list_key", [Number(event.key)]);
      if (!on && event.key === "Escape" && document.querySelector("#cancel")) window.trame.trigger("cancel_loading", []);
      return;
    }
    const action = actionOf(event.key);
    // On the sheet of all lesions a key opens the lesion it stands before.
    const sheet = window.trame.state.get("sheet_on") && !window.trame.state.get("help_on") ? window.trame.state.get("sheet") : null;
    if (sheet && action !== "sheet" && action !== "escape" && action !== "help") {
      const row = sheet.rows.find((r) => r.key && r.key === event.key);
      if (row) {
        event.preventDefault();
        event.stopPropagation();
        window.trame.trigger("sheet_open", [row.id]);
      }
      return;
    }
    if (action === "bare") {
      event.preventDefault();
      if (!bare) { bareKey = event.key; show("bare"); }
      return;
    }
    // A dialog has the keys for itself.
    if (window.trame.state.get("help_on") && action !== "help" && action !== "escape") return;
    const ranged = event.target.matches && event.target.matches("input[type=range]");
    if (ranged && event.key.startsWith("Arrow")) return;
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (action === "mark_place") {
      if (pointed) window.trame.trigger("teach_mark", pointed);
      return;
    }
    if (action === "fullscreen") { fullScreen(); return; }
    if (action.startsWith("answer_")) window.rnAnswers.expect(action.slice("answer_".length));
    window.trame.trigger("key", [action, window.rnHovered || ""]);
  }, true);

  // What lies under the cursor: asked at most every 80 ms. The answer belongs to this page and to the
  // view under the pointer; it is asked anew when the slices change under a pointer that rests.
  let asked = null, waiting = null, next = null, turn = 0;
  const tell = (view, words) => {
    const readout = document.querySelector("#readout");
    const cell = words && document.querySelector(`.rn-cell[data-view="${view}"]`);
    if (!readout) return;
    readout.textContent = cell ? words : "";
    if (!cell) return;
    const box = cell.getBoundingClientRect();
    Object.assign(readout.style, { left: `${box.left + 6}px`, bottom: `${innerHeight - box.bottom + 22}px`, maxWidth: `${box.width - 12}px` });
  };
  const send = () => {
    waiting = null;
    if (!next || !window.trame) return;
    const [now, mine] = [next, (turn += 1)];
    next = null;
    window.trame.trigger("hover", now).then(
      (words) => { if (mine === turn && asked && asked[0] === now[0]) tell(now[0], words); },
      () => tell("", ""),
    );
    waiting = setTimeout(send, 80);
  };
  const ask = (view, x, y) => {
    if (!view) { // beside the views, or the pointer is gone: nothing lies under it
      asked = next = null;
      turn += 1;
      tell("", "");
      return;
    }
    if (asked && asked[0] !== view) tell("", "");
    asked = next = [view, x, y];
    if (!waiting) send();
  };
  const askAgain = () => { if (asked) ask(...asked); };
  document.documentElement.addEventListener("mouseleave", () => ask("", 0, 0));
  window.addEventListener("blur", () => ask("", 0, 0));

  // All views are linked and equally large: the same place on each is the same place in the head.
  document.addEventListener("mousemove", (event) => {
    const cell = event.target.closest && event.target.closest(".rn-cell");
    const grid = document.querySelector(".rn-grid");
    if (!grid) return;
    grid.classList.toggle("pointing", Boolean(cell));
    window.rnHovered = cell ? cell.dataset.view : "";
    if (!cell) { ask("", 0, 0); return; }
    const box = cell.getBoundingClientRect();
    ask(cell.dataset.view, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
    document.documentElement.style.setProperty("--cx", `${event.clientX - box.left}px`);
    document.documentElement.style.setProperty("--cy", `${event.clientY - box.top}px`);
  }, { capture: true, passive: true });

  document.addEventListener("contextmenu", (event) => {
    if (event.target.closest && event.target.closest(".rn-cell")) event.preventDefault();
  });

  document.addEventListener("dblclick", (event) => {
    const cell = event.target.closest && event.target.closest(".rn-cell");
    if (cell && window.trame) window.trame.trigger("key", ["maximise", cell.dataset.view]);
  });

  // The dose tables as text: from the figures themselves, not from the page.
  const lines = (separator) => {
    // a spreadsheet would compute what begins like a formula; numbers stay (case/plain_text.py)
    const harmless = (v) => (/^ *[=+\-@\t\r＝＋－＠]/.test(v) && Number.isNaN(Number(v)) ? `'${v}` : v);
    const quote = (v) => (separator === "," && /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
    const rows = [["course", "table", "figure", "value", "unit", "definition"]];
    for (const course of window.trame.state.get("panel").courses)
      for (const table of course.tables)
        for (const row of table.rows)
          rows.push([course.title, table.title, row.label, row.value, row.unit, row.method]);
    rows.push([window.trame.state.get("disclaimer")]);
    return rows.map((row) => row.map((v) => quote(harmless(String(v)))).join(separator)).join("\n") + "\n";
  };
  const save = (text, name, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  window.rnFullScreen = fullScreen;
  window.rnSheet = (kind) => window.trame.trigger("teach_sheet", [kind]).then((text) => (
    kind === "csv" ? save("\ufeff" + text, "rnassess-score.csv", "text/csv") : save(text, "rnassess-score.json", "application/json")));
  window.rnCurves = (plot) => window.trame.trigger("save_curves", [plot]).then((text) => save("\ufeff" + text, "rnassess-dvh.csv", "text/csv"));
  window.rnTables = {
    lines,
    copy(button) {
      navigator.clipboard.writeText(lines("\t")).then(() => {
        const was = button.textContent;
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = was; }, 1500);
      });
    },
    save() { save("\ufeff" + lines(","), "rnassess-dose.csv", "text/csv"); },
  };

  // The form of a clinical event: its fields differ by kind, so it is read as a whole.
  const entries = (form) => Object.fromEntries(new FormData(form));
  window.rnEvents = {
    save(form) { window.trame.trigger("save_event", [entries(form)]); },
    kind(select) { window.trame.trigger("event_kind", [select.value, entries(select.form)]); },
  };

  // Where the slice lies changes with every step: written straight into the notes, since a variable of
  // the template would build the whole page anew.
  const tellPosition = () => {
    const words = (window.trame && window.trame.state.get("position")) || "";
    for (const note of document.querySelectorAll(".rn-bl"))
      if (!note.firstChild) note.append(words);
      else if (note.firstChild.nodeValue !== words) note.firstChild.nodeValue = words;
  };
  // A bar of 5 to 50 mm in every view: a fifth of it or less, whatever its size on the screen.
  const tellScale = () => {
    const field = (window.trame && window.trame.state.get("field_mm")) || 0;
    if (!field) return;
    const mm = [50, 20, 10, 5].find((n) => n <= field / 4) || 5;
    for (const bar of document.querySelectorAll(".rn-scale")) {
      const { clientWidth: width, clientHeight: height } = bar.parentElement;
      bar.style.width = `${((mm / field) * Math.min(width, height)).toFixed(1)}px`;
      const words = `${mm} mm`;
      if (bar.textContent !== words) bar.textContent = words;
    }
  };
  window.addEventListener("resize", () => requestAnimationFrame(tellScale));
  let listening = null;
  const listen = () => {
    if (!window.trame || !window.trame.state.addListener || listening === window.trame.state) return;
    listening = window.trame.state;
    listening.addListener(({ type, keys }) => {
      if (type !== "dirty-state") return;
      if (keys.includes("position")) tellPosition();
      if (keys.some((key) => ["field_mm", "position", "shown_views", "images_only"].includes(key))) requestAnimationFrame(tellScale);
      if (keys.some((key) => ["position", "cells", "prescriptions", "shown_views"].includes(key))) askAgain();
    });
  };

  // The page allows zooming, and each picture says what it is.
  const viewport = document.querySelector("meta[name=viewport]");
  if (viewport) viewport.content = "width=device-width, initial-scale=1";
  const name = () => {
    const grid = document.querySelector(".rn-grid");
    if (grid && window.trame) grid.classList.toggle("measuring", Boolean(window.trame.state.get("tool")));
    for (const picture of document.querySelectorAll(".rn-picture")) {
      const words = picture.closest(".rn-cell").querySelector(".rn-tl")?.innerText.replace(/\s+/g, " ");
      if (words && picture.ariaLabel !== words) picture.ariaLabel = words;
    }
  };

  // Reading the notes makes the browser lay the page out: once per frame, however much changes in it.
  let due = false;
  const tidy = () => {
    due = false;
    name();
    listen();
    tellPosition();
  };

  new MutationObserver(() => {
    if (!due) { due = true; requestAnimationFrame(tidy); }
    const row = document.querySelector(".rn-item[aria-selected=true]");
    if (row && row !== window.rnRow) row.scrollIntoView({ block: "nearest" });
    window.rnRow = row;
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });
})();
