// Correcting outlines: the brush's circle, its strokes, its keys. Only on the page "Correct".
(function () {
  const KEYS = {
    b: "paint", d: "erase", g: "ball", "-": "smaller", "+": "larger", "=": "larger",
    Enter: "apply", Backspace: "discard",
  };
  const state = (name) => window.trame && window.trame.state.get(name);
  const active = () => state("tab") === "correct" && !["viewer", "learner"].includes(document.documentElement.dataset.role);
  const cellOf = (event) => active() && event.target.closest && event.target.closest(".rn-cell");
  const share = (cell, event) => {
    const box = cell.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };

  let circle = null;
  const follow = (event) => {
    const cell = cellOf(event);
    if (!circle) {
      circle = document.createElement("div");
      circle.className = "rn-brush";
      document.body.appendChild(circle);
    }
    const size = cell && (state("brush_share") || {})[cell.dataset.view];
    circle.style.display = size ? "block" : "none";
    if (!size) return;
    const across = size * cell.getBoundingClientRect().height;
    circle.classList.toggle("erase", state("correct").erase);
    circle.style.width = circle.style.height = `${across}px`;
    circle.style.left = `${event.clientX - across / 2}px`;
    circle.style.top = `${event.clientY - across / 2}px`;
  };

  // One message at a time: places gather while the server draws the ones before.
  let stroke = null;
  const send = () => {
    if (!stroke || stroke.busy || (!stroke.places.length && !stroke.ended)) return;
    const now = stroke;
    const phase = now.begun ? (now.ended ? "up" : "move") : "down";
    const places = now.places;
    now.places = [];
    now.begun = now.busy = true;
    window.trame.trigger("brush", [now.view, phase, places]).then(() => {
      now.busy = false;
      if (phase === "up") { if (stroke === now) stroke = null; } else if (now.ended || now.places.length) send();
    });
  };
  const stop = (event) => { event.preventDefault(); event.stopPropagation(); };
  for (const kind of ["pointerdown", "mousedown"])
    window.addEventListener(kind, (event) => {
      const cell = cellOf(event);
      if (!cell || event.button !== 0) return;
      stop(event);
      if (document.activeElement && document.activeElement.blur) document.activeElement.blur();
      if (kind === "pointerdown") {
        stroke = { view: cell.dataset.view, cell, places: [share(cell, event)], begun: false, ended: false, busy: false };
        send();
      }
    }, true);
  window.addEventListener("pointermove", (event) => {
    follow(event);
    if (!stroke || stroke.ended) return;
    stop(event);
    stroke.places.push(share(stroke.cell, event));
    send();
  }, true);
  window.addEventListener("mousemove", (event) => { if (stroke) stop(event); }, true);
  for (const kind of ["pointerup", "mouseup"])
    window.addEventListener(kind, (event) => {
      if (!stroke) return;
      stop(event);
      if (kind === "pointerup") { stroke.ended = true; send(); }
    }, true);
  for (const kind of ["click", "dblclick"])
    window.addEventListener(kind, (event) => { if (cellOf(event) && event.button === 0) stop(event); }, true);

  window.addEventListener("keydown", (event) => {
    if (!active() || event.ctrlKey || event.metaKey || event.altKey || state("help_on")) return;
    if (window.rnAnswers.asking()) return; // a reason, or a question: its keys go there
    const matches = (what) => event.target.matches && event.target.matches(what);
    if (matches("input:not([type=range]):not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]")) return;
    if (matches("input, button, summary") && event.key !== "b" && event.key !== "d") return;
    const action = KEYS[event.key];
    if (!action) return;
    stop(event);
    window.trame.trigger("correct_do", [action]);
  }, true);
})();
