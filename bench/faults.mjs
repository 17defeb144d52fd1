// 10,000 operations, each of which meets one or more faults, is aborted at some point, or both. The library's
// report of each is compared with the tenant: no success without its effect, no effect that an error denies or
// invents, nothing done twice, no unexpected error, no secret. Prints a table; exits with 1 if a promise is broken.
//
//   npm run bench:faults              with a random seed, which is printed
//   npm run bench:faults -- 42        repeats the same operations and faults
//   npm run bench:faults -- 42 500    only this many of them

import { subscribe } from "node:diagnostics_channel";
import { Auth0UserSecurityService } from "@archie/auth0-user-security";
import { drawing } from "./faults/draw.mjs";
import { ABORT_REASON, judge } from "./faults/judge.mjs";
import { OPERATIONS } from "./faults/operations.mjs";
import { Tally } from "./faults/tally.mjs";
import { startTenants } from "./faults/tenant.mjs";

const [seed = Math.floor(Math.random() * 2 ** 32), total = 10_000] = process.argv
  .slice(2)
  .map(Number);
const ROUND = 1000;
const CONCURRENCY = 64;
/** An audit event is published by the deadline of its call, even if no caller waits for it. */
const EVENT_GRACE_MS = 1500;
const SETUPS = {
  strict: { revokeRefreshTokens: true },
  always: { revokeAccess: "always" },
};

const tally = new Tally();
process.on("unhandledRejection", (reason) => tally.broken(`unhandled rejection: ${reason}`));

const running = new Map();
subscribe("archie:auth0-user-security:audit", (event) => {
  const operation = running.get(event.actor);
  if (!operation) return tally.broken("an audit event without an operation");
  operation.events.push(event);
  operation.reported();
});
const tenants = await startTenants({
  leaves: (key) => running.get(key)?.leave(),
  failed: (what) => tally.broken(what),
});

console.log(`seed ${seed}: ${total} operations, ${CONCURRENCY} at once`);
const draw = drawing(seed);
for (let first = 0; first < total; first += ROUND)
  await round(first, Math.min(total, first + ROUND));
tenants.stop();
tally.print();
if (tally.isBroken) process.exitCode = 1;

/** Each round has its own services, because a service remembers what it has learned about its tenant. */
async function round(first, end) {
  await tenants.ask("reset");
  const services = openServices();
  const operations = Array.from({ length: end - first }, (_, index) => draw(first + index));
  const waiting = [...operations];
  const caller = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await perform(next, services);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  await Promise.all(operations.map(({ whenReported }) => whenReported));
  const verdicts = await tenants.ask("verdicts", { keys: operations.map(({ key }) => key) });
  const secrets = Object.values(tenants.configs).map(({ clientSecret }) => clientSecret);
  for (const [index, operation] of operations.entries()) {
    tally.add(operation, verdicts[index], judge(operation, verdicts[index], secrets));
  }
  running.clear();
  await Promise.all(Object.values(services).map((service) => service.close()));
}

function openServices() {
  const services = {};
  for (const place of ["prompt", "late"]) {
    for (const setup of Object.keys(SETUPS)) {
      services[`${place} ${setup}`] = openService(tenants.configs[place], SETUPS[setup]);
    }
  }
  return services;
}

function openService(config, setup, lines = []) {
  const keep = (message, details) => lines.push(message, details);
  return new Auth0UserSecurityService(
    { ...config, ...setup, attemptTimeoutMs: 500, retry: { maxDelayMs: 20 } },
    { warn: keep, error: keep },
  );
}

/** The service of the operation, with its own application if one was drawn. */
function serviceOf(operation, credentials, services) {
  const place = operation.isLate ? "late" : "prompt";
  if (!credentials) return services[`${place} ${operation.setup}`];
  const { domain, clientId, clientSecret } = tenants.configs[place];
  const config = { domain, ...credentials, application: { clientId, clientSecret } };
  operation.lines = [];
  return openService(config, SETUPS[operation.setup], operation.lines);
}

async function perform(operation, services) {
  const { start } = OPERATIONS[operation.name];
  const url = start?.(serviceOf(operation, undefined, services), operation);
  const sent = structuredClone(operation);
  const { brought, credentials } = await tenants.ask("prepare", { operation: sent, url });
  const service = serviceOf(operation, credentials, services);
  expectEvent(operation);
  await settle(operation, service, brought);
  if (operation.waitUntilGone && !operation.error) {
    operation.left = await tenants.ask("look", { key: operation.key });
  }
  if (credentials) await service.close();
}

/** A call that is aborted before it begins has no event, so waiting for one must end. */
function expectEvent(operation) {
  operation.events = [];
  running.set(operation.key, operation);
  if (!operation.isChange) return;
  operation.whenReported = new Promise((resolve) => {
    operation.reported = resolve;
    setTimeout(resolve, operation.timeoutMs + EVENT_GRACE_MS);
  });
}

async function settle(operation, service, brought) {
  const { key, isChange, waitUntilGone, timeoutMs, aborts } = operation;
  const controller = new AbortController();
  operation.leave = () => {
    operation.isAborted ||= operation.isRunning;
    controller.abort(ABORT_REASON);
  };
  const options = { signal: controller.signal, timeoutMs, ...(isChange && { actor: key }) };
  if (waitUntilGone) options.waitUntilGone = true;
  operation.isRunning = true;
  const call = OPERATIONS[operation.name].call(service, operation, brought, options);
  if (aborts?.at === 0) operation.leave();
  try {
    operation.result = await call;
  } catch (error) {
    operation.error = error;
  }
  operation.isRunning = false;
}
