// Keys, linked cursor and scrolling the list: what need not go through the server.
(function () {
  const KEYS = {
    n: "next", ArrowRight: "next", p: "previous", ArrowLeft: "previous",
    i: "isodoses", c: "contours", z: "zoom", h: "help", "?": "help", Escape: "escape",
    a: "accept", u: "undo", y: "redo", "1": "tab_case", "2": "tab_checklist", "3": "tab_dose", "4": "tab_course", "5": "tab_correct", "0": "tab_align",
    ArrowUp: "slice_up", ArrowDown: "slice_down", PageUp: "slice_up5", PageDown: "slice_down5",
    "6": "answer_present", "7": "answer_absent", "8": "answer_indeterminate", "9": "answer_not_assessable", r: "reveal",
    x: "axial", v: "coronal", s: "sagittal", "[": "fainter", "]": "stronger", e: "extra", m: "maximise",
  };
  const typing = (target) => target.matches && target.matches("input[type=text], input[type=date], textarea, select");

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

  // A class looks on: the server takes nothing from it, and its page says so.
  const role = document.cookie.match(new RegExp(`rnassess-role-${location.port}=(\\w+)`));
  if (role) document.documentElement.dataset.role = role[1];

  // o held: the images alone.
  let bare = false;
  const show = (action) => { bare = action === "bare"; window.trame.trigger("key", [action, ""]); };
  document.addEventListener("keyup", (event) => {
    if (bare && event.key === "o") show("dressed");
  }, true);
  window.addEventListener("blur", () => { if (bare) show("dressed"); });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !window.trame) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "o") {
      event.preventDefault();
      if (!bare) show("bare");
      return;
    }
    const ranged = event.target.matches && event.target.matches("input[type=range]");
    if (ranged && event.key.startsWith("Arrow")) return;
    if (event.key === "k" && window.trame.state.get("teach") && pointed) {
      event.preventDefault();
      window.trame.trigger("teach_mark", pointed);
      return;
    }
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    window.trame.trigger("key", [action, window.rnHovered || ""]);
  }, true);

  // What lies under the cursor: asked at most every 80 ms, never while a button is held.
  let last = "", waiting = null, next = null;
  const send = () => {
    waiting = null;
    if (!next || !window.trame) return;
    window.trame.trigger("hover", next);
    next = null;
    waiting = setTimeout(send, 80);
  };
  const ask = (view, x, y) => {
    if (!view && !last) return;
    last = view;
    next = [view, x, y];
    if (!waiting) send();
  };

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
    grid.style.setProperty("--cx", `${event.clientX - box.left}px`);
    grid.style.setProperty("--cy", `${event.clientY - box.top}px`);
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
    const quote = (v) => (separator === "," && /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : v);
    const rows = [["course", "table", "figure", "value", "unit", "definition"]];
    for (const course of window.trame.state.get("panel").courses)
      for (const table of course.tables)
        for (const row of table.rows)
          rows.push([course.title, table.title, row.label, row.value, row.unit, row.method]);
    rows.push([window.trame.state.get("disclaimer")]);
    return rows.map((row) => row.map((v) => quote(String(v))).join(separator)).join("\n") + "\n";
  };
  const save = (text, name, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  window.rnSheet = (kind) => window.trame.trigger("teach_sheet", [kind]).then((text) => (
    kind === "csv" ? save("\ufeff" + text, "rnassess-score.csv", "text/csv") : save(text, "rnassess-score.json", "application/json")));
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
    save(form) { window.trame.trigger("save_event", [entries(form)]); return false; },
    kind(select) { window.trame.trigger("event_kind", [select.value, entries(select.form)]); },
  };

  // The page allows zooming, and each picture says what it is.
  const viewport = document.querySelector("meta[name=viewport]");
  if (viewport) viewport.content = "width=device-width, initial-scale=1";
  const name = () => {
    for (const image of document.querySelectorAll(".rn-cell img")) {
      const words = image.closest(".rn-cell").querySelector(".rn-tl")?.innerText.replace(/\s+/g, " ");
      if (words && image.alt !== words) image.alt = words;
    }
  };

  new MutationObserver(() => {
    name();
    const row = document.querySelector(".rn-item[aria-selected=true]");
    if (row && row !== window.rnRow) row.scrollIntoView({ block: "nearest" });
    window.rnRow = row;
  }).observe(document.documentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ["aria-selected"] });
})();
