// What the page shows, as a text: it stands in the address after #, so that a link shows it again.

export function readState(text) {
  const [scene, query = ""] = text.split("?");
  return { scene: scene || "curve", values: Object.fromEntries(new URLSearchParams(query)) };
}

export function written(scene, values) {
  const query = new URLSearchParams(values).toString();
  return `${scene}${query ? `?${query}` : ""}`;
}

// A number from a state, within limits; anything else is the default.
export function readNumber(text, least, most, otherwise) {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : otherwise;
}
