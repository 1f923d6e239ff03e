// The line to the server: watched, and taken up again by itself. When that cannot be, one sentence says
// what to do. This script stands in the page itself, so that it is there before anything is connected.
(function () {
  const limits = { beat: 5000, slow: 10000, dead: 60000, probe: 1500, patience: 4000, answer: 5000, first: 15000 };
  const TYPED = "rnassess-typed", RELOADED = "rnassess-reloaded";
  const WORDS = {
    lost: "The connection to RNAssess was lost. Connecting again …",
    gone: "RNAssess has stopped or does not answer. Start it again as before and read on in the page that it opens; "
      + "this page connects by itself when the same one answers again.",
    foreign: "RNAssess was started anew, and this page does not belong to it any more. Read on in the page that it opened, "
      + "or open the address that it printed.",
    slow: "RNAssess has not answered for a while; it may be computing. Wait, or connect again.",
  };
  const born = Date.now();
  let lost = false, leaving = false, since = 0, trying = false;
  let watched = null; // the client whose line is watched
  let asked = 0, lastTick = Date.now(); // a heartbeat that waits for its answer
  const state = (name) => window.trame && window.trame.state && window.trame.state.get(name);

  // --- what the reader sees -----------------------------------------------------------------------
  const board = document.createElement("div");
  board.id = "connection";
  board.setAttribute("role", "alert");
  board.hidden = true;
  const line = document.createElement("p"), typed = document.createElement("p"), button = document.createElement("button");
  line.id = "connection-text";
  typed.id = "connection-typed";
  button.id = "connection-try";
  button.type = "button";
  board.append(line, typed, button);
  const show = (text, what, covering, act) => {
    if (!board.isConnected) document.body.append(board);
    if (line.textContent !== text) line.textContent = text;
    button.textContent = what;
    button.onclick = act; // a property, not an attribute: no inline script
    board.classList.toggle("covering", covering);
    board.hidden = false;
    const app = document.querySelector("#app");
    if (app) app.inert = covering; // nothing can be answered that would not be recorded
  };
  const hide = () => {
    board.hidden = true;
    typed.textContent = "";
    const app = document.querySelector("#app");
    if (app) app.inert = false;
  };

  // --- what was typed and not recorded ------------------------------------------------------------
  const keepTyped = () => {
    const field = document.querySelector("#reason");
    const reason = (field ? field.value : state("reason")) || "";
    if (!state("pending") || !reason.trim()) return;
    const item = state("item") || {}, lesion = state("lesion") || {};
    const row = (lesion.checklist || []).find((r) => r.finding === item.finding) || {};
    const kept = { finding: item.finding, lesion: lesion.id, status: state("pending"), title: row.title || "", reason };
    sessionStorage.setItem(TYPED, JSON.stringify(kept));
    typed.textContent = `Your reason is not recorded yet; this page keeps it: “${reason}”`;
  };
  const giveBack = () => {
    const text = sessionStorage.getItem(TYPED);
    if (!text || !document.querySelector(".rn-app")) return;
    const kept = JSON.parse(text), item = state("item") || {};
    const same = state("pending") === kept.status && item.finding === kept.finding && (state("lesion") || {}).id === kept.lesion;
    const field = document.querySelector("#reason");
    if (same && !field) return; // on its way
    sessionStorage.removeItem(TYPED);
    if (same) {
      if (field.value === kept.reason) return;
      field.value = kept.reason;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      show("Your answer was not recorded before the connection was lost; please give it again.", "Close", false, () => { hide(); });
      typed.textContent = `${kept.title}: “${kept.reason}”`;
    }
  };

  // --- taking the line up again -------------------------------------------------------------------
  const tooOften = () => { // a page that loses its line at once must not reload in circles
    const now = Date.now(), made = JSON.parse(sessionStorage.getItem(RELOADED) || "[]").filter((at) => now - at < 20000);
    if (made.length >= 4) return true;
    sessionStorage.setItem(RELOADED, JSON.stringify([...made, now]));
    return false;
  };
  const reload = () => {
    leaving = true;
    location.reload();
  };
  const probe = async () => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), limits.answer);
    try {
      const answer = await fetch("alive", { cache: "no-store", signal: stop.signal });
      if (answer.status === 403) return "foreign";
      return answer.ok && (await answer.text()).startsWith("RNAssess") ? "there" : "gone";
    } catch {
      return "gone";
    } finally {
      clearTimeout(timer);
    }
  };
  const again = () => connect(true);
  const connect = async (now) => {
    if (!lost || trying || leaving) return;
    trying = true;
    const found = await probe();
    trying = false;
    if (leaving) return;
    if (found === "there" && (now || !tooOften())) { reload(); return; }
    if (found === "foreign") show(WORDS.foreign, "Try again", true, again);
    else if (Date.now() - since > limits.patience) show(WORDS.gone, "Try again", true, again);
    setTimeout(connect, limits.probe);
  };
  const lose = () => {
    if (lost || leaving) return;
    lost = true;
    since = Date.now();
    keepTyped();
    show(WORDS.lost, "Try again", true, again);
    setTimeout(connect, 200);
  };
  const drop = () => { // a line that says nothing any more
    const client = window.trame && window.trame.client;
    lose();
    client?.getConnection()?.getSession()?.close();
  };

  // --- heartbeats: a machine that slept, or a cable that was pulled, closes nothing -----------------
  const beat = (session) => {
    const sent = asked = Date.now();
    const answered = () => { if (asked === sent) { asked = 0; if (!lost && board.dataset.slow) { delete board.dataset.slow; hide(); } } };
    session.call("trame.lifecycle.update", ["heartbeat"]).then(answered, answered);
  };
  let lastBeat = 0;
  const tick = () => {
    const now = Date.now(), slept = now - lastTick > 4 * limits.beat;
    lastTick = now;
    if (lost || leaving) return;
    const client = window.trame && window.trame.client;
    if (!(client && client.isConnected()) && now - born > limits.first) { lose(); return; } // never came up
    if (!client) return;
    if (client !== watched) {
      watched = client;
      client.onConnectionClose(lose);
      client.onConnectionError(lose);
    }
    // trame puts this in the page's place when its line closes: the page stays, greyed, under the words
    const values = window.trame.state && window.trame.state.get();
    if (values && values.trame__template_error !== values.trame__template_main)
      values.trame__template_error = values.trame__template_main;
    giveBack();
    if (!client.isConnected()) return;
    const session = client.getConnection().getSession();
    if (slept) asked = lastBeat = 0; // what was asked before the sleep says nothing
    if (!asked && now - lastBeat >= limits.beat) { lastBeat = now; beat(session); }
    if (!asked) return;
    if (now - asked > limits.dead) drop();
    else if (now - asked > limits.slow && board.hidden) { board.dataset.slow = "1"; show(WORDS.slow, "Connect again", false, drop); }
  };
  setInterval(tick, 250);

  // --- the page comes and goes ---------------------------------------------------------------------
  window.addEventListener("pagehide", () => { leaving = true; });
  window.addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) reload(); // Back or Forward brought it as it was frozen, its line long closed
  });
  // Nothing is typed into a page that cannot record it.
  for (const kind of ["keydown", "keyup", "keypress"])
    window.addEventListener(kind, (event) => {
      if (!lost || board.contains(event.target)) return;
      event.stopImmediatePropagation();
      if (!event.ctrlKey && !event.metaKey && event.key !== "Tab" && event.key !== "F5") event.preventDefault();
    }, true);

  window.rnConnection = { limits, isLost: () => lost, isLeaving: () => leaving };
  fetch("./loading.tpl").then((answer) => answer.text()).then((text) => {
    const app = document.querySelector("#app");
    if (app && !app.hasChildNodes()) app.innerHTML = text;
  }).catch(() => {});
})();
