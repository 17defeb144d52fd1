"use strict";

/**
 * A property that is the object's own: any code in the process can put others on a prototype.
 * @param {unknown} object
 * @param {string} name
 * @returns {any}
 */
exports.own = (object, name) =>
  typeof object === "object" && object !== null && Object.hasOwn(object, name)
    ? /** @type {Record<string, unknown>} */ (object)[name]
    : undefined;
