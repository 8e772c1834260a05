// Two coordinates: f as a surface, the sum of ridges that is within ε of it, and the map of the error.

import { colour, draggable, short, text, unitOf } from "./canvas.js";
import { choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { proofList } from "./proof.js";
import { given } from "./source.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say, unitsText } from "./words.js";

const bumpsMost = 4;
const start = [
  [0.3, 0.35, 1],
  [0.7, 0.65, -0.7],
];

export function surface(app, stage, panel) {
  const own = app.start.given === 2;
  const now = {
    eps: readNumber(app.values.eps, 1e-4, 1, 0.1),
    example: app.values.example ?? (own && !app.values.bumps ? given : ""), // none: the bumps
    bumps: readBumps(app.values.bumps),
    turn: readNumber(app.values.turn, -360, 360, -35),
    tilt: readNumber(app.values.tilt, 10, 80, 35),
  };
  let shown = null;
  let failed = "";
  let maps = null;

  const { canvas, picture, speak } = makeStage(stage, "surface", draw);
  const result = element("p", { className: "result" });
  const problem = element("p", { className: "problem", role: "alert" });
  const digits = (value) => Number(value.toPrecision(2));
  const eps = slider(say("eps"), {
    ...{ least: 0.003, most: 0.5, value: now.eps, show: short },
    ...{ toPosition: Math.log10, fromPosition: (position) => digits(10 ** position), step: 0.05 },
    input: (value) => set({ eps: value }),
  });
  const entries = [["", say("bumps")], ...(own ? [[given, say("given")]] : []), ...app.start.examples[1].map((name) => [name, name])];
  const example = choice(say("f"), entries, now.example, (name) => set({ example: name }));
  const count = slider(say("bumpCount"), {
    ...{ least: 1, most: bumpsMost, value: now.bumps.length, step: 1 },
    input: (many) => {
      while (now.bumps.length < many) now.bumps.push([0.2 + 0.2 * now.bumps.length, 0.3, 0.6]);
      set({ bumps: now.bumps.slice(0, many), example: "" });
    },
  });
  const turn = slider(say("turn"), {
    ...{ least: -180, most: 180, step: 1, value: now.turn, show: (value) => `${Math.round(value)}°` },
    input: (value) => look({ turn: value }),
  });
  const proof = proofList(() => picture.redraw());
  const tell = (line) => (problem.textContent = line);
  const keep = keeper(app, "surface", words, ["npz", "json", "png", "svg"], tell);
  panel.append(result, problem, eps.node, example.node, count.node, turn.node, proof.node, keep);

  function formula() {
    const times = (h) => `${h.toFixed(2)}*`.replace("1.00*", "");
    const one = ([x, y, h]) => `${times(h)}exp(-8*((x-${x.toFixed(3)})**2+(y-${y.toFixed(3)})**2))`;
    return now.bumps.map(one).join(" + ").replaceAll("+ -", "- ").replaceAll("--", "+");
  }

  function words() {
    const box = [
      [0, 1],
      [0, 1],
    ];
    const named = now.example === given ? { given: true } : { example: now.example };
    const f = now.example ? named : { formula: formula(), domain: box };
    return { f, eps: now.eps, effort: "quick" };
  }

  function set(given) {
    Object.assign(now, given);
    eps.set(now.eps);
    example.set(now.example);
    count.set(now.bumps.length);
    save();
    app.line.ask("surface", words(), ({ answer, error, more }) => {
      failed = error ?? "";
      shown = answer ?? shown;
      problem.textContent = failed;
      if (answer && more === undefined) {
        const bound = `${say("proved")} |f − g| ≤ ${shown.proof.bound} < ε`;
        const ways = say("directions", { count: shown.angles.length });
        result.replaceChildren(unitsText(shown.count), element("small", {}, bound));
        result.append(element("small", { className: "plain" }, ways));
        proof.show(shown.proof.recital);
        speak(`${unitsText(shown.count)}, ${bound}`);
      }
      picture.redraw();
    });
    picture.redraw();
  }

  function look(given) {
    Object.assign(now, given);
    turn.set(now.turn);
    save();
    picture.redraw();
  }

  function save() {
    const bumps = now.bumps.map((bump) => bump.map((value) => Number(value.toFixed(3))).join(",")).join(";");
    const values = { eps: now.eps, bumps, turn: Math.round(now.turn), tilt: Math.round(now.tilt) };
    app.values = now.example ? { ...values, example: now.example } : values;
    app.save();
  }

  function draw(context, width, height) {
    if (!shown) return;
    const em = unitOf(context);
    const top = height * 0.55;
    const third = width / 3;
    const all = [...shown.f, ...(shown.g ?? [])];
    const span = [Math.min(...all), Math.max(...all)];
    const surfaces = [
      ["f", shown.f, "target"],
      [say("ridge"), shown.ridge, "unit"],
      ["g", shown.g, "network"],
    ];
    surfaces.forEach(([name, values, fill], i) => {
      if (!values) return;
      const box = { x: i * third, y: 1.2 * em, width: third, height: top - 1.5 * em };
      lit(context, box, values, fill === "unit" ? extent(values) : span, fill);
      text(context, name, box.x + box.width / 2, 0.9 * em, {
        ...{ align: "center", fill },
        ...(name.length === 1 ? { size: 1.4, maths: true } : { size: 0.95 }),
      });
    });
    const side = Math.min(height - top - 3 * em, third - 3 * em);
    const down = top + 1.7 * em;
    maps = { x: third / 2 - side / 2, y: down, side };
    map(context, maps, shown.f, span, "target");
    if (!now.example) now.bumps.forEach((bump) => bumpHandle(context, bump));
    text(context, now.example ? "f" : say("dragBumps"), maps.x + side / 2, down - 0.8 * em, { align: "center", size: 0.9 });
    if (!shown.g) return;
    compass(context, { x: third * 1.5, y: down + side / 2, radius: side / 2 });
    text(context, say("directions", { count: shown.angles.length }), third * 1.5, down - 0.8 * em, { align: "center", size: 0.9 });
    const gaps = shown.f.map((value, i) => Math.abs(value - shown.g[i]));
    const right = { x: third * 2.5 - side / 2, y: down, side };
    map(context, right, gaps, [0, shown.eps], "error");
    text(context, `${say("error")}: 0 … ε = ${short(shown.eps)}`, third * 2.5, down - 0.8 * em, { align: "center", size: 0.9, fill: "error" });
  }

  // A lit surface: light falls from the upper left, so slopes are seen without numbers.
  function lit(context, box, values, [low, high], name) {
    const n = shown.side;
    const angle = (now.turn * Math.PI) / 180;
    const [across, depth] = [Math.cos(angle), Math.sin(angle)];
    const lift = Math.sin((now.tilt * Math.PI) / 180);
    const size = Math.min(box.width * 0.68, box.height * 0.95);
    const rise = size * 0.95 * Math.cos((now.tilt * Math.PI) / 180);
    const [cx, cy] = [box.x + box.width / 2, box.y + box.height * 0.56];
    const point = (i, j, z) => {
      const [u, v] = [j / (n - 1) - 0.5, i / (n - 1) - 0.5];
      const far = u * depth + v * across;
      return [cx + size * (u * across - v * depth), cy - size * far * lift - rise * ((z - low) / (high - low || 1) - 0.5), far];
    };
    const base = mixed(name);
    const quads = [];
    for (let i = 0; i + 1 < n; i += 1) {
      for (let j = 0; j + 1 < n; j += 1) {
        const at = (k, l) => values[(i + k) * n + j + l];
        const corners = [point(i, j, at(0, 0)), point(i, j + 1, at(0, 1)), point(i + 1, j + 1, at(1, 1)), point(i + 1, j, at(1, 0))];
        const scale = ((n - 1) * 0.5) / (high - low || 1);
        const [dx, dy] = [(at(0, 1) - at(0, 0)) * scale, (at(1, 0) - at(0, 0)) * scale];
        const shade = (0.45 * -dx + 0.35 * -dy + 0.82) / Math.hypot(dx, dy, 1);
        quads.push([corners[0][2] + corners[2][2], corners, shade]);
      }
    }
    quads.sort((p, q) => q[0] - p[0]);
    for (const [, corners, shade] of quads) {
      context.beginPath();
      for (const [px, py] of corners) context.lineTo(px, py);
      context.closePath();
      context.fillStyle = base(shade);
      context.strokeStyle = context.fillStyle;
      context.lineWidth = 1;
      context.fill();
      context.stroke();
    }
  }

  function map(context, { x, y, side }, values, [low, high], name) {
    const n = shown.side;
    const [from, to] = [rgb(colour("background")), rgb(colour(name))];
    const image = new ImageData(n, n);
    for (let i = 0; i < n; i += 1) {
      for (let j = 0; j < n; j += 1) {
        const share = clamp((values[i * n + j] - low) / (high - low || 1));
        const rest = from.map((part, k) => Math.round(part + (to[k] - part) * share));
        image.data.set([...rest, 255], 4 * ((n - 1 - i) * n + j));
      }
    }
    // a pixel for each value, smoothed when it is enlarged
    const small = new OffscreenCanvas(n, n);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(small, x, y, side, side);
    context.strokeStyle = colour("faint");
    context.lineWidth = 1;
    context.strokeRect(x, y, side, side);
  }

  function bumpHandle(context, [x, y, h]) {
    const em = unitOf(context);
    context.beginPath();
    context.arc(maps.x + x * maps.side, maps.y + (1 - y) * maps.side, 0.6 * em, 0, 2 * Math.PI);
    context.fillStyle = colour("background");
    context.strokeStyle = colour("ink");
    context.lineWidth = 2.5;
    context.fill();
    context.stroke();
    text(context, h < 0 ? "−" : "+", maps.x + x * maps.side, maps.y + (1 - y) * maps.side, { align: "center", size: 0.9 });
  }

  // The directions of the units, each a line through the middle.
  function compass(context, { x, y, radius }) {
    context.strokeStyle = colour("unit");
    context.lineWidth = 2;
    for (const angle of shown.angles) {
      context.beginPath();
      context.moveTo(x - radius * Math.cos(angle), y + radius * Math.sin(angle));
      context.lineTo(x + radius * Math.cos(angle), y - radius * Math.sin(angle));
      context.stroke();
    }
  }

  // A shade of a colour: 0 dark, 1 full, and lighter where the light falls straight.
  function mixed(name) {
    const base = rgb(colour(name));
    return (shade) => {
      const light = Math.min(Math.max(shade, 0), 1);
      const part = (value) => Math.round(light < 0.75 ? value * (0.35 + (0.65 * light) / 0.75) : value + (255 - value) * (light - 0.75) * 1.6);
      return `rgb(${base.map(part).join(" ")})`;
    };
  }

  draggable(canvas, (px, py) => {
    if (!maps) return null;
    const place = (x, y) => [clamp((x - maps.x) / maps.side), clamp(1 - (y - maps.y) / maps.side)];
    const far = ([x, y]) => Math.hypot(px - maps.x - x * maps.side, py - maps.y - (1 - y) * maps.side);
    const nearest = now.bumps.reduce((best, bump) => (far(bump) < far(best) ? bump : best));
    if (!now.example && far(nearest) < 0.2 * maps.side) {
      return (x, y) => {
        [nearest[0], nearest[1]] = place(x, y);
        set({});
      };
    }
    if (py > maps.y) return null;
    const { turn: angle, tilt } = now;
    return (x, y) => look({ turn: ((angle + (x - px) * 0.4 + 540) % 360) - 180, tilt: Math.min(Math.max(tilt + (y - py) * 0.2, 10), 80) });
  });

  arrows(canvas, (across, up) => look({ turn: ((now.turn + 5 * across + 540) % 360) - 180, tilt: Math.min(Math.max(now.tilt + 3 * up, 10), 80) }));
  set({});
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}

function readBumps(written) {
  const read = (written ?? "")
    .split(";")
    .map((bump) => bump.split(",").map(Number))
    .filter((bump) => bump.length === 3 && bump.every(Number.isFinite));
  return read.length ? read.slice(0, bumpsMost) : start.map((bump) => [...bump]);
}

const clamp = (value) => Math.min(Math.max(value, 0), 1);

function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}

function rgb(hex) {
  return [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16));
}
