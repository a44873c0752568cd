// Shows the document that the address asks for, out of those that the page links to.
"use strict";

const links = [...document.querySelectorAll("nav a")];
const named = (link) => new URL(link.href).searchParams.get("api");
const asked = new URLSearchParams(location.search).get("api");
const link = links.find((one) => named(one) === asked) ?? links[0];
const address = `/openapi/${named(link)}.json`;

link.setAttribute("aria-current", "page");
document.title = `${link.textContent} API – Attesta`;
document.querySelector("#document").href = address;

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: address,
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  filter: true,
  validatorUrl: null,
});
