// The colours of charts, from the style sheet, so that they follow its light, dark and paper variants.

/** Asking the style sheet for each bar would make the browser compute the style of the page as often. @type {Map<string, string>} */
const known = new Map();

/** @param {string} name */
export function colour(name) {
  const value = known.get(name) ?? read(name);
  known.set(name, value);
  return value;
}

/** @param {string} name */
const read = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** Reads the colours again when they are next used. */
export const renewPalette = () => known.clear();

/** What a bar means, where it is more than an amount. @type {ReadonlyMap<string, string>} */
export const MEANINGS = new Map([
  ["High", "high"],
  ["Medium", "medium"],
  ["Low", "low"],
  ["Unknown", "unknown"],
]);
