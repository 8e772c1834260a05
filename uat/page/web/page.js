// The scenes in the order of the lecture, with language and theme: all that a page and a notebook share.

import { dress, forgetStyles } from "./canvas.js";
import { button, element } from "./controls.js";
import { curve } from "./curve.js";
import { depth } from "./depth.js";
import { rectangle } from "./rectangle.js";
import { surface } from "./surface.js";
import { training } from "./training.js";
import { unit } from "./unit.js";
import { currentLanguage, say, setLanguage } from "./words.js";

const scenes = { unit, rectangle, curve, surface, training, depth };

// Build the page in `frame`; `host` wears its language and theme. What is around it gives `line(changed,
// busy, stale)` to uat, `read()` and `write(scene, values)` of the state, `go(scene)`, and
// `remember(name, value)` for language and theme.
export function page(frame, host, around) {
  const title = element("h1");
  const nav = element("nav");
  const working = element("p", { className: "busy", role: "status" });
  const settings = element("div", { className: "settings" });
  const main = element("main");
  const status = element("p", { className: "problem", role: "status" });
  frame.append(element("div", { className: "page" }, element("header", {}, title, nav, working, settings), main));

  const app = {
    values: {}, // the state of the scene
    start: null, // what uat knows: activations, methods, names of examples
    name: "",
    shown: null,
    line: null,
    save: () => around.write(app.name, app.values),
    theme: () => host.dataset.theme,
  };

  function connection(now) {
    status.textContent = now === "open" ? "" : say(app.start ? "gone" : "connecting");
  }

  function busy(now) {
    working.textContent = now ? say("searching") : "";
  }

  function stale(now) {
    main.classList.toggle("stale", now);
  }

  function theme(given) {
    host.dataset.theme = given;
    forgetStyles();
    app.shown?.redraw();
  }

  function language(given) {
    setLanguage(given);
    host.lang = currentLanguage();
  }

  function header() {
    title.textContent = say("title");
    nav.setAttribute("aria-label", say("scenes"));
    nav.replaceChildren(
      ...Object.keys(scenes).map((name, i) => {
        const link = element("a", { href: `#${name}` }, `${i + 1} ${say(name)}`);
        if (name === app.name) link.setAttribute("aria-current", "page");
        link.addEventListener("click", (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          around.go(name);
        });
        return link;
      }),
    );
    const dark = app.theme() === "dark";
    settings.replaceChildren(
      button(say(dark ? "light" : "dark"), () => {
        theme(dark ? "light" : "dark");
        around.remember("theme", app.theme());
        header();
      }),
      button(
        say("language"),
        () => {
          language(currentLanguage() === "en" ? "ja" : "en");
          around.remember("language", currentLanguage());
          show();
        },
        { title: say("languageName"), lang: currentLanguage() === "en" ? "ja" : "en" },
      ),
    );
  }

  // Show the scene of the state, from the beginning.
  function show() {
    if (!app.start) return;
    const { scene, values } = around.read();
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

  // A digit opens a scene.
  function pressed(event) {
    const typing = event.composedPath()[0].closest?.("input, select, textarea");
    const name = Object.keys(scenes)[Number(event.key) - 1];
    if (name && !typing && !event.ctrlKey && !event.altKey && !event.metaKey) around.go(name);
  }

  dress(host);
  language(around.language);
  theme(around.theme);
  header();
  main.append(status);
  app.line = around.line(connection, busy, stale);
  app.line.ask("start", {}, ({ answer, error }) => {
    status.textContent = error ?? "";
    app.start = answer ?? null;
    show();
  });
  return { show, pressed, close: () => app.shown?.close() };
}
