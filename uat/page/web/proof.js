// The proof, recited line by line; the picture shows what the line that is read speaks of.

import { button, element } from "./controls.js";
import { recited, say } from "./words.js";

// 2^17 and a_i as on the blackboard.
function raised(text) {
  return text.split(/(?<=2)(\^-?\d+)|(?<=\b[abc])(_i)\b/).map((part = "") => {
    if (part[0] === "^") return element("sup", {}, part.slice(1));
    return part === "_i" ? element("sub", {}, "i") : part;
  });
}

export function proofList(focused) {
  const list = element("ol");
  let names = [];
  let labels = null;
  let line = -1; // −1: the whole proof
  const back = button(say("back"), () => step(-1));
  const next = button(say("next"), () => step(1));
  const whole = button(say("whole"), () => choose(-1));
  const node = element(
    "section",
    { className: "proof" },
    element("h2", {}, say("proof")),
    list,
    element("div", { className: "buttons" }, back, next, whole),
  );

  function step(by) {
    choose(Math.min(Math.max(line + by, 0), names.length - 1));
  }

  function choose(number) {
    line = number;
    mark();
    focused(names[line] ?? "");
  }

  function mark() {
    node.classList.toggle("stepping", line >= 0);
    back.disabled = line <= 0;
    next.disabled = line === names.length - 1;
    whole.disabled = line < 0;
    [...list.children].forEach((item, i) => {
      if (i === line) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }

  function show(recital) {
    const lines = recited(recital);
    names = lines.map(([name], i) => name || (i ? "trust" : "f"));
    line = Math.min(line, names.length - 1);
    // while a slider moves only the numbers change, so the lines stay
    if (lines.map(([, label]) => label).join() === labels) {
      lines.forEach(([, , text], i) => list.children[i].lastChild.replaceChildren(...(i ? raised(text) : [text])));
      return;
    }
    labels = lines.map(([, label]) => label).join();
    list.replaceChildren(
      ...lines.map(([, label, text]) =>
        label
          ? element("li", {}, element("b", {}, label), element("span", {}, ...raised(text)))
          : element("li", { className: "whole" }, element("span", {}, text)),
      ),
    );
    mark();
  }

  return { node, show };
}
