// One unit, σ(bx + c): its step is at −c/b, and a large b makes it steep.

import { colour, draggable, Panel, short, text, unitOf } from "./canvas.js";
import { choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { activations } from "./sigma.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say } from "./words.js";

const [left, right] = [-3, 3];
const steepest = 2000;

export function unit(app, stage, panel) {
  const start = app.values;
  let sigma = start.sigma in activations ? start.sigma : "logistic";
  let b = readNumber(start.b, -steepest, steepest, 2);
  let place = readNumber(start.t, left, right, 0.5); // −c/b
  let shape = null;

  const { canvas, picture, speak } = makeStage(stage, "unit", draw);
  canvas.style.cursor = "grab";

  const asinh = { toPosition: Math.asinh, fromPosition: Math.sinh };
  const slope = slider(say("slope"), {
    ...{ least: -steepest, most: steepest, value: b, show: short, ...asinh },
    input: (value) => set({ b: value }),
  });
  const step = slider(say("stepAt"), {
    ...{ least: left, most: right, value: place, show: short },
    input: (value) => set({ place: value }),
  });
  const names = app.start.activations.map((name) => [name, name]);
  const which = choice(say("activation"), names, sigma, (value) => set({ sigma: value }));
  const problem = element("p", { className: "problem", role: "alert" });
  const words = () => ({ a: [1], b: [b], c: [c()], activation: sigma });
  panel.append(
    slope.node,
    step.node,
    which.node,
    problem,
    keeper(app, "units", words, ["npz", "png", "svg"], (line) => (problem.textContent = line)),
  );

  function c() {
    return -b * place;
  }

  function set(given) {
    b = given.b ?? b;
    place = Math.min(Math.max(given.place ?? place, left), right);
    sigma = given.sigma ?? sigma;
    slope.set(b);
    step.set(place);
    app.values = { b: b.toPrecision(6), t: place.toPrecision(6), sigma };
    app.save();
    speak(say("unitSays", { place: short(place) }));
    picture.redraw();
  }

  function limits() {
    const bounded = Math.abs(activations[sigma](1e9)) <= 1 && sigma !== "sin";
    if (!bounded && sigma !== "sin") return [-1, 3];
    return activations[sigma](-1e9) < -0.5 || sigma === "sin" ? [-1.35, 1.35] : [-0.35, 1.35];
  }

  function draw(context, width, height) {
    const em = unitOf(context);
    const low = height * 0.25;
    const box = { x: 3.2 * em, y: 1.2 * em, width: width - 4.4 * em, height: height - low - 3.4 * em };
    shape = new Panel(context, box, [left, right], limits());
    for (const level of [0, 1]) shape.level(level, "faint");
    shape.axes({ up: 4 });
    shape.upright(place, "faint", [6, 6], 2);
    shape.clipped(() => shape.curve(...graph(), "unit", 0.3 * em));
    // the tangent at the step shows b; its end is the handle that turns it
    const [px, py] = handle();
    shape.line([place, activations[sigma](0)], shape.at(px, py), "unit", [], 0.12 * em);
    shape.handle(...shape.at(px, py), "unit", true);
    const formula = `σ(${short(b)} x ${c() < 0 ? "−" : "+"} ${short(Math.abs(c()))})`;
    const far = place > 0 ? "left" : "right";
    text(context, formula, far === "left" ? box.x + em : box.x + box.width - em, shape.py(limits()[1]) + 1.4 * em, {
      ...{ size: 1.7, maths: true, align: far, fill: "unit" },
    });
    text(context, `−c/b = ${short(place)}`, shape.px(place) + 0.6 * em, shape.py(limits()[0]) - 0.9 * em, {
      ...{ size: 1.1, maths: true, align: "left" },
    });
    diagram(context, { x: box.x, y: height - low + 0.8 * em, width: box.width, height: low - 1.2 * em });
  }

  function graph() {
    const value = activations[sigma];
    const wide = 10 / Math.max(Math.abs(b), 1e-9);
    const x = Array.from({ length: 401 }, (_, i) => left + ((right - left) * i) / 400);
    for (let i = -40; i <= 40; i += 1) x.push(place + (wide * i) / 40);
    x.push(place - 1e-9, place + 1e-9);
    x.sort((p, q) => p - q);
    return [x, x.map((each) => value(b * (each - place)))];
  }

  // The handle lies on the tangent at the step, a fixed way from it on the screen.
  function handle() {
    const rise = -(shape.py(1) - shape.py(0)) * derivative() * b;
    const run = shape.px(1) - shape.px(0);
    const length = Math.hypot(run, rise) || 1;
    const far = 5.5 * unitOf(shape.context);
    const middle = activations[sigma](0);
    return [shape.px(place) + (far * run) / length, shape.py(middle) - (far * rise) / length];
  }

  function derivative() {
    const value = activations[sigma];
    return sigma === "heaviside" ? 0.25 : Math.max((value(0.01) - value(-0.01)) / 0.02, 0.1);
  }

  function diagram(context, box) {
    const em = unitOf(context);
    const y = box.y + box.height / 2;
    const places = [box.x + 2 * em, box.x + box.width / 2, box.x + box.width - 2 * em];
    const radius = Math.min(box.height / 2, 3.4 * em);
    context.lineWidth = Math.min(1.5 + Math.log1p(Math.abs(b)), 10);
    context.strokeStyle = colour("unit");
    context.setLineDash(b < 0 ? [8, 6] : []);
    context.beginPath();
    context.moveTo(places[0] + 1.3 * em, y);
    context.lineTo(places[1] - radius, y);
    context.stroke();
    context.setLineDash([]);
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(places[1] + radius, y);
    context.lineTo(places[2] - 3.4 * em, y);
    context.stroke();
    circle(context, places[0], y, 1.3 * em, "ink");
    circle(context, places[1], y, radius, "unit");
    const small = { x: places[1] - radius * 0.62, y: y - radius * 0.5, width: radius * 1.24, height: radius };
    const inside = new Panel(context, small, [left, right], limits());
    inside.clipped(() => inside.curve(...graph(), "unit", 0.16 * em));
    text(context, "x", places[0], y, { size: 1.2, maths: true, align: "center" });
    text(context, `b = ${short(b)}`, (places[0] + places[1]) / 2, y - 1.1 * em, { maths: true, align: "center", size: 1.1 });
    text(context, `c = ${short(c())}`, places[1] + radius + 0.4 * em, y - 1.1 * em, { maths: true, size: 1.1 });
    text(context, "σ(bx + c)", places[2], y, { size: 1.2, maths: true, align: "center", fill: "unit" });
  }

  draggable(canvas, (px, py) => {
    if (!shape) return null;
    const [hx, hy] = handle();
    const near = Math.hypot(px - hx, py - hy) < 2 * unitOf(shape.context);
    if (near) return (x, y) => set({ b: turned(x, y) });
    const offset = shape.at(px, py)[0] - place;
    return (x, y) => set({ place: shape.at(x, y)[0] - offset });
  });

  // The b whose tangent goes through a point of the screen.
  function turned(x, y) {
    const run = Math.max(x - shape.px(place), 0.15);
    const rise = shape.py(activations[sigma](0)) - y;
    const scale = (shape.py(0) - shape.py(1)) / (shape.px(1) - shape.px(0));
    const value = rise / run / scale / derivative();
    return Math.min(Math.max(value, -steepest), steepest);
  }

  arrows(canvas, (across, up) => {
    if (across) set({ place: place + 0.05 * across });
    if (up) set({ b: Math.sinh(Math.min(Math.max(Math.asinh(b) + 0.2 * up, -8.2), 8.2)) });
  });

  set({});
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}

export function circle(context, x, y, radius, name) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour("background");
  context.fill();
  context.lineWidth = 2.5;
  context.strokeStyle = colour(name);
  context.stroke();
}
