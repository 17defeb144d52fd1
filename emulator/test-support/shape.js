/**
 * Whether a value has the properties of an example, with the same types. Lists are compared by their
 * first elements.
 * @param {string[]} [optional] properties that may be absent
 * @returns {string[]} what differs
 */
export function shapeDifferences(expected, actual, optional = [], path = "") {
  if (typeOf(expected) !== typeOf(actual)) {
    return [`${path || "the body"} is ${typeOf(actual)} instead of ${typeOf(expected)}`];
  }
  if (Array.isArray(expected)) {
    if (expected.length === 0 || actual.length === 0) return [];
    return shapeDifferences(expected[0], actual[0], optional, `${path}[0]`);
  }
  if (typeOf(expected) !== "object") return [];
  return Object.entries(expected).flatMap(([key, value]) => {
    if (!Object.hasOwn(actual, key))
      return optional.includes(key) ? [] : [`${path}.${key} is missing`];
    return shapeDifferences(value, actual[key], optional, `${path}.${key}`);
  });
}

function typeOf(value) {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
