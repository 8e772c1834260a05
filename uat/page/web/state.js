// What the page shows, kept in the address after #, so that a link shows it again.

export function readState() {
  const [scene, query = ""] = location.hash.slice(1).split("?");
  return { scene: scene || "curve", values: Object.fromEntries(new URLSearchParams(query)) };
}

let pending = 0;

export function writeState(scene, values) {
  clearTimeout(pending);
  // browsers refuse an address that changes at every frame
  pending = setTimeout(() => {
    const query = new URLSearchParams(values).toString();
    history.replaceState(null, "", `${location.search}#${scene}${query ? `?${query}` : ""}`);
  }, 250);
}

// A number from a state, within limits; anything else is the default.
export function readNumber(text, least, most, otherwise) {
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : otherwise;
}
