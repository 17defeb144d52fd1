// The processes of a benchmark: one for the tenant, and a new one for each measurement.

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const path = (name) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));

/**
 * A tenant in a separate process. `counts()` returns the requests since its last call: `token`,
 * `all` others, and how many were `refused` with 429 or met a fault (`faulted`); and how many of its
 * `users` to revoke are revoked `whole`, `untouched` or `halfDone`.
 */
export async function startTenantProcess(options = {}, program = "tenant.mjs") {
  const child = fork(path(program), [JSON.stringify(options)]);
  const [config] = await once(child, "message");
  return {
    config,
    async counts() {
      child.send("counts");
      const [counts] = await once(child, "message");
      return counts;
    },
    async stop() {
      child.disconnect();
      await once(child, "exit");
    },
  };
}

/**
 * Runs a program with `config` as its argument. The result is what it sends, a number rounded; or,
 * if it sends the time of its last response as `{ lastResponse }`, the time from then until it has exited.
 */
export async function runMeasurement(program, config = {}, execArgv = []) {
  const child = fork(path(program), [JSON.stringify(config)], { execArgv });
  const exited = once(child, "exit").then(([code]) => ({ code, at: now() }));
  const message = await Promise.race([once(child, "message"), exited]);
  const { code, at } = await exited;
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
  const [value] = message;
  if (typeof value === "number") return rounded(value);
  return "lastResponse" in value ? rounded(at - value.lastResponse) : value;
}

const rounded = (number) => Math.round(number * 100) / 100;

/** Milliseconds that processes can compare. */
export function now() {
  return performance.timeOrigin + performance.now();
}
