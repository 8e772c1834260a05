// The page: its scenes in the order of the lecture, language, theme, and the line to uat.

import { Line } from "./ask.js";
import { forgetStyles } from "./canvas.js";
import { button, element } from "./controls.js";
import { curve } from "./curve.js";
import { depth } from "./depth.js";
import { rectangle } from "./rectangle.js";
import { readState, writeState } from "./state.js";
import { surface } from "./surface.js";
import { training } from "./training.js";
import { unit } from "./unit.js";
import { currentLanguage, say, setLanguage } from "./words.js";

const scenes = { unit, rectangle, curve, surface, training, depth };
const query = new URLSearchParams(location.search);
const main = document.getElementById("scene");

const app = {
  values: {}, // the state of the scene, in the address
  start: null, // what uat knows: activations, methods, examples
  name: "",
  shown: null,
  line: new Line(query.get("token"), connection, busy, stale),
  save: () => writeState(app.name, app.values),
  theme: () => document.documentElement.dataset.theme,
};

const status = element("p", { className: "problem", role: "status" });

function connection(now) {
  status.textContent = now === "open" ? "" : say(app.start ? "gone" : "connecting");
}

function busy(now) {
  document.getElementById("busy").textContent = now ? say("searching") : "";
}

function stale(now) {
  main.classList.toggle("stale", now);
}

function theme(given) {
  document.documentElement.dataset.theme = given;
  forgetStyles();
  app.shown?.redraw();
}

function remember(name, value) {
  query.set(name, value);
  history.replaceState(null, "", `?${query}${location.hash}`);
}

function header() {
  document.title = `uat: ${say("title")}`;
  document.getElementById("title").textContent = say("title");
  const nav = document.getElementById("scenes");
  nav.setAttribute("aria-label", say("scenes"));
  nav.replaceChildren(
    ...Object.keys(scenes).map((name, i) => {
      const link = element("a", { href: `#${name}` }, `${i + 1} ${say(name)}`);
      if (name === app.name) link.setAttribute("aria-current", "page");
      return link;
    }),
  );
  const dark = app.theme() === "dark";
  document.getElementById("settings").replaceChildren(
    button(say(dark ? "light" : "dark"), () => {
      theme(dark ? "light" : "dark");
      remember("theme", app.theme());
      header();
    }),
    button(
      say("language"),
      () => {
        setLanguage(currentLanguage() === "en" ? "ja" : "en");
        remember("language", currentLanguage());
        show();
      },
      { title: say("languageName"), lang: currentLanguage() === "en" ? "ja" : "en" },
    ),
  );
}

// Show the scene of the address, from the beginning.
function show() {
  const { scene, values } = readState();
  app.name = scene in scenes ? scene : "curve";
  app.values = values;
  app.shown?.close();
  header();
  const stage = element("section", { className: "stage" });
  const panel = element("aside", { className: "panel" });
  panel.setAttribute("aria-label", say("controls"));
  main.replaceChildren(stage, panel);
  app.shown = scenes[app.name](app, stage, panel);
  panel.prepend(status);
}

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea");
  const name = Object.keys(scenes)[Number(event.key) - 1];
  if (name && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) location.hash = name;
});
addEventListener("hashchange", show);

setLanguage(query.get("language"));
theme(query.get("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
connection("closed");
app.line.ask("start", {}, ({ answer, error }) => {
  status.textContent = error ?? "";
  if (!answer) return;
  app.start = answer;
  show();
});
