// Asks how the stack does every other second, and shows it.

import { byId, say } from "./dom.js";
import * as panels from "./panels.js";
import { onKeys } from "./keys.js";

const EVERY = 2000;
let state = null;
let tag = "";
let isPaused = false;

async function look() {
  const headers = tag ? { "if-none-match": tag } : {};
  const answer = await fetch("/state", { cache: "no-store", headers });
  if (answer.status !== 304) {
    if (!answer.ok) throw new Error(await answer.text());
    tag = answer.headers.get("etag");
    state = await answer.json();
  }
}

function show() {
  if (!state) return;
  panels.api(state);
  panels.messages(state.messages);
  panels.requests(state.requests);
  panels.verifications(state.verifications);
  panels.queues(state.queues);
  panels.functions(state.functions);
}

async function follow() {
  if (!isPaused && !document.hidden) {
    const trouble = byId("trouble");
    try {
      await look();
      show();
      trouble.hidden = true;
    } catch {
      say(trouble, "The stack doesn't answer. Start it with: cargo dev up");
      trouble.hidden = false;
    }
  }
  setTimeout(follow, EVERY);
}

function pause() {
  isPaused = !isPaused;
  byId("pause").setAttribute("aria-pressed", String(isPaused));
  say(byId("pause").firstElementChild, isPaused ? "Paused" : "Pause");
}

async function find(event) {
  event.preventDefault();
  const number = byId("number").value.trim();
  try {
    await panels.find(number, state?.verifications ?? []);
    say(byId("not-found"), "");
  } catch (error) {
    say(byId("not-found"), error.message);
  }
}

byId("pause").addEventListener("click", pause);
byId("filter").addEventListener("input", show);
byId("filter").form.addEventListener("submit", (event) => event.preventDefault());
byId("errors").addEventListener("change", show);
byId("find").addEventListener("submit", find);
onKeys({ pause, show });
follow();
