// What each panel shows.

import { ago, ask, byId, clock, copier, element, exactly, keep, say, time } from "./dom.js";

const rowsOf = (id) => document.querySelector(`#${id} .rows`);
const FOUND = /(https?:\/\/[^\s<>"']+)|(?<![\w-])(\d{6})(?![\w-])/g;

/** Parts of a text: links to click, codes to copy, and what is between them. */
function parts(text) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(FOUND)) {
    const [whole] = match;
    const shown = match[1] ? whole.replace(/[.,;:!?)\]]+$/, "") : whole;
    found.push(text.slice(end, match.index));
    if (match[2]) found.push(copier(shown, shown, { class: "copy code", title: "Copy the code" }));
    else found.push(element("a", { href: shown, target: "_blank", rel: "noopener noreferrer" }, shown), " ", copier(shown, "Copy"));
    end = match.index + shown.length;
  }
  return [...found, text.slice(end)];
}

export function messages(all) {
  keep(rowsOf("inbox"), all, (one) => one.id, (one) =>
    element("li", { class: "message", tabindex: 0 },
      element("p", { class: "about" },
        element("span", { class: "chip" }, one.channel === "email" ? "e-mail" : one.channel),
        element("strong", {}, one.subject ?? ""), element("span", { class: "to" }, one.to), time(one.time)),
      element("div", { class: "text" }, ...parts(one.text))));
}

const isError = (one) => one.status === 0 || one.status >= 400;
const kindOf = (status) => (status === 0 || status >= 500 ? "bad" : status >= 400 ? "warn" : "good");

export function requests(all) {
  const words = byId("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
  const only = byId("errors").checked;
  const isShown = (one) => {
    const text = `${one.method} ${one.path} ${one.status} ${one.requestId}`.toLowerCase();
    return (!only || isError(one)) && words.every((word) => text.includes(word));
  };
  keep(rowsOf("requests"), all.filter(isShown), (one) => one.number, (one) => {
    const inner = element("div", { class: "inner" });
    return opening(element("summary", { class: "request" }, time(one.at), element("span", { class: "method" }, one.method),
      element("span", { class: "path", title: one.path }, one.path),
      element("span", { class: `chip ${kindOf(one.status)}` }, one.status ? String(one.status) : "no answer"),
      element("span", { class: "took" }, `${one.took} ms`)),
    inner, () => showLog(inner, one), one.requestId);
  });
}

/** A row that opens; what is in it is asked for when it does. */
function opening(summary, inner, open, id) {
  const details = element("details", {}, summary, inner);
  details.addEventListener("toggle", () => details.open && open());
  if (id) summary.dataset.copy = id;
  return element("li", {}, details);
}

async function showLog(inner, one) {
  inner.replaceChildren(element("p", { class: "whole" }, `${one.method} ${one.path}`), await log(one.requestId));
}

/** What was logged for a request. */
async function log(id) {
  if (!id) return element("p", { class: "quiet" }, "No function saw it: no line was logged.");
  const about = element("p", {}, "Request ", element("code", {}, id), " ", copier(id, "Copy"));
  try {
    const lines = await ask(`/log?request=${encodeURIComponent(id)}`);
    const shown = lines.map((line) => element("div", { class: "line" },
      element("p", { class: "quiet" }, `${exactly(line.at)} ${line.function}`), element("pre", { tabindex: 0 }, line.text)));
    return element("div", {}, about, ...(shown.length ? shown : [element("p", { class: "quiet" }, "Nothing was logged yet.")]));
  } catch (error) {
    return element("div", {}, about, element("p", { class: "bad" }, error.message));
  }
}

const pinned = new Map();
const STATES = { complete: "good", open: "warn", cancelled: "quiet" };

/** The requests of late, and those that were asked for by their id. */
export function verifications(recent) {
  const known = new Set(recent.map((one) => one.id));
  const all = [...[...pinned.values()].filter((one) => !known.has(one.id)), ...recent];
  keep(rowsOf("verifications"), all, (one) => one.id, (one) => {
    const inner = element("div", { class: "inner" });
    const summary = element("summary", { class: "verification" }, time(one.at), element("code", {}, one.id),
      element("span", { class: "chip" }), element("span", { class: "took" }));
    return opening(summary, inner, () => showSteps(inner, one.id), one.id);
  }, (row, one) => {
    const [chip, answered] = row.querySelectorAll("summary .chip, summary .took");
    chip.className = `chip ${STATES[one.state]}`;
    say(chip, one.state);
    say(answered, `${one.answered} of ${one.asked} answered`);
    if (row.firstChild.open) showSteps(row.querySelector(".inner"), one.id);
  });
}

/** Shows a request by its id, even an old one. */
export async function find(id, recent) {
  const found = await ask(`/verification?id=${id}`);
  pinned.set(found.id, found);
  verifications(recent);
  const row = rowsOf("verifications").querySelector(`[data-key="${CSS.escape(found.id)}"]`);
  row.firstChild.open = true;
  row.querySelector("summary").focus();
}

async function showSteps(inner, id) {
  const found = await ask(`/verification?id=${id}`).catch(() => null);
  // Where the stack doesn't answer, what is there stays.
  if (!found) return;
  if (pinned.has(id)) pinned.set(id, found);
  const { steps } = found;
  const list = inner.querySelector("ol") ?? inner.appendChild(element("ol", { class: "steps" }));
  const first = steps[0]?.at ?? 0;
  const keyOf = (step) => `${step.at} ${step.what} ${step.detail} ${step.state}`;
  keep(list, steps, keyOf, (step) => {
    const row = element("li", { class: step.state },
      step.at == null ? element("span", { class: "quiet" }, "to come") : time(step.at, exactly(step.at)),
      element("span", { class: "since" }, step.at == null ? "" : `+${step.at - first} ms`),
      element("span", {}, element("strong", {}, step.what), element("span", { class: "detail" }, step.detail)));
    if (step.requestId) row.append(logButton(step.requestId));
    return row;
  });
}

function logButton(id) {
  const button = element("button", { type: "button", "aria-expanded": "false" }, "Log");
  button.addEventListener("click", async () => {
    const shown = button.parentNode.querySelector(".inner");
    button.setAttribute("aria-expanded", String(!shown));
    if (shown) shown.remove();
    else button.parentNode.append(element("div", { class: "inner" }, await log(id)));
  });
  return button;
}

const cells = (count, first) => element("tr", { tabindex: 0 }, first, ...Array.from({ length: count }, () => element("td")));

export function queues(all) {
  keep(rowsOf("queues"), all, (one) => one.name,
    (one) => cells(5, element("th", { scope: "row", title: one.name }, one.name)),
    (row, one) => {
      const [waiting, flying, delayed, oldest, dead] = row.querySelectorAll("td");
      say(waiting, String(one.waiting));
      say(flying, String(one.flying));
      say(delayed, String(one.delayed));
      say(oldest, one.oldest == null ? "–" : ago(one.oldest));
      say(dead, one.dead ? String(one.dead.count) : "–");
      dead.className = one.dead?.count ? "bad" : "";
      dead.title = one.dead?.name ?? "";
      row.classList.toggle("idle", !one.waiting && !one.flying && !one.delayed && !one.dead?.count);
    });
}

export function functions(all) {
  keep(rowsOf("functions"), all, (one) => one.name,
    (one) => cells(3, element("th", { scope: "row", title: one.name }, one.name)),
    (row, one) => {
      const [deployed, called, error] = row.querySelectorAll("td");
      say(deployed, one.state === "Active" ? ago(Date.parse(one.deployed)) : one.state.toLowerCase());
      deployed.className = one.state === "Failed" ? "bad" : "";
      say(called, one.called ? ago(one.called) : "–");
      say(error, one.error ? `${clock(one.error.at)} ${one.error.operation ?? ""} ${one.error.text}` : "none");
      error.className = one.error ? "bad" : "quiet";
      error.title = error.textContent;
    });
}

/** Whether the API answers, and where the pages about it are. */
export function api({ api, probe, pages }) {
  const state = byId("api").firstChild;
  const answers = probe?.status === 200;
  state.className = `state ${!probe ? "" : answers ? "good" : "bad"}`;
  const trouble = probe?.status ? `The API answers ${probe.status}` : "The API doesn't answer";
  say(state, !probe ? "Asking the API" : answers ? `The API answers, in ${probe.took} ms` : trouble);
  byId("docs").href = `${api}/docs`;
  keep(byId("pages"), pages, (name) => name,
    (name) => element("a", { href: `/read/${name}`, target: "_blank" }, name.replace(".md", "")));
}
