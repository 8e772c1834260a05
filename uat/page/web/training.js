// Training: descent, Adam and variable projection on the same f, beside the built network.

import { draggable, Panel, short, text, unitOf } from "./canvas.js";
import { button, choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { readSource, sourceControls, writeSource } from "./source.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say, unitsText } from "./words.js";

const methods = ["descent", "adam", "projection"];

export function training(app, stage, panel) {
  const now = {
    f: readSource(app, { example: "nielsen" }),
    units: readNumber(app.values.units, 2, 40, 10),
    sigma: app.start.methods.comb.includes(app.values.sigma) ? app.values.sigma : "tanh",
    seed: readNumber(app.values.seed, 1, 1e6, 1),
  };
  let shown = null;
  let running = false;
  const { canvas, picture, speak } = makeStage(stage, "training", draw);
  const result = element("p", { className: "result" });
  const problem = element("p", { className: "problem", role: "alert" });
  const units = slider(say("unitCount"), {
    ...{ least: 2, most: 40, value: now.units, step: 1 },
    input: (value) => (now.units = value),
    change: (value) => set({ units: value }),
  });
  const names = app.start.methods.comb.map((name) => [name, name]);
  const sigma = choice(say("activation"), names, now.sigma, (name) => set({ sigma: name }));
  const source = sourceControls(app, now.f, (f) => set({ f }));
  const again = button(say("another"), () => set({ seed: (now.seed % 999) + 1 }));
  const certify = button(say("certify"), () => run(true));
  const buttons = element("div", { className: "buttons" }, again, certify);
  const tell = (line) => (problem.textContent = line);
  const keep = keeper(app, "training", words, ["npz", "png", "svg"], tell);
  panel.append(result, problem, buttons, units.node, sigma.node, source.node, keep);

  function words() {
    return { f: now.f, units: now.units, activation: now.sigma, seed: now.seed };
  }

  function set(given) {
    Object.assign(now, given);
    source.show(now.f);
    app.values = { ...writeSource(now.f), units: now.units, sigma: now.sigma, seed: now.seed };
    app.save();
    run(false);
  }

  function run(prove) {
    running = true;
    problem.textContent = "";
    app.line.ask("training", prove ? { ...words(), certify: true } : words(), ({ answer, error, more }) => {
      shown = answer ?? shown;
      if (answer?.about) source.show(now.f, answer.about);
      running = more !== undefined;
      problem.textContent = error ?? "";
      certify.disabled = running;
      result.replaceChildren(unitsText(now.units), element("small", {}, running ? say("training…") : say("trained")));
      if (!running && shown?.curves) speak(methods.map((name) => `${say(name)}: ${short(shown.curves[name].seen)}`).join(", "));
      picture.redraw();
    });
  }

  function draw(context, width, height) {
    if (!shown) return;
    const em = unitOf(context);
    const { x, f } = shown;
    const [low, high] = [Math.min(...f), Math.max(...f)];
    const spare = 0.2 * (high - low || 1);
    const columns = width > 38 * em ? 2 : 1;
    const rows = 4 / columns;
    const wide = width / columns;
    const tall = (height - 0.5 * em) / rows;
    ["built", ...methods].forEach((name, i) => {
      const left = (i % columns) * wide + 3 * em;
      const box = { x: left, y: Math.floor(i / columns) * tall + 2.9 * em, width: wide - 3.8 * em, height: tall - 4.6 * em };
      const panel0 = new Panel(context, box, [x[0], x.at(-1)], [low - spare, high + spare]);
      panel0.axes({ up: 3, across: i + columns >= 4 });
      panel0.clipped(() => {
        panel0.curve(x, f, "target", 0.3 * em);
        const found = name === "built" ? shown.built : shown.curves?.[name];
        if (found?.g) panel0.curve(x, found.g, "network", 0.19 * em);
      });
      text(context, say(name), left, box.y - 2.1 * em, { bold: true, size: 1.05 });
      text(context, numbers(name), left, box.y - 0.85 * em, { size: 0.92, fill: "error" });
    });
  }

  function numbers(name) {
    if (name === "built") return shown.built.bound ? `${say("proved")} |f − g| ≤ ${shown.built.bound}` : shown.built.problem;
    const found = shown.curves?.[name];
    if (!found) return "";
    if (found.bound) return `${say("proved")} |f − g| ≤ ${found.bound}`;
    const steps = say("iterations", { count: found.iterations.toLocaleString("en") });
    return say("seenAfter", { error: short(found.seen), steps });
  }

  // Nothing is dragged here; a click trains again, and so does the space bar.
  draggable(canvas, () => null);
  arrows(canvas, (across) => set({ units: Math.min(Math.max(now.units + across, 2), 40) }));
  set({});
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}
