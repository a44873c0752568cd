// Making and keeping elements. Text goes in as text alone.

export const byId = (id) => document.getElementById(id);

/** An element with attributes, and in it texts and other elements. */
export function element(name, attributes = {}, ...inner) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...inner.filter((one) => one != null));
  return made;
}

/** Sets a text unless it is there already, so that what is marked stays marked. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Has a list hold a row for each item, in their order. Rows that are there stay the
 * same elements: what is open, focused or marked in them stays so.
 */
export function keep(list, items, keyOf, make, update) {
  const keys = new Set(items.map((item) => String(keyOf(item))));
  for (const row of [...list.children]) if (!keys.has(row.dataset.key)) row.remove();
  const known = new Map([...list.children].map((row) => [row.dataset.key, row]));
  let before = null;
  for (const item of items) {
    const key = String(keyOf(item));
    const row = known.get(key) ?? made(key, make(item));
    update?.(row, item);
    const place = before ? before.nextSibling : list.firstChild;
    if (row !== place) list.insertBefore(row, place);
    before = row;
  }
}

function made(key, row) {
  row.dataset.key = key;
  return row;
}

const clockOf = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** The time of day, of milliseconds since 1970. */
export function clock(at) {
  return clockOf.format(at);
}

/** The same to the millisecond. */
export function exactly(at) {
  return `${clock(at)}.${String(at % 1000).padStart(3, "0")}`;
}

/** An element that shows a time, and the whole of it to who points at it. */
export function time(at, shown = clock(at)) {
  const iso = new Date(at).toISOString();
  return element("time", { datetime: iso, title: iso }, shown);
}

/** How long ago something was, in one unit. */
export function ago(at) {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86400)} d`;
}

/** A button that copies. */
export function copier(text, label, attributes = {}) {
  const button = element("button", { type: "button", class: "copy", ...attributes }, label);
  button.dataset.copy = text;
  return button;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button.copy");
  if (button) copy(button.dataset.copy);
});

/** Copies a text, and says so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    announce("Copied");
  } catch {
    announce("The browser would not copy");
  }
}

let hush = 0;

/** Says something for a moment. */
export function announce(text) {
  const said = byId("said");
  said.textContent = text;
  said.classList.remove("unseen");
  clearTimeout(hush);
  hush = setTimeout(() => said.classList.add("unseen"), 1500);
}

/** Asks the console; throws where it doesn't answer well. */
export async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}
