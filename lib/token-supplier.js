"use strict";

// Calls the function in `accessToken` when the core asks for a token.

/** @import { Auth0Config } from "../index.d.ts" */

const { core } = require("./core.js");
const { listener } = require("./results.js");
const { keep } = require("./thrown.js");

/**
 * The number under which the core asks for tokens; `undefined` without a function.
 * @param {unknown} config
 */
function tokenListener(config) {
  const supplier = functionIn(config);
  return supplier && listener(({ id, rejected }) => void supply(supplier, id, rejected));
}

/**
 * The core reads the setting again, and reports what is neither a string nor a function.
 * @param {any} config
 * @returns {Extract<Auth0Config["accessToken"], Function> | undefined}
 */
function functionIn(config) {
  try {
    const { value } = Object.getOwnPropertyDescriptor(config, "accessToken") ?? {};
    return typeof value === "function" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {Extract<Auth0Config["accessToken"], Function>} supplier
 * @param {number} id
 * @param {boolean} rejected
 */
async function supply(supplier, id, rejected) {
  try {
    const token = await supplier({ rejected });
    core().supplyToken(id, typeof token === "string" ? token : undefined);
  } catch (thrown) {
    core().supplyToken(id, undefined, keep(thrown));
  }
}

module.exports = { tokenListener };
