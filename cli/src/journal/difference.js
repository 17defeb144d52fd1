import { isDeepStrictEqual } from "node:util";

/** Options of the library, by the flags that set them. @type {Record<string, string>} */
const FLAGS = { waitUntilGone: "--wait", ttlSeconds: "--ttl" };

/** @typedef {Record<string, unknown>} Options */

/**
 * Which flags differ between two commands, in words.
 * @param {Options} before
 * @param {Options} now
 */
export function differenceOf(before, now) {
  const [was, is] = [flat(before), flat(now)];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => !isDeepStrictEqual(was[name], is[name]))
    .map((name) => `${flagOf(name)} was ${given(was[name])}, and is now ${given(is[name])}`)
    .join("; ");
}

/**
 * @param {Options} options
 * @returns {Options}
 */
function flat({ selection, ...options }) {
  return { ...options, .../** @type {Options} */ (selection ?? {}) };
}

/** @param {unknown} value */
function given(value) {
  if (value === undefined || value === false) return "not given";
  return value === true ? "given" : JSON.stringify(value);
}

/** @param {string} name */
const flagOf = (name) =>
  FLAGS[name] ?? `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
