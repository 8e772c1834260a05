// Depth: the exact linear regions of a ReLU network on the plane, and how many there are.

import { colour, draggable, short, text, unitOf } from "./canvas.js";
import { button, choice, element, slider } from "./controls.js";
import { keeper } from "./keep.js";
import { arrows, makeStage } from "./stage.js";
import { readNumber } from "./state.js";
import { say } from "./words.js";

const steps = 20_000; // corners come in whole steps of the box

export function depth(app, stage, panel) {
  const now = {
    kind: app.values.kind === "folding" ? "folding" : "random",
    layers: readNumber(app.values.layers, 1, 5, 2),
    width: readNumber(app.values.width, 2, 32, 8),
    seed: readNumber(app.values.seed, 1, 1e6, 1),
    box: readBox(app.values.box),
    moved: readNumbers(app.values.moved, 4),
  };
  now.box ??= home();
  let shown = null;
  let area = null;
  let original = null; // the weights of the chosen unit before it was moved
  const { canvas, picture, speak } = makeStage(stage, "depth", draw);
  canvas.style.cursor = "grab";

  const result = element("p", { className: "result" });
  const problem = element("p", { className: "problem", role: "alert" });
  const kinds = ["random", "folding"].map((name) => [name, say(name)]);
  const kind = choice(say("kind"), kinds, now.kind, (name) => {
    now.kind = name;
    set({ moved: null, box: home() });
  });
  const layers = slider(say("layers"), { least: 1, most: 5, value: now.layers, step: 1, input: (value) => set({ layers: value, moved: null }) });
  const width = slider(say("width"), { least: 2, most: 32, value: now.width, step: 1, input: (value) => set({ width: value, moved: null }) });
  const another = button(say("another"), () => set({ seed: (now.seed % 999) + 1, moved: null }));
  const back = button(say("wholeView"), () => set({ box: home() }));
  const unitSlider = slider(say("whichUnit"), { least: 1, most: 8, value: 1, step: 1, input: choose });
  const shift = slider(say("moveLine"), { least: -2, most: 2, value: 0, show: short, input: moveUnit });
  const angle = slider(say("turnLine"), { least: -180, most: 180, step: 1, value: 0, show: (v) => `${Math.round(v)}°`, input: moveUnit });
  const table = element("dl", { className: "bounds" });
  const tell = (line) => (problem.textContent = line);
  const keep = keeper(app, "depth", words, ["npz", "png", "svg"], tell);
  const buttons = element("div", { className: "buttons" }, another, back);
  panel.append(result, problem, kind.node, layers.node, width.node, buttons, unitSlider.node, shift.node, angle.node, table, keep);

  function choose() {
    unmoved();
    picture.redraw();
  }

  function home() {
    return now.kind === "folding" ? [[0, 1], [0, 1]] : [[-2, 2], [-2, 2]];
  }

  function widths() {
    return Array(now.layers).fill(now.width);
  }

  function words() {
    const request = { widths: widths(), kind: now.kind, seed: now.seed, box: now.box };
    return now.moved ? { ...request, moved: now.moved } : request;
  }

  function set(given) {
    Object.assign(now, given);
    if (given.moved === null) unmoved();
    layers.set(now.layers);
    width.set(now.width);
    another.disabled = now.kind === "folding";
    const [across, up] = now.box;
    const box = [...across, ...up].map((value) => Number(value.toPrecision(6))).join(",");
    app.values = { kind: now.kind, layers: now.layers, width: now.width, seed: now.seed, box };
    if (now.moved) app.values.moved = now.moved.map((value) => Number(value.toPrecision(6))).join(",");
    app.save();
    app.line.ask("depth", words(), ({ answer, error }) => {
      problem.textContent = error ?? "";
      if (answer) {
        shown = answer;
        report();
      }
      picture.redraw();
    });
  }

  function report() {
    const told = say("regions", { count: shown.linear.toLocaleString("en") });
    result.replaceChildren(told, element("small", {}, say("unitsInAll", { count: shown.units })));
    speak(told);
    unitSlider.range.max = shown.first.length;
    const kinds = { max_at_most: "upperBound", max_at_least: "lowerBound" };
    // of each kind the sharpest bound says the most
    const sharpest = (name, pick) => pick(...shown.most.filter((row) => row[2] === name).map((row) => row[1]));
    const rows = Object.entries(kinds).map(([name, label]) => {
      const value = sharpest(name, name === "max_at_most" ? Math.min : Math.max);
      return Number.isFinite(value) ? [element("dt", {}, say(label)), element("dd", {}, value.toLocaleString("en"))] : [];
    });
    table.replaceChildren(element("dt", { className: "whole" }, say("shapeBounds")), ...rows.flat());
  }

  function chosen() {
    return Math.min(Number(unitSlider.range.value), shown.first.length) - 1;
  }

  // Another unit or network: its line has not been moved yet.
  function unmoved() {
    original = null;
    shift.set(0);
    angle.set(0);
  }

  // The chosen unit of the first layer, with its line shifted and turned.
  function moveUnit() {
    original ??= shown.first[chosen()];
    const [w1, w2, c] = original;
    const turn = (Number(angle.range.value) * Math.PI) / 180;
    const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
    const by = Number(shift.range.value) * Math.hypot(w1, w2);
    set({ moved: [chosen(), w1 * cos - w2 * sin, w1 * sin + w2 * cos, c + by] });
  }

  function draw(context, width0, height) {
    if (!shown) return;
    const em = unitOf(context);
    const side = Math.min(width0 - 4 * em, height - 3 * em);
    area = { x: (width0 - side) / 2 + em, y: em * 0.6, side };
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, side, side);
    context.clip();
    const { corners, starts, colours } = shown;
    const scale = side / steps;
    for (let i = 0; i + 1 < starts.length; i += 1) {
      context.beginPath();
      for (let k = starts[i]; k < starts[i + 1]; k += 1) {
        context.lineTo(area.x + corners[2 * k] * scale, area.y + side - corners[2 * k + 1] * scale);
      }
      context.closePath();
      const hex = `#${colours[i].toString(16).padStart(6, "0")}`;
      context.fillStyle = hex;
      context.fill();
      context.lineWidth = starts.length > 3000 ? 0.4 : starts.length > 500 ? 0.9 : 1.5;
      context.strokeStyle = "rgb(31 35 40 / 80%)";
      context.stroke();
    }
    line(context);
    context.restore();
    for (const [axis, [low, high]] of shown.box.entries()) {
      const options = { size: 0.85, align: axis ? "right" : "center" };
      [low, high].forEach((value, end) => {
        const along = axis ? area.y + side * (1 - end) : area.x + side * end;
        if (axis) text(context, short(value), area.x - 0.5 * em, along + (end ? 0.5 : -0.4) * em, options);
        else text(context, short(value), along, area.y + side + 0.9 * em, options);
      });
    }
  }

  // The line of the chosen unit of the first layer: there it is 0.
  function line(context) {
    const [w1, w2, c] = shown.first[chosen()];
    const length = Math.hypot(w1, w2);
    if (!length) return;
    const [[left, right], [low, high]] = shown.box;
    const [cx, cy] = [(-c * w1) / length ** 2, (-c * w2) / length ** 2];
    const far = 3 * (right - left + high - low) + Math.hypot(cx, cy);
    const ends = [-1, 1].map((sign) => [cx - (sign * far * w2) / length, cy + (sign * far * w1) / length]);
    context.beginPath();
    for (const [x, y] of ends) {
      context.lineTo(area.x + ((x - left) / (right - left)) * area.side, area.y + area.side - ((y - low) / (high - low)) * area.side);
    }
    context.lineWidth = 4;
    context.setLineDash([14, 8]);
    context.strokeStyle = colour("unit");
    context.stroke();
    context.setLineDash([]);
  }

  draggable(canvas, (px, py) => {
    if (!area || !shown) return null;
    const { box } = now;
    const place = (x, y) => {
      const shares = [(x - area.x) / area.side, 1 - (y - area.y) / area.side];
      return box.map(([a, b], i) => a + shares[i] * (b - a));
    };
    // the line of the chosen unit is dragged where it is touched, else the view
    const [w1, w2, c] = shown.first[chosen()];
    const value = (x, y) => w1 * place(x, y)[0] + w2 * place(x, y)[1];
    const pixel = (Math.hypot(w1, w2) * (box[0][1] - box[0][0])) / area.side;
    if (Math.abs(value(px, py) + c) < unitOf(canvas.getContext("2d")) * pixel) {
      original = null;
      return (x, y) => set({ moved: [chosen(), w1, w2, -value(x, y)] });
    }
    return (x, y) => {
      const move = [px - x, y - py].map((pixels, i) => (pixels / area.side) * (box[i][1] - box[i][0]));
      set({ box: box.map(([a, b], i) => [a + move[i], b + move[i]]) });
    };
  });

  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!area) return;
      event.preventDefault();
      zoom(Math.exp(event.deltaY / 600), [(event.offsetX - area.x) / area.side, 1 - (event.offsetY - area.y) / area.side]);
    },
    { passive: false },
  );

  function zoom(by, centre = [0.5, 0.5]) {
    set({
      box: now.box.map(([a, b], i) => {
        const fixed = a + centre[i] * (b - a);
        return [fixed + (a - fixed) * by, fixed + (b - fixed) * by];
      }),
    });
  }

  arrows(canvas, (across, up) => {
    set({ box: now.box.map(([a, b], i) => [a, b].map((value) => value + 0.05 * [across, up][i] * (b - a))) });
  });
  canvas.addEventListener("keydown", (event) => {
    if (event.key === "+" || event.key === "=") zoom(0.8);
    if (event.key === "-") zoom(1.25);
  });

  set({});
  return { close: () => picture.close(), redraw: () => picture.redraw() };
}

function readBox(written) {
  const [a, b, c, d] = readNumbers(written, 4) ?? [];
  return b > a && d > c ? [[a, b], [c, d]] : null;
}

function readNumbers(written, many) {
  const numbers = (written ?? "").split(",").map(Number);
  return written && numbers.length === many && numbers.every(Number.isFinite) ? numbers : null;
}
