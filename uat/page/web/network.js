// The network drawn with its weights: the input below, a unit at a time, the sum above.

import { colour, short, text, unitOf } from "./canvas.js";
import { say } from "./words.js";

const drawable = 120; // circles that can still be told apart on a slide

function places(box, shown) {
  const [a] = shown.units.length ? shown.units : [[]];
  const n = a.length;
  const step = box.width / Math.max(n, 1);
  return a.map((_, i) => box.x + (i + 0.5) * step);
}

// The unit at a point of the screen, or −1.
export function unitAt(box, shown, px, py, em) {
  if (!shown || py < box.y || py > box.y + box.height) return -1;
  const x = places(box, shown);
  let found = -1;
  x.forEach((each, i) => {
    const nearer = found < 0 || Math.abs(each - px) < Math.abs(x[found] - px);
    if (Math.abs(each - px) < Math.max(em, box.width / x.length) && nearer) found = i;
  });
  return found;
}

// `chosen` is the unit whose weights are written, −2 stands for all.
export function drawNetwork(context, box, top, shown, chosen) {
  const em = unitOf(context);
  const [a, b, c] = shown.units.length ? shown.units : [[], [], []];
  const n = a.length;
  const middle = box.x + box.width / 2;
  const rows = { sum: box.y + 1.1 * em, unit: box.y + 0.56 * box.height, input: box.y + box.height - 1.1 * em };
  if (!n) {
    text(context, say("many"), middle, rows.unit, { align: "center", size: 0.95 });
    return;
  }
  const x = places(box, shown);
  const radius = Math.min(1.05 * em, Math.max(0.36 * (box.width / n), 1.2));
  const largest = Math.max(...a.map(Math.abs));
  const strongest = Math.max(...b.map(Math.abs));
  context.save();
  for (let i = 0; i < n; i += 1) {
    const lit = chosen === -2 || chosen === i;
    const dim = chosen >= 0 && !lit ? 0.25 : 1;
    context.globalAlpha = dim * (n > drawable ? 0.5 : 0.85);
    // width of a line: the size of its weight; dashed: below 0
    edge(context, x[i], rows.unit - radius, middle, rows.sum, a[i], 0.5 + 5 * Math.abs(a[i] / largest), "unit");
    const width = b[i] ? 0.6 + 1.6 * Math.abs(b[i] / strongest) : 0;
    if (width) edge(context, middle, rows.input, x[i], rows.unit + radius, b[i], width, "faint");
  }
  for (let i = 0; i < n; i += 1) {
    context.globalAlpha = chosen >= 0 && chosen !== i ? 0.4 : 1;
    dot(context, x[i], rows.unit, radius, b[i] ? "unit" : "constant", n <= drawable && chosen !== i);
  }
  context.globalAlpha = 1;
  dot(context, middle, rows.sum, 0.95 * em, "network", true);
  dot(context, middle, rows.input, 0.95 * em, "ink", true);
  text(context, "g", middle, rows.sum, { maths: true, align: "center", size: 1.1, fill: "network" });
  text(context, "x", middle, rows.input, { maths: true, align: "center", size: 1.1 });
  if (chosen >= 0 && chosen < n) weights(context, chosen, [a, b, c], { middle, rows, box, em });
  else if (n <= 14) each(context, x, rows, [a, b, c], { middle, em, wide: box.width / n });
  context.restore();
}

function edge(context, x0, y0, x1, y1, weight, width, name) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.setLineDash(weight < 0 ? [6, 5] : []);
  context.lineWidth = width;
  context.strokeStyle = colour(name);
  context.stroke();
  context.setLineDash([]);
}

function dot(context, x, y, radius, name, hollow) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = colour(hollow ? "background" : name);
  context.fill();
  context.lineWidth = Math.min(2.5, radius / 2.5);
  context.strokeStyle = colour(name);
  context.stroke();
}

function weights(context, i, [a, b, c], { middle, rows, em }) {
  const line = b[i]
    ? `${short(a[i])} σ(${short(b[i])} x ${c[i] < 0 ? "−" : "+"} ${short(Math.abs(c[i]))})`
    : `${say("constantUnit")}  ${short(a[i])} σ(${short(c[i])})`;
  text(context, line, middle + 1.6 * em, rows.input, { maths: true, size: 1.05, fill: b[i] ? "unit" : "constant" });
}

// The weights of a few units: a above each, b and c below; for steps of one slope their places.
function each(context, x, rows, [a, b, c], { middle, em, wide }) {
  const slopes = b.filter((slope) => slope !== 0).map(Math.abs);
  const same = slopes.length > 1 && Math.max(...slopes) < 1.001 * Math.min(...slopes);
  const places = same && (slopes[0] > 1000 || wide < 7 * em);
  x.forEach((px, i) => {
    text(context, short(a[i], 2), px, rows.unit - 1.65 * em, { size: 0.8, align: "center", halo: 0.6, fill: b[i] ? "unit" : "constant" });
    const sum = `${short(b[i], 2)} x ${c[i] < 0 ? "−" : "+"} ${short(Math.abs(c[i]), 2)}`;
    const below = places ? (b[i] ? short(-c[i] / b[i], 2) : "") : b[i] ? sum : short(c[i], 2);
    if (places || wide > 6 * em) text(context, below, px, rows.unit + 1.65 * em, { size: 0.8, align: "center", halo: 0.6 });
  });
  if (places && middle - x[0] > 16 * em) text(context, say("placeOf", { slope: short(slopes[0], 2) }), middle + 1.6 * em, rows.input, { size: 0.85 });
}
