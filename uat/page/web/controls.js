// Labelled controls: each works by mouse, touch and keyboard, and is named for screen readers.

let made = 0;

export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") node.setAttribute(name, value);
    else node[name] = value;
  }
  node.append(...children);
  return node;
}

function labelled(label, control, ...more) {
  control.id = `control-${(made += 1)}`;
  return element("div", { className: "control" }, element("label", { for: control.id }, label), control, ...more);
}

// A slider over numbers; `toPosition` and `fromPosition` bend its scale, `show` writes its value.
// A key moves it by one `step` of its position, so a value that is rounded needs a larger one.
export function slider(label, options) {
  const { least, most, value, input, change = () => {} } = options;
  const { toPosition = (v) => v, fromPosition = (p) => p, show = String } = options;
  const low = toPosition(least);
  const high = toPosition(most);
  const { step = (high - low) / 1000 } = options;
  const range = element("input", { type: "range", min: low, max: high, step });
  const shown = element("output", { className: "value" });
  const write = (number) => {
    shown.textContent = show(number);
    range.setAttribute("aria-valuetext", show(number));
  };
  const set = (number) => {
    range.value = toPosition(number);
    write(number);
  };
  set(value);
  range.addEventListener("input", () => {
    const number = fromPosition(Number(range.value));
    write(number);
    input(number);
  });
  range.addEventListener("change", () => change(fromPosition(Number(range.value))));
  const node = labelled(label, range, shown);
  shown.setAttribute("for", range.id);
  return { node, set, range };
}

export function choice(label, options, value, change) {
  const select = element("select");
  const fill = (entries, chosen) => {
    select.replaceChildren(...entries.map(([name, text]) => element("option", { value: name }, text)));
    select.value = chosen;
  };
  fill(options, value);
  select.addEventListener("change", () => change(select.value));
  return { node: labelled(label, select), set: (given) => (select.value = given), fill, select };
}

export function field(label, value, change, properties = {}) {
  const box = element("input", { type: "text", value, autocomplete: "off", spellcheck: false, ...properties });
  box.addEventListener("change", () => change(box.value));
  return { node: labelled(label, box), set: (given) => (box.value = given), box };
}

export function button(text, press, properties = {}) {
  const node = element("button", { type: "button", ...properties }, text);
  node.addEventListener("click", press);
  return node;
}
