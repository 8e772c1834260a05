// The page in a browser: its line to the server, and its state in the address.

import { Socket } from "./ask.js";
import { page } from "./page.js";
import { readState, written } from "./state.js";
import { say } from "./words.js";

const query = new URLSearchParams(location.search);
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
let pending = 0;

function remember(name, value) {
  query.set(name, value);
  history.replaceState(null, "", `?${query}${location.hash}`);
  document.title = `uat: ${say("title")}`;
}

function write(scene, values) {
  clearTimeout(pending);
  // browsers refuse an address that changes at every frame
  pending = setTimeout(() => history.replaceState(null, "", `${location.search}#${written(scene, values)}`), 250);
}

const { show, pressed } = page(document.body, document.documentElement, {
  line: (changed, busy, stale) => {
    changed("closed");
    return new Socket(query.get("token"), changed, busy, stale);
  },
  read: () => readState(location.hash.slice(1)),
  write,
  go: (scene) => {
    clearTimeout(pending);
    location.hash = scene;
  },
  remember,
  language: query.get("language"),
  theme: query.get("theme") ?? (dark ? "dark" : "light"),
});
document.title = `uat: ${say("title")}`;
addEventListener("hashchange", show);
document.addEventListener("keydown", pressed);
