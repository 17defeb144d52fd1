// Fields of records, read defensively: a value of another type counts as absent.

import { visible } from "./visible.js";

/** More values of one user than this are not shown. */
const MAX_VALUES = 100;

/**
 * An own property, so that nothing inherited is taken for data.
 * @param {unknown} object
 * @param {string} name
 * @returns {unknown}
 */
export function field(object, name) {
  if (typeof object !== "object" || object === null || !Object.hasOwn(object, name))
    return undefined;
  return Reflect.get(object, name);
}

/**
 * @param {unknown} object
 * @param {string} name
 */
export function text(object, name) {
  return visible(field(object, name));
}

/**
 * @param {unknown} object
 * @param {string} name
 */
export function number(object, name) {
  const value = field(object, name);
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/**
 * Distinct texts.
 * @param {unknown} object
 * @param {string} name
 */
export function texts(object, name) {
  const values = items(object, name).map(visible);
  return [...new Set(values)].filter((value) => value !== "");
}

/**
 * @param {unknown} object
 * @param {string} name
 * @returns {unknown[]}
 */
export function items(object, name) {
  const value = field(object, name);
  return Array.isArray(value) ? value.slice(0, MAX_VALUES) : [];
}

/**
 * A date in ISO 8601, or a `Date`, in seconds since 1970.
 * @param {unknown} object
 * @param {string} name
 */
export function seconds(object, name) {
  const value = field(object, name);
  const time = value instanceof Date ? value.getTime() : Date.parse(text(object, name));
  return Number.isFinite(time) ? Math.floor(time / 1000) : null;
}
