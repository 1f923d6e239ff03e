// An answer that differs from the computed one asks for its reason. From its key on, all that is typed
// is that reason: letters typed before the field is on the page wait for it, none of them is a shortcut.
(function () {
  const PATIENCE_MS = 4000; // then the answer was not taken, and what waited is dropped
  let waiting = null; // { text, enter, since }
  const get = (name) => window.trame && window.trame.state.get(name);
  const field = () => document.querySelector("#reason");
  const send = (name, values) => window.trame.trigger(name, values || []);

  const put = (text) => {
    const reason = field();
    reason.focus();
    reason.value += text;
    reason.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const arrive = () => { // the field is there: it takes the focus and what was typed for it
    const held = waiting;
    waiting = null;
    put(held ? held.text : "");
    if (held && held.enter) send("decide", [field().value]);
  };
  const expire = () => {
    if (waiting && performance.now() - waiting.since > PATIENCE_MS) waiting = null;
  };

  window.rnAnswers = {
    // What keys mean now: while this holds, hints and shortcuts keep out.
    asking: () => { expire(); return Boolean(waiting || get("pending") || get("leaving") || (get("draft") || {}).asks); },
    // An answer's key: one that differs from the computed answer starts the reason.
    expect(status) {
      const item = get("item") || {};
      if (item.finding && item.computed && status !== item.computed)
        waiting = { text: "", enter: false, since: performance.now() };
    },
    // A key typed anywhere but in a field. Returns whether it is no shortcut.
    take(event) {
      expire();
      const { key } = event;
      if ((get("draft") || {}).asks) { // apply, keep or discard: Escape keeps
        if (key === "Escape") send("draft_answer", ["keep"]);
        return key === "Escape" || key.length === 1 && !(key === " " && event.target.matches("button"));
      }
      if (get("leaving")) { // Save, discard or stay: Escape stays, Tab and Enter use the buttons
        if (key === "Escape") send("leave", ["stay"]);
        return key === "Escape" || (key.length === 1 && !(key === " " && event.target.matches("button")));
      }
      if (waiting && !(get("pending") && field())) {
        if (key === "Escape") { waiting.text = ""; return true; } // taken back when the field comes
        if (key === "Enter") waiting.enter = true;
        else if (key === "Backspace") waiting.text = waiting.text.slice(0, -1);
        else if (key.length === 1 && !waiting.enter) waiting.text += key;
        return true;
      }
      if (!get("pending") || !field()) return false;
      if (key === "Escape") { send("take_back"); return true; }
      const onButton = event.target.matches && event.target.matches("button, summary, a[href]");
      if (key === "Enter" && !onButton) { send("decide", [field().value]); return true; }
      if (key.length === 1 && !(key === " " && onButton)) { put(key); return true; }
      return false; // arrows and the like go on turning slices
    },
    // Escape in the field takes the answer back; other fields are just left.
    escape(target) {
      if (target.id === "reason") send("take_back");
      else target.blur();
    },
  };

  let shown = false, leaving = false;
  new MutationObserver(() => {
    const there = Boolean(field());
    if (there && !shown) arrive();
    shown = there;
    const asked = document.querySelector("#leave-save, #draft-apply");
    if (asked && !leaving) asked.focus();
    leaving = Boolean(asked);
  }).observe(document.documentElement, { subtree: true, childList: true });

  // A closed window, a reload or Back with a reason half typed: the browser asks first. trame, which listens
  // later than this file, closes its line on the same event: it must not hear of it, or who stays has lost the line.
  window.addEventListener("beforeunload", (event) => {
    if (window.rnConnection?.isLeaving()) return; // a reload that takes the line up again: the reason is kept
    if (!get("pending") || !(get("reason") || "").trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  });
})();
