// What a page really shows: a picture counts when it has loaded into its visible element and an
// animation frame has passed; two that loaded within one frame count as one.
window.rnWatch = () => {
  const cells = [...document.querySelectorAll(".rn-cell")].filter((cell) => cell.offsetParent);
  const shown = Object.fromEntries(cells.map((cell) => [cell.dataset.view, 0]));
  const loaded = new Set();
  let last = 0, asked = false, onFrame = () => {};
  const flush = () => {
    asked = false;
    for (const view of loaded) shown[view] += 1;
    loaded.clear();
    last = performance.now();
    onFrame();
  };
  const onLoad = (event) => {
    const cell = event.target.closest && event.target.closest(".rn-cell");
    if (!cell || !(cell.dataset.view in shown)) return;
    loaded.add(cell.dataset.view);
    if (!asked) { asked = true; requestAnimationFrame(flush); }
  };
  document.addEventListener("load", onLoad, true);
  return {
    shown,
    least: () => Math.min(...Object.values(shown)),
    last: () => last,
    whenever: (act) => { onFrame = act; },
    stop: () => document.removeEventListener("load", onLoad, true),
  };
};

const press = (key, repeat) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, repeat, bubbles: true, cancelable: true }));

// From a key to the moment at which every view has shown a new picture, ms; -1: never.
window.rnToPictures = (key) => new Promise((done) => {
  const watch = window.rnWatch();
  const start = performance.now();
  const end = (took) => { watch.stop(); clearTimeout(late); done(took); };
  const late = setTimeout(() => end(-1), 10000);
  watch.whenever(() => { if (watch.least() >= 1) end(performance.now() - start); });
  press(key, false);
});

// From a key to the moment at which the text beside the images is another one, ms; -1: never.
window.rnToText = (key) => new Promise((done) => {
  const detail = () => document.querySelector(".rn-detail").innerText;
  const before = detail(), start = performance.now();
  const end = (took) => { watcher.disconnect(); clearTimeout(late); done(took); };
  const watcher = new MutationObserver(() => {
    if (detail() !== before) requestAnimationFrame(() => end(performance.now() - start));
  });
  const late = setTimeout(() => end(-1), 10000);
  watcher.observe(document.querySelector(".rn-panel"), { subtree: true, childList: true, characterData: true });
  press(key, false);
});

// A key held down as a keyboard repeats it. Gives the pictures that the view with fewest of them had
// shown when it was let go, for how long it was held, and how long after that the server was still
// drawing slices (the finer lines that it draws at rest do not count).
window.rnHold = (key, presses, perSecond) => new Promise((done) => {
  const watch = window.rnWatch();
  const start = performance.now();
  let sent = 0;
  const next = async () => {
    press(key, sent > 0);
    sent += 1;
    if (sent < presses) { setTimeout(next, start + (1000 * sent) / perSecond - performance.now()); return; }
    const released = performance.now(), pictures = watch.least();
    watch.stop();
    while (!(await window.trame.trigger("probe")).drawn) await new Promise((later) => setTimeout(later, 10));
    done([pictures, released - start, performance.now() - released]);
  };
  next();
});
