/**
 * A place in JSON: `users[0].email`.
 * @param {(string | number)[]} path
 */
export function placeOf(path) {
  return path.reduce((/** @type {string} */ place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    return place === "" ? key : `${place}.${key}`;
  }, "");
}
