// A learner's own sheet beside the teacher's pictures. It is this learner's alone: nothing of it goes
// through the page's shared variables. What could not be sent is kept here and sent again.
(function () {
  const role = document.cookie.match(new RegExp(`rnassess-role-${location.port}=(\\w+)`));
  if (!role || role[1] !== "learner") return;
  const EVERY_MS = 2000, KEPT = `rnassess-sheet-${location.port}`;
  const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text }, more || {});
  const sheet = make("aside", "", { id: "sheet", className: "rn" });
  sheet.setAttribute("aria-label", "Your answers");
  const title = make("h1", "Your answers"), line = make("p", "", { id: "sheet-line" }), list = make("div", "");
  line.setAttribute("role", "status");
  sheet.append(title, line, list, make("p", "Research use only. Not a medical device.", { className: "rn-disclaimer" }));
  let view = null, sending = false, refused = "", reached = true;
  // answers on their way, the latest of each item: they outlive a lost line and a reload
  const waiting = new Map(JSON.parse(sessionStorage.getItem(KEPT) || "[]"));
  const keep = () => sessionStorage.setItem(KEPT, JSON.stringify([...waiting]));

  const tell = () => {
    const count = waiting.size;
    const words = !reached ? (count ? `No connection: ${count === 1 ? "an answer waits" : `${count} answers wait`} to be sent; trying again.` : "No connection; trying again.")
      : count ? "Sending …" : (refused || (view && view.notice) || "Every answer is sent at once; the latest before the teacher shows the answer counts.");
    line.textContent = words;
    line.classList.toggle("waits", !reached || Boolean(refused));
  };
  const given = (lesion, row) => ({ status: row.given, note: row.note, ...(waiting.get(`${lesion}/${row.finding}`) || {}) });

  const itemOf = (lesion, row) => {
    const item = make("section", "", { className: "sheet-item" });
    item.dataset.finding = row.finding;
    item.dataset.lesion = lesion;
    const mine = given(lesion, row);
    item.append(make("p", `${row.number} ${row.title}`, { className: "name" }), make("p", row.question, { className: "rn-soft" }));
    if (row.revealed) {
      const words = (view.choices.find((c) => c[0] === row.given) || ["", "no answer"])[1];
      item.append(make("p", `Your answer: ${words}${row.note ? ` · ${row.note}` : ""}`), make("p", `${row.agreement} · computed: ${row.computed}`, { className: "sheet-computed" }), make("p", row.sentence));
      return item;
    }
    const choices = make("div", "", { className: "sheet-choices" });
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-label", `Your answer to ${row.title}`);
    for (const [value, words] of view.choices) {
      const button = make("button", words, { type: "button", onclick: () => put(lesion, row, { status: mine.status === value ? "" : value }) });
      button.dataset.answer = value;
      button.setAttribute("aria-pressed", String(mine.status === value));
      choices.append(button);
    }
    const note = make("input", "", { value: mine.note || "", maxLength: 2000, placeholder: "Note", onchange: () => put(lesion, row, { note: note.value }) });
    note.setAttribute("aria-label", `Note on ${row.title}`);
    item.append(choices, note);
    return item;
  };
  const fill = () => {
    const typed = sheet.contains(document.activeElement) && document.activeElement.tagName === "INPUT";
    if (!view || typed) return tell(); // what is being typed is not taken away
    title.textContent = `Learner ${view.learner}${view.label ? ` · ${view.label}` : ""}`;
    const parts = [];
    if (view.score) parts.push(make("p", view.score, { id: "sheet-score", className: "name" }));
    for (const lesion of view.lesions) {
      parts.push(make("h2", `${lesion.title}: ${lesion.progress}`));
      parts.push(...lesion.rows.map((row) => itemOf(lesion.lesion, row)));
    }
    list.replaceChildren(...parts);
    tell();
  };

  const put = (lesion, row, what) => {
    refused = "";
    waiting.set(`${lesion}/${row.finding}`, { ...given(lesion, row), ...what, lesion, finding: row.finding });
    keep();
    if (document.activeElement && document.activeElement.tagName === "INPUT") document.activeElement.blur();
    fill();
    send();
  };
  const send = async () => {
    if (sending) return;
    sending = true;
    try {
      while (waiting.size) {
        const [key, answer] = waiting.entries().next().value;
        const reply = await fetch("/sheet/answer", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(answer) });
        reached = true;
        if (reply.status === 403) { refused = "This address is not valid any more: ask the teacher for yours."; break; }
        const found = await reply.json();
        if (waiting.get(key) === answer) waiting.delete(key); // not answered anew meanwhile
        keep();
        refused = found.problem ? `Not recorded: ${found.problem}.` : "";
        if (found.lesions) view = found;
      }
    } catch { reached = false; }
    sending = false;
    fill();
  };
  const ask = async () => {
    try {
      const reply = await fetch(`/sheet/state?stamp=${view && reached ? view.stamp : ""}`);
      const before = reached;
      reached = true;
      if (reply.status === 200) { view = await reply.json(); fill(); }
      else if (reply.status === 403) refused = "This address is not valid any more: ask the teacher for yours.";
      if (!before || waiting.size) send();
    } catch { reached = false; }
    tell();
    setTimeout(ask, EVERY_MS);
  };
  const place = () => {
    const bar = document.querySelector(".rn-bar");
    sheet.style.top = `${bar ? bar.getBoundingClientRect().bottom : 0}px`;
  };
  const begin = () => {
    document.body.append(sheet);
    place();
    setInterval(place, 1000);
    ask();
  };
  // keys typed into the sheet are this learner's, not the page's
  for (const kind of ["keydown", "keyup"]) sheet.addEventListener(kind, (event) => event.stopPropagation());
  if (document.body) begin(); else document.addEventListener("DOMContentLoaded", begin);
})();
