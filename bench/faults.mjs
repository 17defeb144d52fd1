// 10,000 operations, each of which meets a fault: none may lose its effect or have it twice, and
// each must end as a success or as an error of the library. Exits with 1 if that is broken.
//
//   npm run bench:faults              with a random seed, which is printed
//   npm run bench:faults -- 42        the same operations and faults again
//   npm run bench:faults -- 42 500    only so many of them

import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Auth0UserSecurityError, Auth0UserSecurityService } from "@archie/auth0-user-security";
import { FAULTS } from "../__test__/support/fault-matrix/faults.mjs";
import { OPERATIONS } from "./fault-operations.mjs";

const [seed = Math.floor(Math.random() * 2 ** 32), total = 10_000] = process.argv
  .slice(2)
  .map(Number);
const ROUND = 1000;
const CONCURRENCY = 64;
/** Answers that leave open whether Auth0 did the work. */
const OPEN_CODES = new Set(["ERR_NETWORK", "ERR_TIMEOUT"]);
/** A tenant that asks to stay away would hold up all operations: the matrix looks at that. */
const drawn = Object.keys(FAULTS).filter((name) => !FAULTS[name].what.headers?.["retry-after"]);

const outcomes = new Map();
const violations = [];
let met = 0;
process.on("unhandledRejection", (reason) => violations.push(`unhandled rejection: ${reason}`));

const tenant = await startTenant();
const service = new Auth0UserSecurityService(
  {
    ...tenant.config,
    attemptTimeoutMs: 500,
    timeoutMs: 5000,
    retry: { maxDelayMs: 20 },
    revokeRefreshTokens: true,
  },
  { warn() {}, error() {} },
);
const startedAt = performance.now();
console.log(`seed ${seed}: ${total} operations, ${CONCURRENCY} at once`);
const random = generator(seed);
for (let first = 0; first < total; first += ROUND)
  await round(first, Math.min(total, first + ROUND));
await service.close();
tenant.stop();
report();

async function round(first, end) {
  await tenant.ask("reset");
  const operations = Array.from({ length: end - first }, (_, index) => draw(first + index));
  const waiting = [...operations];
  const caller = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await perform(next);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  const results = operations.map(({ key, result }) => ({ key, result }));
  const told = await tenant.ask("tell", { results });
  for (const [index, operation] of operations.entries()) judge(operation, told[index]);
}

function draw(index) {
  const name = oneOf(Object.keys(OPERATIONS));
  const place = oneOf(OPERATIONS[name].places);
  const times = random() < 0.5 ? 1 : 1000;
  return { key: `op-${index}-`, name, place, fault: oneOf(drawn), times };
}

async function perform(operation) {
  const { start, call } = OPERATIONS[operation.name];
  const url = start?.(service, operation);
  const brought = await tenant.ask("prepare", { operation, url });
  try {
    operation.result = await call(service, operation, brought);
  } catch (error) {
    operation.error = error;
  }
}

/** Compares what the library reported with what the tenant holds. */
function judge(operation, { isMet, isDone, mostOften }) {
  const { name, error, result, key, place, fault, times } = operation;
  const { isTrue, isDoneInSteps } = OPERATIONS[name];
  const outcome = error ? error.name : "success";
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  if (isMet) met += 1;
  const broken = (what) =>
    violations.push(`${key} ${name}, ${fault} × ${times} at ${place}: ${what} (${error ?? "ok"})`);
  if (mostOften > 1) broken(`done ${mostOften} times`);
  if (!error && isDone === false) broken("success without its effect");
  if (!error && isTrue && !isTrue(result, operation) && fault !== "about another") broken("untrue");
  if (error && (!Auth0UserSecurityError.isInstance(error) || !/^ERR_(?!INTERNAL)/.test(error.code)))
    broken("no error of the library");
  if (error && isDone && !isDoneInSteps && !isOpen(error)) broken("an effect that was denied");
}

function isOpen({ code, statusCode, method }) {
  // What could not be read again for the rate limit may have been done before.
  if (code === "ERR_RATE_LIMIT") return method === "GET";
  return OPEN_CODES.has(code) || statusCode === 408 || statusCode >= 500 || statusCode < 300;
}

function report() {
  for (const [outcome, count] of [...outcomes].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(count).padStart(7)}  ${outcome}`);
  }
  console.log(`${met} operations met their fault.`);
  console.log(`in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  for (const violation of violations.slice(0, 50)) console.log(`BROKEN   ${violation}`);
  console.log(violations.length === 0 ? "reached  no promise broken" : "MISSED");
  if (violations.length > 0) process.exitCode = 1;
}

/** The tenant in a process of its own, which answers questions. */
async function startTenant() {
  const child = fork(fileURLToPath(new URL("programs/faulty-tenant.mjs", import.meta.url)));
  const [{ config }] = await once(child, "message");
  const asked = new Map();
  child.on("message", ({ id, answer }) => {
    asked.get(id)(answer);
    asked.delete(id);
  });
  child.on("exit", (code) => code && violations.push(`the tenant ended with ${code}`));
  let count = 0;
  const ask = (what, given) =>
    new Promise((resolve) => {
      const id = count++;
      asked.set(id, resolve);
      child.send({ id, ask: what, ...given });
    });
  return { config, ask, stop: () => child.disconnect() };
}

function oneOf(list) {
  return list[Math.floor(random() * list.length)];
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
