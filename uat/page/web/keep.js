// From the page into work: the call as Python, the network, the proof, and pictures.

import { button, element } from "./controls.js";
import { currentLanguage, say } from "./words.js";

const kinds = { npz: "saveNetwork", json: "saveCertificate", png: "savePng", svg: "saveSvg" };

// Buttons for a scene; `words` returns the request whose result is saved.
export function keeper(app, scene, words, forms, failed) {
  const file = async (form) => {
    failed("");
    const blob = await app.line.file(scene, words(), form, currentLanguage(), app.theme());
    return blob;
  };
  const save = async (form) => {
    try {
      const link = element("a", { href: URL.createObjectURL(await file(form)), download: `uat.${form}` });
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (problem) {
      failed(problem.message);
    }
  };
  const copy = button(say("copy"), async () => {
    try {
      await navigator.clipboard.writeText(await (await file("py")).text());
      copy.textContent = say("copied");
      setTimeout(() => (copy.textContent = say("copy")), 1500);
    } catch (problem) {
      failed(problem.message);
    }
  });
  const saves = forms.map((form) => button(say(kinds[form]), () => save(form)));
  return element(
    "section",
    {},
    element("h2", {}, say("keep")),
    element("div", { className: "buttons" }, copy, ...saves),
  );
}
