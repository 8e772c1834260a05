// Any curve: draw f, drag ε, and see the network, its proof, and the error under its ε.

import { colour, draggable, Panel, short, text, unitOf } from "./canvas.js";
import { choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { drawNetwork, unitAt } from "./network.js";
import { proofList } from "./proof.js";
import { activations } from "./sigma.js";
import { between, Drawing, readSource, sourceControls, writeSource } from "./source.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say, unitsText } from "./words.js";

const range = [1e-9, 1e3];

export function curve(app, stage, panel) {
  const { methods } = app.start;
  const now = {
    f: readSource(app),
    eps: readNumber(app.values.eps, ...range, 0.5),
    method: app.values.method in methods ? app.values.method : "staircase",
    sigma: app.start.activations.includes(app.values.sigma) ? app.values.sigma : "logistic",
  };
  let shown = null; // the last answer
  let failed = ""; // why the last request has none
  let focus = ""; // the line of the proof that is read
  let chosen = -1; // the unit under the pointer
  let drawing = null; // the curve under the pen
  let knot = 80; // the point that the arrow keys move
  let panels = null;
  let asked = 0; // when the request that waits was made
  const ends = new Map(); // for each f, method and σ the smallest ε that worked, and why no smaller

  const { canvas, picture, speak } = makeStage(stage, "curve", draw);
  canvas.classList.add("pen");

  const [units, proved] = [element("span"), element("small")];
  const result = element("p", { className: "result" }, units, proved);
  const problem = element("p", { className: "problem", role: "alert" });
  const source = sourceControls(app, now.f, (f) => set({ f }));
  const digits = (value) => Number(value.toPrecision(2));
  const eps = slider(say("eps"), {
    ...{ least: 1e-6, most: 1, value: now.eps, show: short },
    ...{ toPosition: Math.log10, fromPosition: (position) => digits(10 ** position), step: 0.05 },
    input: (value) => set({ eps: value }, "quick"),
    change: (value) => settle(value),
  });
  const kinds = Object.keys(methods).map((name) => [name, say(name)]);
  const method = choice(say("method"), kinds, now.method, (name) => set({ method: name }));
  const sigma = choice(say("activation"), [], now.sigma, (name) => set({ sigma: name }));
  const proof = proofList((name) => {
    focus = name;
    picture.redraw();
  });
  const words = (effort = "normal") => ({ f: now.f, eps: now.eps, method: now.method, activation: now.sigma, effort });
  const tell = (line) => (problem.textContent = line);
  const keep = keeper(app, "curve", words, ["npz", "json", "png", "svg"], tell);
  const how = element("div", { className: "two-thirds" }, method.node, sigma.node);
  panel.append(result, problem, eps.node, how, source.node, proof.node, keep);

  function key() {
    return JSON.stringify([now.f, now.method, now.sigma]);
  }

  function set(given, effort = "normal", then = () => {}) {
    Object.assign(now, given);
    if (!methods[now.method].includes(now.sigma)) [now.sigma] = methods[now.method];
    eps.set(now.eps);
    if ("method" in given) sigma.fill(methods[now.method].map((name) => [name, name]), now.sigma);
    if ("method" in given || "f" in given) {
      method.set(now.method);
      source.show(now.f);
    }
    app.values = { ...writeSource(now.f), eps: now.eps, method: now.method, sigma: now.sigma };
    app.save();
    // the search for fewest units takes a second: what it begins with is shown at once
    if (now.method === "free" && effort === "normal") {
      request("quick", (reached) => (reached ? request("normal", then) : then(false)));
    } else request(effort, then);
  }

  function request(effort, then = () => {}) {
    asked = performance.now();
    const [about, size] = [key(), now.eps];
    app.line.ask("curve", words(effort), ({ answer, error }) => {
      if (answer) {
        shown = answer;
        failed = "";
        drawing = drawing?.last ? drawing : null;
        const end = ends.get(about);
        if (!end || size < end.eps) ends.set(about, { eps: size, reason: "" });
        fitSlider();
        if (answer.about) source.show(now.f, answer.about);
      } else failed = error;
      report();
      picture.redraw(() => measure());
      then(!error);
    });
  }

  // From the move of the slider to the picture: what the tests of the page measure.
  function measure() {
    canvas.dispatchEvent(new CustomEvent("drawn", { detail: performance.now() - asked }));
  }

  // The slider was let go: where its ε is out of reach, go back to about the smallest that is not.
  function settle(value) {
    set({ eps: value }, "normal", (reached) => {
      const end = ends.get(key());
      if (!reached && end) search(value, end.eps, failed, 4);
    });
  }

  function search(bad, good, reason, tries) {
    const middle = digits(Math.sqrt(bad * good));
    if (tries > 0 && middle > bad && middle < good) {
      set({ eps: middle }, "quick", (reached) =>
        reached ? search(bad, middle, reason, tries - 1) : search(middle, good, failed, tries - 1),
      );
    } else {
      set({ eps: good }, "normal", () => {
        ends.get(key()).reason = reason;
        report();
      });
    }
  }

  function fitSlider() {
    const height = Math.max(...shown.f) - Math.min(...shown.f) || Math.abs(shown.f[0]) || 1;
    const top = Math.log10(height / 2);
    eps.range.max = top;
    eps.range.min = top - 8;
    eps.set(now.eps);
  }

  function report() {
    const end = ends.get(key());
    const ended = end?.reason && now.eps <= end.eps * 1.001;
    problem.textContent = failed || (ended ? say("epsEnds", { reason: end.reason }) : "");
    if (!shown) return;
    const bound = `${say("proved")} |f − g| ≤ ${shown.proof.bound} < ε`;
    units.textContent = unitsText(shown.count);
    proved.textContent = bound;
    speak(failed || `${unitsText(shown.count)}, ${bound}`);
    proof.show(shown.proof.recital);
  }

  function layout(context, width, height) {
    const em = unitOf(context);
    const across = { x: 3.6 * em, width: width - 4.6 * em };
    const room = height - 4.2 * em;
    const tall = { top: 0.54 * room, bottom: 0.16 * room, net: 0.3 * room };
    const { x, f } = shown;
    const [low, high] = [Math.min(...f), Math.max(...f)];
    const height0 = high - low || Math.abs(high) || 1;
    const spare = 0.12 * height0 + Math.min(shown.eps, 0.3 * height0);
    const domain = [x[0], x.at(-1)];
    const top = new Panel(context, { ...across, y: 0.6 * em, height: tall.top }, domain, [low - spare, high + spare]);
    const bottomY = top.y + top.height + 2.1 * em;
    const bottom = new Panel(context, { ...across, y: bottomY, height: tall.bottom }, domain, [0, 1.3 * shown.eps]);
    const net = { ...across, y: bottomY + tall.bottom + 0.9 * em, height: tall.net - 0.2 * em };
    return { em, top, bottom, net };
  }

  function draw(context, width, height) {
    if (!shown) return;
    // while a curve is drawn its axes stay where they are under the pen
    const fresh = layout(context, width, height);
    if (panels && drawing) {
      const { left, right, low, high } = panels.top;
      Object.assign(fresh.top, { left, right, low, high });
    }
    panels = fresh;
    const { em, top, bottom, net } = panels;
    const { x, f, g, eps: size } = shown;
    top.clipped(() => {
      top.band(x, f, size, "band");
      pieces(context);
      top.curve(x, f, "target", 0.3 * em);
      top.curve(x, g, "network", 0.2 * em);
      context.globalAlpha = 1;
      if (drawing) top.curve(drawing.x, drawing.y, "target", 0.3 * em);
      marked(context);
    });
    top.axes();
    if (!now.f.points && !drawing) {
      const options = { align: "right", size: 0.95, fill: "target" };
      text(context, `✎ ${say("drawHere")}`, top.x + top.width - 0.5 * em, top.y + top.height - 0.9 * em, options);
    }
    names(context);
    bottom.clipped(() => {
      bottom.curve(...shown.error, "error", (focus === "proved" ? 0.24 : 0.15) * em);
      context.globalAlpha = 1;
    });
    bottom.axes({ across: false, numbers: false });
    bottom.level(size, "ink", [6, 4], 1.5);
    text(context, "ε", bottom.x - 0.5 * em, bottom.py(size), { maths: true, align: "right", size: 1.1 });
    text(context, "0", bottom.x - 0.5 * em, bottom.py(0), { align: "right", size: 0.85 });
    text(context, say("error"), bottom.x + 0.6 * em, bottom.y - 0.35 * em, { size: 0.85, fill: "error" });
    if (focus === "seen") {
      const { witness } = shown.proof;
      for (const panel of [top, bottom]) panel.upright(witness, "error", [], 2.5);
    }
    drawNetwork(context, net, top, shown, focus === "so" || focus === "units" || focus === "weights" ? -2 : chosen);
    if (canvas.matches(":focus-visible")) {
      const points = drawing ?? new Drawing(x, f);
      top.handle(points.x[knot], points.y[knot], "target", true);
    }
  }

  function names(context) {
    const { em, top } = panels;
    const { x, f, eps: size } = shown;
    // f and g stand at the right end, ε beside the band
    const entries = [["f", "target"], ["g", "network"]];
    entries.forEach(([name, fill], i) => {
      text(context, name, top.x + (0.8 + 1.6 * i) * em, top.y + 0.9 * em, { maths: true, size: 1.5, fill });
    });
    text(context, `f ± ε,  ε = ${short(size)}`, top.x + 4.2 * em, top.y + 0.95 * em, { maths: true, size: 1.15 });
    const at = Math.floor(x.length * 0.02);
    const tall = Math.abs(top.py(f[at] - size) - top.py(f[at] + size));
    if (tall > 2.2 * em) {
      context.strokeStyle = colour("ink");
      context.lineWidth = 1.5;
      context.beginPath();
      const px = top.px(x[at]);
      for (const y of [f[at] - size, f[at], f[at] + size]) {
        context.moveTo(px - 0.3 * em, top.py(y));
        context.lineTo(px + 0.3 * em, top.py(y));
      }
      context.moveTo(px, top.py(f[at] - size));
      context.lineTo(px, top.py(f[at] + size));
      context.stroke();
    }
  }

  // The pieces on which a staircase is level, each a rectangle down to 0.
  function pieces(context) {
    const stairs = shown.method === "staircase" || shown.method === "rectangles";
    if (!stairs || !["step 2", "step 3", "fewest"].includes(focus)) return;
    const { top } = panels;
    const edges = levels();
    const one = focus === "step 2" ? Math.floor(edges.length / 2) : -1;
    for (let i = 0; i + 1 < edges.length; i += 1) {
      if (one >= 0 && i !== one) continue;
      const [from, to] = [top.px(edges[i]), top.px(edges[i + 1])];
      const height = between(shown.x, shown.g, (edges[i] + edges[i + 1]) / 2);
      const base = Math.min(Math.max(0, top.low), top.high);
      context.fillStyle = colour("unit");
      const alpha = context.globalAlpha;
      context.globalAlpha = alpha * (one >= 0 ? 0.6 : i % 2 ? 0.28 : 0.45);
      context.fillRect(from, Math.min(top.py(height), top.py(base)), to - from, Math.abs(top.py(height) - top.py(base)));
      context.globalAlpha = alpha;
    }
  }

  function levels() {
    const [, b, c] = shown.units.length ? shown.units : [[], [], []];
    const inner = b.map((slope, i) => (slope ? -c[i] / slope : NaN)).filter((x) => x > shown.x[0] && x < shown.x.at(-1));
    const sorted = [shown.x[0], ...inner.sort((p, q) => p - q), shown.x.at(-1)];
    const least = (sorted.at(-1) - sorted[0]) / 1e5;
    return sorted.filter((x, i) => i === 0 || x - sorted[i - 1] > least);
  }

  // The unit that is pointed at, or that the line of the proof speaks of, as a curve of its own.
  function marked(context) {
    if (!shown.units.length) return;
    const [a, b, c] = shown.units;
    const step = focus === "step 1" ? Math.floor(a.length / 2) : chosen;
    if (step < 0 || step >= a.length || !b[step]) return;
    const { em, top } = panels;
    const value = activations[shown.activation];
    const place = -c[step] / b[step];
    const { x, g } = shown;
    // the unit is lifted so that it starts where g is just before its step
    const before = between(x, g, place - (x.at(-1) - x[0]) * 1e-4);
    const bounded = Math.abs(value(1e6)) <= 1;
    const from = b[step] > 0 ? value(-1e6) : value(1e6);
    const lift = bounded ? before - a[step] * from : 0;
    const fine = [...x, place - 1e-9, place + 1e-9].sort((p, q) => p - q);
    const y = fine.map((each) => lift + a[step] * value(b[step] * (each - place)));
    top.curve(fine, y, "unit", 0.34 * em);
    top.upright(place, "unit", [4, 4], 1.5);
  }

  draggable(
    canvas,
    (px, py) => {
      if (!panels?.top.holds(px, py)) return null;
      drawing ??= new Drawing(shown.x, shown.f);
      drawing.lift();
      const put = (x, y) => {
        const [place, height] = panels.top.at(x, y);
        drawing.to(place, Math.min(Math.max(height, panels.top.low), panels.top.high));
        picture.redraw();
        later();
      };
      put(px, py);
      return put;
    },
    () => {
      drawing?.lift();
      set({ f: { points: drawing.points() } });
    },
  );

  // While the pen moves, a request for each frame is enough.
  let frame = 0;
  function later() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (!drawing) return;
      now.f = { points: drawing.points() };
      source.show(now.f);
      request("quick");
    });
  }

  canvas.addEventListener("pointermove", (event) => {
    if (!panels || event.buttons) return;
    const found = unitAt(panels.net, shown, event.offsetX, event.offsetY, panels.em);
    canvas.style.cursor = found >= 0 ? "help" : "";
    if (found !== chosen) {
      chosen = found;
      picture.redraw();
    }
  });
  canvas.addEventListener("pointerleave", () => {
    chosen = -1;
    picture.redraw();
  });
  canvas.addEventListener("focus", () => picture.redraw());
  canvas.addEventListener("blur", () => picture.redraw());

  arrows(canvas, (across, up) => {
    if (!shown) return;
    const points = drawing ?? new Drawing(shown.x, shown.f);
    knot = Math.min(Math.max(knot + 4 * across, 0), points.x.length - 1);
    if (up) {
      // the neighbours follow, so that the curve stays one that a hand could draw
      const reach = 12;
      const by = 0.03 * up * (panels.top.high - panels.top.low);
      for (let i = Math.max(knot - reach, 0); i <= Math.min(knot + reach, points.x.length - 1); i += 1) {
        points.y[i] += by * Math.cos(((i - knot) / reach) * (Math.PI / 2)) ** 2;
      }
      set({ f: { points: points.points() } });
    }
    picture.redraw();
  });

  set({ method: now.method });
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}
