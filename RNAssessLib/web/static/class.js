// The teacher's list of a class: what everybody has answered, asked for every two seconds.
(function () {
  const EVERY_MS = 2000;
  const get = (id) => document.getElementById(id);
  const make = (tag, text, more) => Object.assign(document.createElement(tag), { textContent: text }, more || {});
  let last = "";

  const fill = (view) => {
    get("class-label").textContent = view.label;
    const all = view.learners.length;
    get("class-line").textContent = `${view.here} of ${all} learners are here.` + (view.notice ? ` ${view.notice}.` : "");
    const hide = get("class-hide").checked;
    const head = document.createElement("tr");
    head.append(make("th", "Learner", { scope: "col" }), make("th", "Answered", { scope: "col" }), make("th", "Points", { scope: "col" }));
    for (const item of view.items)
      head.append(make("th", `${item.lesion} ${item.number}${item.revealed ? " ▸" : ""}`, { scope: "col", title: item.title + (item.revealed ? ": revealed" : "") }));
    get("class-table").tHead.replaceChildren(head);
    const rows = view.learners.map((learner) => {
      const row = document.createElement("tr");
      row.dataset.learner = learner.learner;
      row.append(make("th", `${learner.learner}${learner.here ? "" : " (away)"}`, { scope: "row" }));
      row.append(make("td", `${learner.answered}`), make("td", learner.score));
      for (const [icon, words] of learner.cells) row.append(hide ? make("td", icon ? "·" : "") : make("td", icon, { title: words }));
      if (learner.problem) row.append(make("td", `⚠ ${learner.problem}`, { className: "rn-warn" }));
      return row;
    });
    if (view.items.length) {
      const counts = document.createElement("tr");
      counts.className = "class-counts";
      counts.append(make("th", "All", { scope: "row" }), make("td", ""), make("td", ""));
      for (const item of view.items)
        counts.append(make("td", item.counts.filter((c) => c[1]).map((c) => `${c[0]}${c[1]}`).join(" "), { title: item.title }));
      rows.push(counts);
    }
    get("class-table").tBodies[0].replaceChildren(...rows);
  };

  const ask = async () => {
    try {
      const answer = await fetch("/class/standing");
      if (!answer.ok) throw new Error(await answer.text());
      const text = await answer.text();
      if (text !== last) fill(JSON.parse(text));
      last = text;
    } catch (error) {
      last = "";
      get("class-line").textContent = `The server does not answer; asking again. ${error.message}`;
    }
    setTimeout(ask, EVERY_MS);
  };
  get("class-hide").addEventListener("change", () => { last = ""; });
  get("class-addresses").addEventListener("toggle", async () => {
    const answer = await fetch("/class/addresses");
    const list = (await answer.json()).map((path) => {
      const item = document.createElement("li");
      item.append(make("code", location.origin + path));
      return item;
    });
    get("class-addresses").querySelector("ol").replaceChildren(...list);
  });
  ask();
})();
