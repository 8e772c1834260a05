// The stage of a scene: what to try, the picture, and the same in words for who cannot see it.

import { Picture } from "./canvas.js";
import { element } from "./controls.js";
import { say } from "./words.js";

let pictures = 0;

export function makeStage(stage, scene, draw) {
  pictures += 1;
  const canvas = element("canvas", { tabIndex: 0, role: "img" });
  const hint = element("p", { className: "hidden", id: `hint-${pictures}` }, say(`${scene}Hint`));
  const spoken = element("p", { className: "hidden", "aria-live": "polite" });
  canvas.setAttribute("aria-label", say(scene));
  canvas.setAttribute("aria-describedby", hint.id);
  stage.append(element("p", { className: "try" }, say(`${scene}Try`)), canvas, hint, spoken);
  const picture = new Picture(canvas, draw);
  let last = 0;
  const speak = (words) => {
    clearTimeout(last);
    last = setTimeout(() => (spoken.textContent = words), 600);
  };
  return { canvas, picture, speak };
}

// Move by the arrow keys: `moved(across, up)` gets −1, 0 or 1 for each, ten times as much with Shift.
export function arrows(canvas, moved) {
  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  canvas.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const times = event.shiftKey ? 10 : 1;
    moved(step[0] * times, step[1] * times);
  });
}
