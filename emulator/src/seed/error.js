/** @import { ValidationError } from "../validate.js" */

/**
 * @param {(string | number)[]} path
 * @param {string} message
 * @param {string} fix
 * @returns {ValidationError}
 */
export const error = (path, message, fix) => ({ path, message, fix, keyword: "reference" });
