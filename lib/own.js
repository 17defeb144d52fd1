"use strict";

/**
 * Reads an own property only: any code in the process can add others to a prototype.
 * @param {unknown} object
 * @param {string} name
 * @returns {any}
 */
exports.own = (object, name) =>
  typeof object === "object" && object !== null && Object.hasOwn(object, name)
    ? /** @type {Record<string, unknown>} */ (object)[name]
    : undefined;
