/**
 * A copy without the properties that are undefined.
 * @template Value
 * @param {Record<string, Value | undefined>} object
 * @returns {Record<string, Value>}
 */
export function defined(object) {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined);
  return /** @type {Record<string, Value>} */ (Object.fromEntries(entries));
}
