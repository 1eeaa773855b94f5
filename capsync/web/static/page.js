// Keeps the page fresh and adds shortcuts. Without it everything works, but for that.
"use strict";

const FRESH_EVERY = 30_000; // ms; words such as "2 minutes ago" grow old
const AT_MOST_EVERY = 1_000; // ms between two looks for what changed

// What stands on the page is asked for again and put in place, piece by piece.
let asked = false;
let lastAsked = 0;

async function refresh() {
  if (asked || document.hidden) return;
  asked = true;
  await new Promise((go) => setTimeout(go, Math.max(0, lastAsked + AT_MOST_EVERY - Date.now())));
  asked = false;
  lastAsked = Date.now();
  try {
    const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const here of document.querySelectorAll("[data-swap]")) {
      const there = fresh.getElementById(here.id);
      if (!there || here.contains(document.activeElement)) continue;
      if (here.innerHTML !== there.innerHTML) here.replaceChildren(...document.adoptNode(there).childNodes);
    }
  } catch {
    // the server is gone; the stream says when it is back
  }
}

function piece(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function show(entry) {
  const list = document.getElementById("activity");
  if (!list) return;
  document.getElementById("quiet")?.remove();
  const time = piece("time", entry.clock);
  time.dateTime = entry.at;
  const what = piece("span", "", "what");
  if (entry.path) {
    const link = document.createElement("a");
    link.href = "/notes?" + new URLSearchParams({ q: entry.path });
    link.append(piece("bdi", entry.path));
    what.append(link, " ");
  }
  if (entry.text) what.append(piece("span", entry.text));
  const line = document.createElement("li");
  line.className = "new";
  line.append(time, " ", piece("span", entry.kind, "kind"), " ", what);
  list.prepend(line);
  while (list.children.length > Number(list.dataset.most)) list.lastElementChild.remove();
}

// One stream at a time and none for a page nobody sees: browsers allow few to one address.
let stream = null;
let left = "";

function listen() {
  const address = document.body.dataset.events;
  if (!address || document.hidden) {
    stream?.close();
    stream = null;
    return;
  }
  if (stream) return;
  const from = new URL(address, location.href);
  if (left) from.searchParams.set("from", left);
  stream = new EventSource(from);
  const live = document.getElementById("listening");
  stream.onopen = () => live && (live.hidden = false);
  stream.onerror = () => live && (live.hidden = true);
  stream.addEventListener("activity", (event) => {
    left = event.lastEventId;
    show(JSON.parse(event.data));
  });
  stream.addEventListener("news", (event) => {
    left = event.lastEventId;
    refresh();
  });
}

// Shortcuts: off wherever one types, and for good where a person wants none.
const help = document.getElementById("help");
const wanted = document.getElementById("shortcuts");
const PLACES = { o: "/", n: "/notes", c: "/conflicts", a: "/set-aside" };
let went = 0;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !wanted.checked || help.open) return;
  if (event.key === "?") {
    help.showModal();
  } else if (event.key === "/") {
    const field = document.getElementById("search");
    if (field) field.focus();
    else location.assign("/notes#search");
  } else if (event.key === "g") {
    went = Date.now();
    return;
  } else if (Date.now() - went < 1500 && event.key in PLACES) {
    location.assign(PLACES[event.key]);
  } else {
    return;
  }
  event.preventDefault();
}

function start() {
  const button = document.getElementById("help-button");
  if (!help || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  try {
    wanted.checked = localStorage.getItem("shortcuts") !== "off";
    wanted.addEventListener("change", () => localStorage.setItem("shortcuts", wanted.checked ? "on" : "off"));
  } catch {
    // no storage; the choice lasts as long as the page
  }
  document.addEventListener("keydown", pressed);
  document.addEventListener("visibilitychange", () => {
    listen();
    refresh();
  });
  if (location.hash === "#search") document.getElementById("search")?.focus();
  if (document.body.dataset.events) {
    listen();
    setInterval(refresh, FRESH_EVERY);
  }
}

start();
