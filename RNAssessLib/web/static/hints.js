// A key for every control: letters stand on whatever can be used on the page, typing them uses it.
(function () {
  const LETTERS = "asdfghjklweruiopcvbnm"; // easy to reach and to tell apart
  const CONTROLS = "button, input, select, textarea, summary, a[href], .rn-item";
  const TEXT = "input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=color]), select, textarea";
  const FIELDS = `${TEXT}, input[type=range]`; // entered, not pressed
  let board = null, marks = new Map(), typed = "";

  const isOurs = (event) => {
    const row = ((window.trame && window.trame.state.get("keys")) || []).find((k) => k.action === "hints");
    return Boolean(row) && row.keys.includes(event.key);
  };
  const typing = (target) => target.matches && target.matches(TEXT);

  // Seen by the reader: neither switched off nor scrolled away nor covered.
  const isSeen = (control) => {
    if (control.disabled || !control.checkVisibility()) return false;
    const box = control.getBoundingClientRect();
    const at = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return control.contains(at);
  };
  const code = (at, many) => {
    const last = LETTERS[at % LETTERS.length];
    return many ? LETTERS[Math.floor(at / LETTERS.length)] + last : last;
  };

  const close = () => {
    if (board) board.remove();
    board = null;
    marks = new Map();
    typed = "";
  };
  const open = () => {
    const controls = [...document.querySelectorAll(CONTROLS)].filter(isSeen);
    if (!controls.length) return;
    board = document.createElement("div");
    board.className = "rn-hints";
    board.setAttribute("aria-hidden", "true");
    controls.forEach((control, at) => {
      const mark = document.createElement("kbd");
      const box = control.getBoundingClientRect();
      mark.textContent = code(at, controls.length > LETTERS.length);
      Object.assign(mark.style, { left: `${box.left}px`, top: `${box.top}px` });
      marks.set(mark.textContent, { control, mark });
      board.append(mark);
    });
    document.body.append(board);
  };
  const use = (control) => {
    close();
    control.focus();
    if (!control.matches(FIELDS)) control.click();
    else if (control.select) control.select();
  };
  const type = (key) => {
    typed += key;
    const found = marks.get(typed);
    if (found) { use(found.control); return; }
    let left = 0;
    for (const [word, { mark }] of marks) {
      const fits = word.startsWith(typed);
      mark.hidden = !fits;
      left += fits;
    }
    if (!left) close(); // Esc, or any key that stands on no control
  };

  // Before the keys of all pages, which are taken in the window, too: this script comes first.
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key === "Shift") return;
    if (!board && (!isOurs(event) || typing(event.target) || window.rnAnswers.asking())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (board) type(event.key);
    else open();
  }, true);
  for (const kind of ["pointerdown", "wheel", "resize"]) window.addEventListener(kind, close, { capture: true, passive: true });
})();
