// Text fields: what is typed stays until the server has an answer to it, and while figures are being
// computed the page says so. Fields with data-field send themselves; web/reading/asking.py answers.
(function () {
  const GUARDED = "input[data-send], #event-form input";
  // What changes figures on the panel: until it is done they are grey, never the old beside the new.
  const FIGURES = ["prescribe", "what_if", "what_if_open", "what_if_shape", "save_event", "remove_event",
    "answer_field", "correct_do", "decide"];
  const KEYS = ["undo", "redo", "brush_apply"];
  const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");

  // A page that is built anew for any other reason writes every field again: what is half typed stays,
  // and so does what was sent and is asked about. Else news, another value than before, takes its place.
  const isAsked = (field) => Boolean((window.trame.state.get("asks") || {})[field.dataset.field]);
  const guard = (field) => {
    if (field._rnGuard) return field._rnGuard;
    const own = native;
    const held = { last: own.get.call(field), typed: false, sent: false };
    Object.defineProperty(field, "value", {
      configurable: true,
      get() { return own.get.call(this); },
      set(value) {
        const text = value === null || value === undefined ? "" : String(value);
        const stays = held.typed && (!held.sent || text === held.last || isAsked(this));
        held.last = text;
        if (stays) return;
        held.typed = false;
        own.set.call(this, text);
      },
    });
    field._rnGuard = held;
    return held;
  };
  const settle = (field) => { // what the page holds takes the place of what was typed
    const held = guard(field);
    if (!held.typed) return;
    held.typed = false;
    field.value = held.last;
  };
  const isText = (target) => target.matches && target.matches(GUARDED);
  document.addEventListener("focusin", (event) => { if (isText(event.target)) guard(event.target); }, true);
  document.addEventListener("input", (event) => {
    if (isText(event.target)) Object.assign(guard(event.target), { typed: true, sent: false });
  }, true);

  // --- computing -------------------------------------------------------------------------------
  let pending = 0;
  const mark = () => document.documentElement.classList.toggle("rn-pending", pending > 0);
  // The answer comes with the new state, which Vue draws one frame on; a page that is not seen draws none.
  const afterDrawing = (what) => {
    let left = 1;
    const once = () => { if (left) { left = 0; what(); } };
    requestAnimationFrame(() => requestAnimationFrame(once));
    setTimeout(once, 500);
  };
  const counted = (promise) => {
    pending += 1;
    mark();
    const end = () => { pending -= 1; mark(); };
    promise.then(() => afterDrawing(end), () => afterDrawing(end));
    return promise;
  };
  const isFigures = (name, values) => FIGURES.includes(name) || (name === "key" && KEYS.includes((values || [])[0]));
  const wrap = () => {
    const trame = window.trame;
    if (!trame || !trame.trigger || trame.trigger._rn) return;
    const plain = trame.trigger.bind(trame);
    trame.trigger = (name, values, named) => {
      const sent = plain(name, values, named);
      return isFigures(name, values) ? counted(Promise.resolve(sent)) : sent;
    };
    trame.trigger._rn = true;
  };
  setInterval(wrap, 200);

  // --- fields that send themselves -----------------------------------------------------------------
  const send = (field) => {
    wrap();
    guard(field).sent = true;
    const { send: name, args } = field.dataset;
    const typed = field.value;
    window.trame.trigger(name, [...JSON.parse(args || "[]"), typed]).then((what) => {
      const held = guard(field);
      if (!held.sent) return; // something else is being typed already
      if (what !== "kept") settle(field);
      else if (isAsked(field) && !held.typed) { // other news came before the question
        native.set.call(field, typed);
        held.typed = true;
      }
    });
  };
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset && field.dataset.send && window.trame) send(field);
  }, true);
  const answer = (name, what) => {
    wrap();
    return window.trame.trigger("answer_field", [name, what]).then((kept) => {
      if (kept === "kept") return;
      for (const field of document.querySelectorAll("[data-field]")) if (field.dataset.field === name) settle(field);
    });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("[data-answers]");
    if (button && window.trame) answer(button.dataset.answers, button.dataset.answer);
  }, true);
  // Escape in a field whose entry is asked about takes the entry back.
  window.addEventListener("keydown", (event) => {
    const name = event.key === "Escape" && event.target.dataset && event.target.dataset.field;
    if (name && window.trame && (window.trame.state.get("asks") || {})[name]) answer(name, "back");
  }, true);
  window.rnFields = { settle };
})();
