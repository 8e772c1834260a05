// The page in a cell of a notebook: its line to the kernel, and its state in the widget.

import { Kernel } from "./ask.js";
import { element } from "./controls.js";
import { page } from "./page.js";
import { readState, written } from "./state.js";

// Show the page in `el` with the style sheets `style`; nothing of either reaches the other.
export function widget({ model, el }, style) {
  const host = element("div", { className: "uat" });
  host.dataset.lmSuppressShortcuts = "true"; // a letter of a formula is no command of JupyterLab
  const root = host.attachShadow({ mode: "open" });
  const frame = element("div", { className: "frame" });
  root.append(element("style", {}, style), frame);
  el.append(host);

  let line = null;
  const keep = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };
  let pending = 0;
  const shown = page(frame, host, {
    line: (_, busy, stale) => (line = new Kernel(model, busy, stale)),
    read: () => readState(model.get("state")),
    write: (scene, values) => {
      clearTimeout(pending);
      pending = setTimeout(() => keep("state", written(scene, values)), 250);
    },
    go: (scene) => {
      clearTimeout(pending);
      keep("state", scene);
      shown.show();
    },
    remember: keep,
    language: model.get("language"),
    theme: model.get("theme"),
  });
  host.addEventListener("keydown", (event) => {
    event.stopPropagation();
    shown.pressed(event);
  });
  return () => {
    clearTimeout(pending);
    shown.close();
    line.close();
  };
}
