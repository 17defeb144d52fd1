// Runs that are interrupted, and what must be true of them afterwards.

import assert from "node:assert/strict";
import { startTenant } from "../../test-support/tenant.mjs";

/** @import { TestContext } from "node:test" */
/** @import { RecordedRequest, TenantOptions } from "@archie/auth0-tenant-emulator" */

/**
 * A tenant that says when it has carried out changes.
 * @param {TestContext} t
 * @param {TenantOptions} [options]
 */
export async function observedTenant(t, options) {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tenant = await startTenant({
    ...options,
    onRequest: () => {
      for (const listener of listeners) listener();
    },
  });
  t.after(() => tenant.close());
  /**
   * Resolves when the condition holds after a request.
   * @param {() => boolean} condition
   * @returns {Promise<void>}
   */
  const until = (condition) =>
    new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      check();
    });
  return { tenant, until };
}

/** Whose sessions a request ends, or for whom it creates a ticket. */
export const userOfWrite = (/** @type {RecordedRequest} */ { params, json }) =>
  params.id ?? params.user_id ?? json?.user_id;

/** @param {any[]} records of a journal */
export const idsOfIntents = (records) =>
  new Set(records.filter(({ type }) => type === "intent").map(({ user }) => user.id));

/**
 * Every user has an outcome, and it is a success.
 * @param {any[]} records
 * @param {string[]} users
 */
export function assertAllSucceeded(records, users) {
  const outcomes = records.filter(({ type }) => type === "outcome");
  const failed = outcomes.filter(({ status }) => status !== "success");
  assert.deepEqual(failed, []);
  assert.deepEqual([...new Set(outcomes.map(({ user }) => user.id))].sort(), [...users].sort());
}

/**
 * Numbers that differ from run to run of the tests; the seed is printed so that a failure can be repeated.
 * @param {TestContext} t
 */
export function randomOf(t) {
  let state = Number(process.env.CLI_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`CLI_TEST_SEED=${state}`);
  return (/** @type {number} */ max) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return 1 + ((state >>> 8) % max);
  };
}
