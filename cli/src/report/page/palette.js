// The colours of charts, from the style sheet, so that they follow its light, dark and paper variants.

/** @param {string} name */
export const colour = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** What a bar means, where it is more than an amount. @type {ReadonlyMap<string, string>} */
export const MEANINGS = new Map([
  ["High", "high"],
  ["Medium", "medium"],
  ["Low", "low"],
  ["Unknown", "unknown"],
]);

/** @param {() => void} listener called when the colours changed */
export function onPaletteChange(listener) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", listener);
}
