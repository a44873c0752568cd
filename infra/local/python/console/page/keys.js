// What the keyboard does.

import { announce, byId, copy } from "./dom.js";

const PANELS = ["inbox", "requests", "verifications", "queues", "functions"];
const ROWS = ".message, summary, tbody tr";

/** The rows of a panel that can be seen. */
function rows(panel) {
  return [...panel.querySelectorAll(ROWS)];
}

function visit(panel) {
  panel.scrollIntoView({ block: "nearest" });
  const [first] = rows(panel);
  if (first) first.focus();
  else announce("Nothing is there");
}

function move(by) {
  const panel = document.activeElement.closest("section") ?? byId(PANELS[0]);
  const all = rows(panel);
  const now = all.findIndex((row) => row.contains(document.activeElement) || row.nextElementSibling?.contains(document.activeElement));
  all[Math.min(Math.max(now + by, 0), all.length - 1)]?.focus();
}

function rowOfFocus() {
  return document.activeElement.closest(ROWS);
}

function copyOfRow() {
  const row = rowOfFocus();
  const text = row?.dataset.copy ?? row?.querySelector("[data-copy]")?.dataset.copy;
  if (text) copy(text);
  else announce("There is nothing to copy here");
}

function dialog() {
  const keys = byId("keys");
  if (keys.open) keys.close();
  else keys.showModal();
}

/** Has the keys do what they say. */
export function onKeys({ pause, show }) {
  const deeds = {
    j: () => move(1),
    k: () => move(-1),
    o: () => rowOfFocus()?.querySelector("a")?.click(),
    c: copyOfRow,
    "/": () => byId("filter").focus(),
    v: () => byId("number").focus(),
    p: pause,
    "?": dialog,
    e: () => {
      byId("errors").checked = !byId("errors").checked;
      show();
    },
  };
  PANELS.forEach((id, at) => {
    deeds[at + 1] = () => visit(byId(id));
  });
  byId("help").addEventListener("click", dialog);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox])");
    if (isTyping && event.key === "Escape") event.target.blur();
    const isOurs = !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isOurs || !Object.hasOwn(deeds, event.key) || (byId("keys").open && event.key !== "?")) return;
    event.preventDefault();
    deeds[event.key]();
  });
}
