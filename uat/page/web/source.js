// Where f comes from: a formula, an example, or a curve drawn by hand.

import { choice, element, field } from "./controls.js";
import { say } from "./words.js";

export const given = "*"; // no example has this name: the f that uat.explore was given
const precision = 4; // digits of drawn points; more: longer links

const lecture = { formula: "x**2 + sin(x)", domain: ["-1", "pi"] };

// f as a request of the page has it, read from its state; the default is the one that was given.
export function readSource({ values, start }, otherwise = lecture) {
  if (values.points) {
    const [x, y] = values.points.split(";").map((part) => part.split(",").map(Number));
    return { points: [x, y] };
  }
  if (values.example) return { example: values.example };
  if (values.f) return { formula: values.f, domain: [values.from ?? "-1", values.to ?? "pi"] };
  return start.given === 1 ? { given: true } : otherwise;
}

export function writeSource(f) {
  if (f.points) return { points: f.points.map((part) => part.join(",")).join(";") };
  if (f.example) return { example: f.example };
  if (f.given) return {};
  return { f: f.formula, from: f.domain[0], to: f.domain[1] };
}

// The controls of f of one coordinate; `changed` gets the new f.
export function sourceControls(app, f, changed) {
  const own = app.start.given === 1 ? [[given, say("given")]] : [];
  const entries = [["", "–"], ...own, ...app.start.examples[0].map((name) => [name, name.replaceAll("_", " ")])];
  const example = choice(say("examples"), entries, "", (name) => name && changed(name === given ? { given: true } : { example: name }));
  const read = () => changed({ formula: formula.box.value, domain: [from.box.value, to.box.value] });
  const formula = field(say("formula"), "", read, { inputMode: "text" });
  const from = field(say("from"), "", read);
  const to = field(say("to"), "", read);
  let told = null; // what the last answer told about an f that is known by its name
  const show = (now, about = null) => {
    const name = now.given ? given : (now.example ?? "");
    example.set(name);
    if (about) told = { name, ...about };
    const known = told?.name === name ? told : null;
    const domain = now.domain ?? (now.points ? [now.points[0][0], now.points[0].at(-1)] : (known?.domain[0] ?? ["", ""]));
    formula.set(now.formula ?? (now.points ? "" : (known?.formula ?? "")));
    formula.box.placeholder = now.points ? say("drawn") : now.given ? say("given") : "";
    from.set(String(domain[0]));
    to.set(String(domain[1]));
  };
  show(f);
  const node = element(
    "section",
    { className: "source" },
    formula.node,
    element("div", { className: "three" }, from.node, to.node, example.node),
  );
  return { node, show };
}

// A curve under the pen: heights over evenly spaced places, drawn over from left and right.
export class Drawing {
  constructor(x, y, columns = 161) {
    const [left, right] = [x[0], x.at(-1)];
    this.x = Array.from({ length: columns }, (_, i) => left + ((right - left) * i) / (columns - 1));
    this.y = this.x.map((each) => between(x, y, each));
    this.last = null;
  }

  lift() {
    this.last = null;
  }

  // Draw from the place before to (x, y).
  to(x, y) {
    const n = this.x.length - 1;
    const column = (place) => ((place - this.x[0]) / (this.x[n] - this.x[0])) * n;
    const here = Math.min(Math.max(column(x), 0), n);
    const [from, height] = this.last ?? [here, y];
    const [low, high] = [Math.min(from, here), Math.max(from, here)];
    for (let i = Math.max(Math.round(low), 0); i <= Math.min(Math.round(high), n); i += 1) {
      const share = here === from ? 1 : (i - from) / (here - from);
      this.y[i] = height + Math.min(Math.max(share, 0), 1) * (y - height);
    }
    this.last = [here, y];
  }

  // The polygon through as few of the points as show the same on a screen.
  points() {
    const size = Math.max(...this.y) - Math.min(...this.y) || 1;
    const kept = [0, this.x.length - 1];
    const split = (i, j) => {
      let [worst, at] = [0, 0];
      for (let k = i + 1; k < j; k += 1) {
        const share = (this.x[k] - this.x[i]) / (this.x[j] - this.x[i]);
        const off = Math.abs(this.y[k] - this.y[i] - share * (this.y[j] - this.y[i]));
        if (off > worst) [worst, at] = [off, k];
      }
      if (worst > 0.003 * size) {
        kept.push(at);
        split(i, at);
        split(at, j);
      }
    };
    split(0, this.x.length - 1);
    kept.sort((i, j) => i - j);
    const digits = (value) => Number(value.toPrecision(precision));
    return [kept.map((i) => digits(this.x[i])), kept.map((i) => digits(this.y[i]))];
  }
}

// The height of a curve through points at one place.
export function between(x, y, at) {
  let [low, high] = [0, x.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  const wide = x[high] - x[low];
  return wide > 0 ? y[low] + ((at - x[low]) / wide) * (y[high] - y[low]) : y[low];
}
