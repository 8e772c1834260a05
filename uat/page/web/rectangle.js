// Two units of opposite sign: h σ(b(x − s)) − h σ(b(x − t)) is a rectangle from s to t.

import { draggable, Panel, short, text, unitOf } from "./canvas.js";
import { choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { activations, network } from "./sigma.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say } from "./words.js";

const [left, right] = [-3, 3];
const [low, high] = [-2, 2];
const steepest = 2000;

export function rectangle(app, stage, panel) {
  const start = app.values;
  // σ that goes from 0 to 1: of these, two make a rectangle
  const able = app.start.activations.filter(
    (name) => activations[name](-1e9) < 1e-6 && Math.abs(activations[name](1e9) - 1) < 1e-6,
  );
  const now = {
    s: readNumber(start.s, left, right, -1),
    t: readNumber(start.t, left, right, 1),
    h: readNumber(start.h, low, high, 1),
    b: readNumber(start.b, 1, steepest, 8),
    sigma: able.includes(start.sigma) ? start.sigma : "logistic",
  };
  let rows = [];
  const { canvas, picture, speak } = makeStage(stage, "rectangle", draw);
  canvas.style.cursor = "grab";

  const sliders = {};
  const add = (name, label, least, most, bent = {}) => {
    sliders[name] = slider(say(label), {
      ...{ least, most, value: now[name], show: short, ...bent },
      input: (value) => set({ [name]: value }),
    });
    return sliders[name].node;
  };
  const log = { toPosition: Math.log, fromPosition: Math.exp };
  const which = choice(say("activation"), able.map((name) => [name, name]), now.sigma, (sigma) => set({ sigma }));
  const problem = element("p", { className: "problem", role: "alert" });
  const words = () => {
    const [a, b, c] = weights();
    return { a, b, c, activation: now.sigma };
  };
  panel.append(
    add("s", "left", left, right),
    add("t", "right", left, right),
    add("h", "height", low, high),
    add("b", "steepness", 1, steepest, log),
    which.node,
    problem,
    keeper(app, "units", words, ["npz", "png", "svg"], (line) => (problem.textContent = line)),
  );

  function weights() {
    const { s, t, h, b } = now;
    return [[h, -h], [b, b], [-b * s, -b * t]];
  }

  function set(given) {
    Object.assign(now, given);
    for (const name of ["s", "t"]) now[name] = Math.min(Math.max(now[name], left), right);
    now.h = Math.min(Math.max(now.h, low), high);
    for (const [name, control] of Object.entries(sliders)) control.set(now[name]);
    const { s, t, h, b, sigma } = now;
    app.values = { s: short4(s), t: short4(t), h: short4(h), b: short4(b), sigma };
    app.save();
    speak(`s = ${short(s)}, t = ${short(t)}, h = ${short(h)}`);
    picture.redraw();
  }

  function draw(context, width, height) {
    const em = unitOf(context);
    const gap = 1.7 * em;
    const room = height - 2 * em - 3 * gap;
    const tall = [0.27 * room, 0.27 * room, 0.46 * room];
    const across = { x: 3.2 * em, width: width - 4.4 * em };
    let y = gap;
    rows = tall.map((each) => {
      const row = new Panel(context, { ...across, y, height: each }, [left, right], [low * 1.1, high * 1.1]);
      y += each + gap;
      return row;
    });
    const [a, b, c] = weights();
    const sigma = activations[now.sigma];
    const x = graph();
    const one = (i) => x.map((each) => a[i] * sigma(b[i] * each + c[i]));
    // one guide through all rows: the edges are those of the steps
    const whole = { ...across, y: rows[0].y, height: y - gap - rows[0].y };
    const guides = new Panel(context, whole, [left, right], [0, 1]);
    for (const place of [now.s, now.t]) guides.upright(place, "faint");
    rows.forEach((row, i) => row.axes({ up: 3, across: i === 2 }));
    rows[0].clipped(() => rows[0].curve(x, one(0), "unit", 0.22 * em));
    rows[1].clipped(() => rows[1].curve(x, one(1), "unit", 0.22 * em, [12, 6]));
    rows[2].clipped(() => rows[2].curve(x, x.map((each) => network(sigma, weights(), each)), "network", 0.3 * em));
    const { s, t, h } = now;
    const name = (row, label, formula, fill) => {
      text(context, label, row.x + 0.6 * em, row.y + 0.1 * em, { size: 0.9 });
      text(context, formula, row.x + row.width - 0.4 * em, row.y + 0.1 * em, { size: 1.15, maths: true, align: "right", fill });
    };
    const at = (place) => `x ${place < 0 ? "+" : "−"} ${short(Math.abs(place))}`;
    const inner = (place) => `σ(${short(now.b)}(${at(place)}))`;
    name(rows[0], say("firstUnit"), `${short(h)} ${inner(s)}`, "unit");
    name(rows[1], say("secondUnit"), `${short(-h)} ${inner(t)}`, "unit");
    name(rows[2], say("sum"), "g(x)", "network");
    for (const place of [s, t]) rows[2].handle(place, h / 2, "network");
    rows[2].handle((s + t) / 2, h, "network", true);
    text(context, "s", rows[2].px(s) - 0.9 * em, rows[2].py(h / 2), { maths: true, size: 1.2, align: "right" });
    text(context, "t", rows[2].px(t) + 0.9 * em, rows[2].py(h / 2), { maths: true, size: 1.2 });
    text(context, `h = ${short(h)}`, rows[2].px((s + t) / 2), rows[2].py(h) + (h < 0 ? 1.3 : -1.3) * em, { maths: true, align: "center", size: 1.1 });
  }

  function graph() {
    const x = Array.from({ length: 401 }, (_, i) => left + ((right - left) * i) / 400);
    for (const place of [now.s, now.t]) {
      for (let i = -40; i <= 40; i += 1) x.push(place + i / 4 / now.b);
      x.push(place - 1e-9, place + 1e-9);
    }
    return x.filter((each) => each >= left && each <= right).sort((p, q) => p - q);
  }

  // What is nearest is dragged: an edge in any row, or the top of the sum.
  draggable(canvas, (px, py) => {
    if (!rows.length) return null;
    const row = rows.find((each) => py < each.y + each.height + unitOf(each.context)) ?? rows[2];
    const [x] = row.at(px, py);
    const top = rows[2];
    const middle = (now.s + now.t) / 2;
    if (Math.hypot(px - top.px(middle), py - top.py(now.h)) < 2 * unitOf(top.context)) {
      const offset = x - middle;
      return (mx, my) => {
        const [mid, h] = top.at(mx, my);
        moveTo(mid - offset);
        set({ h });
      };
    }
    const edge = row === rows[0] || (row === rows[2] && Math.abs(x - now.s) < Math.abs(x - now.t)) ? "s" : "t";
    const offset = x - now[edge];
    return (mx, my) => set({ [edge]: row.at(mx, my)[0] - offset });
  });

  function moveTo(middle) {
    const half = (now.t - now.s) / 2;
    const room = Math.max(right - Math.abs(half), 0);
    const place = Math.min(Math.max(middle, -room), room);
    now.s = place - half;
    now.t = place + half;
  }

  arrows(canvas, (across, up) => {
    moveTo((now.s + now.t) / 2 + 0.05 * across);
    set({ h: now.h + 0.05 * up });
  });

  set({});
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}

function short4(number) {
  return Number(number.toPrecision(6));
}
