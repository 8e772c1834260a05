// A canvas that is sharp at any pixel ratio, and the panels of a picture on it.

let styles = null;
const known = new Map(); // what the style sheet says: asking it in every frame is slow

// Take the colours that `host` wears.
export function dress(host) {
  styles = getComputedStyle(host);
}

function styled(name, read) {
  if (!known.has(name)) known.set(name, read());
  return known.get(name);
}

// To be called when the theme or the size of the window changes.
export function forgetStyles() {
  known.clear();
}

addEventListener("resize", forgetStyles);

// The colour of a part of the figures, as the style sheet has it for light and for dark.
export function colour(name) {
  return styled(name, () => styles.getPropertyValue(`--${name}`).trim());
}

export class Picture {
  // `draw(context, width, height)` draws in CSS pixels.
  constructor(canvas, draw) {
    this.canvas = canvas;
    this.draw = draw;
    this.frame = 0;
    this.observer = new ResizeObserver(() => this.redraw());
    this.observer.observe(canvas);
  }

  redraw(then) {
    if (then) this.then = then;
    if (!this.frame) this.frame = requestAnimationFrame(() => this.paint());
  }

  paint() {
    this.frame = 0;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    const ratio = window.devicePixelRatio || 1;
    const across = Math.round(width * ratio);
    const down = Math.round(height * ratio);
    if (this.canvas.width !== across || this.canvas.height !== down) {
      this.canvas.width = across;
      this.canvas.height = down;
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(across / width, 0, 0, down / height, 0, 0);
    context.clearRect(0, 0, width, height);
    context.lineJoin = "round";
    this.draw(context, width, height);
    this.then?.();
    this.then = null;
  }

  close() {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }
}

// The size of text and lines: they grow with the page, as on a slide.
export function unitOf(context) {
  const size = styled("size", () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  return size * (innerWidth < 600 ? 0.9 : 1);
}

const upright = '"Noto Sans", "Hiragino Sans", "BIZ UDPGothic", "Yu Gothic UI", "Noto Sans CJK JP", sans-serif';
const italic = '"STIX Two Text", "Latin Modern Roman", "Cambria", "Times New Roman", "Liberation Serif", serif';

export function text(context, words, x, y, options = {}) {
  const { size = 1, align = "left", base = "middle", fill = "ink", maths = false, bold = false, halo = 0.25 } = options;
  const pixels = size * unitOf(context);
  context.font = `${maths ? "italic " : ""}${bold ? "bold " : ""}${pixels}px ${maths ? italic : upright}`;
  context.textAlign = align;
  context.textBaseline = base;
  context.lineWidth = pixels * halo;
  context.strokeStyle = colour("background");
  context.setLineDash([]);
  context.strokeText(words, x, y);
  context.fillStyle = colour(fill);
  context.fillText(words, x, y);
  return context.measureText(words).width;
}

// Round steps of an axis: 1, 2 or 5 times a power of ten.
export function ticks(least, most, about) {
  const raw = (most - least) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((times) => times * power >= raw * 0.999);
  const found = [];
  for (let k = Math.ceil(least / step - 1e-9); k * step <= most + 1e-9 * step; k += 1) {
    found.push(Number((k * step).toPrecision(12)));
  }
  return found;
}

export function short(number, digits = 3) {
  if (number === 0) return "0";
  const size = Math.abs(number);
  const written =
    size < 1e-3 || size >= 1e5 ? number.toExponential(digits - 1) : String(Number(number.toPrecision(digits)));
  return written
    .replace(/\.?0+e/, "e")
    .replace(/e\+?(-?\d+)/, (_, power) => `·10${superscript(power)}`)
    .replace(/-/g, "−");
}

function superscript(power) {
  return [...power].map((sign) => ({ "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³" })[sign] ?? String.fromCharCode(0x2070 + Number(sign))).join("");
}

// A rectangle of the picture with its own coordinates.
export class Panel {
  constructor(context, box, [left, right], [low, high]) {
    Object.assign(this, { context, ...box, left, right, low, high });
  }

  px(x) {
    return this.x + ((x - this.left) / (this.right - this.left)) * this.width;
  }

  py(y) {
    return this.y + ((this.high - y) / (this.high - this.low)) * this.height;
  }

  // The place in coordinates of a point in pixels.
  at(px, py) {
    return [
      this.left + ((px - this.x) / this.width) * (this.right - this.left),
      this.high - ((py - this.y) / this.height) * (this.high - this.low),
    ];
  }

  holds(px, py) {
    return px >= this.x && px <= this.x + this.width && py >= this.y && py <= this.y + this.height;
  }

  clipped(draw) {
    const { context } = this;
    context.save();
    context.beginPath();
    context.rect(this.x - 2, this.y - 2, this.width + 4, this.height + 4);
    context.clip();
    draw();
    context.restore();
  }

  // Axes through 0 where it is in the picture, numbers at the left and below.
  axes({ across = true, numbers = true, up = 5 } = {}) {
    const { context } = this;
    const size = unitOf(context);
    context.strokeStyle = colour("faint");
    context.lineWidth = 1;
    context.setLineDash([]);
    context.beginPath();
    const base = Math.round(this.py(Math.min(Math.max(0, this.low), this.high))) + 0.5;
    context.moveTo(this.x, base);
    context.lineTo(this.x + this.width, base);
    context.moveTo(Math.round(this.x) + 0.5, this.y);
    context.lineTo(Math.round(this.x) + 0.5, this.y + this.height);
    context.stroke();
    if (!numbers) return;
    for (const y of ticks(this.low, this.high, up)) {
      text(context, short(y), this.x - 0.45 * size, this.py(y), { size: 0.85, align: "right" });
    }
    if (across) this.numbersBelow();
  }

  numbersBelow() {
    const { context } = this;
    const size = unitOf(context);
    for (const x of ticks(this.left, this.right, Math.max(3, this.width / (7 * size)))) {
      const px = this.px(x);
      context.strokeStyle = colour("faint");
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(px, this.y + this.height);
      context.lineTo(px, this.y + this.height + 0.3 * size);
      context.stroke();
      text(context, short(x), px, this.y + this.height + 0.9 * size, { size: 0.85, align: "center" });
    }
  }

  trace(x, y, shift = 0) {
    const { context } = this;
    for (let i = 0; i < x.length; i += 1) context.lineTo(this.px(x[i]), this.py(y[i] + shift));
  }

  curve(x, y, name, width, dash = []) {
    const { context } = this;
    context.beginPath();
    this.trace(x, y);
    context.strokeStyle = colour(name);
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke();
    context.setLineDash([]);
  }

  // The band of all values within `eps` of y.
  band(x, y, eps, name) {
    const { context } = this;
    context.beginPath();
    this.trace(x, y, eps);
    this.trace([...x].reverse(), [...y].reverse(), -eps);
    context.closePath();
    context.fillStyle = colour(name);
    context.fill();
  }

  upright(x, name, dash = [5, 5], width = 1.5) {
    this.line([x, this.low], [x, this.high], name, dash, width);
  }

  level(y, name, dash = [5, 5], width = 1.5) {
    this.line([this.left, y], [this.right, y], name, dash, width);
  }

  line([x0, y0], [x1, y1], name, dash = [], width = 2) {
    this.curve([x0, x1], [y0, y1], name, width, dash);
  }

  handle(x, y, name, chosen = false) {
    const { context } = this;
    const radius = unitOf(context) * (chosen ? 0.62 : 0.5);
    context.beginPath();
    context.arc(this.px(x), this.py(y), radius, 0, 2 * Math.PI);
    context.fillStyle = colour(name);
    context.fill();
    context.lineWidth = radius / 3;
    context.strokeStyle = colour("background");
    context.stroke();
  }
}

// Dragging by mouse, pen and touch: `start(x, y)` returns a function of (x, y), or nothing.
export function draggable(canvas, start, end = () => {}) {
  let move = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button > 0) return;
    move = start(...place(event), event) ?? null;
    if (move) canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!move || !event.isPrimary) return;
    const seen = event.getCoalescedEvents?.() ?? [];
    for (const each of seen.length ? seen : [event]) move(...place(each));
  });
  const stop = (event) => {
    if (move && event.isPrimary) {
      move = null;
      end();
    }
  };
  canvas.addEventListener("pointerup", stop);
  canvas.addEventListener("pointercancel", stop);
}
