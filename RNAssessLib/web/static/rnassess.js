// Keys, linked cursor and scrolling the list: what need not go through the server.
(function () {
  const KEYS = {
    n: "next", ArrowRight: "next", p: "previous", ArrowLeft: "previous",
    i: "isodoses", c: "contours", z: "zoom", h: "help", "?": "help", Escape: "escape",
    a: "accept", u: "undo", y: "redo", "1": "tab_case", "2": "tab_checklist", "3": "tab_dose",
    ArrowUp: "slice_up", ArrowDown: "slice_down", PageUp: "slice_up5", PageDown: "slice_down5",
    x: "axial", v: "coronal", s: "sagittal", "[": "fainter", "]": "stronger", e: "extra", m: "maximise",
  };
  const typing = (target) => target.matches && target.matches("input[type=text], textarea, select");

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
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    window.trame.trigger("key", [action, window.rnHovered || ""]);
  }, true);

  // All views are linked and equally large: the same place on each is the same place in the head.
  document.addEventListener("mousemove", (event) => {
    const cell = event.target.closest && event.target.closest(".rn-cell");
    const grid = document.querySelector(".rn-grid");
    if (!grid) return;
    grid.classList.toggle("pointing", Boolean(cell));
    window.rnHovered = cell ? cell.dataset.view : "";
    if (!cell) return;
    const box = cell.getBoundingClientRect();
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

  new MutationObserver(() => {
    const row = document.querySelector(".rn-item[aria-selected=true]");
    if (row && row !== window.rnRow) row.scrollIntoView({ block: "nearest" });
    window.rnRow = row;
  }).observe(document.documentElement, { subtree: true, attributes: true, attributeFilter: ["aria-selected"] });
})();
